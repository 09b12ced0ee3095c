import asyncio
from dataclasses import dataclass, field
from uuid import uuid4

import pytest
import topics_for_tests
from aiokafka import AIOKafkaProducer
from databases import Database
from notes import MONDAY, Notes, NoticeIssued, keep, message, notice
from rounds import running

from chassis.database import SQL, Pool
from chassis.hearing import BadDeploy, Hearing
from chassis.hears import view
from chassis.listening import Listening
from chassis.relay import Relay
from chassis.saying import Desk

pytestmark = pytest.mark.real

TOPIC = "machi.notify.v1"


@dataclass(frozen=True)
class Place:
    """Where a service lives; its group is its own, so the broker remembers nothing about it."""

    database: str
    kafka: str
    group: str = field(default_factory=lambda: f"t{uuid4().hex[:8]}")

    def listening(self, hearing: Hearing[Notes]) -> Listening:
        return Listening(hearing, [TOPIC], kafka=self.kafka, group=self.group, member=self.group)


@pytest.fixture
def where(database: Database, kafka: str, fresh_topics: None) -> Place:
    return Place(database.url, kafka)


async def until_notes(pool: Pool, count: int) -> list[str]:
    """Wait for so many notes; the deadline only ends a hang."""
    async with asyncio.timeout(60):
        while True:
            rows = await pool.fetch("select text from note order by number")
            if len(rows) >= count:
                return [row["text"] for row in rows]
            await asyncio.sleep(0.01)


async def test_what_one_commits_another_hears(desk: Desk[Notes], where: Place):
    hearing = Hearing(desk, [view(NoticeIssued, keep)])
    listening = where.listening(hearing)
    relay = Relay(where.database, where.kafka, TOPIC)

    async with running(relay.run, listening.run):
        async with desk.open(MONDAY) as (_, say):
            await say(notice(text="断水"), notice(text="復旧"))
        heard = await until_notes(desk.pool, 2)

    assert heard == ["断水", "復旧"]


async def test_after_a_restart_it_goes_on_where_its_own_books_say(desk: Desk[Notes], where: Place):
    relay = Relay(where.database, where.kafka, TOPIC)

    for text in ("一", "二", "三"):
        listening = where.listening(Hearing(desk, [view(NoticeIssued, keep)]))
        async with running(relay.run, listening.run):
            async with desk.open(MONDAY) as (_, say):
                await say(notice(text=text))
            await until_notes(desk.pool, "一二三".index(text) + 1)

    assert await until_notes(desk.pool, 3) == ["一", "二", "三"]


async def test_a_foreign_record_does_not_cost_its_neighbours(desk: Desk[Notes], where: Place):
    producer = AIOKafkaProducer(bootstrap_servers=where.kafka)
    await producer.start()
    good = message(notice(text="断水"), 1, 0)
    await producer.send_and_wait(TOPIC, b"\xff", None, 0, None, [("ce_type", None), ("x", b"\xff")])
    await producer.send_and_wait(TOPIC, good.value, good.key, 0, None, good.headers)
    await producer.stop()
    listening = where.listening(Hearing(desk, [view(NoticeIssued, keep)]))

    async with running(listening.run):
        heard = await until_notes(desk.pool, 1)

    assert heard == ["断水"]
    assert await desk.pool.fetchval("select count(*) from parked") == 1


async def test_a_bad_deploy_ends_the_process(desk: Desk[Notes], where: Place):
    async def fail(event: NoticeIssued, store: Notes) -> None:
        raise ZeroDivisionError(event.text)

    async with desk.open(MONDAY) as (_, say):
        await say(*(notice(f"{n}丁目") for n in range(40)))
    relay = Relay(where.database, where.kafka, TOPIC)
    listening = where.listening(Hearing(desk, [view(NoticeIssued, fail)]))

    with pytest.raises(BadDeploy):
        async with running(relay.run):
            await listening.run(asyncio.Event())


async def make_the_log_anew(pool: Pool, kafka: str) -> None:
    await topics_for_tests.make(kafka, TOPIC)
    await pool.execute(SQL["send_again"], TOPIC)


@pytest.mark.parametrize("meanwhile", ["stopped", "running"])
async def test_a_log_that_was_made_anew_is_heard_from_its_beginning(
    desk: Desk[Notes], where: Place, meanwhile: str
):
    relay = Relay(where.database, where.kafka, TOPIC)
    first, second = (where.listening(Hearing(desk, [view(NoticeIssued, keep)])) for _ in "一二")
    await say(desk, "一", "二")
    async with running(first.run):
        async with running(relay.run):
            await until_notes(desk.pool, 2)
        if meanwhile == "running":
            await make_the_log_anew(desk.pool, where.kafka)
            await say(desk, "三")
            async with running(relay.run):
                assert await until_notes(desk.pool, 3) == ["一", "二", "三"]
            return
    await make_the_log_anew(desk.pool, where.kafka)

    async with running(second.run, relay.run):
        await say(desk, "三")
        assert await until_notes(desk.pool, 3) == ["一", "二", "三"]


async def test_a_log_that_lost_its_beginning_is_heard_from_where_it_begins_now(
    desk: Desk[Notes], where: Place
):
    relay = Relay(where.database, where.kafka, TOPIC)
    listening = where.listening(Hearing(desk, [view(NoticeIssued, keep)]))
    await say(desk, "一", "二")
    async with running(relay.run):
        await until_sent(desk.pool)
        await topics_for_tests.forget_the_beginning(where.kafka, TOPIC)
        await desk.pool.execute(SQL["send_again"], TOPIC)
        await until_sent(desk.pool)

    async with running(listening.run):
        assert await until_notes(desk.pool, 2) == ["一", "二"]


async def until_sent(pool: Pool) -> None:
    async with asyncio.timeout(60):
        while True:
            if not await pool.fetchval("select count(*) from unsent"):
                return
            await asyncio.sleep(0.01)


async def say(desk: Desk[Notes], *texts: str) -> None:
    async with desk.open(MONDAY) as (_, say):
        await say(*(notice(text=text) for text in texts))
