"""How what was recorded wrongly is put right; what was thought before stays in the record."""

from dataclasses import dataclass, replace
from datetime import date

from contracts.values import PartialDate, Refusal
from roadmap.domain.assertions import Assertion, Evidence
from roadmap.domain.changing.amending import (
    Amendment,
    NoReasonForNoDate,
    refuse_no_beginning,
    refuse_too_far,
)
from roadmap.domain.changing.deciding import NoReason
from roadmap.domain.changing.witnessing import refuse_not_happened
from roadmap.domain.statements import Mark


class UnknownAssertion(Refusal):
    """There is no such statement."""


class NotKnownAnyMore(Refusal):
    """The statement was replaced already; only one that is known now can be corrected."""


class NothingToCorrect(Refusal):
    """The statement says this already, so there is nothing to correct."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Correct:
    """Put right what was recorded wrongly; its days in force stay."""

    assertion_id: int
    value: PartialDate | None
    undated_reason: str | None
    reason: str
    today: date
    evidence: tuple[Evidence, ...] = ()  # empty: that of the statement which is corrected


def correct(said: Assertion, command: Correct) -> Amendment:
    """Put a statement right as a correction: what was thought before stays in the record."""
    _refuse_wrong_correction(said, command)
    if command.value is None and said.attr != "due":
        return Amendment(closed=said, begun=(), why=command.reason)
    value, mark = command.value, _mark(said, command)
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


def _mark(said: Assertion, command: Correct) -> Mark:
    """What is written outside the plan's text only does not stand in it."""
    outside = command.evidence and all(each.mark == "X" for each in command.evidence)
    return "X" if outside or said.mark == "N" else said.mark


def _refuse_wrong_correction(said: Assertion, command: Correct) -> None:
    if said.recorded and said.recorded.until:
        raise NotKnownAnyMore(str(command.assertion_id))
    if not command.reason.strip():
        raise NoReason(str(command.assertion_id))
    if command.value is None:
        _refuse_no_value(said, command)
    elif said.value and _says_the_same(said.value, command.value) and not _elsewhere(said, command):
        raise NothingToCorrect(str(command.assertion_id))
    else:
        _refuse_unfit(said, command.value, command.today)
    refuse_too_far(command.value, command.today)


def _refuse_no_value(said: Assertion, command: Correct) -> None:
    if said.attr == "due" and not (command.undated_reason or "").strip():
        raise NoReasonForNoDate(str(command.assertion_id))
    if said.value is None and said.undated_reason == command.undated_reason:
        raise NothingToCorrect(str(command.assertion_id))


def _refuse_unfit(said: Assertion, value: PartialDate, today: date) -> None:
    if said.attr == "actual":
        refuse_not_happened(value, today)
    if said.attr == "due":
        refuse_no_beginning(value)


def _elsewhere(said: Assertion, command: Correct) -> bool:
    """Whether another source is named for the same date."""
    return bool(command.evidence) and command.evidence != said.evidence


def _says_the_same(one: PartialDate, other: PartialDate) -> bool:
    return (one.edtf, one.precision, one.qualifier) == (
        other.edtf,
        other.precision,
        other.qualifier,
    )
