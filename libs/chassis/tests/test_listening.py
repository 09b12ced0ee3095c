import asyncio
from collections.abc import AsyncGenerator, Callable, Coroutine
from contextlib import asynccontextmanager
from uuid import uuid4

import pytest
import topics_for_tests
from aiokafka import AIOKafkaProducer
from databases import Database
from notes import MONDAY, Notes, NoticeIssued, keep, message, notice

from chassis.database import Pool
from chassis.hearing import BadDeploy, Hearing
from chassis.hears import view
from chassis.listening import Listening
from chassis.relay import Relay
from chassis.saying import Desk
from chassis.settings import ServiceSettings

pytestmark = pytest.mark.real

TOPIC = "machi.notify.v1"
Doing = Coroutine[None, None, None]


@pytest.fixture
def settings(database: Database, kafka: str, fresh_topics: None) -> ServiceSettings:
    """A service with a name of its own: so the broker remembers nothing about its group."""
    name = f"t{uuid4().hex[:8]}"
    return ServiceSettings(name=name, database=database.url, kafka=kafka)


@asynccontextmanager
async def running(*doings: Callable[[asyncio.Event], Doing]) -> AsyncGenerator[None]:
    stopping = asyncio.Event()
    tasks = [asyncio.create_task(doing(stopping)) for doing in doings]
    yield
    stopping.set()
    await asyncio.gather(*tasks)


async def until_notes(pool: Pool, count: int) -> list[str]:
    """Wait for so many notes; the deadline only ends a hang."""
    async with asyncio.timeout(30):
        while True:
            rows = await pool.fetch("select text from note order by number")
            if len(rows) >= count:
                return [row["text"] for row in rows]
            await asyncio.sleep(0.01)


async def test_what_one_commits_another_hears(desk: Desk[Notes], settings: ServiceSettings):
    hearing = Hearing(desk, [view(NoticeIssued, keep)])
    listening = Listening(settings, hearing, [TOPIC])
    relay = Relay(settings.database, settings.kafka, TOPIC)

    async with running(relay.run, listening.run):
        async with desk.open(MONDAY) as (_, say):
            await say(notice(text="断水"), notice(text="復旧"))
        heard = await until_notes(desk.pool, 2)

    assert heard == ["断水", "復旧"]


async def test_after_a_restart_it_goes_on_where_its_own_books_say(
    desk: Desk[Notes], settings: ServiceSettings
):
    relay = Relay(settings.database, settings.kafka, TOPIC)

    for text in ("一", "二", "三"):
        listening = Listening(settings, Hearing(desk, [view(NoticeIssued, keep)]), [TOPIC])
        async with running(relay.run, listening.run):
            async with desk.open(MONDAY) as (_, say):
                await say(notice(text=text))
            await until_notes(desk.pool, "一二三".index(text) + 1)

    assert await until_notes(desk.pool, 3) == ["一", "二", "三"]


async def test_a_foreign_record_does_not_cost_its_neighbours(
    desk: Desk[Notes], settings: ServiceSettings
):
    producer = AIOKafkaProducer(bootstrap_servers=settings.kafka)
    await producer.start()
    good = message(notice(text="断水"), 1, 0)
    await producer.send_and_wait(TOPIC, b"\xff", None, 0, None, [("ce_type", None), ("x", b"\xff")])
    await producer.send_and_wait(TOPIC, good.value, good.key, 0, None, good.headers)
    await producer.stop()
    listening = Listening(settings, Hearing(desk, [view(NoticeIssued, keep)]), [TOPIC])

    async with running(listening.run):
        heard = await until_notes(desk.pool, 1)

    assert heard == ["断水"]
    assert await desk.pool.fetchval("select count(*) from parked") == 1


async def test_a_bad_deploy_ends_the_process(desk: Desk[Notes], settings: ServiceSettings):
    async def fail(event: NoticeIssued, store: Notes) -> None:
        raise ZeroDivisionError(event.text)

    async with desk.open(MONDAY) as (_, say):
        await say(*(notice(f"{n}丁目") for n in range(40)))
    relay = Relay(settings.database, settings.kafka, TOPIC)
    listening = Listening(settings, Hearing(desk, [view(NoticeIssued, fail)]), [TOPIC])

    with pytest.raises(BadDeploy):
        async with running(relay.run):
            await listening.run(asyncio.Event())


async def test_a_log_that_was_made_anew_is_heard_from_its_beginning(
    desk: Desk[Notes], settings: ServiceSettings
):
    relay = Relay(settings.database, settings.kafka, TOPIC)
    first, second = (
        Listening(settings, Hearing(desk, [view(NoticeIssued, keep)]), [TOPIC]) for _ in "一二"
    )
    await say(desk, "一")
    async with running(relay.run, first.run):
        await until_notes(desk.pool, 1)
    await topics_for_tests.make(settings.kafka, TOPIC)

    async with running(second.run):
        await until_at_the_beginning(desk.pool)
        async with running(relay.run):
            await say(desk, "二")
            heard = await until_notes(desk.pool, 2)

    assert heard == ["一", "二"]


async def say(desk: Desk[Notes], text: str) -> None:
    async with desk.open(MONDAY) as (_, say):
        await say(notice(text=text))


async def until_at_the_beginning(pool: Pool) -> None:
    async with asyncio.timeout(30):
        while True:
            if not await pool.fetchval("select max(next_offset) from heard_until"):
                return
            await asyncio.sleep(0.01)
