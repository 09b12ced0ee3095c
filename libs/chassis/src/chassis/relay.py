"""The relay: the only producer. It copies the outbox onto the log, in order, and marks what is there."""

import asyncio
import json
import logging
from collections.abc import Sequence
from contextlib import suppress

import asyncpg
from aiokafka import AIOKafkaProducer
from aiokafka.errors import KafkaError
from aiokafka.structs import RecordMetadata

from chassis.database import SQL, UNAVAILABLE, Connection
from contracts.envelope import headers, numbered
from contracts.topics import PARTITIONS

log = logging.getLogger(__name__)

BATCH = 500
POLL_SECONDS = 0.2
LOCK = 7_031_999  # another number would let an old and a new relay run together
# A host that died with its connection half open must not hold the lock for ever.
KEEPALIVE = {
    "application_name": "machi-relay",
    "tcp_keepalives_idle": "1",
    "tcp_keepalives_interval": "1",
    "tcp_keepalives_count": "3",
    "idle_in_transaction_session_timeout": "30s",
}


class WrongPartitions(Exception):
    """A topic has another number of partitions than agreed: subjects would lose their order."""


class SendFailed(Exception):
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
        self._failures = 0

    def wake(self) -> None:
        """Something was committed: look now."""
        self._woken.set()

    async def run(self, stopping: asyncio.Event) -> None:
        """Copy until stopped; when broker or database is away wait, longer each time, and begin anew."""
        while not stopping.is_set():
            try:
                await self._copy(stopping)
            except (*UNAVAILABLE, KafkaError, SendFailed) as away:
                wait = min(POLL_SECONDS * 2**self._failures, 10.0)
                self._failures += 1
                log.warning("relay waits %.1f s: %r", wait, away, extra={"action": "relay_waits"})
                await _pause(stopping, wait)

    async def _copy(self, stopping: asyncio.Event) -> None:
        connection = await asyncpg.connect(self._database, server_settings=KEEPALIVE)
        try:
            producer = await open_producer(self._kafka, self._topic)
            try:
                await self._rounds(connection, producer, stopping)
            finally:
                await producer.stop()
        finally:
            connection.terminate()

    async def _rounds(
        self, connection: Connection, producer: AIOKafkaProducer, stopping: asyncio.Event
    ) -> None:
        while not stopping.is_set():
            self._woken.clear()
            copied = await relay_once(connection, producer)
            self._failures = 0
            if copied < BATCH:
                await _pause(self._woken, POLL_SECONDS)


async def _pause(until: asyncio.Event, seconds: float) -> None:
    with suppress(TimeoutError):
        await asyncio.wait_for(until.wait(), seconds)
