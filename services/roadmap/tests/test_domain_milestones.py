"""How a date moves: what was said before is kept on both clocks."""

from dataclasses import replace
from datetime import UTC, date, datetime
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from roadmap.domain import (
    Ancestor,
    Assertion,
    Decision,
    Evidence,
    Milestone,
    NationsDate,
    NoDecision,
    NoDueDate,
    NoReason,
    NoReasonForNoDate,
    NotDecidedYet,
    OverAlready,
    Recorded,
    Reschedule,
    SameDate,
    TooEarlyToHold,
    TooFarAhead,
    Valid,
    direction,
    read_date,
    read_plan,
    stated_by,
)

SEPTEMBER = read_date("令和9年9月")
DECEMBER = read_date("令和9年12月")
MONDAY = date(2026, 6, 1)
PLAN = Evidence(source="岩沼市デジタル化推進計画", mark="S", lines="1133")
DUE = Assertion(
    subject_id="ms-std20",
    attr="due",
    asserter="plan",
    value=SEPTEMBER,
    undated_reason=None,
    mark="S",
    evidence=(PLAN,),
    valid=Valid(since=date(2026, 3, 1)),
    revision_id="R8",
    assertion_id=7,
    recorded=Recorded(since=datetime(2026, 4, 1, tzinfo=UTC)),
)
STANDARDIZATION = Milestone(
    milestone_id="ms-std20",
    label="標準化対応期限",
    kind="planned",
    parents=(Ancestor(node_id="plan", label="岩沼市デジタル化推進計画"),),
    wording="目指します",
    due=DUE,
    actual=None,
    revision_id="R8",
    version=1,
    history=(DUE,),
)
CONVENIENCE = replace(
    STANDARDIZATION,
    milestone_id="ms-convenience",
    kind="actual",
    due=None,
    actual=replace(DUE, attr="actual", value=read_date("令和元年10月1日")),
)
DECISION = Decision(
    body="デジタル化推進本部",
    taken_on=date(2026, 5, 28),
    chosen="期限を12月に改める",
    reason="ベンダーの人員が足りないため",
    decision_id=3,
)
COMMAND = Reschedule(
    milestone_id="ms-std20",
    value=DECEMBER,
    valid_from=MONDAY,
    today=date(2026, 6, 1),
    decision=DECISION,
)


def test_a_moved_date_leaves_the_old_one_where_it_held():
    moved = STANDARDIZATION.reschedule(COMMAND)

    assert moved.closed == DUE
    assert moved.kept == replace(
        DUE, valid=Valid(since=date(2026, 3, 1), until=MONDAY), assertion_id=None, recorded=None
    )
    assert moved.opened.value == DECEMBER
    assert moved.opened.valid == Valid(since=MONDAY)
    assert moved.begun == (moved.kept, moved.opened)


def test_a_moved_date_comes_from_the_decision_and_no_longer_from_the_revision():
    opened = STANDARDIZATION.reschedule(COMMAND).opened

    assert (opened.revision_id, opened.decision_id, opened.mark) == (None, 3, "X")
    assert opened.evidence == (
        Evidence(source="デジタル化推進本部の決定（2026年5月28日）", mark="X"),
    )
    assert (opened.assertion_id, opened.recorded) == (None, None)


def test_evidence_that_is_given_is_kept():
    minutes = Evidence(source="推進本部会議録", mark="X", url="https://example.jp/minutes")

    moved = STANDARDIZATION.reschedule(replace(COMMAND, evidence=(minutes,)))

    assert moved.milestone.evidence == (minutes,)


def test_the_milestone_afterwards_has_the_new_date_and_the_decision():
    moved = STANDARDIZATION.reschedule(COMMAND)

    assert moved.milestone.deadline == date(2027, 12, 31)
    assert (moved.milestone.decision, moved.milestone.version) == (DECISION, 2)
    assert moved.direction == "later"


def test_a_date_replaced_on_the_day_it_began_held_for_no_day():
    moved = STANDARDIZATION.reschedule(replace(COMMAND, valid_from=date(2026, 3, 1)))

    assert moved.kept is None
    assert moved.begun == (moved.opened,)


def test_a_date_may_be_taken_away_with_a_reason():
    moved = STANDARDIZATION.reschedule(
        replace(COMMAND, value=None, undated_reason="国の支援の延長を待つ")
    )

    assert (moved.opened.value, moved.opened.mark) == (None, "N")
    assert moved.opened.undated_reason == "国の支援の延長を待つ"
    assert (moved.direction, moved.milestone.deadline) == ("unknown", None)


def test_a_milestone_without_a_date_may_get_one():
    undated = replace(
        STANDARDIZATION, due=replace(DUE, value=None, undated_reason="未定", mark="N")
    )

    moved = undated.reschedule(COMMAND)

    assert (moved.opened.undated_reason, moved.opened.mark) == (None, "X")


