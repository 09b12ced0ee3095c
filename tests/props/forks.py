"""Processes of their own, for tests of what happens when one dies, sleeps or is told to stop."""

import asyncio
import importlib
import multiprocessing
import os
import signal
from collections.abc import AsyncGenerator, Awaitable, Callable, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass
from multiprocessing.context import ForkServerProcess
from pathlib import Path

from chassis import crash

# What all of them need is loaded once, in a process that does nothing else, and each begins there.
_FORKS = multiprocessing.get_context("forkserver")
_FORKS.set_forkserver_preload(["pytest", "asyncpg", "faststream.kafka", "process.running"])


@dataclass(frozen=True, slots=True)
class Running:
    """One of them."""

    process: ForkServerProcess

    def send(self, sign: signal.Signals) -> None:
        """Send it a signal."""
        os.kill(self.process.pid or 0, sign)

    async def ended(self) -> int | None:
        """Wait for its end; its status, or which signal ended it, as a negative number."""
        await asyncio.to_thread(self.process.join, 60)
        return self.process.exitcode

    async def falls_asleep(self) -> None:
        """Wait until it stops itself with SIGSTOP."""
        await until(lambda: asyncio.to_thread(self._is_asleep))

    def _is_asleep(self) -> bool:
        stat = Path(f"/proc/{self.process.pid}/stat")
        return stat.read_text().rpartition(")")[2].split()[0] == "T"


@asynccontextmanager
async def process(
    work: Callable[..., None], *arguments: str, log: Path | None = None, **environment: str
) -> AsyncGenerator[Running]:
    """A process that does this work; it is killed at the end unless it has ended."""
    given = (work, arguments, environment, log or Path(os.devnull))
    running = _FORKS.Process(target=_begin, args=given)
    await asyncio.to_thread(running.start)
    try:
        yield Running(running)
    finally:
        running.kill()
        await asyncio.to_thread(running.join)


def _begin(
    work: Callable[..., None],
    arguments: tuple[str, ...],
    environment: Mapping[str, str],
    log: Path,
) -> None:
    with log.open("ab") as out:
        os.dup2(out.fileno(), 1)
        os.dup2(out.fileno(), 2)
    os.environ.update(environment)
    importlib.reload(crash)  # it has looked at the environment already
    work(*arguments)


async def until(condition: Callable[[], Awaitable[object]]) -> None:
    """Wait until it holds; the deadline only ends a hang."""
    async with asyncio.timeout(60):
        while not await condition():
            await asyncio.sleep(0.01)


def tell(measured: str) -> None:
    """For whoever runs the tests with `-rP`."""
    print(measured)  # noqa: T201 a measurement, which no test asserts
