"""How a date moves: what was said before is kept on both clocks."""

from dataclasses import replace
from datetime import UTC, date, datetime
from pathlib import Path

import pytest
from hypothesis import given, strategies as st
from promised import DUE, PLAN, STANDARDIZATION

from roadmap.domain import (
    Assertion,
    Decision,
    Evidence,
    NationsDate,
    NoDecision,
    NoDueDate,
    NoReason,
    NoReasonForNoDate,
    NotDecidedYet,
    OverAlready,
    ReachedAlready,
    Reschedule,
    SameDate,
    Standing,
    TooEarlyToHold,
    TooFarAhead,
    Valid,
    direction,
    read_date,
    read_plan,
    reschedule,
    stated_by,
)

SEPTEMBER = read_date("令和9年9月")
DECEMBER = read_date("令和9年12月")
MONDAY = date(2026, 6, 1)
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
    moved = reschedule(STANDARDIZATION, COMMAND)

    assert moved.closed == DUE
    kept, opened = moved.begun
    assert kept == replace(
        DUE, valid=Valid(since=date(2026, 3, 1), until=MONDAY), assertion_id=None, recorded=None
    )
    assert (opened.value, opened.valid) == (DECEMBER, Valid(since=MONDAY))


def test_a_moved_date_comes_from_the_decision_and_no_longer_from_the_revision():
    opened = reschedule(STANDARDIZATION, COMMAND).opened
    assert opened

    assert (opened.revision_id, opened.decision_id, opened.mark) == (None, 3, "X")
    assert opened.evidence == (
        Evidence(source="デジタル化推進本部の決定（2026年5月28日）", mark="X"),
    )
    assert (opened.assertion_id, opened.recorded) == (None, None)


def test_evidence_that_is_given_is_kept():
    minutes = Evidence(source="推進本部会議録", mark="X", url="https://example.jp/minutes")

    moved = reschedule(STANDARDIZATION, replace(COMMAND, evidence=(minutes,)))

    assert moved.opened
    assert moved.opened.evidence == (minutes,)


def test_a_date_replaced_on_the_day_it_began_held_for_no_day():
    moved = reschedule(STANDARDIZATION, replace(COMMAND, valid_from=date(2026, 3, 1)))

    assert moved.begun == (moved.opened,)


@pytest.mark.parametrize("asked", [None, date(2027, 6, 1)])
def test_a_date_that_is_decided_for_later_is_moved_before_it_holds(asked: date | None):
    """A revision that begins in April is loaded in winter; until then decisions are about its dates."""
    later = replace(STANDARDIZATION, due=replace(DUE, valid=Valid(since=date(2027, 4, 1))))

    moved = reschedule(later, replace(COMMAND, valid_from=asked)).opened

    assert moved
    assert moved.valid.since == (asked or date(2027, 4, 1))
    with pytest.raises(TooEarlyToHold):
        reschedule(later, replace(COMMAND, valid_from=COMMAND.today))


def test_a_date_may_be_taken_away_with_a_reason():
    moved = reschedule(
        STANDARDIZATION, replace(COMMAND, value=None, undated_reason="国の支援の延長を待つ")
    )

    assert moved.opened
    assert (moved.opened.value, moved.opened.mark) == (None, "N")
    assert moved.opened.undated_reason == "国の支援の延長を待つ"


def test_a_milestone_without_a_date_may_get_one():
    undated = replace(
        STANDARDIZATION, due=replace(DUE, value=None, undated_reason="未定", mark="N")
    )

    moved = reschedule(undated, COMMAND)

    assert moved.opened
    assert (moved.opened.undated_reason, moved.opened.mark) == (None, "X")


def test_a_decision_ends_a_milestone_once_also_one_that_had_no_date():
    undated = replace(
        STANDARDIZATION, due=replace(DUE, value=None, undated_reason="未定", mark="N")
    )
    stop = replace(DECISION, effect="stop")
    command = replace(COMMAND, value=None, undated_reason="取りやめ", decision=stop)

    ended = reschedule(undated, command).opened

    assert ended
    with pytest.raises(SameDate):
        reschedule(replace(undated, due=ended, decisions=(stop,)), command)


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
    with pytest.raises(refusal):
        reschedule(STANDARDIZATION, replace(COMMAND, **change))


