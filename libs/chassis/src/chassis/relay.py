"""The relay: the only producer. It copies the outbox onto the log, in order, and marks what is there."""

import asyncio
import json
from collections.abc import Awaitable, Callable, Sequence
from typing import TypeAlias

import asyncpg
from aiokafka import AIOKafkaProducer
from aiokafka.errors import KafkaError
from aiokafka.structs import RecordMetadata

from chassis import crash
from chassis.database import SQL, Connection
from chassis.patience import first_of, grace, patiently, until
from contracts.envelope import headers, numbered
from contracts.topics import PARTITIONS
from telemetry import tracing

BATCH = 500
POLL_SECONDS, ACK_SECONDS, COMPARE_SECONDS = 0.2, 2.5, 60
STUCK_SECONDS = 30
LOCK = 7_031_999  # another number would let an old and a new relay run together
# Neither a host that died with its connection half open nor a process that is asleep may hold
# the lock for long: after 3 s without an answer, or without a word, the server lets go.
SHORT_LIVED = {
    "tcp_keepalives_idle": "1",
    "tcp_keepalives_interval": "1",
    "tcp_keepalives_count": "2",
    "tcp_user_timeout": "3000",
    "idle_in_transaction_session_timeout": "3000",
    "synchronous_commit": "off",  # a mark lost in a crash is an event sent twice, no more
}


Compare: TypeAlias = Callable[[Connection], Awaitable[bool]]


class WrongPartitions(Exception):
    """A topic has another number of partitions than agreed: subjects would lose their order."""


class SendFailed(KafkaError):
    """The broker did not take an event; the producer is abandoned before anything else is sent."""


class LogMadeAnew(KafkaError):
    """The log began again while it was written; it is compared with the outbox before more is sent."""


async def open_producer(kafka: str, topic: str) -> AIOKafkaProducer:
    """A producer that never reorders, once the topic has the agreed number of partitions."""
    producer = AIOKafkaProducer(
        bootstrap_servers=kafka, acks="all", enable_idempotence=True, request_timeout_ms=5_000
    )
    await producer.start()
    found = len(await producer.partitions_for(topic))
    if found != PARTITIONS:
        await producer.stop()
        message = f"{topic} has {found} partitions, not {PARTITIONS}"
        raise WrongPartitions(message)
    return producer


async def relay_once(
    connection: Connection, producer: AIOKafkaProducer, ends: dict[int, int] | None = None
) -> int:
    """Copy one batch; lock, reading and marks are one transaction. Returns how many there were.

    SendFailed when the broker refused one: what came before it of each key stays marked.
    LogMadeAnew when an offset is not beyond those in `ends`, where the last ones are kept.
    """
    async with connection.transaction():
        if not await connection.fetchval("select pg_try_advisory_xact_lock($1)", LOCK):
            return 0
        rows = await connection.fetch(SQL["unsent"], BATCH)
        crash.at("relay.read")
        futures = [await _send(producer, row) for row in rows]
        crash.at("relay.sent")
        answers = await _answers(futures)
        crash.at("relay.acked")
        marks = _up_to_the_first_failure(rows, answers)
        _expect_growth({} if ends is None else ends, marks)
        if marks:
            await connection.execute(SQL["mark_sent"], *map(list, zip(*marks, strict=True)))
        crash.at("relay.marked")
    crash.at("relay.committed")
    if len(marks) < len(rows):
        raise SendFailed(next(answer for answer in answers if isinstance(answer, BaseException)))
    tracing.sent(rows)
    return len(rows)


async def _send(producer: AIOKafkaProducer, row: asyncpg.Record) -> asyncio.Future[RecordMetadata]:
    named = numbered(json.loads(row["headers"]), row["event_id"], row["sequence"])
    key, value = row["key"].encode(), row["payload"].encode()
    return await producer.send(row["topic"], value=value, key=key, headers=headers(named))


async def _answers(
    futures: Sequence[asyncio.Future[RecordMetadata]],
) -> Sequence[RecordMetadata | BaseException]:
    """What the broker said of each; who has not answered in time has not taken it."""
    if futures:
        await asyncio.wait(futures, timeout=ACK_SECONDS)
    late = TimeoutError(f"no answer within {ACK_SECONDS} s")
    return [(each.exception() or each.result()) if each.done() else late for each in futures]


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


def _expect_growth(ends: dict[int, int], marks: Sequence[tuple[int, int, int]]) -> None:
    for _, partition, offset in marks:
        if offset <= ends.get(partition, -1):
            raise LogMadeAnew(partition, offset)
        ends[partition] = offset


class Relay:
    """Runs `relay_once` again and again: after each commit, and every 200 ms as the truth."""

    def __init__(
        self, database: str, kafka: str, topic: str, *, compare: Compare | None = None
    ) -> None:
        """`compare` mends what the log has lost; it answers False when another relay is at work."""
        self._database, self._kafka, self._topic = database, kafka, topic
        self._compare = compare
        self._woken = asyncio.Event()

    def wake(self) -> None:
        """Something was committed: look now."""
        self._woken.set()

    async def run(self, stopping: asyncio.Event) -> None:
        """Copy until told to stop; when broker or database is away wait, and begin anew."""
        await first_of(grace(stopping), patiently("relay", lambda: self._copy(stopping)))

    async def _copy(self, stopping: asyncio.Event) -> None:
        """With a connection and a producer of its own, which are abandoned when anything fails."""
        connection = await asyncpg.connect(
            self._database, server_settings=SHORT_LIVED, command_timeout=STUCK_SECONDS
        )
        try:
            producer = await open_producer(self._kafka, self._topic)
            try:
                await self._copy_with(connection, producer, stopping)
            finally:
                await producer.stop()
        finally:
            connection.terminate()

    async def _copy_with(
        self, connection: Connection, producer: AIOKafkaProducer, stopping: asyncio.Event
    ) -> None:
        now, due, ends = asyncio.get_running_loop().time, 0.0, dict[int, int]()
        while not stopping.is_set():
            self._woken.clear()
            if self._compare and now() >= due:
                due = now() + (COMPARE_SECONDS if await self._compare(connection) else POLL_SECONDS)
            if await relay_once(connection, producer, ends) < BATCH:
                await until(self._woken, POLL_SECONDS)
