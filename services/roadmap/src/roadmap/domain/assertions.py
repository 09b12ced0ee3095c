"""What was said about a date, by whom, in force when and known when; nothing is overwritten."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Literal, Self, TypeAlias

from contracts.values import PartialDate
from roadmap.domain.plan import Node, Plan
from roadmap.domain.statements import Attribute, Mark, Statement

Direction: TypeAlias = Literal["later", "earlier", "same", "unknown"]
Effect: TypeAlias = Literal["none", "revise", "correct", "replan", "stop", "ask"]
Origin: TypeAlias = Mark | Literal["decided"]

STOPPED = "中止"
"""What stands in the place of a date, for what a decision stopped."""
_DIRECTIONS: dict[str, Direction] = {"after": "later", "before": "earlier", "same": "same"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Valid:
    """The days on which a value is in force; `until` is the first day no longer, None: open."""

    since: date
    until: date | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Recorded:
    """The instants at which the service held a row for true; `until` is None while it does."""

    since: datetime
    until: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Evidence:
    """Where a value comes from; lines are those of the source's text."""

    source: str
    mark: Mark
    lines: str | None = None
    url: str | None = None
    sha256: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Decision:
    """Who decided what, when and why; the id is None until it is kept."""

    body: str
    taken_on: date
    chosen: str
    reason: str
    effect: Effect = "revise"
    not_chosen: tuple[str, ...] = ()
    about: tuple[str, ...] = ()  # ids of nodes
    decision_id: int | None = None

    @property
    def record_id(self) -> str:
        """Its name outside: as the subject of its event, and as the baseline of a slip."""
        return f"decision-{self.decision_id}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Assertion:
    """One value of one attribute by one asserter, on two clocks.

    The recorded clock is read where the row is written, so a new row has none.
    """

    subject_id: str
    attr: Attribute
    asserter: str
    value: PartialDate | None
    undated_reason: str | None
    mark: Mark
    evidence: tuple[Evidence, ...]
    valid: Valid
    revision_id: str | None = None
    decision_id: int | None = None
    corrects: int | None = None
    why: str | None = None  # it was put right
    taken_back: str | None = None  # why, when it was
    overtaken: date | None = None  # another took its place from this day on, before it held on any
    assertion_id: int | None = None
    recorded: Recorded | None = None

    @property
    def said_by(self) -> str:
        """What brought it: a revision of the plan, or a decision."""
        return self.revision_id or f"decision-{self.decision_id}"

    @property
    def origin(self) -> Origin:
        """Where it stands, in one word for every page: what the text states stays stated, also by a decision."""
        return "decided" if self.decision_id and not self.revision_id else self.mark

    def holds_on(self, day: date) -> bool:
        """Whether it is in force on a day."""
        return (
            self.overtaken is None
            and self.valid.since <= day
            and (self.valid.until is None or day < self.valid.until)
        )

    def as_known(self, known: datetime | None) -> Self:
        """The same as it stood at an instant: that it was taken back later was not known then."""
        until = self.recorded.until if self.recorded else None
        if self.recorded is None or until is None or known is None or until <= known:
            return self
        return replace(self, recorded=Recorded(since=self.recorded.since), taken_back=None)

    def ending(self, day: date) -> Self:
        """The same statement, no longer in force from this day; a new row."""
        valid = replace(self.valid, until=day)
        return replace(self, valid=valid, assertion_id=None, recorded=None)


def direction(old: PartialDate | None, new: PartialDate | None) -> Direction:
    """Which way a date moved; `unknown` where the dates are too coarse to tell, or missing."""
    if old is None or new is None:
        return "same" if old is new else "unknown"
    return _DIRECTIONS.get(new.compare(old), "unknown")


def stated_by(plan: Plan) -> Iterator[Assertion]:
    """Turn what a plan states into assertions: promises begin with the revision, facts happened."""
    for node in plan.nodes:
        for said in node.statements:
            yield _stated(plan, node, said)


def _stated(plan: Plan, node: Node, said: Statement) -> Assertion:
    revision = plan.revision
    happened = said.value.lo if said.attr == "actual" and said.value else None
    source = revision.source
    found = Evidence(source=source.title, mark=said.mark, lines=said.lines, sha256=source.sha256)
    return Assertion(
        subject_id=node.node_id,
        attr=said.attr,
        asserter=said.asserter,
        value=said.value,
        undated_reason=said.undated_reason,
        mark=said.mark,
        evidence=(found,),
        valid=Valid(since=happened or revision.in_force_from),
        revision_id=revision.revision_id,
    )
