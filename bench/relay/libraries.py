# pyright: basic, reportMissingImports=false
"""Relays made with other libraries: confluent-kafka, faststream-outbox."""

import asyncio
import json
import logging
from collections.abc import Callable

import asyncpg
from confluent_kafka import Message, Producer
from faststream.kafka import KafkaBroker, KafkaResponse
from faststream_outbox import OutboxBroker, OutboxMessage, make_outbox_table
from sqlalchemy import MetaData
from sqlalchemy.ext.asyncio import create_async_engine

from bench.contest import Reading, Task, Watch
from bench.relay.by_hand import UNSENT, Ready
from chassis.relay import BATCH

MARK = "delete from unsent where id = any($1::bigint[])"
QUEUE = "events"
KEY = "kafka-key"  # its messages have no key, so that ours travels as a header
ROWS = "insert into outbox (queue, payload, headers) values ($1, $2, $3)"


async def confluent(task: Task) -> Reading:
    """Batches of 2,000 through librdkafka, one transaction each."""
    connection = await asyncpg.connect(task.database)
    producer = Producer(
        {"bootstrap.servers": task.kafka, "enable.idempotence": True, "acks": "all", "linger.ms": 0}
    )
    producer.list_topics(task.topic, 10)
    watch, sent = Watch(), 0
    watch.start()
    while True:
        async with connection.transaction():
            rows = await connection.fetch(UNSENT, BATCH)
            marks = _produced(producer, task.topic, [Ready(row) for row in rows])
            await connection.execute(MARK, marks)
        if not rows:
            break
        sent += len(marks)
    reading = watch.stop(sent)
    await connection.close()
    return reading


def _produced(producer: Producer, topic: str, ready: list[Ready]) -> list[int]:
    marks: list[int] = []

    def delivered(number: int) -> Callable[[object, Message], None]:
        def keep(error: object, _: Message) -> None:
            if error is None:
                marks.append(number)

        return keep

    for each in ready:
        producer.produce(
            topic, each.value, each.key, headers=each.headers, on_delivery=delivered(each.id)
        )
    producer.flush()
    return marks


async def fill_foreign(ours: str, foreign: str) -> None:
    """The same events in the table of faststream-outbox, in the same order."""
    engine = create_async_engine(_alchemical(foreign))
    metadata = MetaData()
    make_outbox_table(metadata, table_name="outbox")
    async with engine.begin() as connection:
        await connection.run_sync(metadata.create_all)
    await engine.dispose()
    source, target = await asyncpg.connect(ours), await asyncpg.connect(foreign)
    rows = [Ready(row) for row in await source.fetch(UNSENT, 10_000_000)]
    await target.executemany(ROWS, [(QUEUE, row.value, _outside(row)) for row in rows])
    await source.close()
    await target.close()


def _outside(row: Ready) -> str:
    named = {name: (value or b"").decode() for name, value in row.headers}
    return json.dumps({**named, KEY: row.key.decode(), "correlation_id": "-"})


def _alchemical(address: str) -> str:
    return address.replace("postgresql://", "postgresql+asyncpg://", 1)


async def _as_it_is(message: OutboxMessage) -> OutboxMessage:
    """The body is JSON already: nothing is decoded in order to be encoded again."""
    return message


async def faststream_one(task: Task) -> Reading:
    """One worker: the order of the rows is kept."""
    return await _faststream(task, workers=1)


async def faststream_eight(task: Task) -> Reading:
    """Eight workers: faster, and whoever is first is first."""
    return await _faststream(task, workers=8)


async def _faststream(task: Task, *, workers: int) -> Reading:
    """As its tutorial for Kafka shows, with batches raised from 10 to 2,000 and deletes to 100."""
    quiet = logging.getLogger("quiet")
    quiet.setLevel(logging.ERROR)
    engine = create_async_engine(_alchemical(task.database), pool_size=workers + 2)
    table = make_outbox_table(MetaData(), table_name="outbox")
    outbox = OutboxBroker(engine, outbox_table=table, logger=quiet, apply_types=False)
    kafka = KafkaBroker(task.kafka, acks="all", enable_idempotence=True, logger=quiet)
    watch, done, handled = Watch(), asyncio.Event(), 0

    @kafka.publisher(task.topic)
    @outbox.subscriber(
        QUEUE,
        max_workers=workers,
        fetch_batch_size=BATCH,
        terminal_flush_batch_size=100,
        min_fetch_interval=0.01,
        decoder=_as_it_is,
    )
    async def relay(message: OutboxMessage) -> KafkaResponse:
        nonlocal handled
        watch.start()
        handled += 1
        if handled >= task.events:
            done.set()
        key = str(message.headers[KEY]).encode()
        named = {name: value for name, value in message.headers.items() if name != KEY}
        return KafkaResponse(message.body, headers=named, key=key)

    await kafka.connect()
    await outbox.start()
    await done.wait()
    reading = watch.stop(handled)
    await outbox.stop()
    await kafka.stop()
    await engine.dispose()
    return reading
