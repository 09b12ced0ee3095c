"""Gathering: the writes of views wait for one another, and go to the database together."""

from collections.abc import Awaitable, Callable
from typing import Any

from chassis.database import Connection


class Gathering:
    """A connection whose writes of one statement are sent as one, before anything else is asked.

    It is what makes a view of single upserts fast: one round trip a batch, not one an event.
    """

    def __init__(self, connection: Connection) -> None:
        self._connection = connection
        self._statement = ""
        self._rows: list[tuple[object, ...]] = []

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
        if rows:
            await self._connection.executemany(self._statement, rows)

    def __getattr__(self, name: str) -> Callable[..., Awaitable[Any]]:
        """Whatever else a connection can do, it does after what waits."""

        async def afterwards(*arguments: object, **options: object) -> object:
            await self.flush()
            return await getattr(self._connection, name)(*arguments, **options)

        return afterwards
