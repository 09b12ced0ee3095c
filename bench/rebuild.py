"""Rebuild: the seconds that a view takes to be made again from the log."""

import time
from dataclasses import dataclass

from bench.city import CITY, SHOWN, TOPIC, Store
from bench.contest import Reading, Task, Wrong, in_a_process, tell
from bench.hearing.contenders import SUBJECTS, fill
from bench.hearing.ours import HEARS
from bench.stage import Stage
from tending.rebuild import Views, rebuild as rebuild_views

EVENTS = 100_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Rebuilt:
    """One rebuild."""

    events: int
    seconds: float
    cpu_seconds: float
    same: bool


async def measure(stage: Stage, events: int, repeat: int) -> list[Rebuilt]:
    """Hear everything once, then make the view again and again."""
    await fill(stage, events, SUBJECTS)
    database = await stage.empty(SHOWN, spine=True)
    task = Task(database=stage.address(database), kafka=stage.kafka, topic=TOPIC, events=events)
    tell("rebuild: hearing everything once")
    await in_a_process("bench.hearing.ours:hearing", task)
    found: list[Rebuilt] = []
    for _ in range(repeat):
        reading = Reading(**await in_a_process("bench.rebuild:once", task))
        found.append(Rebuilt(events=events, seconds=reading.seconds,
                             cpu_seconds=reading.cpu_seconds, same=True))  # fmt: skip
        tell(f"  {reading.seconds:.1f} s")
    return found


async def once(task: Task) -> Reading:
    """As `machi rebuild` does it; Wrong when the view is another than the one heard."""
    counts: list[int] = [0]
    begun, cpu = time.perf_counter(), time.process_time()
    views = Views(hears=HEARS, tables=["shown"], store=Store)
    same = await rebuild_views(
        task.database, task.kafka, views, municipality=CITY, tell=counts.append
    )
    reading = Reading(
        events=counts[-1],
        seconds=time.perf_counter() - begun,
        cpu_seconds=time.process_time() - cpu,
    )
    if not all(same.values()) or reading.events != task.events:
        raise Wrong(found=(same, reading.events), asked=task.events)
    return reading
