import asyncio
import signal
import time
from contextlib import AsyncExitStack
from uuid import uuid4

import lone
import pytest
from databases import Database
from forks import process, tell, until
from logs import texts_by_subject, whole_log
from notes import Notes, NoticeIssued, keep
from rounds import SUBJECTS, Effects, all_sent, noted, said, say_rounds, until_noted
from wires import wire

from chassis.database import Pool
from chassis.hearing import Hearing
from chassis.hears import view
from chassis.listening import Listening
from chassis.relay import Relay
from chassis.saying import Desk

pytestmark = pytest.mark.real

TOPIC = "machi.notify.v1"
RELAYS = ("relay.read", "relay.sent", "relay.acked", "relay.marked", "relay.committed")
CONSUMERS = ("hearing.moved", "hearing.effects", "hearing.committed")


async def hear_all(desk: Desk[Notes], kafka: str) -> Effects:
    """The effects of the whole log."""
    hearing = Hearing(desk, [view(NoticeIssued, keep)])
    await hearing.begin((TOPIC, number) for number in range(6))
    await hearing.hear(await whole_log(kafka))
    return await noted(desk.pool)


async def relay_until_all_is_sent(database: Database, kafka: str, pool: Pool) -> float:
    """Run a relay here; the seconds that it took."""
    stopping, began = asyncio.Event(), time.monotonic()
    relay = asyncio.create_task(Relay(database.url, kafka, TOPIC).run(stopping))
    await until(lambda: all_sent(pool))
    stopping.set()
    await relay
    return time.monotonic() - began


async def test_two_relays_keep_the_order_and_send_nothing_twice(
    desk: Desk[Notes], database: Database, kafka: str, fresh_topics: None
):
    async with AsyncExitStack() as stack:
        for _ in range(2):
            await stack.enter_async_context(process(lone.relay, database.url, kafka))
        for number in range(60):
            await say_rounds(desk, number)
            await asyncio.sleep(0.01)  # so that there is something to say while both are at work
        await until(lambda: all_sent(desk.pool))

    log = await whole_log(kafka)
    assert texts_by_subject(log) == said(60)
    assert len(log) == 60 * len(SUBJECTS)


@pytest.mark.parametrize("point", RELAYS)
async def test_a_relay_that_dies_loses_nothing_and_another_goes_on(
    desk: Desk[Notes], database: Database, kafka: str, point: str, fresh_topics: None
):
    await say_rounds(desk, *range(10))
    async with process(lone.relay, database.url, kafka, MACHI_CRASH_AT=point) as dying:
        assert await dying.ended() == -signal.SIGKILL
    await say_rounds(desk, *range(10, 20))

    seconds = await relay_until_all_is_sent(database, kafka, desk.pool)

    tell(f"{point}: the other had sent all after {seconds:.1f} s")
    assert texts_by_subject(await whole_log(kafka)) == said(20)
    assert await hear_all(desk, kafka) == said(20)


async def test_a_relay_that_falls_asleep_with_the_lock_is_relieved(
    desk: Desk[Notes], database: Database, kafka: str, fresh_topics: None
):
    await say_rounds(desk, 0)

    async with process(lone.sleeper, database.url) as asleep:
        await asleep.falls_asleep()
        seconds = await relay_until_all_is_sent(database, kafka, desk.pool)

    tell(f"asleep: the other had sent all after {seconds:.1f} s")
    assert texts_by_subject(await whole_log(kafka)) == said(1)


async def test_a_relay_that_sleeps_while_it_sends_and_wakes_up_later_spoils_nothing(
    desk: Desk[Notes], database: Database, kafka: str, fresh_topics: None
):
    async with wire(kafka) as (broker, address):
        async with process(lone.relay, database.url, address) as sleeper:
            await say_rounds(desk, 0)
            await until(lambda: all_sent(desk.pool))
            broker.freeze()
            await say_rounds(desk, 1)
            await until(lambda: holds_the_lock(desk.pool))
            sleeper.send(signal.SIGSTOP)
            seconds = await relay_until_all_is_sent(database, kafka, desk.pool)
            await broker.mend()
            sleeper.send(signal.SIGCONT)
            await say_rounds(desk, 2)
            await until(lambda: all_sent(desk.pool))

    tell(f"asleep while sending: the other had sent all after {seconds:.1f} s")
    assert await hear_all(desk, kafka) == said(3)


async def test_a_relay_whose_host_dies_without_a_word_is_relieved(
    desk: Desk[Notes], database: Database, kafka: str, fresh_topics: None
):
    async with wire(database.url) as (to_database, url), wire(kafka) as (to_broker, brokers):
        async with process(lone.relay, url, brokers) as dying:
            await say_rounds(desk, 0)
            await until(lambda: all_sent(desk.pool))
            to_broker.freeze()
            await say_rounds(desk, 1)
            await until(lambda: holds_the_lock(desk.pool))
            to_database.freeze()
            dying.send(signal.SIGKILL)
            assert await dying.ended() == -signal.SIGKILL
        began = time.monotonic()
        async with process(lone.relay, database.url, kafka):
            await until(lambda: all_sent(desk.pool))
            seconds = time.monotonic() - began
            await until(lambda: the_server_ended_a_session(desk.pool))

    tell(f"half open: the other had sent all after {seconds:.1f} s")
    assert await hear_all(desk, kafka) == said(2)


async def the_server_ended_a_session(pool: Pool) -> bool:
    """It did so by itself, for it was told nothing: a lost client would be counted elsewhere."""
    return await pool.fetchval(
        "select sessions_fatal = 1 and sessions_abandoned = 0 from pg_stat_database where datname = current_database()"
    )


async def holds_the_lock(pool: Pool) -> bool:
    return await pool.fetchval("select exists (select from pg_locks where locktype = 'advisory')")


@pytest.mark.parametrize("point", CONSUMERS)
async def test_a_consumer_that_dies_does_nothing_twice_and_leaves_nothing_out(
    desk: Desk[Notes], database: Database, kafka: str, point: str, fresh_topics: None
):
    group = f"t{uuid4().hex[:8]}"
    await say_rounds(desk, *range(10))
    await relay_until_all_is_sent(database, kafka, desk.pool)
    dies = process(lone.consumer, database.url, kafka, group, MACHI_CRASH_AT=point)
    async with dies as dying:
        assert await dying.ended() == -signal.SIGKILL
    hearing, stopping = Hearing(desk, [view(NoticeIssued, keep)]), asyncio.Event()
    listening = Listening(hearing, [TOPIC], kafka=kafka, group=group, member=group)
    listens = asyncio.create_task(listening.run(stopping))

    await until_noted(desk.pool, 10 * len(SUBJECTS))
    stopping.set()
    await listens

    assert await noted(desk.pool) == said(10)


async def test_a_consumer_that_falls_asleep_over_a_batch_is_relieved_and_spoils_nothing(
    desk: Desk[Notes], database: Database, kafka: str, fresh_topics: None
):
    subjects = SUBJECTS[:1]
    await say_rounds(desk, 0, subjects=subjects)
    await relay_until_all_is_sent(database, kafka, desk.pool)

    async with process(lone.dozer, database.url, kafka, f"t{uuid4().hex[:8]}") as dozer:
        await dozer.falls_asleep()
        assert await hear_all(desk, kafka) == said(1, subjects)
        dozer.send(signal.SIGCONT)
        await say_rounds(desk, 1, subjects=subjects)
        await relay_until_all_is_sent(database, kafka, desk.pool)
        await until_noted(desk.pool, 2)

    assert await noted(desk.pool) == said(2, subjects)
