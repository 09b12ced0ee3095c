"""A contest: contenders take turns, each time in a process of its own."""

import asyncio
import json
import os
import signal
import statistics
import sys
import time
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import asdict, dataclass, field
from typing import Any, Self

from local.bound import bound


class Failed(Exception):
    """A contender's process ended without a result; the text is its last words."""


class Wrong(Exception):
    """A contender was fast, but what it left behind is not what was asked for."""

    def __init__(self, *, found: object, asked: object) -> None:
        super().__init__(f"found {found}, not {asked}")


@dataclass(frozen=True, slots=True, kw_only=True)
class Task:
    """What one process is asked to do."""

    database: str = ""
    kafka: str = ""
    topic: str = ""
    events: int = 0
    more: dict[str, Any] = field(default_factory=dict[str, Any])


@dataclass(frozen=True, slots=True, kw_only=True)
class Contender:
    """Somebody who does the same task in another way."""

    name: str
    runs: str
    """The coroutine function that does it, as `module:name`; it takes a Task, gives a Reading."""
    does: str
    """What is done and what is not, in a few words: without it a number says nothing."""
    share: float = 1.0
    """The part of the events that it is given; the slow ones would take minutes."""
    template: str = ""
    """The database that it finds, where contenders need different ones."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Reading:
    """What a process measured about itself."""

    events: int
    seconds: float
    cpu_seconds: float

    @property
    def rate(self) -> float:
        """Events a second."""
        return self.events / self.seconds

    @property
    def cost(self) -> float:
        """Microseconds of CPU in the process itself per event."""
        return self.cpu_seconds / self.events * 1e6


class Watch:
    """Times one process: the CPU since the watch was made, the time since `start`."""

    def __init__(self) -> None:
        self._cpu = time.process_time()
        self._begun = 0.0

    def start(self) -> None:
        """The first event is in hand; a second call changes nothing."""
        self._begun = self._begun or time.perf_counter()

    def stop(self, events: int) -> Reading:
        """The last effect is committed."""
        return Reading(
            events=events,
            seconds=time.perf_counter() - self._begun,
            cpu_seconds=time.process_time() - self._cpu,
        )


@dataclass(frozen=True, slots=True)
class Result:
    """All readings of one contender, in the order of the rounds."""

    contender: Contender
    readings: list[Reading]

    @property
    def rates(self) -> list[float]:
        """Events a second, by round."""
        return [reading.rate for reading in self.readings]

    @property
    def rate(self) -> float:
        """The median of events a second."""
        return statistics.median(self.rates)

    @property
    def cost(self) -> float:
        """The median of CPU per event, in microseconds."""
        return statistics.median(reading.cost for reading in self.readings)

    def times(self, other: Self) -> float:
        """How many times as fast as another: the median over rounds, each beside its neighbour."""
        pairs = zip(self.rates, other.rates, strict=True)
        return statistics.median(ours / theirs for ours, theirs in pairs)


Prepare = Callable[[Contender], Awaitable[Task]]
Check = Callable[[Contender, Task], Awaitable[None]]


async def contest(
    contenders: Sequence[Contender], repeat: int, *, prepare: Prepare, check: Check
) -> list[Result]:
    """Let each take its turn, round by round: A B C, A B C. What one leaves behind is checked."""
    results = [Result(contender, []) for contender in contenders]
    for number in range(repeat):
        for result in results:
            task = await prepare(result.contender)
            reading = Reading(**await in_a_process(result.contender.runs, task))
            await check(result.contender, task)
            result.readings.append(reading)
            tell(f"  {number + 1}/{repeat} {result.contender.name}: {reading.rate:,.0f}/s")
    return results


async def in_a_process(runs: str, task: Task) -> dict[str, Any]:
    """What the function gives back, run by a new Python."""
    process = await asyncio.create_subprocess_exec(
        *child(runs, task),
        env={
            **os.environ,
            "PYTHONDONTWRITEBYTECODE": "",
        },  # what is imported late is not compiled anew
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.PIPE,
        preexec_fn=bound(signal.SIGKILL),
    )
    out, err = await process.communicate()
    if process.returncode:
        raise Failed(runs, err.decode()[-3000:])
    return json.loads(out.splitlines()[-1])


def child(runs: str, task: Task) -> Sequence[str]:
    """The command of such a process."""
    return (sys.executable, "-m", "bench.child", runs, json.dumps(asdict(task)))


def tell(line: str) -> None:
    """Show a person that something goes on."""
    sys.stderr.write(f"{line}\n")
    sys.stderr.flush()
