import asyncio
from collections.abc import AsyncIterator

import asyncpg
import pytest
import topics_for_tests
from aiokafka import AIOKafkaConsumer, ConsumerRecord, TopicPartition
from databases import Database
from notes import MONDAY, Notes, notice

from bus.writing import Log, WrongPartitions, open_log
from chassis.database import SQL, Connection
from chassis.relay import BATCH, LogMadeAnew, SendFailed, relay_once
from chassis.saying import Desk
from contracts.envelope import LOG, header

pytestmark = pytest.mark.real

TOPIC = "machi.notify.v1"


@pytest.fixture
async def log(kafka: str, fresh_topics: None) -> AsyncIterator[Log]:
    async with open_log(kafka, TOPIC) as log:
        yield log


@pytest.fixture
async def connection(database: Database) -> AsyncIterator[Connection]:
    connection = await asyncpg.connect(database.url)
    yield connection
    await connection.close()


async def log_of(kafka: str, count: int) -> list["ConsumerRecord[bytes, bytes]"]:
    """The first records on the topic, in the order of their offsets, per partition."""
    consumer = AIOKafkaConsumer(bootstrap_servers=kafka, auto_offset_reset="earliest")
    await consumer.start()
    try:
        consumer.assign([TopicPartition(TOPIC, number) for number in range(6)])
        return [await asyncio.wait_for(consumer.getone(), 20) for _ in range(count)]
    finally:
        await consumer.stop()


async def say_all(desk: Desk[Notes], *texts: str, subject: str = "玉浦") -> None:
    async with desk.open(MONDAY) as (_, say):
        await say(*(notice(subject, text) for text in texts))


async def test_what_was_said_lies_on_the_log_as_a_cloudevent(
    desk: Desk[Notes], connection: Connection, log: Log, kafka: str
):
    await say_all(desk, "断水")

    assert await relay_once(connection, log) == 1

    (record,) = await log_of(kafka, 1)
    row = await desk.pool.fetchrow("select * from outbox join sent_until using (event_id)")
    assert record.key == "042111/玉浦".encode()
    assert header(record.headers, "ce_id") == str(row and row["event_id"])
    assert header(record.headers, "ce_sequence") == "0000000001"
    assert header(record.headers, "content-type") == "application/json"
    assert (row and row["partition"], row and row["offset"]) == (record.partition, record.offset)


async def test_what_is_on_the_log_is_not_sent_again(
    desk: Desk[Notes], connection: Connection, log: Log
):
    await say_all(desk, "断水", "復旧")
    await relay_once(connection, log)

    assert await relay_once(connection, log) == 0


async def test_a_slow_commit_leaves_no_gap(
    desk: Desk[Notes], connection: Connection, log: Log, kafka: str
):
    async with desk.open(MONDAY) as (_, slow):
        await slow(notice("玉浦", "先に言い、後に確定"))
        await say_all(desk, "後に言い、先に確定", subject="本町")
        await relay_once(connection, log)
    await relay_once(connection, log)

    texts = {(record.value or b"").decode() for record in await log_of(kafka, 2)}
    assert any("先に言い、後に確定" in text for text in texts)


async def test_a_second_relay_sends_nothing_while_the_first_is_at_work(
    desk: Desk[Notes], connection: Connection, log: Log, database: Database
):
    await say_all(desk, "断水")
    other = await asyncpg.connect(database.url)

    async with other.transaction():
        await other.execute("select pg_advisory_xact_lock(7031999)")
        while_locked = await relay_once(connection, log)
    await other.close()

    assert (while_locked, await relay_once(connection, log)) == (0, 1)


