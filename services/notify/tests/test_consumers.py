from collections.abc import Awaitable, Callable, Mapping
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from databases import Database
from rebuilt import differing
from relayed import outside, record

from bus.reading import Record
from chassis.hearing import Hearing
from chassis.saying import Cause, Desk
from contracts.catalog import ProcedurePublished
from contracts.envelope import Event
from contracts.registry import EVENTS
from contracts.roadmap import (
    AssertionCorrected,
    MilestoneApproached,
    MilestoneCancelled,
    MilestoneMissed,
    MilestoneReached,
    MilestoneRescheduled,
    MilestoneScheduled,
    PlanRevised,
)
from contracts.schemas import example
from notify.consumers import HEARS, VIEWS, news
from notify.domain import FACTS
from notify.store import Store

pytestmark = pytest.mark.real

MONDAY = datetime(2026, 11, 23, 3, 0, tzinfo=UTC)
MOVED = MilestoneRescheduled.model_validate(example(MilestoneRescheduled))
REACHED = MilestoneReached.model_validate(example(MilestoneReached) | {"backfill": False})
CHANGE = {"backfill": False, "change": "content"}
CHANGED = ProcedurePublished.model_validate(example(ProcedurePublished) | CHANGE)


NEAR = MilestoneApproached.model_validate(example(MilestoneApproached) | {"threshold": 90})
MISSED = MilestoneMissed.model_validate(example(MilestoneMissed))
CANCELLED = MilestoneCancelled.model_validate(example(MilestoneCancelled))
CORRECTED = AssertionCorrected.model_validate(example(AssertionCorrected))
NEXT_YEAR = date(2027, 4, 1)
REVISED = PlanRevised.model_validate(example(PlanRevised) | {"backfill": False})


async def hear(desk: Desk[Store], *records: Record) -> None:
    hearing = Hearing(desk, HEARS)
    await hearing.begin({(each.topic, each.partition) for each in records})
    await hearing.hear(records)


async def lines(desk: Desk[Store]) -> list[str]:
    async with desk.read() as store:
        (notice,) = await store.notices(10)
    return list(notice.lines)


async def titles(desk: Desk[Store]) -> list[str]:
    async with desk.read() as store:
        return [notice.title for notice in await store.notices(10)]


@pytest.mark.parametrize(
    ("event", "title"),
    [
        (MOVED, "「標準化対応期限」の期日が変わりました"),
        (
            MOVED.model_copy(update={"valid_from": NEXT_YEAR}),
            "「標準化対応期限」の期日の変更が決まりました",
        ),
        (
            CANCELLED.model_copy(update={"valid_from": NEXT_YEAR}),
            "「標準化対応期限」の中止が決まりました",
        ),
        (REACHED, f"「{REACHED.label}」を達成しました"),
        (CHANGED, "「転出届」の案内が変わりました"),
        (NEAR, "「標準化対応期限」の期限が近づいています"),
        (MISSED, "「標準化対応期限」は期限を過ぎました"),
        (CANCELLED, "「標準化対応期限」は中止になりました"),
        (CORRECTED, "「標準化対応期限」の期日の記録を訂正しました"),
        (REVISED, "「岩沼市デジタル化推進計画」が改訂されました"),
    ],
)
async def test_news_becomes_a_notice_that_is_told_on(desk: Desk[Store], event: Event, title: str):
    await hear(desk, record(event, 1, 0))

    told = await desk.pool.fetchrow(
        "select headers ->> 'hops' as hops, payload ->> 'title' as title from outbox"
    )
    assert await titles(desk) == [title]
    assert told
    assert dict(told) == {"hops": "1", "title": title}


@pytest.mark.parametrize("event", [MOVED, NEAR, MISSED, CANCELLED, CORRECTED, REVISED])
async def test_the_same_record_twice_is_one_notice(desk: Desk[Store], event: Event):
    await hear(desk, record(event, 1, 0), record(event, 1, 1))

    assert len(await titles(desk)) == 1


async def test_the_first_load_and_old_records_make_no_notice(desk: Desk[Store]):
    first = ProcedurePublished.model_validate(example(ProcedurePublished) | {"backfill": False})

    old = outside(CHANGED, recorded=MONDAY - timedelta(days=8))

    await hear(desk, record(first, 1, 0), record(CHANGED, 2, 1, envelope=old))

    assert await titles(desk) == []
    assert await desk.pool.fetchval("select count(*) from parked") == 0


@pytest.mark.parametrize(
    "event",
    [
        NEAR.model_copy(update={"threshold": 180}),
        CORRECTED.model_copy(update={"valid_until": MONDAY.date()}),
        CORRECTED.model_copy(update={"valid_from": NEXT_YEAR}),
        CORRECTED.model_copy(update={"after": CORRECTED.before}),
        CORRECTED.model_copy(update={"milestone": None}),
        CORRECTED.model_copy(update={"attr": "reported"}),
        *(each.model_copy(update={"backfill": True}) for each in (MOVED, MISSED, CANCELLED)),
        *(each.model_copy(update={"backfill": True}) for each in (NEAR, CORRECTED, REVISED)),
    ],
)
async def test_what_concerns_nobody_today_makes_no_notice(desk: Desk[Store], event: Event):
    await hear(desk, record(event, 1, 0))

    assert await titles(desk) == []


