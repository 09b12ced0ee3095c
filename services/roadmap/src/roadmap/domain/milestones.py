"""What is true of a milestone: four dates, how often the promise moved, and how it stands."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from itertools import pairwise
from typing import Literal, TypeAlias

from contracts.values import OnTime, Refusal
from roadmap.domain.asof import TOKYO
from roadmap.domain.assertions import Assertion, Decision, Evidence
from roadmap.domain.commitment import Commitment, commitment
from roadmap.domain.plan import MilestoneKind
from roadmap.domain.slip import Slip, slip

Status: TypeAlias = Literal[
    "cancelled",
    "reached",
    "reached_late",
    "missed",
    "unconfirmed",
    "late_reported",
    "approaching",
    "planned",
    "undated",
]

Nearness: TypeAlias = Literal["none", "over", "near", "far"]

APPROACHING = timedelta(days=180)
"""So near is a deadline day that it is said to approach."""
AHEAD: dict[Nearness, Status] = {"none": "undated", "near": "approaching", "far": "planned"}


class UnknownMilestone(Refusal):
    """There is no such milestone."""


class UnknownNode(Refusal):
    """No node of this id was in the plan at that moment."""


class NotInThePlanThen(Refusal):
    """The milestone was not in the plan yet at the moment that was asked."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Ancestor:
    """One node above another."""

    node_id: str
    label: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Standing:
    """How a milestone stands on a day, and the statements from which that follows."""

    status: Status
    because: tuple[Assertion, ...]
    on_time: OnTime | None = None  # None: not reached, or no date had been promised


@dataclass(frozen=True, slots=True, kw_only=True)
class Baseline:
    """An earlier promise, and how far the present one lies from it."""

    promise: Assertion
    slip: Slip


@dataclass(frozen=True, slots=True, kw_only=True)
class Milestone:
    """A milestone at a moment: what was in force, by what was known, and the rows that led there."""

    milestone_id: str
    label: str
    kind: MilestoneKind
    parents: tuple[Ancestor, ...]  # from the plan downwards
    wording: str | None
    due: Assertion | None
    actual: Assertion | None
    revision_id: str  # that which states it
    known_since: datetime  # when this service first knew of it
    removed: bool = False  # a revision left it out
    version: int = 0
    reported: tuple[Assertion, ...] = ()  # one of each who reported
    promises: tuple[Assertion, ...] = ()  # each due date that was in force, the first one first
    decisions: tuple[Decision, ...] = ()  # all that moved its date, oldest first

    @property
    def page(self) -> str:
        """Its page for people, behind the gateway."""
        return f"/plan/milestones/{self.milestone_id}"

    @property
    def commitment(self) -> Commitment | None:
        """How strongly its wording commits; None: it has none, or its words do not tell."""
        return commitment(self.wording) if self.wording else None

    @property
    def deadline(self) -> date | None:
        """The last day that keeps the promise; None: there is none."""
        return self.due.value.deadline if self.due and self.due.value else None

    @property
    def decision(self) -> Decision | None:
        """The decision by which the present date came; None: it stands in the plan itself."""
        return self.decided(self.due) if self.due else None

    @property
    def holds_from(self) -> date | None:
        """From which day it is due as it is now, or in the plan no more; None: nothing was promised."""
        if not self.removed:
            return self.due.valid.since if self.due else None
        last = self.promises[-1] if self.promises else None
        return (last.overtaken or last.valid.until) if last else None

    @property
    def stopped(self) -> bool:
        """Whether a decision ended it."""
        return bool(self.due and self.stops(self.due))

    def stops(self, said: Assertion) -> bool:
        """Whether a decision ended it by this statement."""
        decision = self.decided(said) if said.origin == "decided" else None
        return bool(decision and decision.effect == "stop")

    @property
    def last_date(self) -> Assertion | None:
        """The last promise that had a date, also of what was stopped or left out; None: there was none."""
        return next((row for row in reversed(self.promises) if row.value), None)

    def decided(self, said: Assertion) -> Decision | None:
        """The decision behind a statement; None: none is on record."""
        return next((d for d in self.decisions if d.decision_id == said.decision_id), None)

    @property
    def newest_report(self) -> Assertion | None:
        """The report that speaks as of the latest day, of several the one the status rests on; None: there is none."""
        later = _reported_later(self)
        return max(self.reported, key=lambda row: _weight(row, late=row in later), default=None)

    @property
    def stated(self) -> Assertion | None:
        """What the text of the newest revision says of it, whatever was decided beside it."""
        said = (row for row in reversed(self.promises) if row.revision_id)
        return next(said, self.due or self.actual)

    @property
    def evidence(self) -> tuple[Evidence, ...]:
        """What the present due date, or the fact, rests on."""
        said = self.due or self.actual
        return said.evidence if said else ()

    @property
    def baselines(self) -> tuple[Baseline, ...]:
        """Every earlier promise that had a date, with the way from it to the present one; none where it was stopped."""
        return () if self.stopped else tuple(map(self._baseline, self._earlier))

    @property
    def total_slip(self) -> Slip | None:
        """How far the present date lies from the first; None: it never moved, or was stopped."""
        baselines = self.slip_count and self.baselines
        return baselines[0].slip if baselines else None

    @property
    def _earlier(self) -> list[Assertion]:
        """The promises before the present one that had a date."""
        return [row for row in self.promises[:-1] if row.value]

    def _baseline(self, promise: Assertion) -> Baseline:
        now = self.due.value if self.due else None
        return Baseline(promise=promise, slip=slip(promise.value, now))

    @property
    def slip_count(self) -> int:
        """How often another date took the place of one."""
        return len(self.moves)

    @property
    def moves(self) -> tuple[tuple[Assertion, Assertion], ...]:
        """Each promise with the one that took its place; to state it again, or to stop, is no move."""
        held = [row for row in self.promises if not self.stops(row)]
        return tuple(pair for pair in pairwise(held) if not same_date(*pair))

    @property
    def moved_on(self) -> date | None:
        """The day from which the last move is in force; None: its date never moved."""
        if not self.moves:
            return None
        _, new = self.moves[-1]
        return new.overtaken or new.valid.since

    def coming(self, day: date) -> tuple[Assertion, ...]:
        """What takes the place of its date only after a day, the next one first; what was overtaken never does."""
        held = (row for row in self.promises if row.overtaken is None)
        return tuple(
            new
            for old, new in pairwise(held)
            if new.valid.since > day and (self.stops(new) or not same_date(old, new))
        )

    def leaves_after(self, day: date) -> date | None:
        """The first day on which it is in the plan no more; None: it stays, or has left by that day."""
        left = self.holds_from if self.removed else None
        return left if left and left > day else None

    def standing(self, today: date) -> Standing:
        """How it stands on a day, computed from its dates alone; nobody types it."""
        return next(_judged(self, today))

    def status(self, today: date) -> Status:
        """The same in one word."""
        return self.standing(today).status


