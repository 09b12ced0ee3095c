"""How the due date of a milestone moves: by a decision, and the old date stays on record."""

from dataclasses import dataclass, replace
from datetime import date

from contracts.values import PartialDate, Refusal
from roadmap.domain.assertions import Assertion, Decision, Evidence, Valid, direction
from roadmap.domain.changing.amending import (
    Amendment,
    NoReasonForNoDate,
    OutOfThePlan,
    TooFarAhead,
    refuse_no_beginning,
    refuse_too_far,
    replacing,
)
from roadmap.domain.changing.deciding import refuse_incomplete, refuse_unfit
from roadmap.domain.milestones import Milestone

FURTHEST_HOLDING = 3
"""So many years ahead a decision may take effect."""


class NoDueDate(Refusal):
    """The milestone tells of something done and has no due date that could move."""


class ReachedAlready(Refusal):
    """The milestone was reached, so its date does not move any more; if it was not, correct the record of that first."""


class NationsDate(Refusal):
    """The nation set the date; a decision of the city cannot move it."""


class OverAlready(Refusal):
    """The new date is over before it would hold; nothing can be promised for the past."""


class SameDate(Refusal):
    """The milestone is due then already, so nothing would change."""


class TooEarlyToHold(Refusal):
    """The new date would be in force before the date it replaces, from which day that holds is told beside it."""


class StopHasNoDate(Refusal):
    """What a decision stops has no date any more: leave the date out."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Reschedule:
    """Move a milestone to another date, or to none with a reason."""

    milestone_id: str
    value: PartialDate | None
    undated_reason: str | None = None
    valid_from: date | None = None
    """None: it holds from the day of the decision; or, where another date is decided to hold later, in its place."""
    today: date
    decision: Decision
    evidence: tuple[Evidence, ...] = ()


def reschedule(milestone: Milestone, command: Reschedule) -> Amendment:
    """Move the due date as a revision: the old row is closed, and nothing is lost."""
    due = promised(milestone)
    if command.decision.decision_id:
        mine = (milestone.milestone_id, *(parent.node_id for parent in milestone.parents))
        refuse_unfit(command.decision, mine, "revise", "replan", "stop")
    _refuse_unexplained(command)
    if command.decision.effect == "stop" and milestone.stopped:
        raise SameDate(milestone.milestone_id)
    since = command.valid_from or _since(command, due)
    _refuse_unholdable(command, due, since)
    return replacing(due, _moved(due, command, since))


def promised(milestone: Milestone) -> Assertion:
    """The due date that a decision of the city may move; refuses when there is none."""
    if milestone.removed:
        raise OutOfThePlan(milestone.milestone_id)
    if milestone.due is None:
        raise NoDueDate(milestone.milestone_id)
    if milestone.due.asserter == "nation":
        raise NationsDate(milestone.milestone_id)
    if milestone.actual:
        raise ReachedAlready(milestone.milestone_id)
    return milestone.due


def _refuse_unexplained(command: Reschedule) -> None:
    refuse_incomplete(command.decision, command.today)
    if command.value is None and not (command.undated_reason or "").strip():
        raise NoReasonForNoDate(command.milestone_id)
    if command.value and command.decision.effect == "stop":
        raise StopHasNoDate(command.milestone_id)


def _since(command: Reschedule, due: Assertion) -> date:
    return due.valid.since if due.valid.since > command.today else command.decision.taken_on


def _refuse_unholdable(command: Reschedule, due: Assertion, since: date) -> None:
    if command.decision.effect != "stop" and direction(due.value, command.value) == "same":
        raise SameDate(command.milestone_id)
    if since < due.valid.since:
        detail = f"{command.milestone_id}: {since} < {due.valid.since}"
        raise TooEarlyToHold(detail)
    if command.value and command.value.hi and command.value.hi < since:
        detail = f"{command.milestone_id}: {command.value.edtf} < {since}"
        raise OverAlready(detail)
    refuse_no_beginning(command.value)
    refuse_too_far(command.value, command.today)
    if since.year > command.today.year + FURTHEST_HOLDING:
        raise TooFarAhead(since.isoformat())


def _moved(due: Assertion, command: Reschedule, since: date) -> Assertion:
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
        valid=Valid(since=since),
        revision_id=None,
        decision_id=decided.decision_id,
        corrects=None,
        why=None,
        assertion_id=None,
        recorded=None,
    )