async def test_a_move_without_a_decision_on_record_says_so(desk: Desk[Store]):
    undecided = MOVED.model_copy(update={"decision": None, "reason": None})

    await hear(desk, record(undecided, 1, 0))

    assert await lines(desk) == [
        "前の期日：令和9年9月",
        "いまの期日：令和9年12月",
        "決めたところ：決定の記録なし",
    ]


async def test_a_move_that_holds_from_a_later_day_says_from_when(desk: Desk[Store]):
    await hear(desk, record(MOVED.model_copy(update={"valid_from": NEXT_YEAR}), 1, 0))

    assert (await lines(desk))[:2] == [
        "前の期日：令和9年9月",
        "新しい期日：令和9年12月（令和9年4月1日から）",
    ]


async def test_a_stop_from_a_later_day_says_from_when(desk: Desk[Store]):
    await hear(desk, record(CANCELLED.model_copy(update={"valid_from": NEXT_YEAR}), 1, 0))

    assert (await lines(desk))[:2] == ["いつから：令和9年4月1日", "前の期日：令和9年9月"]


async def test_a_date_of_today_that_is_put_right_is_told_also_when_another_is_decided(
    desk: Desk[Store],
):
    await hear(desk, record(CORRECTED.model_copy(update={"valid_until": NEXT_YEAR}), 1, 0))

    assert await titles(desk) == ["「標準化対応期限」の期日の記録を訂正しました"]


async def test_a_correction_says_what_was_wrong_and_that_nothing_was_decided(desk: Desk[Store]):
    await hear(desk, record(CORRECTED, 1, 0))

    assert await lines(desk) == [
        "誤っていた記録：令和9年8月",
        "正しい記録：令和9年9月",
        "訂正の理由：例：計画の本文を写し間違えたため",
        "記録の誤りを直したもので、計画や決定が変わったのではありません。",
    ]


async def test_what_was_never_reached_is_told_as_put_right(desk: Desk[Store]):
    never = CORRECTED.after.model_copy(update={"value": None})

    await hear(desk, record(CORRECTED.model_copy(update={"attr": "actual", "after": never}), 1, 0))

    assert await titles(desk) == ["「標準化対応期限」の達成した日の記録を訂正しました"]
    assert "正しい記録：なし" in await lines(desk)


async def test_what_comes_near_says_the_day_and_how_many_are_left(desk: Desk[Store]):
    await hear(desk, record(NEAR, 1, 0))

    day, left = "令和9年12月31日", NEAR.days_left
    assert f"期限の日：{day}（このお知らせの日から、あと{left}日）" in await lines(desk)


async def test_news_at_the_end_of_its_chain_stops_nothing(desk: Desk[Store]):
    last = record(MOVED, 1, 0, envelope=outside(MOVED, hops=6))

    await hear(desk, last, record(REACHED, 2, 1))

    assert len(await titles(desk)) == 2
    assert await desk.pool.fetchval("select count(*) from outbox") == 1
    assert await desk.pool.fetchval("select count(*) from parked") == 0


async def test_a_promised_milestone_makes_a_topic_and_no_notice(desk: Desk[Store]):
    await hear(desk, record(MilestoneScheduled.model_validate(example(MilestoneScheduled)), 1, 0))

    async with desk.read() as store:
        assert [topic.topic for topic in await store.topics()] == ["plan", "initiative:2-1"]
    assert await titles(desk) == []


@pytest.mark.parametrize("ce_type", FACTS)
def test_an_event_tells_the_facts_that_rules_may_ask_for(ce_type: str):
    event: Mapping[str, Any] = example(EVENTS[ce_type])

    told = news(EVENTS[ce_type].model_validate(event), Cause("id", 1, MONDAY))

    assert set(told.facts) == FACTS[ce_type]


def test_an_event_of_which_nothing_is_known_tells_nothing():
    told = news(MilestoneScheduled.model_validate(example(MilestoneScheduled)), Cause("id"))

    assert told.facts == {}
    assert told.recorded.year == 1


async def test_whatever_was_heard_comes_out_of_the_log_again(
    desk: Desk[Store], fresh_database: Callable[[str], Awaitable[Database]]
):
    scheduled = MilestoneScheduled.model_validate(example(MilestoneScheduled))

    other = await differing(
        scheduled, MOVED, CANCELLED, live=(desk, HEARS), views=VIEWS, fresh=fresh_database
    )

    assert other == []


def test_what_is_made_again_from_the_log_is_no_notice():
    assert VIEWS.tables == ("heard_milestone",)
    assert [line.event for line in HEARS if line.rebuilds] == [MilestoneScheduled]


@pytest.mark.parametrize(
    "page", ["javascript:alert(1)", "@evil.example/x", "//evil.example", "/\\evil", "/a\r\nBcc: b"]
)
def test_a_page_that_is_none_of_this_site_leads_to_its_front(page: str):
    forged = MOVED.model_copy(update={"page": page})

    assert news(forged, Cause("x")).page == "/"
    assert news(MOVED, Cause("x")).page == MOVED.page
