"""Answers: the calendar of the shipped plan for whoever has it, whoever has not, and without a cache."""

import asyncio
import os
import sys
import time
from dataclasses import dataclass, field
from datetime import UTC, datetime

from httpx2 import AsyncClient

from bench.contest import Wrong, tell
from bench.crowd import HOST
from bench.stage import Stage
from bench.streams import SERVICE, served
from process.migrating import migrate

ASKED, NOT_MODIFIED, OK = 300, 304, 200
PATH = "/api/roadmap/calendar.ics?layer=periods,deadlines"


@dataclass(frozen=True, slots=True, kw_only=True)
class Answered:
    """How long a way of asking took."""

    name: str
    does: str
    etag: str = ""
    """What it has already; empty: nothing."""
    new: bool = False
    """Whether each request is about a moment that nobody asked about before."""
    millis: list[float] = field(default_factory=list[float])
    sizes: list[int] = field(default_factory=list[int])
    """Bytes of each body."""

    def percentile(self, percent: int) -> float:
        """The smallest time that so many percent do not exceed, in milliseconds."""
        ordered = sorted(self.millis)
        return ordered[max(0, -(-len(ordered) * percent // 100) - 1)]


async def measure(stage: Stage, asked: int) -> list[Answered]:
    """Ways take turns, request by request, before one service with the shipped plan."""
    await stage.run(f"create role {SERVICE} login")
    database = await stage.empty()
    await migrate(stage.address(database), SERVICE)
    await _load(stage.address(database))
    async with (
        served(stage, database) as (port, _),
        AsyncClient(base_url=f"http://{HOST}:{port}", trust_env=False) as client,
    ):
        etag = (await client.get(PATH)).headers["etag"]
        found = [
            Answered(name="ours, 304", does="what was asked, and how far the record is", etag=etag),
            Answered(
                name="ours, whole", does="the same, and the file that was rendered for another"
            ),
            Answered(name="no cache", does="reads the plan, writes each entry", new=True),
        ]
        for _ in range(asked):
            for each in found:
                await _ask(client, each)
    for each in found:
        tell(f"  {each.name}: p50 {each.percentile(50):.2f} ms, p99 {each.percentile(99):.2f} ms")
    return found


async def _ask(client: AsyncClient, way: Answered) -> None:
    known = f"&known={datetime.now(UTC):%Y-%m-%dT%H:%M:%S.%fZ}" if way.new else ""
    begun = time.perf_counter()
    answer = await client.get(PATH + known, headers={"If-None-Match": way.etag})
    way.millis.append((time.perf_counter() - begun) * 1000)
    way.sizes.append(len(answer.content))
    if answer.status_code != (NOT_MODIFIED if way.etag else OK):
        raise Wrong(found=answer.text, asked=way.name)


async def _load(database: str) -> None:
    """The shipped plan, as an operator loads it."""
    loading = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", SERVICE, "load"), env={**os.environ, "MACHI_DATABASE": database}
    )
    if await loading.wait():
        raise Wrong(found="nothing", asked="a plan")
