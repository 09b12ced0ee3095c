"""Latency: from a committed write to its effect in another database, at one and at many a second."""

import asyncio
import signal
from collections.abc import AsyncGenerator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from uuid import uuid4

from bench.city import TOPIC
from bench.contest import Task, child, in_a_process, tell
from bench.latency import libraries
from bench.latency.delays import SEEN, WRITTEN, Delays, between
from bench.stage import Stage
from local.bound import bound

RATES = (1.0, 100.0)
SECONDS = {1.0: 20, 100.0: 10}
Prepare = Callable[[str], Awaitable[None]]


async def _nothing(_: str) -> None:
    """No tables of its own."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Pair:
    """Two processes: one writes, the other has the effect."""

    name: str
    module: str
    prefix: str = ""
    does: str
    spine: bool = False
    prepare: Prepare = _nothing


PAIRS = (
    Pair(
        name="ours",
        module="bench.latency.ours",
        does="outbox, relay woken by the commit, Kafka, positions and effect in one transaction",
        spine=True,
    ),
    Pair(
        name="no outbox, aiokafka",
        module="bench.latency.by_hand",
        does="send, Kafka, batch, effect; nothing is committed before the send",
    ),
    Pair(
        name="faststream-outbox + FastStream",
        module="bench.latency.libraries",
        prefix="faststream_",
        does="outbox, relay by LISTEN, Kafka, one transaction per message; no dedupe",
        prepare=libraries.prepare_faststream,
    ),
    Pair(
        name="procrastinate",
        module="bench.latency.libraries",
        prefix="procrastinate_",
        does="a job in Postgres, LISTEN, 10 at a time; no Kafka: the worker reads the writer's database",
        prepare=libraries.prepare_procrastinate,
    ),
    Pair(
        name="pgqueuer",
        module="bench.latency.libraries",
        prefix="pgqueuer_",
        does="the same kind",
        prepare=libraries.prepare_pgqueuer,
    ),
)


async def measure(stage: Stage, repeat: int) -> list[Delays]:
    """Each pair at each rate, in turns."""
    found = {
        (pair.name, rate): Delays(name=pair.name, does=pair.does, rate=rate, millis=[], lost=0)
        for rate in RATES
        for pair in PAIRS
    }
    for number in range(repeat):
        for rate in RATES:
            for pair in PAIRS:
                millis, lost = await _once(stage, pair, rate)
                before = found[pair.name, rate]
                now = Delays(name=pair.name, does=pair.does, rate=rate,
                             millis=before.millis + millis, lost=before.lost + lost)  # fmt: skip
                found[pair.name, rate] = now
                told = f"p50 {now.percentile(50):.1f} ms, p99 {now.percentile(99):.1f} ms"
                tell(f"  {number + 1}/{repeat} {pair.name}, {rate:g}/s: {told}")
    return list(found.values())


async def _once(stage: Stage, pair: Pair, rate: float) -> tuple[list[float], int]:
    await stage.topic(TOPIC)
    writing = await stage.empty(WRITTEN, spine=pair.spine)
    seeing = await stage.empty(SEEN, spine=pair.spine)
    await pair.prepare(stage.address(writing))
    group = {"group": f"bench-{uuid4()}", "written": stage.address(writing)}
    listen = Task(database=stage.address(seeing), kafka=stage.kafka, topic=TOPIC, more=group)
    speak = Task(
        database=stage.address(writing),
        kafka=stage.kafka,
        topic=TOPIC,
        events=int(rate * SECONDS[rate]),
        more={"rate": rate, "seen": stage.address(seeing)},
    )
    async with _running(f"{pair.module}:{pair.prefix}listen", listen):
        await in_a_process(f"{pair.module}:{pair.prefix}speak", speak)
        found = await between(stage.address(writing), stage.address(seeing))
    await stage.drop(writing)
    await stage.drop(seeing)
    return found


@asynccontextmanager
async def _running(runs: str, task: Task) -> AsyncGenerator[None]:
    process = await asyncio.create_subprocess_exec(
        *child(runs, task), stderr=asyncio.subprocess.DEVNULL, preexec_fn=bound(signal.SIGKILL)
    )
    try:
        yield
    finally:
        process.kill()
        await process.wait()
