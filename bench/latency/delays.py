"""Delays: from the commit of each write to the commit of its effect."""

import asyncio
from dataclasses import dataclass
from datetime import datetime

import asyncpg

from bench.contest import tell

# The server keeps the moment of each commit; a writer without a database notes its own.
WRITTEN = "create table written (n int primary key, at timestamptz)"
SEEN = "create table seen (n int primary key)"
NOTE = "insert into written (n) values ($1)"
NOTE_AT = "insert into written (n, at) values ($1, $2)"
SEE = "insert into seen (n) values ($1)"
MOMENTS = "select n, coalesce(at, pg_xact_commit_timestamp(xmin)) as at from written where n >= 0"
EFFECTS = "select n, pg_xact_commit_timestamp(xmin) as at from seen where n >= 0"
PATIENCE = 10.0  # seconds in which the last effects have to arrive


@dataclass(frozen=True, slots=True, kw_only=True)
class Delays:
    """Of one contender at one rate, over all rounds."""

    name: str
    does: str
    rate: float
    millis: list[float]
    lost: int

    def percentile(self, percent: int) -> float:
        """The smallest delay that so many percent do not exceed, in milliseconds."""
        ordered = sorted(self.millis)
        rank = max(0, -(-len(ordered) * percent // 100) - 1)
        return ordered[rank] if ordered else float("nan")


async def between(writing: str, reading: str) -> tuple[list[float], int]:
    """Milliseconds of each write that was seen, and how many were not."""
    writer, reader = await asyncpg.connect(writing), await asyncpg.connect(reading)
    try:
        written = await _moments(writer, MOMENTS)
        seen = await _until_seen(reader, len(written))
    finally:
        await writer.close()
        await reader.close()
    millis = [(seen[n] - at).total_seconds() * 1000 for n, at in written.items() if n in seen]
    return millis, len(written) - len(millis)


async def _until_seen(
    connection: "asyncpg.Connection[asyncpg.Record]", many: int
) -> dict[int, datetime]:
    end = asyncio.get_running_loop().time() + PATIENCE
    while True:
        seen = await _moments(connection, EFFECTS)
        if len(seen) >= many or asyncio.get_running_loop().time() > end:
            if len(seen) < many:
                tell(f"  {many - len(seen)} of {many} writes had no effect")
            return seen
        await asyncio.sleep(0.1)


async def _moments(
    connection: "asyncpg.Connection[asyncpg.Record]", sql: str
) -> dict[int, datetime]:
    return {row["n"]: row["at"] for row in await connection.fetch(sql)}
