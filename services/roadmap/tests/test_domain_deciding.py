"""When a decision can be recorded, and what it can be about."""

from dataclasses import replace
from datetime import date

import pytest

from roadmap.domain import (
    Decision,
    NoDecision,
    NoReason,
    NotDecidedYet,
    TooLongAgo,
    UnknownAbout,
    refuse_incomplete,
    refuse_unknown,
)

TODAY = date(2026, 11, 23)
MOVED = Decision(body="本部", taken_on=TODAY, chosen="改める", reason="遅れ", about=("ms-std20",))


@pytest.mark.parametrize(
    ("decision", "refusal", "told"),
    [
        (replace(MOVED, reason=" "), NoReason, "改める"),
        (replace(MOVED, body=" "), NoDecision, "改める"),
        (replace(MOVED, taken_on=date(2026, 11, 24)), NotDecidedYet, "taken_on: 2026-11-24"),
        (replace(MOVED, taken_on=date(1, 1, 1)), TooLongAgo, "taken_on: 0001-01-01"),
        (replace(MOVED, taken_on=date(1867, 12, 31)), TooLongAgo, "taken_on: 1867"),
    ],
)
def test_a_decision_says_who_decided_what_and_why_on_a_day_that_was(
    decision: Decision, refusal: type[Exception], told: str
):
    with pytest.raises(refusal, match=told):
        refuse_incomplete(decision, TODAY)


def test_a_decision_is_about_what_there_is():
    refuse_unknown(MOVED, {"ms-std20", "ms-end"})

    with pytest.raises(UnknownAbout, match="about: ms-mars, ms-moon"):
        refuse_unknown(replace(MOVED, about=("ms-std20", "ms-mars", "ms-moon")), {"ms-std20"})
