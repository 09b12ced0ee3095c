import asyncio
from datetime import UTC, datetime, timedelta

import pytest
from forks import until

from chassis.saying import Cause, Desk
from contracts.roadmap import MilestoneScheduled
from contracts.schemas import example
from opendata import handlers
from opendata.settings import Settings
from opendata.store import Store
from opendata.work import work
from process.clock import run_if_due

pytestmark = pytest.mark.real

MONDAY = datetime(2026, 11, 23, 3, 0, tzinfo=UTC)
SOMEBODY_WAITS = "select exists (select from pg_locks where not granted)"
PUBLISH, LOOK_AGAIN = work(Settings().imprint("042111"))
SCHEDULED = MilestoneScheduled.model_validate(example(MilestoneScheduled))


def after(seconds: float) -> datetime:
    return MONDAY + timedelta(seconds=seconds)


async def hear(desk: Desk[Store], label: str, at: float) -> None:
    event = SCHEDULED.model_copy(update={"label": label})
    async with desk.open(after(at), Cause(label, 1)) as (store, say):
        await handlers.hear_milestone(event, store, say=say, now=after(at))


async def published(desk: Desk[Store]) -> list[str]:
    """The ids of the events that led to versions, in the order of these."""
    rows = await desk.pool.fetch("select body->>'caused_by' as id from version order by version")
    return [row["id"] for row in rows]


async def look(desk: Desk[Store], at: float) -> list[str]:
    await run_if_due(PUBLISH, desk, after(at))
    return await published(desk)


async def test_a_change_is_published_after_a_second_of_quiet(desk: Desk[Store]):
    await hear(desk, "標準化対応期限", 0)

    assert await look(desk, 0.9) == []
    assert await look(desk, 1.9) == ["標準化対応期限"]


async def test_a_burst_makes_one_version(desk: Desk[Store]):
    for number in range(4):
        await hear(desk, f"{number}", number / 2)
        await look(desk, number / 2 + 0.1)

    assert await look(desk, 2.5) == ["3"]


async def test_a_burst_without_an_end_is_published_after_four_seconds(desk: Desk[Store]):
    for number in range(8):
        await hear(desk, f"{number}", number / 2)

    assert await look(desk, 3.6) == ["7"]


async def test_several_replicas_publish_it_once(desk: Desk[Store]):
    await hear(desk, "標準化対応期限", 0)

    ran = await asyncio.gather(*(run_if_due(PUBLISH, desk, after(2)) for _ in range(8)))

    assert ran.count(True) == 1
    assert await published(desk) == ["標準化対応期限"]
    assert await desk.pool.fetchval("select count(*) from outbox") == 1


async def test_what_is_heard_meanwhile_waits_for_the_next_time(desk: Desk[Store]):
    await hear(desk, "はじめ", 0)
    async with desk.open(after(2)) as (store, _):
        await store.hold_waiting()
        hearing = asyncio.create_task(hear(desk, "つぎ", 2))
        await until(lambda: desk.pool.fetchval(SOMEBODY_WAITS))
        await store.waited("milestones")
    await hearing

    assert await look(desk, 4) == ["つぎ"]


async def test_once_a_minute_all_data_sets_are_looked_at(desk: Desk[Store]):
    ran = [await run_if_due(LOOK_AGAIN, desk, after(seconds)) for seconds in (0, 59, 60)]

    async with desk.read() as store:
        assert [each.slug for each in await store.waiting()] == ["milestones", "procedures"]
    assert ran == [True, False, True]
