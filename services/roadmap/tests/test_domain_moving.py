"""What is reached, reported and put right: which rows begin, which end, and what is refused."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest
from promised import DUE, KNOWN, STANDARDIZATION

from contracts.values import PartialDate
from roadmap.domain import (
    Amendment,
    Assertion,
    Correct,
    Decision,
    Evidence,
    NoEvidence,
    NoFirstDay,
    NoReason,
    NoReasonForNoDate,
    NothingToCorrect,
    NotKnownAnyMore,
    NotYet,
    OutOfThePlan,
    Reach,
    Report,
    Reschedule,
    StatedAlready,
    StopHasNoDate,
    TooFarAhead,
    UnfitDecision,
    Valid,
    correct,
    reach,
    read_date,
    report,
    reschedule,
)

TODAY = date(2026, 11, 23)
SEEN = (Evidence(source="推進本部会議録", mark="X"),)
REACHED = Reach(
    milestone_id="ms-std20",
    value=read_date("令和8年11月20日"),
    today=TODAY,
    evidence=SEEN,
)
REPORTED = Report(
    subject_id="ms-std20",
    asserter="mic",
    value=read_date("令和10年3月"),
    valid_from=TODAY,
    today=TODAY,
    evidence=SEEN,
)
RIGHT = Correct(
    assertion_id=7,
    value=read_date("令和9年8月"),
    undated_reason=None,
    reason="写し間違い",
    today=TODAY,
)


def made(change: Amendment) -> Assertion:
    assert change.opened
    return change.opened


def test_what_happened_is_in_force_from_the_day_on_which_it_did():
    change = reach(STANDARDIZATION, REACHED)

    assert change.closed is None
    assert made(change).valid == Valid(since=date(2026, 11, 20))
    assert (made(change).mark, made(change).evidence) == ("X", SEEN)


def test_a_report_is_in_force_from_the_day_as_of_which_it_speaks():
    assert made(report(None, REPORTED)).valid == Valid(since=TODAY)


def reported(since: date, until: date | None = None) -> Assertion:
    held = Valid(since=since, until=until)
    return replace(DUE, attr="reported", asserter="mic", valid=held, value=read_date("2028年1月"))


def test_a_later_report_of_the_same_source_takes_the_place_of_an_earlier_one():
    change = report(reported(date(2026, 6, 1)), REPORTED)

    assert change.closed
    assert [row.valid for row in change.begun] == [
        Valid(since=date(2026, 6, 1), until=TODAY),
        Valid(since=TODAY),
    ]


@pytest.mark.parametrize("since", [TODAY, date(2026, 12, 1)])
def test_another_report_as_of_the_same_day_or_before_is_for_a_correction(since: date):
    with pytest.raises(StatedAlready, match="2028-01"):
        report(reported(since), REPORTED)


def test_the_same_report_again_is_stated_already():
    same = replace(REPORTED, value=read_date("2028年1月"))

    with pytest.raises(StatedAlready):
        report(reported(TODAY), same)


def test_after_a_report_that_was_taken_back_its_source_speaks_as_of_that_day_or_later():
    ended = reported(date(2026, 6, 1), until=TODAY)

    anew = report(ended, REPORTED)

    assert (anew.closed, made(anew).valid) == (None, Valid(since=TODAY))
    with pytest.raises(StatedAlready):
        report(ended, replace(REPORTED, valid_from=date(2026, 11, 1)))


@pytest.mark.parametrize(
    ("command", "refusal"),
    [
        (replace(REACHED, evidence=()), NoEvidence),
        (replace(REACHED, evidence=(replace(SEEN[0], source=" "),)), NoEvidence),
        (replace(REACHED, value=read_date("令和8年11月24日")), NotYet),
        (replace(REACHED, value=PartialDate.from_edtf("../2015")), NoFirstDay),
    ],
)
def test_what_happened_needs_evidence_and_a_day_that_was(command: Reach, refusal: type[Exception]):
    with pytest.raises(refusal):
        reach(STANDARDIZATION, command)


def test_a_report_needs_evidence():
    with pytest.raises(NoEvidence):
        report(None, replace(REPORTED, evidence=()))


def test_what_was_reached_is_not_reached_again():
    once = replace(STANDARDIZATION, actual=replace(DUE, attr="actual", evidence=()))

    with pytest.raises(StatedAlready, match="plan"):
        reach(once, REACHED)


def test_a_correction_takes_the_days_of_what_was_wrong_and_says_why():
    change = correct(DUE, RIGHT)

    right = made(change)
    assert change == Amendment(closed=DUE, begun=(right,))
    assert (right.valid, right.corrects, right.why) == (DUE.valid, 7, "写し間違い")
    assert (right.mark, right.evidence, right.revision_id) == ("S", DUE.evidence, "R8")


def test_a_correction_by_what_stands_outside_the_plan_is_no_statement_of_it_any_more():
    inside = (*SEEN, *DUE.evidence)

    outside = made(correct(DUE, replace(RIGHT, evidence=SEEN)))

    assert (outside.evidence, outside.mark) == (SEEN, "X")
    assert made(correct(DUE, replace(RIGHT, evidence=inside))).mark == "S"


def test_a_wrong_source_alone_can_be_put_right():
    same = replace(RIGHT, value=DUE.value)

    right = made(correct(DUE, replace(same, evidence=SEEN)))

    assert (right.value, right.evidence) == (DUE.value, SEEN)
    with pytest.raises(NothingToCorrect):
        correct(DUE, replace(same, evidence=DUE.evidence))


def test_a_promise_may_have_had_no_date_after_all():
    change = correct(DUE, replace(RIGHT, value=None, undated_reason="日付は別の節目のもの"))

    assert (made(change).value, made(change).mark) == (None, "N")


def test_a_promise_without_a_date_may_have_had_one():
    undated = replace(DUE, value=None, undated_reason="記載なし", mark="N")

    change = correct(undated, RIGHT)

    assert (made(change).mark, made(change).undated_reason) == ("X", None)


def test_what_happened_on_another_day_is_in_force_from_that_day():
    actual = replace(DUE, attr="actual", value=read_date("令和8年11月20日"))

    change = correct(actual, replace(RIGHT, value=read_date("令和8年11月18日")))

    assert made(change).valid.since == date(2026, 11, 18)


def test_what_was_never_so_is_taken_back():
    actual = replace(DUE, attr="actual", value=read_date("令和8年11月20日"))

    assert correct(actual, replace(RIGHT, value=None)) == Amendment(
        closed=actual, begun=(), why=RIGHT.reason
    )


@pytest.mark.parametrize(
    ("said", "command", "refusal"),
    [
        (DUE, replace(RIGHT, reason=" "), NoReason),
        (DUE, replace(RIGHT, value=DUE.value), NothingToCorrect),
        (DUE, replace(RIGHT, value=None), NoReasonForNoDate),
        (DUE, replace(RIGHT, value=read_date("3000年")), TooFarAhead),
        (
            replace(DUE, recorded=replace(KNOWN, until=datetime(2026, 5, 1, tzinfo=UTC))),
            RIGHT,
            NotKnownAnyMore,
        ),
        (
            replace(DUE, value=None, undated_reason="記載なし", mark="N"),
            replace(RIGHT, value=None, undated_reason="記載なし"),
            NothingToCorrect,
        ),
        (replace(DUE, attr="actual"), RIGHT, NotYet),
        (
            replace(DUE, attr="actual"),
            replace(RIGHT, value=RIGHT.value and RIGHT.value.model_copy(update={"lo": None})),
            NoFirstDay,
        ),
    ],
)
def test_a_correction_is_refused_that_corrects_nothing_or_cannot_be(
    said: Assertion, command: Correct, refusal: type[Exception]
):
    with pytest.raises(refusal):
        correct(said, command)


MOVE = Reschedule(
    milestone_id="ms-std20",
    value=read_date("令和9年12月"),
    valid_from=TODAY,
    today=TODAY,
    decision=Decision(body="本部", taken_on=TODAY, chosen="改める", reason="遅れ"),
)


def test_what_is_out_of_the_plan_does_not_move():
    with pytest.raises(OutOfThePlan):
        reschedule(replace(STANDARDIZATION, removed=True), MOVE)


def test_what_is_stopped_has_no_date():
    stop = replace(MOVE, decision=replace(MOVE.decision, effect="stop"))

    with pytest.raises(StopHasNoDate):
        reschedule(STANDARDIZATION, stop)


@pytest.mark.parametrize(
    "recorded",
    [
        Decision(
            body="本部",
            taken_on=TODAY,
            chosen="何も変えない",
            reason="様子を見る",
            effect="none",
            decision_id=1,
        ),
        Decision(
            body="本部",
            taken_on=TODAY,
            chosen="改める",
            reason="遅れ",
            about=("ms-end",),
            decision_id=2,
        ),
    ],
    ids=["it decided nothing", "it is about another"],
)
def test_a_decision_on_record_moves_only_what_it_decided(recorded: Decision):
    with pytest.raises(UnfitDecision):
        reschedule(STANDARDIZATION, replace(MOVE, decision=recorded))


def test_a_decision_about_the_whole_plan_moves_any_date_of_it():
    recorded = replace(MOVE.decision, about=("plan",), decision_id=3)

    assert made(reschedule(STANDARDIZATION, replace(MOVE, decision=recorded))).decision_id == 3


def test_a_date_that_would_hold_in_a_far_year_is_a_slip_of_the_pen():
    far = replace(MOVE, valid_from=date(2036, 11, 20), value=read_date("2037年3月"))

    with pytest.raises(TooFarAhead, match="2036"):
        reschedule(STANDARDIZATION, far)


def test_a_report_as_of_a_day_to_come_is_refused():
    with pytest.raises(NotYet):
        report(None, replace(REPORTED, valid_from=TODAY + timedelta(days=1)))
