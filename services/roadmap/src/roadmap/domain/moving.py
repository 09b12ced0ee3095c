"""How the dates of a milestone change: promised anew, reported, reached, put right."""

from dataclasses import dataclass, replace
from datetime import date

from contracts.values import PartialDate, Refusal
from roadmap.domain.assertions import Assertion, Decision, Evidence, Valid, direction
from roadmap.domain.milestones import Milestone
from roadmap.domain.statements import Attribute, Mark

FURTHEST_YEARS = 30
"""So many years ahead a date may lie; the plan itself has eight."""


FURTHEST_HOLDING = 3
"""So many years ahead a decision may take effect."""


class UnknownAssertion(Refusal):
    """There is no such statement."""


class UnknownDecision(Refusal):
    """There is no such decision; record it first, or give it with the change."""


class UnknownItem(Refusal):
    """No list of the plan has an item of this name; give it as an alias in the plan file."""


class NoDueDate(Refusal):
    """The milestone tells of something done and has no due date that could move."""


class NationsDate(Refusal):
    """The nation set the date; a decision of the city cannot move it."""


class OutOfThePlan(Refusal):
    """A revision of the plan left the milestone out, so its date cannot change."""


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
    """A date changes only with a reason."""


class NoReasonForNoDate(Refusal):
    """A milestone is left without a date only with a reason."""


class StopHasNoDate(Refusal):
    """What a decision stops has no date any more: leave the date out."""


class NoDecision(Refusal):
    """A date moves only by a decision that names who decided what."""


class UnfitDecision(Refusal):
    """The decision on record is about something else, or decided something else than this."""


class NoEvidence(Refusal):
    """What happened, or what somebody reports, is recorded only with evidence: name its source."""


class NotYet(Refusal):
    """What has happened cannot lie in the future."""


class NoFirstDay(Refusal):
    """The date must have a first day, so that it is known since when it holds."""


class StatedAlready(Refusal):
    """There is a statement of this kind in force on these days already: revise or correct?"""


class NotKnownAnyMore(Refusal):
    """The statement was replaced already; only one that is known now can be corrected."""


