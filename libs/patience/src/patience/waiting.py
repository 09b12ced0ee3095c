"""Patience: what is away for a while is waited for, and nothing is given up because of it."""

import asyncio
import logging
import random
from collections.abc import AsyncGenerator, Awaitable, Callable, Generator
from contextlib import asynccontextmanager, contextmanager, suppress
from typing import Any, Protocol, TypeVar

import asyncpg
from aiokafka.errors import KafkaError

log = logging.getLogger(__name__)
T = TypeVar("T")

# The database is away or busy, the message or request is not to blame: the same again, later.
AWAY = (
    ConnectionError,
    TimeoutError,
    asyncpg.PostgresConnectionError,
    asyncpg.InterfaceError,
    asyncpg.InternalClientError,
    asyncpg.OperatorInterventionError,
    asyncpg.InsufficientResourcesError,
    asyncpg.TransactionRollbackError,
)
UNAVAILABLE = (*AWAY, OSError)  # a name that cannot be resolved, a network that is not there
FIRST_WAIT, LONGEST_WAIT, GRACE_SECONDS = 0.1, 10.0, 5.0


async def patiently(name: str, work: Callable[[], Awaitable[T]]) -> T:
    """Do it; while database or broker is away, again and again, waiting longer each time."""
    wait = FIRST_WAIT
    while True:
        began = asyncio.get_running_loop().time()
        try:
            return await work()
        except (*UNAVAILABLE, KafkaError) as away:
            if (task := asyncio.current_task()) and task.cancelling():
                raise asyncio.CancelledError from away  # the rollback failed, and hid it
            if asyncio.get_running_loop().time() - began > LONGEST_WAIT:
                wait = FIRST_WAIT  # it went well for a while
            log.warning("%s waits %.1f s: %r", name, wait, away, extra={"action": f"{name}_waits"})
        await asyncio.sleep(wait)
        wait = min(wait * random.uniform(1.5, 2.5), LONGEST_WAIT)  # noqa: S311 so that not all come at once


async def connected(*to: Any, **how: Any) -> Any:  # noqa: ANN401 - passed on as they are
    """A connection as asyncpg makes it; what keeps us from its host is a ConnectionError, as AWAY knows it.

    Where a container is gone its name is, too, and that is no ConnectionError by itself.
    """
    try:
        return await asyncpg.connect(*to, **how)
    except OSError as away:
        raise ConnectionError(repr(away)) from away


async def until(event: asyncio.Event, seconds: float | None = None) -> None:
    """Wait for an event, for so long at most; who is cancelled just when it comes is cancelled."""
    with suppress(TimeoutError):
        async with asyncio.timeout(seconds):
            await event.wait()


async def grace(stopping: asyncio.Event) -> None:
    """Ends some seconds after it is to stop: so long may what is in hand still take."""
    await stopping.wait()
    await asyncio.sleep(GRACE_SECONDS)


class Connected(Protocol):
    """A connection or a pool of them."""

    def terminate(self) -> None:
        """Break it at once."""


class Asked(Protocol):
    """A connection."""

    def is_closed(self) -> bool:
        """Whether it can be asked no more."""
        ...


class NoOutage(Exception):
    """What looks like an outage of the database, and is none: its cause is somebody's own error."""


@contextmanager
def no_outage(connection: Asked) -> Generator[None]:
    """A missing file, a deadline of one's own, a wrong argument: while the connection stands, NoOutage."""
    try:
        yield
    except (OSError, asyncpg.InterfaceError) as failed:
        if connection.is_closed():
            raise
        raise NoOutage from failed


@asynccontextmanager
async def cut_off(connected: Connected, stopping: asyncio.Event) -> AsyncGenerator[None]:
    """Break it at the end, and at the latest when the grace is over.

    A server that has fallen silent would keep us: even who is cancelled waits for the rollback.
    """

    async def late() -> None:
        await grace(stopping)
        connected.terminate()

    cutting = asyncio.create_task(late())
    try:
        yield
    finally:
        cutting.cancel()
        connected.terminate()


async def first_of(*doing: Awaitable[object]) -> None:
    """Return or raise with whichever ends first; the others are cancelled."""
    tasks = [asyncio.ensure_future(each) for each in doing]
    try:
        done, _ = await asyncio.wait(tasks, return_when=asyncio.FIRST_COMPLETED)
        for task in done:
            task.result()
    finally:
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