async def test_the_events_of_a_subject_keep_their_order(
    desk: Desk[Notes], connection: Connection, log: Log, kafka: str
):
    for _ in range(5):
        await say_all(desk, *("給水",) * (BATCH // 4))

    rounds = [await relay_once(connection, log) for _ in range(2)]

    count = sum(rounds)
    numbers = [
        int(header(record.headers, "ce_sequence") or 0) for record in await log_of(kafka, count)
    ]
    assert (rounds[0], numbers) == (BATCH, list(range(1, BATCH * 5 // 4 + 1)))


async def test_a_topic_with_another_number_of_partitions_is_refused(kafka: str, odd_topic: str):
    with pytest.raises(WrongPartitions, match="has 3 partitions, not 6"):
        async with open_log(kafka, odd_topic):
            pass


async def test_what_the_broker_refuses_stays_unsent_and_goes_later(
    desk: Desk[Notes], connection: Connection, kafka: str, fresh_topics: None
):
    await topics_for_tests.make(kafka, TOPIC, max_bytes=300_000)
    await say_all(desk, "短い知らせ", subject="本町")
    await say_all(desk, "長い知らせ" * 12_000, "次の知らせ")

    with pytest.raises(SendFailed):
        await relay_anew(connection, kafka)
    unsent = await desk.pool.fetch("select key from outbox join unsent using (id)")
    await topics_for_tests.make(kafka, TOPIC)
    await connection.execute(SQL["send_again"], TOPIC)
    await relay_anew(connection, kafka)

    assert [row["key"] for row in unsent] == ["042111/玉浦"] * 2
    log = [(each.key, header(each.headers, "ce_sequence")) for each in await log_of(kafka, 3)]
    tamaura = [number for key, number in log if key == "042111/玉浦".encode()]
    assert tamaura == ["0000000001", "0000000002"]


async def last_sent(desk: Desk[Notes]) -> str:
    return await desk.pool.fetchval(
        "select payload ->> 'text' from outbox join sent_until using (event_id)"
    )


async def test_how_far_it_is_moves_with_each_batch(
    desk: Desk[Notes], connection: Connection, log: Log
):
    for text in ("断水", "復旧"):
        await say_all(desk, text)
        await relay_once(connection, log)

    assert await last_sent(desk) == "復旧"
    assert await desk.pool.fetchval('select "offset" from sent_until') == 1


async def test_how_far_it_is_ends_before_what_the_broker_refuses(
    desk: Desk[Notes], connection: Connection, kafka: str, fresh_topics: None
):
    await topics_for_tests.make(kafka, TOPIC, max_bytes=300_000)
    await say_all(desk, "短い知らせ", "長い知らせ" * 12_000)

    with pytest.raises(SendFailed):
        await relay_anew(connection, kafka)

    assert await last_sent(desk) == "短い知らせ"


async def relay_anew(connection: Connection, kafka: str) -> None:
    async with open_log(kafka, TOPIC) as log:
        await relay_once(connection, log)


async def test_into_a_log_that_was_made_anew_nothing_is_sent_before_the_rest(
    desk: Desk[Notes], connection: Connection, log: Log, kafka: str
):
    await say_all(desk, "断水")
    await relay_once(connection, log)
    await topics_for_tests.make(kafka, TOPIC)
    await say_all(desk, "復旧")

    with pytest.raises(LogMadeAnew):
        await relay_once(connection, log)

    assert sum((await log.ends()).values()) == 0


async def test_what_went_to_another_log_than_was_looked_at_counts_as_unsent(
    desk: Desk[Notes], connection: Connection, log: Log, kafka: str
):
    await say_all(desk, "断水")
    await relay_once(connection, log)
    await say_all(desk, "復旧")

    class MadeAnewAfterTheLook(Log):
        async def ends(self) -> dict[int, int]:
            found = await log.ends()
            await topics_for_tests.make(kafka, TOPIC)
            return found

    with pytest.raises(SendFailed):
        await relay_once(connection, MadeAnewAfterTheLook(TOPIC, log.producer, log.consumer))

    assert await last_sent(desk) == "断水"
    assert await desk.pool.fetchval("select count(*) from unsent") == 1


async def test_what_fills_a_log_anew_says_so(
    desk: Desk[Notes], connection: Connection, log: Log, kafka: str
):
    await say_all(desk, "断水")
    await relay_once(connection, log)
    for _ in "twice":
        await connection.execute(SQL["send_again"], TOPIC)
    await relay_once(connection, log)

    first, second = (header(record.headers, LOG) for record in await log_of(kafka, 2))
    assert (first, second) == (None, await connection.fetchval("select id::text from log"))
