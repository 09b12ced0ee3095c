"""The relay: the only producer. It copies the outbox onto the log, in order, and marks what is there."""

import asyncio
import json
from collections.abc import Awaitable, Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TypeAlias

import asyncpg
from aiokafka.errors import KafkaError

from bus.writing import Log, Written, open_log, partition_of
from chassis import crash
from chassis.database import SHORT_LIVED, SQL, Connection
from contracts.envelope import LOG, headers, numbered
from patience.waiting import cut_off, first_of, grace, patiently, until
from telemetry import tracing

BATCH = 2_000
POLL_SECONDS, ACK_SECONDS, COMPARE_SECONDS = 0.2, 2.5, 60
STUCK_SECONDS = 30
LOCK = 7_031_999  # another number would let an old and a new relay run together
CARELESS = {"synchronous_commit": "off"}
"""A mark lost in a crash is an event sent twice, no more."""


Compare: TypeAlias = Callable[[Connection], Awaitable[bool]]


class SendFailed(KafkaError):
    """The broker did not take an event; the producer is abandoned before anything else is sent."""


class LogMadeAnew(KafkaError):
    """The log ends before what was sent: it is compared with the outbox before more is sent."""


async def relay_once(connection: Connection, log: Log) -> int:
    """Copy one batch; lock, reading and marks are one transaction. Returns how many there were.

    SendFailed when the broker refused one: what came before it in its partition stays marked; also when the
    log was made anew just then, and nothing is. LogMadeAnew when it ends before what was sent already.
    """
    async with connection.transaction():
        if not await connection.fetchval("select pg_try_advisory_xact_lock($1)", LOCK):
            return 0
        rows = await connection.fetch(SQL["unsent"], BATCH)
        crash.at("relay.read")
        if not rows:
            return 0
        queues = _by_partition(rows, await _ends(connection, log))
        failure = await _all_sent(each.send(log) for each in queues)
        crash.at("relay.acked")
        await _mark(connection, log.topic, queues)
        crash.at("relay.marked")
    crash.at("relay.committed")
    tracing.sent([row for queue in queues for row in queue.rows[: queue.sent]])
    if failure:
        raise SendFailed(failure)
    return len(rows)


async def _ends(connection: Connection, log: Log) -> dict[int, int]:
    """Where the log ends, which must be the one that we know."""
    async with asyncio.timeout(ACK_SECONDS):
        ends = await log.ends()
    for row in await connection.fetch(SQL["sent_until"], log.topic):
        if ends[row["partition"]] <= row["offset"]:
            raise LogMadeAnew(log.topic, row["partition"])
    return ends


@dataclass(slots=True)
class _Queue:
    """What goes to one partition, in its order, and how far that went."""

    partition: int
    end: int
    """Of the partition, before anything was sent."""
    rows: list[asyncpg.Record] = field(default_factory=list[asyncpg.Record])
    sent: int = 0
    offset: int = -1
    """Of the last that was sent."""

    async def send(self, log: Log) -> None:
        """A batch goes when the one before it is on the log, so that none overtakes another."""
        while self.sent < len(self.rows):
            count, going = await log.send(self.partition, map(_written, self.rows[self.sent :]))
            crash.at("relay.sent")
            answer = await going
            if answer.offset < self.end:
                raise LogMadeAnew(log.topic, self.partition)
            self.sent, self.offset = self.sent + count, answer.offset + count - 1


def _by_partition(rows: Iterable[asyncpg.Record], ends: Mapping[int, int]) -> list[_Queue]:
    queues: dict[int, _Queue] = {}
    for row in rows:
        partition = partition_of(row["key"])
        queues.setdefault(partition, _Queue(partition, ends[partition])).rows.append(row)
    return list(queues.values())


def _written(row: asyncpg.Record) -> Written:
    named = numbered(json.loads(row["headers"]), row["event_id"], row["sequence"])
    filling = [(LOG, row["log"].encode())] if row["log"] else []
    return row["key"].encode(), row["payload"].encode(), [*headers(named), *filling]


async def _all_sent(sending: Iterable[Awaitable[None]]) -> BaseException | None:
    """Why one failed, if one did; who has not answered in time has not taken it."""
    tasks = [asyncio.ensure_future(each) for each in sending]
    _, late = await asyncio.wait(tasks, timeout=ACK_SECONDS)
    for task in late:
        task.cancel()
    answers = await asyncio.gather(*tasks, return_exceptions=True)
    return next((answer for answer in answers if answer), None)


async def _mark(connection: Connection, topic: str, queues: Sequence[_Queue]) -> None:
    """What was sent waits no more; the last of each partition is remembered."""
    gone = [row["id"] for queue in queues for row in queue.rows[: queue.sent]]
    last = [
        (queue.partition, queue.offset, queue.rows[queue.sent - 1]["event_id"])
        for queue in queues
        if queue.sent
    ]
    if last:
        await connection.execute(SQL["mark_sent"], gone, topic, *map(list, zip(*last, strict=True)))


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
        """With a connection and a producer of its own; both are abandoned when anything fails."""
        connection = await asyncpg.connect(
            self._database, server_settings=SHORT_LIVED | CARELESS, command_timeout=STUCK_SECONDS
        )
        async with (
            cut_off(connection, stopping),
            open_log(self._kafka, self._topic) as log,
        ):
            await self._copy_with(connection, log, stopping)

    async def _copy_with(self, connection: Connection, log: Log, stopping: asyncio.Event) -> None:
        now, due = asyncio.get_running_loop().time, 0.0
        while not stopping.is_set():
            self._woken.clear()
            if self._compare and now() >= due:
                due = now() + (COMPARE_SECONDS if await self._compare(connection) else POLL_SECONDS)
            if await relay_once(connection, log) < BATCH:
                await until(self._woken, POLL_SECONDS)
