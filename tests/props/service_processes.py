"""Services in processes of their own, started as an operator starts them, each on a database of its own."""

import asyncio
import os
import signal
import sys
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from pathlib import Path

from databases import Database
from forks import until
from httpx2 import AsyncClient, TransportError

from local import ports


@asynccontextmanager
async def service(
    name: str, database: Database, kafka: str, *, log: Path, **settings: str
) -> AsyncGenerator[AsyncClient]:
    """A client before its doors, as soon as they are open; at the end it is told to stop."""
    (port,) = ports.free(1)
    parts = {"MACHI_DATABASE": database.url, "MACHI_KAFKA": kafka, "MACHI_PORT": f"{port}"}
    with log.open("wb") as out:
        running = await asyncio.create_subprocess_exec(
            *(sys.executable, "-m", name),
            env={**os.environ, **parts, "MACHI_DEV": "1", **settings},
            stdout=out,
            stderr=out,
        )
    try:
        async with AsyncClient(base_url=f"http://127.0.0.1:{port}", trust_env=False) as client:
            await until(lambda: _is_ready(client))
            yield client
    finally:
        running.send_signal(signal.SIGTERM)
        await running.wait()


async def _is_ready(client: AsyncClient) -> bool:
    try:
        return (await client.get("/readyz")).is_success
    except TransportError:
        return False


async def command(name: str, *words: str, **settings: str) -> None:
    """Do a command of a service."""
    running = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", name, *words), env=os.environ | settings
    )
    assert await running.wait() == 0