@pytest.mark.parametrize(
    ("change", "refusal"),
    [
        ({"decision": replace(DECISION, reason=" ")}, NoReason),
        ({"decision": replace(DECISION, body="")}, NoDecision),
        ({"decision": replace(DECISION, chosen=" ")}, NoDecision),
        ({"value": None}, NoReasonForNoDate),
        ({"value": None, "undated_reason": " "}, NoReasonForNoDate),
        ({"value": read_date("2027年9月")}, SameDate),
        ({"valid_from": date(2026, 2, 28)}, TooEarlyToHold),
        ({"value": read_date("平成9年12月")}, OverAlready),
        ({"value": read_date("3000年")}, TooFarAhead),
    ],
)
def test_a_date_does_not_move_without_what_it_needs(
    change: dict[str, object], refusal: type[Exception]
):
    with pytest.raises(refusal, match="ms-std20"):
        STANDARDIZATION.reschedule(replace(COMMAND, **change))


def test_a_decision_is_recorded_from_the_day_on_which_it_is_taken():
    with pytest.raises(NotDecidedYet, match="2026-05-28"):
        STANDARDIZATION.reschedule(replace(COMMAND, today=date(2026, 5, 27)))


def test_a_date_that_the_nation_set_is_not_for_the_city_to_move():
    nations = replace(STANDARDIZATION, due=replace(DUE, asserter="nation"))

    with pytest.raises(NationsDate, match="ms-std20"):
        nations.reschedule(COMMAND)


def test_what_the_plan_itself_says_stays_known_after_a_move():
    moved = replace(STANDARDIZATION.reschedule(COMMAND).milestone, history=(DUE,))

    assert moved.stated == DUE


def test_what_has_happened_cannot_be_rescheduled():
    with pytest.raises(NoDueDate, match="ms-convenience"):
        CONVENIENCE.reschedule(COMMAND)


def test_what_has_happened_has_evidence_and_no_deadline():
    assert CONVENIENCE.evidence == (PLAN,)
    assert CONVENIENCE.deadline is None
    assert replace(CONVENIENCE, actual=None).evidence == ()


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ("令和9年9月", "令和9年12月", "later"),
        ("令和9年9月", "令和9年3月", "earlier"),
        ("令和9年9月", "2027年9月", "same"),
        ("令和9年9月", "令和9年度", "unknown"),
        ("令和9年9月", None, "unknown"),
        (None, "令和9年9月", "unknown"),
        (None, None, "same"),
    ],
)
def test_a_date_moves_later_or_earlier_or_nobody_can_tell(
    old: str | None, new: str | None, said: str
):
    before, after = (read_date(text) if text else None for text in (old, new))

    assert direction(before, after) == said


@given(st.lists(st.integers(1, 12), min_size=1, max_size=8))
def test_however_often_it_moves_exactly_one_date_holds_on_each_day(months: list[int]):
    milestone, rows = STANDARDIZATION, [DUE]

    for week, month in enumerate(months):
        value = read_date(f"{2028 + week}年{month}月")
        day = date(2026, 3 + week, 1)
        moved = milestone.reschedule(replace(COMMAND, value=value, valid_from=day))
        rows = [row for row in rows if row != moved.closed] + list(moved.begun)
        milestone = moved.milestone

    rows.sort(key=lambda row: row.valid.since)
    ends = [row.valid.until for row in rows]
    assert ends == [row.valid.since for row in rows[1:]] + [None]


def test_a_plan_states_promises_from_its_revision_and_facts_from_their_day():
    data = Path(__file__).parents[1] / "src" / "roadmap" / "data" / "042111" / "plan_r8.yaml"
    plan = read_plan(data.read_bytes(), "plan_r8.yaml")

    rows = {row.subject_id: row for row in stated_by(plan)}

    assert rows["ms-std20"].valid == Valid(since=date(2026, 3, 1))
    assert rows["ms-std-national"].asserter == "nation"
    assert rows["ms-convenience"].valid == Valid(since=date(2019, 10, 1))
    assert rows["ms-convenience"].asserter == "city"
    assert (rows["2-1-e"].value, rows["2-1-e"].mark) == (None, "N")
    assert {row.revision_id for row in rows.values()} == {"R8"}
    assert rows["ms-std20"].evidence[0].lines == "1133"


@pytest.mark.parametrize(
    ("today", "status"),
    [(date(2027, 9, 30), "planned"), (date(2027, 10, 1), "missed")],
)
def test_a_milestone_that_was_tracked_is_missed_when_its_deadline_is_over(today: date, status: str):
    known = replace(DUE, recorded=Recorded(since=datetime(2026, 4, 1, tzinfo=UTC)))
    tracked = replace(STANDARDIZATION, history=(known,))

    assert tracked.status(today) == status


def test_of_what_was_over_before_tracking_began_the_outcome_is_not_known():
    known = replace(DUE, recorded=Recorded(since=datetime(2027, 11, 1, tzinfo=UTC)))
    late = replace(STANDARDIZATION, history=(known,))

    assert late.status(date(2027, 11, 1)) == "unconfirmed"


def test_what_has_happened_is_reached_and_what_has_no_date_is_undated():
    undated = replace(
        STANDARDIZATION, due=replace(DUE, value=None, undated_reason="未定", mark="N")
    )

    assert CONVENIENCE.status(date(2026, 4, 1)) == "reached"
    assert undated.status(date(2026, 4, 1)) == "undated"
