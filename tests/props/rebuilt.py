"""Whether a service's views come out of the whole log as they came when it was heard bit by bit."""

from collections.abc import AsyncGenerator, Awaitable, Callable, Iterable, Sequence
from contextlib import asynccontextmanager
from dataclasses import replace
from typing import Any

from databases import Database
from relayed import records

from bus.reading import Record
from chassis.database import open_pool
from chassis.hearing import Hearing
from chassis.hears import Line
from chassis.saying import Desk
from contracts.envelope import Event
from tending.rebuild import Views, checksum


async def differing(
    *events: Event,
    live: tuple[Desk[Any], Sequence[Line[Any]]],
    views: Views[Any],
    fresh: Callable[[str], Awaitable[Database]],
) -> list[str]:
    """The tables that are other when the views hear all at once than when each came twice, one by one."""
    desk, hears = live
    await _hear(desk, hears, *([each] for each in records(*events, times=2)))
    async with _another(desk, fresh) as again:
        await _hear(again, views.hears, records(*events))
        pairs = [
            (table, *[await _held(one, table) for one in (desk, again)]) for table in views.tables
        ]
    return [table for table, before, after in pairs if before != after]


async def _held(desk: Desk[Any], table: str) -> str:
    async with desk.pool.acquire() as connection:
        return await checksum(connection, table)


async def _hear(desk: Desk[Any], lines: Iterable[Line[Any]], *batches: Sequence[Record]) -> None:
    hearing = Hearing(desk, list(lines))
    await hearing.begin({(each.topic, each.partition) for batch in batches for each in batch})
    for batch in batches:
        await hearing.hear(batch)


@asynccontextmanager
async def _another(
    desk: Desk[Any], fresh: Callable[[str], Awaitable[Database]]
) -> AsyncGenerator[Desk[Any]]:
    """The same desk on an empty database."""
    database = await fresh(desk.speaker.service)
    pool = await open_pool(database.url, "tests")
    yield replace(desk, pool=pool)
    await pool.close()