def test_a_decision_is_recorded_from_the_day_on_which_it_is_taken():
    with pytest.raises(NotDecidedYet, match="2026-05-28"):
        reschedule(STANDARDIZATION, replace(COMMAND, today=date(2026, 5, 27)))


def test_a_date_that_the_nation_set_is_not_for_the_city_to_move():
    nations = replace(STANDARDIZATION, due=replace(DUE, asserter="nation"))

    with pytest.raises(NationsDate, match="ms-std20"):
        reschedule(nations, COMMAND)


def test_what_has_happened_cannot_be_rescheduled():
    with pytest.raises(NoDueDate, match="ms-convenience"):
        reschedule(CONVENIENCE, COMMAND)


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
        moved = reschedule(milestone, replace(COMMAND, value=value, valid_from=day))
        rows = [row for row in rows if row != moved.closed] + list(moved.begun)
        assert moved.opened
        milestone = replace(milestone, due=moved.opened)

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
    [
        (date(2026, 6, 1), "planned"),
        (date(2027, 4, 2), "planned"),
        (date(2027, 4, 3), "approaching"),
        (date(2027, 9, 30), "approaching"),
        (date(2027, 10, 1), "missed"),
    ],
)
def test_a_milestone_that_is_watched_approaches_and_is_missed(today: date, status: str):
    assert STANDARDIZATION.status(today) == status
    assert STANDARDIZATION.standing(today).because == (DUE,)


def test_of_what_was_over_before_tracking_began_the_outcome_is_not_known():
    late = replace(STANDARDIZATION, known_since=datetime(2027, 11, 1, tzinfo=UTC))

    assert late.status(date(2027, 11, 1)) == "unconfirmed"


def reported(date_text: str) -> Assertion:
    return replace(DUE, attr="reported", asserter="mic", value=read_date(date_text), mark="X")


def test_what_others_report_for_later_makes_it_late_and_then_missed():
    late = reported("令和10年4月")
    known = replace(
        STANDARDIZATION, reported=(late,), known_since=datetime(2027, 11, 1, tzinfo=UTC)
    )

    assert known.standing(date(2026, 6, 1)) == Standing(status="late_reported", because=(DUE, late))
    assert known.standing(date(2027, 11, 1)) == Standing(status="missed", because=(DUE, late))


def test_the_newest_report_is_the_last_by_its_day_and_of_one_day_the_one_that_makes_late():
    october, november = Valid(since=date(2026, 10, 31)), Valid(since=date(2026, 11, 20))
    old = replace(reported("令和10年12月"), valid=october)
    late, open_end = (
        replace(reported(text), valid=november) for text in ("令和10年3月", "令和8年4月以降")
    )
    later = replace(late, value=read_date("令和10年4月"))

    def newest(*rows: Assertion) -> Assertion | None:
        return replace(STANDARDIZATION, reported=rows).newest_report

    assert newest(late, open_end, old) == late
    assert newest(later, late, old) == later
    assert newest() is None


def test_a_report_that_overlaps_the_promise_says_nothing_of_lateness():
    known = replace(STANDARDIZATION, reported=(reported("令和8年4月以降"),))

    assert known.status(date(2026, 6, 1)) == "planned"


@pytest.mark.parametrize(
    ("happened", "status", "on_time"),
    [
        ("令和9年9月30日", "reached", "yes"),
        ("令和9年10月1日", "reached_late", "no"),
        ("令和9年度", "reached", "unknown"),
    ],
)
def test_what_was_reached_was_so_in_time_or_late_or_nobody_can_tell(
    happened: str, status: str, on_time: str
):
    actual = replace(DUE, attr="actual", asserter="city", value=read_date(happened))
    reached = replace(STANDARDIZATION, actual=actual)

    standing = reached.standing(date(2028, 4, 1))

    assert (standing.status, standing.on_time) == (status, on_time)
    assert standing.because == (DUE, actual)


def test_what_a_revision_leaves_out_or_a_decision_stops_is_cancelled():
    left_out = replace(STANDARDIZATION, removed=True, due=None)
    stopped = replace(
        STANDARDIZATION,
        due=promise(None, MONDAY, "3"),
        decisions=(replace(DECISION, effect="stop"),),
    )

    assert left_out.standing(MONDAY) == Standing(status="cancelled", because=(DUE,))
    assert stopped.status(MONDAY) == "cancelled"


