"""What is true of a milestone, and how its date may move."""

from dataclasses import dataclass, replace
from datetime import date
from typing import Literal, TypeAlias

from contracts.values import PartialDate, Refusal
from roadmap.domain.assertions import Assertion, Decision, Direction, Evidence, Valid, direction
from roadmap.domain.plan import MilestoneKind

Status: TypeAlias = Literal["reached", "missed", "unconfirmed", "planned", "undated"]

FURTHEST_YEARS = 30
"""So many years ahead a date may lie; the plan itself has eight."""


class UnknownMilestone(Refusal):
    """There is no such milestone."""


class NoDueDate(Refusal):
    """The milestone tells of something done and has no due date that could move."""


class NationsDate(Refusal):
    """The nation set the date; a decision of the city cannot move it."""


class OverAlready(Refusal):
    """The new date is over before it would hold; nothing can be promised for the past."""


class TooFarAhead(Refusal):
    """The new date is further ahead than any plan looks: more likely a slip of the pen, and it would be told at once."""


class SameDate(Refusal):
    """The milestone is due then already, so nothing would change."""


class TooEarlyToHold(Refusal):
    """The new date would be in force before the date it replaces; that would be a correction."""


class NotDecidedYet(Refusal):
    """A decision can be recorded from the day on which it is taken, not before."""


class NoReason(Refusal):
    """A date moves only with a reason."""


class NoReasonForNoDate(Refusal):
    """A milestone is left without a date only with a reason."""


class NoDecision(Refusal):
    """A date moves only by a decision that names who decided what."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Reschedule:
    """Move a milestone to another date, or to none with a reason."""

    milestone_id: str
    value: PartialDate | None
    undated_reason: str | None = None
    valid_from: date
    today: date
    decision: Decision
    evidence: tuple[Evidence, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Ancestor:
    """One node above a milestone."""

    node_id: str
    label: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Milestone:
    """A milestone with all that is known of it now, and the rows that led there."""

    milestone_id: str
    label: str
    kind: MilestoneKind
    parents: tuple[Ancestor, ...]  # from the plan downwards
    wording: str | None
    due: Assertion | None
    actual: Assertion | None
    revision_id: str
    version: int = 0
    decision: Decision | None = None  # None: no decision is on record
    history: tuple[Assertion, ...] = ()  # every row of its due date, as they were recorded
    decisions: tuple[Decision, ...] = ()  # all that moved its date, oldest first

    @property
    def page(self) -> str:
        """Its page for people, behind the gateway."""
        return f"/plan/milestones/{self.milestone_id}"

    @property
    def deadline(self) -> date | None:
        """The last day that keeps the promise; None: there is none."""
        return self.due.value.deadline if self.due and self.due.value else None

    def status(self, today: date) -> Status:
        """How it stands on a day, computed from its dates alone; nobody types it."""
        if self.actual:
            return "reached"
        if self.deadline is None:
            return "undated"
        if self.deadline >= today:
            return "planned"
        return "missed" if self._tracked_by(self.deadline) else "unconfirmed"

    def _tracked_by(self, day: date) -> bool:
        """Whether this service knew of it before that day was over."""
        known = [row.recorded.since.date() for row in self.history if row.recorded]
        return bool(known) and min(known) <= day

    @property
    def stated(self) -> Assertion | None:
        """What the plan's own text says of it, before any decision moved it."""
        return next((row for row in self.history if row.revision_id), self.due or self.actual)

    @property
    def evidence(self) -> tuple[Evidence, ...]:
        """What the present due date, or the fact, rests on."""
        said = self.due or self.actual
        return said.evidence if said else ()

    @property
    def promised(self) -> Assertion:
        """The due date that a decision of the city may move; refuses when there is none."""
        if self.due is None:
            raise NoDueDate(self.milestone_id)
        if self.due.asserter == "nation":
            raise NationsDate(self.milestone_id)
        return self.due

    def reschedule(self, command: Reschedule) -> "Rescheduled":
        """Move the due date as a revision: the old row is closed, and nothing is lost."""
        due = self._movable(command)
        opened = _opened(due, command)
        kept = due.ending(command.valid_from) if due.valid.since < command.valid_from else None
        moved = replace(self, due=opened, decision=command.decision, version=self.version + 1)
        return Rescheduled(
            milestone=moved,
            closed=due,
            kept=kept,
            opened=opened,
            decision=command.decision,
            direction=direction(due.value, opened.value),
        )

    def _movable(self, command: Reschedule) -> Assertion:
        """The assertion that is to be replaced, or the refusal."""
        due = self.promised
        _refuse_unexplained(command)
        _refuse_unholdable(command, due)
        return due


@dataclass(frozen=True, slots=True, kw_only=True)
class Rescheduled:
    """A date that moved: which row ends, which rows begin, and the milestone afterwards."""

    milestone: Milestone
    closed: Assertion  # its recorded time ends; nothing else of it is touched
    kept: Assertion | None  # the old value until the new one holds; None: it held for no day
    opened: Assertion
    decision: Decision
    direction: Direction

    @property
    def begun(self) -> tuple[Assertion, ...]:
        """The new rows, in the order of their days."""
        return (self.kept, self.opened) if self.kept else (self.opened,)


def _refuse_unexplained(command: Reschedule) -> None:
    if not command.decision.reason.strip():
        raise NoReason(command.milestone_id)
    if not (command.decision.body.strip() and command.decision.chosen.strip()):
        raise NoDecision(command.milestone_id)
    if command.decision.taken_on > command.today:
        raise NotDecidedYet(command.decision.taken_on.isoformat())
    if command.value is None and not (command.undated_reason or "").strip():
        raise NoReasonForNoDate(command.milestone_id)


def _refuse_unholdable(command: Reschedule, due: Assertion) -> None:
    if direction(due.value, command.value) == "same":
        raise SameDate(command.milestone_id)
    if command.valid_from < due.valid.since:
        detail = f"{command.milestone_id}: {command.valid_from} < {due.valid.since}"
        raise TooEarlyToHold(detail)
    if command.value and command.value.hi and command.value.hi < command.valid_from:
        detail = f"{command.milestone_id}: {command.value.edtf} < {command.valid_from}"
        raise OverAlready(detail)
    last = command.valid_from.year + FURTHEST_YEARS
    if command.value and command.value.lo and command.value.lo.year > last:
        detail = f"{command.milestone_id}: {command.value.edtf}"
        raise TooFarAhead(detail)


def _opened(due: Assertion, command: Reschedule) -> Assertion:
    """The new row; it comes from a decision, not from a revision of the plan's text."""
    decided = command.decision
    day = decided.taken_on
    source = f"{decided.body}の決定（{day.year}年{day.month}月{day.day}日）"
    record = Evidence(source=source, mark="X")
    return replace(
        due,
        value=command.value,
        undated_reason=None if command.value else command.undated_reason,
        mark="X" if command.value else "N",  # from outside the plan's text
        evidence=command.evidence or (record,),
        valid=Valid(since=command.valid_from),
        revision_id=None,
        decision_id=decided.decision_id,
        assertion_id=None,
        recorded=None,
    )
