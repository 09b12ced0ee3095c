"""A crowd of clients before roadmap, in one process: each on a stream of its own, or each polling."""

import asyncio
import json
import random
import re
import time
from collections.abc import Callable, Coroutine
from dataclasses import dataclass
from datetime import UTC, datetime

import asyncpg

from bench.contest import Task
from bench.idle import TICKS, kilobytes, ticks
from chassis.database import open_pool
from chassis.saying import Desk, Speaker
from contracts.roadmap import MilestoneScheduled
from contracts.schemas import example
from roadmap import handlers
from roadmap.store import Store

PACE_SECONDS, POLL_SECONDS, PATIENCE = 0.5, 3.0, 30.0  # after 5 s of silence the server hangs up
HOST = "127.0.0.1"
STREAM = f"GET /api/roadmap/stream HTTP/1.1\r\nHost: {HOST}\r\n\r\n".encode()
MOMENTS = "select event_id, pg_xact_commit_timestamp(xmin) as at from change_log"
IDS = re.compile(rb'"event_id":"([0-9a-f-]{36})"')
TOLD = MilestoneScheduled.model_validate(example(MilestoneScheduled))


@dataclass(frozen=True, slots=True, kw_only=True)
class Crowd:
    """What a crowd saw, and what it cost the service."""

    millis: list[float]
    """From the commit to each client that saw it."""
    lost: int
    before_megabytes: float
    megabytes: float
    cpu: float
    """Percent of one core, of the service."""


@dataclass(slots=True)
class Seen:
    """When each client saw each event."""

    moments: list[tuple[str, float]]
    ready: int = 0

    def note(self, event_id: bytes) -> None:
        """It is seen just now."""
        self.moments.append((event_id.decode(), time.time()))


Client = Callable[[Task, Seen], Coroutine[None, None, None]]


async def streams(task: Task) -> Crowd:
    """Each keeps a stream open."""
    return await _crowd(task, _listen)


async def polls(task: Task) -> Crowd:
    """Each asks every three seconds for what is new, over a connection that stays open."""
    return await _crowd(task, _poll)


async def _crowd(task: Task, client: Client) -> Crowd:
    pid, count, seen = task.more["pid"], task.more["clients"], Seen([])
    before = kilobytes(pid)
    clients = [asyncio.create_task(client(task, seen)) for _ in range(count)]
    while seen.ready < count:  # noqa: ASYNC110 it cannot wake us
        await asyncio.sleep(0.05)
    begun, spent = time.perf_counter(), ticks([pid])
    await _speak(task)
    cpu = (ticks([pid]) - spent) / TICKS / (time.perf_counter() - begun) * 100
    end = time.perf_counter() + PATIENCE
    while len(seen.moments) < count * task.events and time.perf_counter() < end:  # noqa: ASYNC110 the same
        await asyncio.sleep(0.05)
    during = kilobytes(pid)
    for each in clients:
        each.cancel()
    millis = await _since_commit(task, seen)
    return Crowd(
        millis=millis,
        lost=count * task.events - len(millis),
        before_megabytes=before / 1024,
        megabytes=during / 1024,
        cpu=cpu,
    )


async def _speak(task: Task) -> None:
    """From another process than the service, so that it has to look by itself."""
    pool = await open_pool(task.database, "bench")
    desk = Desk(pool, Store, Speaker("roadmap", "042111"), lambda: datetime.now(UTC))
    for _ in range(task.events):
        async with desk.open(desk.now()) as (store, say):
            await handlers.tell(store, say, TOLD)
        await asyncio.sleep(PACE_SECONDS)
    await pool.close()


async def _since_commit(task: Task, seen: Seen) -> list[float]:
    connection = await asyncpg.connect(task.database)
    rows = await connection.fetch(MOMENTS)
    await connection.close()
    committed = {str(row["event_id"]): row["at"].timestamp() for row in rows}
    return [(at - committed[each]) * 1000 for each, at in seen.moments]


async def _listen(task: Task, seen: Seen) -> None:
    reader, writer = await asyncio.open_connection(HOST, task.more["port"])
    writer.write(STREAM)
    async for line in reader:
        if line.startswith(b"retry:"):
            seen.ready += 1
        elif line.startswith(b"id: "):
            seen.note(line[4:40])


async def _poll(task: Task, seen: Seen) -> None:
    reader, writer = await asyncio.open_connection(HOST, task.more["port"])
    after = json.loads(await _ask(reader, writer, 0))["head"]["seq"]
    seen.ready += 1
    await asyncio.sleep(random.uniform(0, POLL_SECONDS))  # noqa: S311 not all at once
    while True:
        body = await _ask(reader, writer, after)
        for found in IDS.findall(body):
            seen.note(found)
            after += 1
        await asyncio.sleep(POLL_SECONDS)


async def _ask(reader: asyncio.StreamReader, writer: asyncio.StreamWriter, after: int) -> bytes:
    path = f"/api/roadmap/changes?after={after}"
    writer.write(f"GET {path} HTTP/1.1\r\nHost: {HOST}\r\n\r\n".encode())
    head = (await reader.readuntil(b"\r\n\r\n")).lower()
    length = int(head.partition(b"content-length: ")[2].partition(b"\r\n")[0])
    return await reader.readexactly(length)
