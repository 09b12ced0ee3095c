"""The relay: the only producer. It copies the outbox onto the log, in order, and marks what is there."""

import asyncio
import json
from collections.abc import Sequence

import asyncpg
from aiokafka import AIOKafkaProducer
from aiokafka.errors import KafkaError
from aiokafka.structs import RecordMetadata

from chassis.database import SQL, Connection
from chassis.patience import first_of, patiently, until
from contracts.envelope import headers, numbered
from contracts.topics import PARTITIONS

BATCH = 500
POLL_SECONDS, GRACE_SECONDS = 0.2, 5.0
LOCK = 7_031_999  # another number would let an old and a new relay run together
# A host that died with its connection half open must not hold the lock for ever.
KEEPALIVE = {
    "tcp_keepalives_idle": "1",
    "tcp_keepalives_interval": "1",
    "tcp_keepalives_count": "3",
    "idle_in_transaction_session_timeout": "30s",
}


class WrongPartitions(Exception):
    """A topic has another number of partitions than agreed: subjects would lose their order."""


class SendFailed(KafkaError):
    """The broker did not take an event; the producer is abandoned before anything else is sent."""


async def open_producer(kafka: str, topic: str) -> AIOKafkaProducer:
    """A producer that never reorders, once the topic has the agreed number of partitions."""
    producer = AIOKafkaProducer(
        bootstrap_servers=kafka, acks="all", enable_idempotence=True, request_timeout_ms=10_000
    )
    await producer.start()
    found = len(await producer.partitions_for(topic))
    if found != PARTITIONS:
        await producer.stop()
        message = f"{topic} has {found} partitions, not {PARTITIONS}"
        raise WrongPartitions(message)
    return producer


async def relay_once(connection: Connection, producer: AIOKafkaProducer) -> int:
    """Copy one batch; lock, reading and marks are one transaction. Returns how many there were.

    SendFailed when the broker refused one: what came before it of each key stays marked.
    """
    async with connection.transaction():
        if not await connection.fetchval("select pg_try_advisory_xact_lock($1)", LOCK):
            return 0
        rows = await connection.fetch(SQL["unsent"], BATCH)
        futures = [await _send(producer, row) for row in rows]
        answers = await asyncio.gather(*futures, return_exceptions=True)
        marks = _up_to_the_first_failure(rows, answers)
        if marks:
            await connection.execute(SQL["mark_sent"], *map(list, zip(*marks, strict=True)))
    if len(marks) < len(rows):
        raise SendFailed(next(answer for answer in answers if isinstance(answer, BaseException)))
    return len(rows)


async def _send(producer: AIOKafkaProducer, row: asyncpg.Record) -> asyncio.Future[RecordMetadata]:
    named = numbered(json.loads(row["headers"]), row["event_id"], row["sequence"])
    key, value = row["key"].encode(), row["payload"].encode()
    return await producer.send(row["topic"], value=value, key=key, headers=headers(named))


def _up_to_the_first_failure(
    rows: Sequence[asyncpg.Record], answers: Sequence[RecordMetadata | BaseException]
) -> list[tuple[int, int, int]]:
    """What may be marked, as (id, partition, offset): of each key, what lies before its first failure."""
    marks: list[tuple[int, int, int]] = []
    failed: set[str] = set()
    for row, answer in zip(rows, answers, strict=True):
        if isinstance(answer, BaseException) or row["key"] in failed:
            failed.add(row["key"])
        else:
            marks.append((row["id"], answer.partition, answer.offset))
    return marks


class Relay:
    """Runs `relay_once` again and again: after each commit, and every 200 ms as the truth."""

    def __init__(self, database: str, kafka: str, topic: str) -> None:
        self._database, self._kafka, self._topic = database, kafka, topic
        self._woken = asyncio.Event()

    def wake(self) -> None:
        """Something was committed: look now."""
        self._woken.set()

    async def run(self, stopping: asyncio.Event) -> None:
        """Copy until told to stop; when broker or database is away wait, and begin anew."""
        await first_of(_grace(stopping), patiently("relay", lambda: self._copy(stopping)))

    async def _copy(self, stopping: asyncio.Event) -> None:
        """With a connection and a producer of its own, which are abandoned when anything fails."""
        connection = await asyncpg.connect(self._database, server_settings=KEEPALIVE)
        try:
            producer = await open_producer(self._kafka, self._topic)
            try:
                while not stopping.is_set():
                    self._woken.clear()
                    if await relay_once(connection, producer) < BATCH:
                        await until(self._woken, POLL_SECONDS)
            finally:
                await producer.stop()
        finally:
            connection.terminate()


async def _grace(stopping: asyncio.Event) -> None:
    """When told to stop, the batch in hand may still be finished."""
    await stopping.wait()
    await asyncio.sleep(GRACE_SECONDS)
