"""A desk on a service's database, for the doors and for its commands."""

from collections.abc import AsyncGenerator, Callable
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta
from typing import TypeVar

from chassis.database import Connection, open_pool
from chassis.saying import Desk, Speaker
from process.settings import ServiceSettings

S = TypeVar("S")


@asynccontextmanager
async def open_desk(
    settings: ServiceSettings,
    store: Callable[[Connection], S],
    committed: Callable[[], None] = lambda: None,
) -> AsyncGenerator[Desk[S]]:
    """A desk on the service's database, for as long as it is needed."""
    pool = await open_pool(settings.database, f"machi-{settings.name}")
    speaker = Speaker(settings.name, settings.municipality)
    shift = timedelta(days=settings.clock_shift_days)
    try:
        yield Desk(pool, store, speaker, lambda: datetime.now(UTC) + shift, committed)
    finally:
        await pool.close()
