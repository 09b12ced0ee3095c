"""A noticeboard in a process of its own, and somebody who stands before its doors."""

from collections.abc import AsyncGenerator, Callable
from contextlib import asynccontextmanager
from functools import cache
from pathlib import Path

import noticeboard
from forks import Running, process
from httpx2 import AsyncClient, TransportError

from local import ports


@cache
def port() -> int:
    """The same for all: a replica is known by it, and one that comes back waits for nobody."""
    return ports.free(1)[0]


@asynccontextmanager
async def noticeboard_of(
    database: str,
    kafka: str,
    log: Path,
    roles: str = "relay,consume",
    *,
    main: Callable[[], None] = noticeboard.main,
    **settings: str,
) -> AsyncGenerator[Running]:
    """The whole process of a service."""
    parts = {"MACHI_DATABASE": database, "MACHI_KAFKA": kafka, "MACHI_PORT": f"{port()}"}
    async with process(main, log=log, MACHI_ROLES=roles, **parts, **settings) as running:
        yield running


def visitor() -> AsyncClient:
    """Who asks at its doors."""
    return AsyncClient(base_url=f"http://127.0.0.1:{port()}", timeout=20, trust_env=False)


async def answers(client: AsyncClient) -> bool:
    """Its doors are open."""
    try:
        return (await client.get("/healthz")).is_success
    except TransportError:
        return False
