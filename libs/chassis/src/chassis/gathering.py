"""Gathering: the writes of views wait for one another, and go to the database together."""

from collections.abc import Awaitable, Callable
from itertools import chain
from typing import Any

from chassis.database import Connection

COLUMNS = "unnest($1"


class Gathering:
    """A connection whose writes of one statement are sent as one, before anything else is asked.

    It is what makes a view of single upserts fast: one round trip a batch, not one an event. A
    statement that takes its rows as columns, `from unnest($1::text[], …)`, is even sent once, with
    the columns of all; a row that occurs twice is then its own concern.
    """

    def __init__(self, connection: Connection) -> None:
        self._connection = connection
        self._statement = ""
        self._rows: list[tuple[Any, ...]] = []

    async def execute(self, statement: str, *arguments: object) -> str:
        """Keep it for later; what it answers is not known yet."""
        if statement != self._statement:
            await self.flush()
            self._statement = statement
        self._rows.append(arguments)
        return ""

    async def flush(self) -> None:
        """Send what waits; its errors are raised here."""
        rows, self._rows = self._rows, []
        if rows and COLUMNS in self._statement and all(isinstance(v, list) for v in rows[0]):
            columns = [list(chain.from_iterable(each)) for each in zip(*rows, strict=True)]
            await self._connection.execute(self._statement, *columns)
        elif rows:
            await self._connection.executemany(self._statement, rows)

    def __getattr__(self, name: str) -> Callable[..., Awaitable[Any]]:
        """Whatever else a connection can do, it does after what waits."""

        async def afterwards(*arguments: object, **options: object) -> object:
            await self.flush()
            return await getattr(self._connection, name)(*arguments, **options)

        return afterwards
