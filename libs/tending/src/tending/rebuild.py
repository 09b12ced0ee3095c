"""Rebuilding: the views of a service are emptied and made again from the log, in one transaction."""

from collections.abc import AsyncIterator, Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Any, Generic, TypeVar, cast

import asyncpg

from bus.reading import read_log
from chassis.database import SQL, Connection
from chassis.gathering import Gathering
from chassis.hears import Line
from chassis.messages import Message, Subject, Undecodable, decode, read, show

S = TypeVar("S")


@dataclass(frozen=True, slots=True, kw_only=True)
class Views(Generic[S]):
    """What can be made again: the lines of HEARS, and the tables that nothing but its views writes."""

    hears: Iterable[Line[S]]
    tables: Sequence[str]
    store: Callable[[Connection], S]


async def rebuild(
    owner: str, kafka: str, views: Views[Any], *, municipality: str, tell: Callable[[int], None]
) -> dict[str, bool]:
    """Replay the views from the log up to where the service has heard; for each table: is it as before?

    Whoever reads sees the old tables until the end; whoever hears waits. When a handler fails,
    nothing has changed. `tell` is given the number of events after each batch.
    """
    connection = await asyncpg.connect(owner)
    try:
        async with connection.transaction():
            positions = await connection.fetch(SQL["hold_positions"])  # first, as whoever hears
            await connection.execute("lock table parked in exclusive mode")
            before = [await checksum(connection, table) for table in views.tables]
            for table in views.tables:
                await connection.execute(await connection.fetchval(SQL["empty"], table))
            aside = await connection.fetch(SQL["still_parked"])
            apart = {row["event_id"] for row in aside}
            replay = _Replay(connection, views, municipality=municipality, apart=apart)
            for topic in sorted({row["topic"] for row in positions}):
                ends = {r["partition"]: r["next_offset"] for r in positions if r["topic"] == topic}
                async for count in replay.topic(kafka, topic, ends):
                    tell(count)
            after = [await checksum(connection, table) for table in views.tables]
        same = [one == other for one, other in zip(before, after, strict=True)]
        return dict(zip(views.tables, same, strict=True))
    finally:
        await connection.close()


async def checksum(connection: Connection, table: str) -> str:
    """What a table holds, whatever the order of its rows."""
    return await connection.fetchval(await connection.fetchval(SQL["checksum"], table))


class _Replay(Generic[S]):
    """Views get each event once and in order, as when they heard it first."""

    def __init__(
        self, connection: Connection, views: Views[S], *, municipality: str, apart: set[str]
    ) -> None:
        """`apart` are the ids of those that stand parked: no view has seen them."""
        self._municipality, self._apart = municipality, apart
        self._gathering = Gathering(connection)
        self._store = views.store(cast("Connection", self._gathering))
        self._lines = {line.event.ce_type: line for line in views.hears if line.rebuilds}
        self._heard: dict[Subject, int] = {}
        self._count = 0

    async def topic(self, kafka: str, topic: str, ends: dict[int, int]) -> AsyncIterator[int]:
        """Replay one topic; the number of its events so far after each batch."""
        async for records in read_log(kafka, topic, ends=ends):
            for record in records:
                message = read(record)
                if message and message.id not in self._apart and self._is_news(message):
                    await self._show(message)
            await self._gathering.flush()
            yield self._count

    def _is_news(self, message: Message) -> bool:
        if message.municipality != self._municipality:
            return False
        news = message.sequence > self._heard.get(message.subject, 0)
        if news:
            self._heard[message.subject] = message.sequence
        return news

    async def _show(self, message: Message) -> None:
        line = self._lines.get(message.type)
        if not line:
            return
        try:
            event = decode(message, line)
        except Undecodable:
            return  # it stands parked
        await show(event, line, message, store=self._store)
        self._count += 1
