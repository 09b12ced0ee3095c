"""What happened, and what others report: on which evidence, by whom, and never of a day to come."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date

from contracts.values import PartialDate, Refusal
from roadmap.domain.assertions import Assertion, Evidence, Valid
from roadmap.domain.changing.amending import (
    Amendment,
    NoFirstDay,
    OutOfThePlan,
    refuse_too_far,
    replacing,
)
from roadmap.domain.changing.deciding import EARLIEST, TooLongAgo, naming
from roadmap.domain.milestones import Milestone
from roadmap.domain.statements import Attribute

PROMISERS = ("plan", "nation")
"""Who promises: what they say stands in the plan's text, and nobody reports it for them."""
NAMED_SPANS = ("day", "month", "quarter", "year", "fiscal_year", "fiscal_year_end")
"""A span that has a name of its own: what happened in this month did so, though the month is not over."""


class UnknownItem(Refusal):
    """No list of the plan has an item of this name; give it as an alias in the plan file."""


class NoEvidence(Refusal):
    """What happened, or what somebody reports, is recorded only with evidence: name its source."""


class NotYet(Refusal):
    """What has happened, or was reported, cannot lie in the future."""


class StatedAlready(Refusal):
    """There is a statement of this kind in force on these days already: revise or correct?"""


class NoReporter(Refusal):
    """What the plan or the nation promises stands in the plan's text: name as `asserter` the source that reports."""


class Stopped(Refusal):
    """A decision ended the milestone; let another decision take it up again before it is reached."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Reach:
    """State that a milestone was reached (`actual`); that is in force from the day on which it was."""

    milestone_id: str
    value: PartialDate
    today: date
    evidence: tuple[Evidence, ...]
    asserter: str = "city"


@dataclass(frozen=True, slots=True, kw_only=True)
class Report:
    """State when somebody outside the plan expects a milestone, or an item of a list (`reported`)."""

    subject_id: str
    asserter: str
    value: PartialDate
    valid_from: date
    """The day as of which it speaks."""
    today: date
    evidence: tuple[Evidence, ...]


def reach(milestone: Milestone, command: Reach) -> Amendment:
    """Record that a milestone was reached, once; refuses a day to come, and what was stopped or dropped."""
    _refuse_groundless(milestone.milestone_id, command.evidence)
    if milestone.removed:
        raise OutOfThePlan(milestone.milestone_id)
    refuse_not_happened(command.value, command.today)
    if milestone.stopped:
        raise Stopped(milestone.milestone_id)
    if milestone.actual:
        raise _stated_already(milestone.actual)
    since = command.value.lo or command.today
    said = _seen(milestone.milestone_id, "actual", command, since=since)
    return Amendment(closed=None, begun=(said,))


def report(before: Assertion | None, command: Report) -> Amendment:
    """Record what somebody expects, in place of what the same source said `before`.

    Refuses what speaks of a day to come, or says nothing new.
    """
    _refuse_groundless(command.subject_id, command.evidence)
    _refuse_no_report(command)
    said = _seen(command.subject_id, "reported", command, since=command.valid_from)
    change = newer(before, said)
    if change is None:
        raise _stated_already(before or said)
    return change


def newer(before: Assertion | None, said: Assertion) -> Amendment | None:
    """A report takes the place of an earlier one of the same source; None: it says nothing new.

    Refuses another report as of the same day, or of an earlier one.
    """
    if before and before.valid.until and said.valid.since < before.valid.until:
        raise _stated_already(before)
    if before is None or before.valid.until:
        return Amendment(closed=None, begun=(said,))
    if before.value == said.value and said.valid.since <= before.valid.since:
        return None
    if said.valid.since <= before.valid.since:
        raise _stated_already(before)
    return replacing(before, said)


def is_old(said: Assertion, ever: Collection[Assertion]) -> bool:
    """Whether a report was on record already, whatever became of it, or its source has said something newer since."""
    own = [
        row
        for row in ever
        if (row.subject_id, row.asserter) == (said.subject_id, said.asserter)
        and row.valid.since >= said.valid.since
    ]
    return any(row.valid.since > said.valid.since or row.value == said.value for row in own)


def speaks_on(as_of: PartialDate, today: date) -> date:
    """A report as of a month or year speaks at its end; of one that is not over yet, as of today."""
    begins = as_of.lo or today
    return max(begins, min(as_of.hi or begins, today))


def refuse_not_happened(value: PartialDate, today: date) -> None:
    """Refuse as something that happened what lies ahead, or has no day that can have been."""
    if value.lo is None:
        raise NoFirstDay(value.edtf)
    if lies_ahead(value, today):
        raise NotYet(value.edtf)
    if value.lo < EARLIEST:
        raise TooLongAgo(value.edtf)


def lies_ahead(value: PartialDate, today: date) -> bool:
    """Whether a date lies ahead, wholly or by its end; a month or year that has begun does not."""
    begins = value.lo is not None and value.lo > today
    ends = value.hi is None or value.hi > today
    return begins or (ends and value.precision not in NAMED_SPANS)


def _refuse_groundless(subject_id: str, evidence: Sequence[Evidence]) -> None:
    if not any(each.source.strip() for each in evidence):
        raise NoEvidence(subject_id)


def _refuse_no_report(command: Report) -> None:
    if command.asserter in PROMISERS:
        raise NoReporter(naming("asserter", command.asserter))
    if command.valid_from > command.today:
        raise NotYet(naming("valid_from", command.valid_from))
    if command.valid_from < EARLIEST:
        raise TooLongAgo(naming("valid_from", command.valid_from))
    refuse_too_far(command.value, command.today)


def _seen(subject_id: str, attr: Attribute, command: Reach | Report, *, since: date) -> Assertion:
    return Assertion(
        subject_id=subject_id,
        attr=attr,
        asserter=command.asserter,
        value=command.value,
        undated_reason=None,
        mark="X",  # from outside the plan's text
        evidence=command.evidence,
        valid=Valid(since=since),
    )


def _stated_already(before: Assertion) -> StatedAlready:
    value = before.value.edtf if before.value else "no date"
    source = before.evidence[0].source if before.evidence else before.asserter
    return StatedAlready(f"already stated: {value}, by {source}; assertion {before.assertion_id}")
