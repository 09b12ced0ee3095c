"""Which dates no plan reaches, and which spans nobody can promise."""

from dataclasses import replace
from datetime import date

import pytest
from promised import DUE, STANDARDIZATION

from contracts.values import PartialDate
from roadmap.domain import (
    Correct,
    Decision,
    NoFirstDay,
    Reschedule,
    TooFarAhead,
    correct,
    reschedule,
)

TODAY = date(2026, 11, 23)
MOVE = Reschedule(
    milestone_id="ms-std20",
    value=None,
    valid_from=TODAY,
    today=TODAY,
    decision=Decision(body="本部", taken_on=TODAY, chosen="改める", reason="遅れ"),
)
RIGHT = Correct(assertion_id=7, value=None, undated_reason=None, reason="写し間違い", today=TODAY)
BY = PartialDate.from_edtf("../2028", qualifier="まで")


@pytest.mark.parametrize(
    ("edtf", "refusal"),
    [
        ("2057", TooFarAhead),
        ("2027/9999", TooFarAhead),
        ("2027-09/9999-12-31", TooFarAhead),
        ("2057-01/..", TooFarAhead),
        ("../2028", NoFirstDay),
    ],
)
def test_a_promise_is_neither_moved_nor_corrected_to_what_no_plan_reaches(
    edtf: str, refusal: type[Exception]
):
    value = PartialDate.from_edtf(edtf)

    with pytest.raises(refusal):
        reschedule(STANDARDIZATION, replace(MOVE, value=value))
    with pytest.raises(refusal):
        correct(DUE, replace(RIGHT, value=value))


@pytest.mark.parametrize(
    "value",
    [PartialDate.from_edtf("2056"), PartialDate.from_edtf("2027/.."), BY],
    ids=["the last year", "without an end", "by an end"],
)
def test_a_promise_may_be_without_an_end_and_by_an_end_without_a_beginning(value: PartialDate):
    moved = reschedule(STANDARDIZATION, replace(MOVE, value=value)).opened
    right = correct(DUE, replace(RIGHT, value=value)).opened

    assert moved
    assert right
    assert moved.value == right.value == value


def test_a_promise_that_another_replaces_on_its_first_day_is_overtaken_and_a_wrong_one_is_not():
    moved = replace(MOVE, value=PartialDate.from_edtf("2028-03"))
    at_once = replace(moved, valid_from=DUE.valid.since)

    assert reschedule(STANDARDIZATION, at_once).overtaken
    assert not reschedule(STANDARDIZATION, moved).overtaken
    assert not correct(DUE, replace(RIGHT, value=moved.value)).overtaken
