import asyncio
from datetime import datetime, timedelta

import pytest
from notes import MONDAY, Notes, notice

from chassis.saying import Desk, Saying
from process.clock import Job, Worker, keep_time, keep_working, run_if_due

pytestmark = pytest.mark.real

DAY = timedelta(days=1)


async def note_the_day(store: Notes, _say: Saying, now: datetime) -> None:
    await store.keep(notice(text=f"{now:%d}"))


DAILY = Job("daily note", DAY, note_the_day)


async def days(desk: Desk[Notes]) -> list[str]:
    return [row["text"] for row in await desk.pool.fetch("select text from note order by number")]


async def test_a_job_runs_once_an_interval(desk: Desk[Notes]):
    for hours in (0, 1, 23, 24, 25):
        await run_if_due(DAILY, desk, MONDAY + timedelta(hours=hours))

    assert await days(desk) == ["23", "24"]


async def test_two_replicas_at_midnight_run_it_once(desk: Desk[Notes]):
    ran = await asyncio.gather(*(run_if_due(DAILY, desk, MONDAY) for _ in range(8)))

    assert sorted(ran) == [False] * 7 + [True]
    assert await days(desk) == ["23"]


async def test_after_a_pause_it_catches_up(desk: Desk[Notes]):
    await run_if_due(DAILY, desk, MONDAY)

    await run_if_due(DAILY, desk, MONDAY + 4 * DAY)

    assert await days(desk) == ["23", "27"]


async def test_a_job_that_fails_did_not_run_and_keeps_no_other_from_running(desk: Desk[Notes]):
    stopping = asyncio.Event()

    async def fail(store: Notes, _say: Saying, now: datetime) -> None:
        await note_the_day(store, _say, now)
        raise ZeroDivisionError

    async def last(store: Notes, _say: Saying, _now: datetime) -> None:
        await store.keep(notice(text="後の仕事"))
        stopping.set()

    await keep_time(desk, [Job("fails", DAY, fail), Job("last", DAY, last)], stopping)

    assert await days(desk) == ["後の仕事"]
    assert await desk.pool.fetchval("select count(*) from clock") == 1


async def test_a_worker_takes_turn_after_turn_until_it_is_told_to_stop(desk: Desk[Notes]):
    stopping, turns = asyncio.Event(), list[str]()

    async def turn(desk: Desk[Notes]) -> bool:
        turns.append("turn")
        if len(turns) == 3:
            stopping.set()
        async with desk.open(MONDAY) as (store, _):
            await store.keep(notice(text=f"{len(turns)}"))
        return len(turns) < 2

    await keep_working(Worker("post", turn), desk, stopping)

    assert await days(desk) == ["1", "2", "3"]


async def test_a_turn_that_does_not_end_is_cut_off_after_the_grace(desk: Desk[Notes]):
    stopping, cut = asyncio.Event(), list[str]()

    async def turn(_: Desk[Notes]) -> bool:
        stopping.set()
        try:
            return await asyncio.Event().wait()
        finally:
            cut.append("途中で")

    await keep_working(Worker("post", turn), desk, stopping)

    assert cut == ["途中で"]
