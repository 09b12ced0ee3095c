import asyncio
import json
from contextlib import suppress

import pytest
from notes import CITY, MONDAY, Notes, notice

from chassis.database import Pool
from chassis.saying import Cause, Circle, Desk, NotOurs, Saying, Speaker, TooLong

pytestmark = pytest.mark.real


async def outbox(pool: Pool) -> list[tuple[str, int]]:
    rows = await pool.fetch("select key, sequence from outbox order by id")
    return [(row["key"], row["sequence"]) for row in rows]


async def test_events_about_one_subject_are_numbered_from_one_without_gaps(desk: Desk[Notes]):
    async with desk.open(MONDAY) as (_, say):
        await say(notice("玉浦"), notice("本町"), notice("玉浦"))
    async with desk.open(MONDAY) as (_, say):
        spoken = await say(notice("玉浦"))

    assert await outbox(desk.pool) == [
        ("042111/玉浦", 1), ("042111/本町", 1), ("042111/玉浦", 2), ("042111/玉浦", 3),
    ]  # fmt: skip
    assert (spoken[0].topic, spoken[0].key, spoken[0].sequence) == (
        "machi.notify.v1",
        "042111/玉浦",
        3,
    )


async def test_what_is_rolled_back_was_never_said_and_takes_no_number(desk: Desk[Notes]):
    with suppress(ZeroDivisionError):
        async with desk.open(MONDAY) as (_, say):
            await say(notice())
            raise ZeroDivisionError

    async with desk.open(MONDAY) as (_, say):
        spoken = await say(notice())

    assert spoken[0].sequence == 1


async def test_two_writers_about_one_subject_queue_up(desk: Desk[Notes]):
    first_has_said, second_waits = asyncio.Event(), asyncio.Event()

    async def first() -> int:
        async with desk.open(MONDAY) as (_, say):
            spoken = await say(notice(text="先"))
            first_has_said.set()
            await second_waits.wait()
        return spoken[0].sequence

    async def second() -> int:
        await first_has_said.wait()
        async with desk.open(MONDAY) as (_, say):
            asyncio.get_running_loop().call_later(0.05, second_waits.set)
            spoken = await say(notice(text="後"))
        return spoken[0].sequence

    assert await asyncio.gather(first(), second()) == [1, 2]
    texts = await desk.pool.fetch("select payload->>'text' as text from outbox order by id")
    assert [row["text"] for row in texts] == ["先", "後"]


async def test_the_outside_tells_who_when_and_why(desk: Desk[Notes]):
    async with desk.open(MONDAY, Cause("request-1")) as (_, say):
        await say(notice())

    outside = json.loads(await desk.pool.fetchval("select headers from outbox"))
    assert outside == {
        "specversion": "1.0",
        "type": "machi.notify.notice.issued.v1",
        "source": "/machi/042111/notify",
        "subject": "玉浦",
        "time": "2026-11-23T00:00:00.000000Z",
        "recordedtime": "2026-11-23T00:00:00.000000Z",
        "municipality": "042111",
        "partitionkey": "042111/玉浦",
        "causationid": "request-1",
        "hops": "0",
    }


async def test_a_seventh_hop_is_a_circle_and_refused(desk: Desk[Notes]):
    async with desk.open(MONDAY, Cause("event", 6)) as (_, say):
        await say(notice())

    with pytest.raises(Circle):
        async with desk.open(MONDAY, Cause("event", 7)) as (_, say):
            await say(notice())


async def test_an_event_longer_than_the_broker_takes_is_refused(desk: Desk[Notes]):
    with pytest.raises(TooLong):
        async with desk.open(MONDAY) as (_, say):
            await say(notice(text="あ" * 300_001))

    assert await outbox(desk.pool) == []


async def test_an_event_whose_outside_is_longer_than_the_broker_takes_is_refused(
    desk: Desk[Notes],
):
    with pytest.raises(TooLong):
        async with desk.open(MONDAY, Cause("x" * 150_000)) as (_, say):
            await say(notice())

    assert await outbox(desk.pool) == []


async def test_a_service_cannot_say_the_event_of_another(desk: Desk[Notes]):
    async with desk.open(MONDAY) as (_, say):
        stranger = Saying(say.connection, Speaker("catalog", CITY), MONDAY)

        with pytest.raises(NotOurs):
            await stranger(notice())


async def test_a_reader_can_change_nothing(desk: Desk[Notes]):
    async with desk.read() as store:
        with pytest.raises(Exception, match="read-only"):
            await store.keep(notice())
