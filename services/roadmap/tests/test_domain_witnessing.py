"""What can have happened by now, who can report, and of which milestone."""

from dataclasses import replace
from datetime import date

import pytest
from promised import DUE, STANDARDIZATION

from contracts.values import PartialDate
from roadmap.domain import (
    Assertion,
    Correct,
    Decision,
    Evidence,
    NoReporter,
    NotYet,
    OutOfThePlan,
    Reach,
    Report,
    Stopped,
    TooLongAgo,
    Valid,
    correct,
    is_old,
    reach,
    read_date_or_edtf,
    report,
    speaks_on,
)

TODAY = date(2026, 11, 23)
SEEN = (Evidence(source="推進本部会議録", mark="X"),)
REACHED = Reach(
    milestone_id="ms-std20",
    value=PartialDate.from_edtf("2026-11-20"),
    today=TODAY,
    evidence=SEEN,
)
REPORTED = Report(
    subject_id="ms-std20",
    asserter="mic",
    value=PartialDate.from_edtf("2028-03"),
    valid_from=TODAY,
    today=TODAY,
    evidence=SEEN,
)


@pytest.mark.parametrize(
    "said", ["2026-11", "2026", "令和8年度", "2026-11-23", "2026-04/2026-11-23"]
)
def test_what_happened_in_a_month_or_year_that_has_begun_did_happen(said: str):
    change = reach(STANDARDIZATION, replace(REACHED, value=read_date_or_edtf(said)))

    assert change.opened


@pytest.mark.parametrize(
    "said", ["2026-11-24", "2026-12", "2027", "2026-04/2026-11-24", "2026-11-01/2027-03", "2026/.."]
)
def test_what_lies_ahead_by_its_end_has_not_happened(said: str):
    ahead = read_date_or_edtf(said)

    with pytest.raises(NotYet):
        reach(STANDARDIZATION, replace(REACHED, value=ahead))
    with pytest.raises(NotYet):
        correct(
            replace(DUE, attr="actual"),
            Correct(assertion_id=7, value=ahead, undated_reason=None, reason="誤り", today=TODAY),
        )


@pytest.mark.parametrize(
    ("command", "refusal", "field"),
    [
        (replace(REPORTED, asserter="plan"), NoReporter, "asserter: plan"),
        (replace(REPORTED, asserter="nation"), NoReporter, "asserter: nation"),
        (replace(REPORTED, valid_from=date(9999, 1, 1)), NotYet, "valid_from: 9999"),
        (replace(REPORTED, valid_from=date(1, 1, 1)), TooLongAgo, "valid_from: 0001"),
    ],
)
def test_a_report_of_a_day_or_a_source_that_cannot_be_is_refused_by_its_field(
    command: Report, refusal: type[Exception], field: str
):
    with pytest.raises(refusal, match=field):
        report(None, command)


def test_what_happened_did_not_do_so_a_thousand_years_ago():
    with pytest.raises(TooLongAgo, match="1026-11"):
        reach(STANDARDIZATION, replace(REACHED, value=PartialDate.from_edtf("1026-11")))


def test_what_a_revision_left_out_is_not_reached():
    with pytest.raises(OutOfThePlan):
        reach(replace(STANDARDIZATION, removed=True), REACHED)


def test_what_a_decision_ended_is_not_reached_before_another_takes_it_up():
    end = Decision(
        body="本部",
        taken_on=TODAY,
        chosen="やめる",
        reason="国の変更",
        effect="stop",
        decision_id=4,
    )
    due = replace(DUE, revision_id=None, decision_id=4, value=None, undated_reason="中止", mark="N")
    stopped = replace(STANDARDIZATION, due=due, decisions=(end,))

    with pytest.raises(Stopped):
        reach(stopped, REACHED)


@pytest.mark.parametrize(
    ("as_of", "day"),
    [
        ("令和8年10月末", date(2026, 10, 31)),
        ("2026-11", TODAY),
        ("2026-11-20", date(2026, 11, 20)),
        ("2027-01", date(2027, 1, 1)),
        ("2026-11-01/..", date(2026, 11, 1)),
    ],
)
def test_a_report_as_of_a_span_speaks_at_its_end_but_not_of_a_day_to_come(as_of: str, day: date):
    assert speaks_on(read_date_or_edtf(as_of), TODAY) == day


OLD = replace(
    DUE,
    attr="reported",
    asserter="mic",
    value=PartialDate.from_edtf("2028-03"),
    valid=Valid(since=date(2026, 6, 1)),
)


@pytest.mark.parametrize(
    ("said", "old"),
    [
        (OLD, True),
        (replace(OLD, value=PartialDate.from_edtf("2028-04")), False),
        (replace(OLD, valid=Valid(since=date(2026, 7, 1))), False),
        (replace(OLD, valid=Valid(since=date(2026, 5, 1))), True),
        (replace(OLD, asserter="vendor"), False),
        (replace(OLD, subject_id="ms-online29"), False),
    ],
    ids=[
        "the same",
        "another value",
        "a newer day",
        "an older day",
        "another source",
        "of another",
    ],
)
def test_what_its_source_said_already_or_has_replaced_is_an_old_report(
    said: Assertion, *, old: bool
):
    assert is_old(said, [OLD]) is old
