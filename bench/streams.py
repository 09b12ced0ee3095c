"""Streams: from a commit to a thousand clients, each on a stream, beside a thousand that poll."""

import asyncio
import os
import sys
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from dataclasses import dataclass

from httpx2 import AsyncClient, TransportError

from bench.contest import Task, in_a_process, tell
from bench.crowd import HOST, POLL_SECONDS, Crowd
from bench.stage import Stage
from local import ports
from process.migrating import migrate

CLIENTS, EVENTS = 1_000, 30
SERVICE = "roadmap"
WAYS = {
    "ours, a stream each": (
        "bench.crowd:streams",
        "one look at the log every 50 ms for all of them, one frame for all of them",
    ),
    f"polling every {POLL_SECONDS:g} s": (
        "bench.crowd:polls",
        "each asks /api/roadmap/changes?after= over a connection that stays open",
    ),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Reached:
    """How a crowd was reached."""

    name: str
    does: str
    clients: int
    crowd: Crowd

    def percentile(self, percent: int) -> float:
        """The smallest delay that so many percent do not exceed, in milliseconds."""
        ordered = sorted(self.crowd.millis)
        return ordered[max(0, -(-len(ordered) * percent // 100) - 1)] if ordered else float("nan")


async def measure(stage: Stage, events: int, clients: int = CLIENTS) -> list[Reached]:
    """The same crowd before a service of its own for each way."""
    await stage.run(f"create role {SERVICE} login")
    found = list[Reached]()
    for name, (runs, does) in WAYS.items():
        database = await stage.empty()
        await migrate(stage.address(database), SERVICE)
        async with served(stage, database) as (port, pid):
            more = {"port": port, "pid": pid, "clients": clients}
            task = Task(database=stage.address(database), events=events, more=more)
            crowd = Crowd(**await in_a_process(runs, task))
        found.append(Reached(name=name, does=does, clients=clients, crowd=crowd))
        tell(f"  {name}: p99 {found[-1].percentile(99):.0f} ms, {crowd.megabytes:.0f} MB")
    return found


@asynccontextmanager
async def served(stage: Stage, database: str) -> AsyncGenerator[tuple[int, int]]:
    """The service alone, as an operator starts it, with nothing but its door."""
    (port,) = ports.free(1)
    settings = {
        "MACHI_DATABASE": stage.address(database),
        "MACHI_PORT": str(port),
        "MACHI_DEV": "1",
    }
    room = dict.fromkeys(("MACHI_ROADMAP_STREAMS", "MACHI_ROADMAP_STREAMS_EACH"), "100000")
    running = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", SERVICE),
        env={**os.environ, **settings, **room, "MACHI_ROLES": "http"},
    )
    try:
        await _ready(port)
        yield port, running.pid
    finally:
        running.terminate()
        await running.wait()


async def _ready(port: int) -> None:
    async with AsyncClient(base_url=f"http://{HOST}:{port}", trust_env=False) as client:
        async with asyncio.timeout(60):
            while True:
                try:
                    if (await client.get("/readyz")).is_success:
                        return
                except TransportError:
                    await asyncio.sleep(0.1)
