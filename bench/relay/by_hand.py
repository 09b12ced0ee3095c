"""Relays as one writes them on the first day, and no relay at all."""

import asyncio
import json

import asyncpg
from aiokafka import AIOKafkaProducer

from bench.contest import Reading, Task, Watch
from contracts.envelope import headers, numbered

UNSENT = """
select id, event_id, topic, key, sequence, headers, payload
  from outbox
 where id = any(array(select id from unsent order by id limit $1))
 order by id
"""
MARK_ONE = "delete from unsent where id = $1"


class Ready:
    """An outbox row as the bytes that go on the log."""

    __slots__ = ("headers", "id", "key", "value")

    def __init__(self, row: asyncpg.Record) -> None:
        self.id: int = row["id"]
        self.key: bytes = row["key"].encode()
        self.value: bytes = row["payload"].encode()
        named = numbered(json.loads(row["headers"]), row["event_id"], row["sequence"])
        self.headers = headers(named)


def _producer(task: Task) -> AIOKafkaProducer:
    return AIOKafkaProducer(
        bootstrap_servers=task.kafka, acks="all", enable_idempotence=True, request_timeout_ms=10_000
    )


async def row_by_row(task: Task) -> Reading:
    """Send one, wait for the broker, mark it, commit."""
    connection = await asyncpg.connect(task.database)
    producer = _producer(task)
    await producer.start()
    watch, sent = Watch(), 0
    watch.start()
    while sent < task.events:
        for row in await connection.fetch(UNSENT, min(500, task.events - sent)):
            ready = Ready(row)
            await producer.send_and_wait(task.topic, ready.value, ready.key, headers=ready.headers)
            await connection.execute(MARK_ONE, ready.id)
            sent += 1
    reading = watch.stop(sent)
    await producer.stop()
    await connection.close()
    return reading


async def no_database(task: Task) -> Reading:
    """Hand everything to the producer, then wait for all acknowledgements."""
    connection = await asyncpg.connect(task.database)
    everything = [Ready(row) for row in await connection.fetch(UNSENT, task.events)]
    await connection.close()
    producer = _producer(task)
    await producer.start()
    watch = Watch()
    watch.start()
    sending = [
        await producer.send(task.topic, each.value, each.key, headers=each.headers)
        for each in everything
    ]
    await asyncio.gather(*sending)
    reading = watch.stop(len(everything))
    await producer.stop()
    return reading