class NothingToCorrect(Refusal):
    """The statement says this already, so there is nothing to correct."""


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
class Witness:
    """State that a milestone was reached (`actual`), or when somebody expects it (`reported`)."""

    milestone_id: str
    attr: Attribute
    asserter: str
    value: PartialDate
    valid_from: date
    """Of a report, the day as of which it speaks; what happened is in force from its own day."""
    today: date
    evidence: tuple[Evidence, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Correct:
    """Put right what was recorded wrongly; its days in force stay."""

    assertion_id: int
    value: PartialDate | None
    undated_reason: str | None
    reason: str
    today: date
    evidence: tuple[Evidence, ...] = ()  # empty: that of the statement which is corrected


@dataclass(frozen=True, slots=True, kw_only=True)
class Amendment:
    """What a change of dates does to the record: a row whose recorded time ends, and rows that begin."""

    closed: Assertion | None
    begun: tuple[Assertion, ...]  # in the order of their days, the new statement last

    @property
    def opened(self) -> Assertion | None:
        """The statement that was made; None: one was only taken back."""
        return self.begun[-1] if self.begun else None


def reschedule(milestone: Milestone, command: Reschedule) -> Amendment:
    """Move the due date as a revision: the old row is closed, and nothing is lost."""
    due = promised(milestone)
    _refuse_unfit(milestone, command.decision)
    _refuse_unexplained(command)
    if command.decision.effect == "stop" and milestone.stopped:
        raise SameDate(milestone.milestone_id)
    _refuse_unholdable(command, due)
    return _replacing(due, _moved(due, command))


def _refuse_unfit(milestone: Milestone, decision: Decision) -> None:
    """A decision on record moves only what it is about, and only when it decided to."""
    mine = {milestone.milestone_id, *(parent.node_id for parent in milestone.parents)}
    moves = decision.effect in ("revise", "replan", "stop")
    if decision.decision_id and not (moves and (not decision.about or mine & set(decision.about))):
        raise UnfitDecision(decision.record_id)


def promised(milestone: Milestone) -> Assertion:
    """The due date that a decision of the city may move; refuses when there is none."""
    if milestone.removed:
        raise OutOfThePlan(milestone.milestone_id)
    if milestone.due is None:
        raise NoDueDate(milestone.milestone_id)
    if milestone.due.asserter == "nation":
        raise NationsDate(milestone.milestone_id)
    return milestone.due


def witness(milestone: Milestone, command: Witness) -> Amendment:
    """Record what happened or was reported; a later report takes the place of an earlier one."""
    if not any(each.source.strip() for each in command.evidence):
        raise NoEvidence(milestone.milestone_id)
    if command.attr == "actual":
        return Amendment(closed=None, begun=(_happened(milestone, command),))
    own = (row for row in milestone.reported if row.subject_id == milestone.milestone_id)
    before = next((row for row in own if row.asserter == command.asserter), None)
    said = _witnessed(command, command.valid_from)
    change = report(before, said)
    if before and change is None:
        raise _stated_already(before)
    return change or Amendment(closed=None, begun=(said,))


def report(before: Assertion | None, said: Assertion) -> Amendment | None:
    """A report takes the place of an earlier one of the same source; None: it says nothing new.

    Refuses another report as of the same day, or of an earlier one.
    """
    if before is None:
        return Amendment(closed=None, begun=(said,))
    if before.value == said.value and said.valid.since <= before.valid.since:
        return None
    if said.valid.since <= before.valid.since:
        raise _stated_already(before)
    return _replacing(before, said)


def correct(said: Assertion, command: Correct) -> Amendment:
    """Put a statement right as a correction: what was thought before stays in the record."""
    _refuse_wrong_correction(said, command)
    if command.value is None and said.attr != "due":
        return Amendment(closed=said, begun=())  # it was never so
    value, mark = command.value, said.mark if said.mark != "N" else "X"
    begins = value.lo if said.attr == "actual" and value and value.lo else said.valid.since
    opened = replace(
        said,
        value=value,
        undated_reason=None if value else command.undated_reason,
        mark=mark if value else "N",
        evidence=command.evidence or said.evidence,
        valid=replace(said.valid, since=begins),
        corrects=said.assertion_id,
        why=command.reason,
        assertion_id=None,
        recorded=None,
    )
    return Amendment(closed=said, begun=(opened,))


def _happened(milestone: Milestone, command: Witness) -> Assertion:
    if command.value.lo is None:
        raise NoFirstDay(command.value.edtf)
    if command.value.lo > command.today:
        raise NotYet(command.value.edtf)
    if milestone.actual:
        raise _stated_already(milestone.actual)
    return _witnessed(command, command.value.lo)


def _witnessed(command: Witness, since: date) -> Assertion:
    mark: Mark = "X"  # from outside the plan's text
    return Assertion(
        subject_id=command.milestone_id,
        attr=command.attr,
        asserter=command.asserter,
        value=command.value,
        undated_reason=None,
        mark=mark,
        evidence=command.evidence,
        valid=Valid(since=since),
    )


def _stated_already(before: Assertion) -> StatedAlready:
    value = before.value.edtf if before.value else "no date"
    source = before.evidence[0].source if before.evidence else before.asserter
    return StatedAlready(f"already stated: {value}, by {source}; assertion {before.assertion_id}")


def _replacing(old: Assertion, opened: Assertion) -> Amendment:
    """The old value holds until the new one does; if that is no day at all, it held never."""
    day = opened.valid.since
    kept = (old.ending(day),) if old.valid.since < day else ()
    return Amendment(closed=old, begun=(*kept, opened))


def refuse_incomplete(decision: Decision, today: date) -> None:
    """Refuse a decision that does not say who decided what and why, or that is yet to be taken."""
    if not decision.reason.strip():
        raise NoReason(decision.chosen)
    if not (decision.body.strip() and decision.chosen.strip()):
        raise NoDecision(decision.chosen)
    if decision.taken_on > today:
        raise NotDecidedYet(decision.taken_on.isoformat())


def _refuse_unexplained(command: Reschedule) -> None:
    refuse_incomplete(command.decision, command.today)
    if command.value is None and not (command.undated_reason or "").strip():
        raise NoReasonForNoDate(command.milestone_id)
    if command.value and command.decision.effect == "stop":
        raise StopHasNoDate(command.milestone_id)


def _refuse_unholdable(command: Reschedule, due: Assertion) -> None:
    if command.decision.effect != "stop" and direction(due.value, command.value) == "same":
        raise SameDate(command.milestone_id)
    if command.valid_from < due.valid.since:
        detail = f"{command.milestone_id}: {command.valid_from} < {due.valid.since}"
        raise TooEarlyToHold(detail)
    if command.value and command.value.hi and command.value.hi < command.valid_from:
        detail = f"{command.milestone_id}: {command.value.edtf} < {command.valid_from}"
        raise OverAlready(detail)
    _refuse_too_far(command.value, command.today)
    if command.valid_from.year > command.today.year + FURTHEST_HOLDING:
        raise TooFarAhead(command.valid_from.isoformat())


def _refuse_too_far(value: PartialDate | None, since: date) -> None:
    if value and value.lo and value.lo.year > since.year + FURTHEST_YEARS:
        raise TooFarAhead(value.edtf)


def _refuse_wrong_correction(said: Assertion, command: Correct) -> None:
    if said.recorded and said.recorded.until:
        raise NotKnownAnyMore(str(command.assertion_id))
    if not command.reason.strip():
        raise NoReason(str(command.assertion_id))
    if command.value is None:
        _refuse_no_value(said, command)
    elif said.value and _says_the_same(said.value, command.value):
        raise NothingToCorrect(str(command.assertion_id))
    elif said.attr == "actual":
        _refuse_not_happened(command.value, command.today)
    _refuse_too_far(command.value, command.today)


def _refuse_no_value(said: Assertion, command: Correct) -> None:
    if said.attr == "due" and not (command.undated_reason or "").strip():
        raise NoReasonForNoDate(str(command.assertion_id))
    if said.value is None and said.undated_reason == command.undated_reason:
        raise NothingToCorrect(str(command.assertion_id))


def _refuse_not_happened(value: PartialDate, today: date) -> None:
    if value.lo is None:
        raise NoFirstDay(value.edtf)
    if value.lo > today:
        raise NotYet(value.edtf)


def _says_the_same(one: PartialDate, other: PartialDate) -> bool:
    return (one.edtf, one.precision, one.qualifier) == (
        other.edtf,
        other.precision,
        other.qualifier,
    )


def _moved(due: Assertion, command: Reschedule) -> Assertion:
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
        corrects=None,
        why=None,
        assertion_id=None,
        recorded=None,
    )
