"""A record that Kafka's client cannot read: one whose header has a name that is no UTF-8."""

import asyncio
from collections.abc import AsyncIterator
from uuid import uuid4

import pytest
import topics_for_tests
from aiokafka import AIOKafkaConsumer, AIOKafkaProducer, TopicPartition
from forged import send_with_an_unreadable_name
from forks import until
from notes import Notes, NoticeIssued, keep, message, notice
from rounds import noted, running, until_noted

from bus.reading import Record, Shorter, read_log
from chassis.hearing import Hearing
from chassis.hears import view
from chassis.listening import Listening
from chassis.saying import Desk

pytestmark = pytest.mark.real

TOPIC = "machi.notify.v1"


async def send(kafka: str, number: int, partition: int, codec: str | None = None) -> None:
    producer = AIOKafkaProducer(bootstrap_servers=kafka, compression_type=codec)
    await producer.start()
    record = message(notice(text=f"第{number}報"), number, 0)
    await producer.send_and_wait(TOPIC, record.value, record.key, partition, None, record.headers)
    await producer.stop()


async def fill(kafka: str) -> None:
    """Two that are well and one that is not between them; another that is well beside them."""
    await send(kafka, 1, partition=0)
    await send_with_an_unreadable_name(kafka, TOPIC, 0)
    await send(kafka, 2, partition=0)
    await send_with_an_unreadable_name(kafka, TOPIC, 1)


@pytest.mark.parametrize("codec", ["gzip", "lz4", "snappy", "zstd"])
async def test_what_somebody_has_compressed_is_heard(
    desk: Desk[Notes], kafka: str, fresh_topics: None, codec: str
):
    await send(kafka, 1, 0, codec)

    async with running(listening(desk, kafka, f"t{uuid4().hex[:8]}").run):
        await until_noted(desk.pool, 1)

    assert await noted(desk.pool) == {"玉浦": ["第1報"]}


async def test_kafkas_client_cannot_read_it(kafka: str, fresh_topics: None):
    await send_with_an_unreadable_name(kafka, TOPIC, 0)
    consumer = AIOKafkaConsumer(bootstrap_servers=kafka, auto_offset_reset="earliest")
    await consumer.start()
    consumer.assign([TopicPartition(TOPIC, 0)])

    with pytest.raises(UnicodeDecodeError):
        await asyncio.wait_for(consumer.getone(), 20)
    await consumer.stop()


def listening(desk: Desk[Notes], kafka: str, group: str) -> Listening:
    hearing = Hearing(desk, [view(NoticeIssued, keep)])
    return Listening(hearing, [TOPIC], kafka=kafka, group=group, member=group)


async def until_aside(desk: Desk[Notes], count: int) -> None:
    asked = "select count(*) = $1 from parked where state = 'undecodable'"
    await until(lambda: desk.pool.fetchval(asked, count))


async def test_what_cannot_be_read_is_put_aside_and_its_neighbours_are_heard(
    desk: Desk[Notes], kafka: str, fresh_topics: None
):
    await fill(kafka)

    async with running(listening(desk, kafka, f"t{uuid4().hex[:8]}").run):
        await until_noted(desk.pool, 2)
        await until_aside(desk, 2)

    assert await noted(desk.pool) == {"玉浦": ["第1報", "第2報"]}
    aside = await desk.pool.fetch('select partition, "offset" from parked order by partition')
    assert [tuple(row) for row in aside] == [(0, 1), (1, 0)]


async def test_after_a_restart_it_goes_on_behind_what_cannot_be_read(
    desk: Desk[Notes], kafka: str, fresh_topics: None
):
    group = f"t{uuid4().hex[:8]}"
    await send(kafka, 1, partition=0)
    await send_with_an_unreadable_name(kafka, TOPIC, 0)
    async with running(listening(desk, kafka, group).run):
        await until_aside(desk, 1)
    await send(kafka, 2, partition=0)

    async with running(listening(desk, kafka, group).run):
        await until_noted(desk.pool, 2)

    assert await noted(desk.pool) == {"玉浦": ["第1報", "第2報"]}
    assert await desk.pool.fetchval("select count(*) from parked") == 1


async def test_whoever_reads_a_topic_that_is_made_anew_does_not_wait_for_what_is_gone(
    kafka: str, fresh_topics: None
):
    producer = AIOKafkaProducer(bootstrap_servers=kafka)
    await producer.start()
    for _ in range(12):  # more than is fetched ahead
        await producer.send_and_wait(TOPIC, b"x" * 400_000, partition=0)
    await producer.stop()
    log = read_log(kafka, TOPIC)
    await anext(log)

    await topics_for_tests.make(kafka, TOPIC)

    with pytest.raises(Shorter):
        await asyncio.wait_for(to_its_end(log), 60)


async def to_its_end(log: AsyncIterator[list[Record]]) -> None:
    async for _ in log:
        pass