def _weight(report: Assertion, *, late: bool) -> tuple[date, bool, date, date]:
    """What a report goes by among others: as of when it speaks, whether it makes late, and what it expects."""
    expects = report.value
    first = (expects and expects.lo) or date.min
    last = (expects and expects.hi) or date.max
    return report.valid.since, late, first, last


def same_date(one: Assertion, other: Assertion) -> bool:
    """Whether two statements name the same days, or both none."""
    values = [(row.value.lo, row.value.hi) if row.value else None for row in (one, other)]
    return values[0] == values[1]


def _judged(milestone: Milestone, today: date) -> Iterator[Standing]:
    """What a milestone's dates mean, the strongest first: whoever asks takes the first."""
    if _cancelled(milestone):
        yield Standing(status="cancelled", because=_due(milestone) or milestone.promises[-1:])
    if milestone.actual:
        yield _reached(milestone, milestone.actual)
    later = _reported_later(milestone)
    near = nearness(milestone.deadline, today)
    if milestone.deadline and near == "over":
        yield _over(milestone, milestone.deadline, later)
    if later:
        yield Standing(status="late_reported", because=(*_due(milestone), *later))
    yield Standing(status=AHEAD[near], because=_due(milestone))


def nearness(deadline: date | None, today: date) -> Nearness:
    """How near a deadline day is: through this alone a status depends on the day on which it is asked."""
    if deadline is None:
        return "none"
    if deadline < today:
        return "over"
    return "near" if deadline - today <= APPROACHING else "far"


def _due(milestone: Milestone) -> tuple[Assertion, ...]:
    return (milestone.due,) if milestone.due else ()


def _cancelled(milestone: Milestone) -> bool:
    return milestone.removed or milestone.stopped


def _reached(milestone: Milestone, actual: Assertion) -> Standing:
    due = milestone.due
    on_time = actual.value.on_time(due.value) if due and due.value and actual.value else None
    status: Status = "reached_late" if on_time == "no" else "reached"
    return Standing(status=status, because=(*_due(milestone), actual), on_time=on_time)


def _over(milestone: Milestone, deadline: date, later: Sequence[Assertion]) -> Standing:
    """Past its deadline day: missed, if it was watched on that day or somebody says so."""
    tracked = milestone.known_since.astimezone(TOKYO).date() <= deadline
    status: Status = "missed" if tracked or later else "unconfirmed"
    return Standing(status=status, because=(*_due(milestone), *later))


def _reported_later(milestone: Milestone) -> tuple[Assertion, ...]:
    """What others report that lies wholly after the date that was promised."""
    promised = milestone.due.value if milestone.due else None
    if promised is None:
        return ()
    reports = [(row, row.value) for row in milestone.reported if row.value]
    return tuple(row for row, value in reports if value.compare(promised) == "after")