def test_what_has_happened_is_reached_and_what_has_no_date_is_undated():
    undated = replace(
        STANDARDIZATION, due=replace(DUE, value=None, undated_reason="未定", mark="N")
    )

    assert CONVENIENCE.status(date(2026, 4, 1)) == "reached"
    assert undated.status(date(2026, 4, 1)) == "undated"


def promise(text: str | None, since: date, said_by: str) -> Assertion:
    number = int(said_by) if said_by.isdigit() else None
    return replace(
        DUE,
        value=read_date(text) if text else None,
        valid=Valid(since=since),
        revision_id=None if number else said_by,
        decision_id=number,
    )


def test_a_slip_is_measured_against_every_earlier_promise_and_the_first_is_the_headline():
    rows = (
        promise("令和8年3月", date(2021, 9, 1), "R3"),
        promise("令和9年9月", date(2026, 3, 1), "R8"),
        promise("令和9年12月", date(2026, 11, 20), "3"),
    )
    moved = replace(STANDARDIZATION, promises=rows, due=rows[-1])

    found = [(each.promise.said_by, each.slip.months) for each in moved.baselines]

    assert found == [("R3", 21), ("R8", 3)]
    assert moved.slip_count == 2
    assert moved.total_slip
    assert moved.total_slip.days == 640


def test_a_date_that_is_stated_again_did_not_move():
    rows = (
        promise("令和9年9月", date(2021, 9, 1), "R3"),
        promise("2027年9月", date(2026, 3, 1), "R8"),
    )
    again = replace(STANDARDIZATION, promises=rows, due=rows[-1])

    assert (again.slip_count, again.total_slip) == (0, None)
    assert [each.slip.direction for each in again.baselines] == ["same"]


def test_a_promise_without_a_date_is_no_baseline():
    rows = (promise(None, date(2021, 9, 1), "R3"), promise("令和9年9月", date(2026, 3, 1), "R8"))
    dated = replace(STANDARDIZATION, promises=rows, due=rows[-1])

    assert (dated.slip_count, dated.baselines, dated.total_slip) == (1, (), None)


def test_to_stop_is_no_move_and_leaves_no_slip_to_be_measured():
    rows = (DUE, promise(None, date(2026, 11, 20), "3"))
    stop = replace(DECISION, effect="stop")
    stopped = replace(STANDARDIZATION, promises=rows, due=rows[-1], decisions=(stop,))

    assert (stopped.slip_count, stopped.baselines, stopped.total_slip) == (0, (), None)
    assert stopped.last_date == DUE


def test_what_goes_on_after_a_stop_moved_as_far_as_its_dates_say():
    rows = (
        DUE,
        promise(None, date(2026, 11, 20), "3"),
        promise("令和9年12月", date(2026, 11, 23), "4"),
    )
    decisions = (replace(DECISION, effect="stop"), replace(DECISION, decision_id=4))
    resumed = replace(STANDARDIZATION, promises=rows, due=rows[-1], decisions=decisions)

    assert resumed.moves == ((DUE, rows[-1]),)
    assert resumed.total_slip
    assert resumed.total_slip.text == "+3か月"


def test_what_was_never_dated_has_no_last_date():
    undated = promise(None, date(2026, 3, 1), "R8")

    assert replace(STANDARDIZATION, promises=(undated,), due=undated).last_date is None


def test_the_text_that_counts_is_that_of_the_newest_revision():
    newer = replace(DUE, revision_id="R9", valid=Valid(since=date(2027, 3, 1)))
    moved = promise("令和9年12月", date(2027, 4, 1), "3")
    milestone = replace(STANDARDIZATION, promises=(DUE, newer, moved), due=moved)

    assert milestone.stated == newer


@pytest.mark.parametrize(
    ("said", "origin"),
    [
        (DUE, "S"),
        (replace(DUE, decision_id=3), "S"),  # the text states it, whoever decided so
        (replace(DUE, mark="X", revision_id=None, decision_id=3), "decided"),
        (replace(DUE, mark="X", revision_id=None, decision_id=3, corrects=7), "decided"),
        (replace(DUE, mark="X", revision_id=None), "X"),
    ],
)
def test_where_a_statement_stands_is_one_word(said: Assertion, origin: str):
    assert said.origin == origin


def test_what_the_plan_itself_says_stays_known_after_a_move():
    rows = (DUE, promise("令和9年12月", date(2026, 11, 20), "3"))
    moved = replace(STANDARDIZATION, promises=rows, due=rows[-1], decisions=(DECISION,))

    assert (moved.stated, moved.decision, moved.deadline) == (DUE, DECISION, date(2027, 12, 31))
    assert (rows[-1].said_by, DUE.said_by) == (DECISION.record_id, "R8")


APRIL = date(2027, 4, 1)
DROPPED = replace(STANDARDIZATION, due=None, removed=True)


def test_a_promise_holds_from_the_day_of_its_revision():
    assert STANDARDIZATION.holds_from == date(2026, 3, 1)


def test_what_has_no_due_date_holds_from_no_day():
    assert CONVENIENCE.holds_from is None


def test_what_a_revision_left_out_is_so_from_the_day_on_which_its_promise_ended():
    dropped = replace(DROPPED, promises=(DUE.ending(APRIL),))

    assert dropped.holds_from == APRIL


def test_what_was_left_out_before_it_held_is_so_from_that_day():
    dropped = replace(DROPPED, promises=(replace(DUE, overtaken=APRIL),))

    assert dropped.holds_from == APRIL


def test_of_what_was_left_out_without_a_promise_nobody_knows_from_when():
    assert replace(DROPPED, promises=()).holds_from is None


MOVED = replace(DUE, value=DECEMBER, valid=Valid(since=APRIL))
LATEST = replace(STANDARDIZATION, due=MOVED, promises=(DUE.ending(APRIL), MOVED))


def test_what_is_decided_for_a_later_day_comes_until_that_day():
    assert LATEST.coming(date(2027, 3, 31)) == (MOVED,)
    assert LATEST.coming(APRIL) == ()


def test_what_is_stated_once_more_or_was_overtaken_is_no_change_that_comes():
    again = replace(MOVED, value=SEPTEMBER)
    overtaken = replace(MOVED, overtaken=APRIL)

    assert replace(LATEST, promises=(DUE, again)).coming(MONDAY) == ()
    assert replace(LATEST, promises=(DUE, overtaken)).coming(MONDAY) == ()


def test_a_stop_comes_too_also_of_what_had_no_date():
    undated = replace(DUE, value=None)
    stop = replace(MOVED, value=None, revision_id=None, decision_id=3)
    decided = replace(DECISION, effect="stop")

    latest = replace(LATEST, due=stop, promises=(undated, stop), decisions=(decided,))

    assert latest.coming(MONDAY) == (stop,)


def test_what_is_left_out_later_leaves_after_today():
    dropped = replace(DROPPED, promises=(DUE.ending(APRIL),))

    assert dropped.leaves_after(MONDAY) == APRIL
    assert dropped.leaves_after(APRIL) is None
    assert STANDARDIZATION.leaves_after(MONDAY) is None


def test_what_was_reached_is_not_moved_any_more():
    reached = replace(STANDARDIZATION, actual=replace(DUE, attr="actual"))

    with pytest.raises(ReachedAlready, match="ms-std20"):
        reschedule(reached, COMMAND)


def test_a_milestone_has_a_page_of_its_own():
    assert STANDARDIZATION.page == "/plan/milestones/ms-std20"


def test_a_statement_holds_from_its_first_day_to_the_day_before_its_end_unless_overtaken():
    held = DUE.ending(date(2026, 4, 1))

    days = [date(2026, 2, 28), date(2026, 3, 1), date(2026, 3, 31), date(2026, 4, 1)]

    assert [held.holds_on(day) for day in days] == [False, True, True, False]
    assert DUE.holds_on(date(2040, 1, 1))
    assert not replace(DUE, overtaken=days[1]).holds_on(days[1])


def test_a_date_moved_on_the_day_from_which_its_last_move_is_in_force_and_not_when_it_is_stated_again():
    first = promise("令和9年9月", date(2026, 3, 1), "R8")
    moved = promise("令和9年12月", date(2026, 11, 20), "3")
    again = promise("令和9年12月", date(2027, 4, 1), "R9")
    held = replace(STANDARDIZATION, promises=(first, moved, again), due=again)
    replaced = replace(moved, overtaken=date(2026, 11, 19))

    assert replace(held, promises=(first,), due=first).moved_on is None
    assert held.moved_on == date(2026, 11, 20)
    assert replace(held, promises=(first, replaced)).moved_on == date(2026, 11, 19)
