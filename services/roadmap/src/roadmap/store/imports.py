"""Dry runs of plans that wait to be answered and confirmed."""

import json
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import datetime
from uuid import UUID

from asyncpg import Record
from pydantic import TypeAdapter

from chassis.database import Connection
from roadmap.domain import Answer, UnknownImport
from roadmap.store.plans import Plans

ANSWER = TypeAdapter(Answer)
TABLE = ".csv"
"""How the name of a table ends; files that wait are told apart by it, so another end would lose them."""


def is_table(name: str) -> bool:
    """Whether a file of this name is a table, not a plan."""
    return name.lower().endswith(TABLE)


@dataclass(frozen=True, slots=True, kw_only=True)
class Import:
    """A file that was sent, with what people answered about it so far."""

    import_id: UUID
    name: str
    body: bytes
    answers: tuple[Answer, ...]
    made_at: datetime
    confirmed_at: datetime | None

    @property
    def table(self) -> bool:
        """Whether it is a table that was given out (CSV), not a plan: its name tells."""
        return is_table(self.name)


@dataclass(frozen=True, slots=True, kw_only=True)
class Waiting:
    """A file that nobody confirmed yet, by its name."""

    import_id: UUID
    name: str
    made_at: datetime


class Imports:
    """Files that were sent and are not loaded yet; a file is kept for the record when it was."""

    def __init__(self, connection: Connection) -> None:
        self._connection, self._plans = connection, Plans(connection)

    async def keep(self, name: str, body: bytes, *, by: str, now: datetime) -> UUID:
        """Keep a file that was sent; the same file again, not confirmed yet, is the same import, sent now."""
        return await self._connection.fetchval(
            """
            insert into import_run (name, body, made_by, made_at)
            values ($1, $2, $3, $4)
                on conflict (sha256(body)) where confirmed_at is null
                do update set name = excluded.name, made_at = excluded.made_at
            returning import_id
            """,
            name,
            body,
            by,
            now,
        )

    async def one(self, import_id: UUID) -> Import:
        """One import; UnknownImport."""
        row = await self._connection.fetchrow(
            "select * from import_run where import_id = $1", import_id
        )
        if row is None:
            raise UnknownImport(str(import_id))
        return _import(row)

    async def one_for_change(self, import_id: UUID) -> Import:
        """One import, which nobody else changes before this transaction ends; UnknownImport."""
        await self._plans.lock_loading()
        await self._connection.execute(
            "select from import_run where import_id = $1 for update", import_id
        )
        return await self.one(import_id)

    async def waiting(self) -> list[Waiting]:
        """The files that nobody confirmed yet, the last one first."""
        found = await self._connection.fetch(
            """
            select import_id, name, made_at
              from import_run
             where confirmed_at is null
             order by made_at desc, import_id desc
            """
        )
        return [Waiting(**row) for row in found]

    async def answer(self, import_id: UUID, answers: tuple[Answer, ...], *, by: str) -> None:
        """Keep what a person answers; all answers at once, in the place of earlier ones."""
        await self._connection.execute(
            "update import_run set answers = $2, answered_by = $3 where import_id = $1",
            import_id,
            json.dumps([asdict(answer) for answer in answers], ensure_ascii=False),
            by,
        )

    async def confirm(self, import_id: UUID, *, by: str, now: datetime) -> None:
        """Keep that it was loaded, and who confirmed it."""
        await self._connection.execute(
            "update import_run set confirmed_at = $2, confirmed_by = $3 where import_id = $1",
            import_id,
            now,
            by,
        )

    async def tables(self) -> dict[UUID, bytes]:
        """The tables that nobody confirmed yet, as they were sent."""
        found = await self._connection.fetch(
            "select import_id, body from import_run where name ilike '%' || $1 and confirmed_at is null",
            TABLE,
        )
        return {row["import_id"]: row["body"] for row in found}

    async def forget_tables(self, also: Sequence[UUID]) -> None:
        """Drop the tables that were taken over, of which nothing is read again, and these."""
        await self._connection.execute(
            """
            delete from import_run
             where name ilike '%' || $1 and (confirmed_at is not null or import_id = any($2::uuid[]))
            """,
            TABLE,
            also,
        )

    async def forget(self, before: datetime) -> None:
        """Drop the files that nobody confirmed."""
        await self._connection.execute(
            "delete from import_run where confirmed_at is null and made_at < $1", before
        )


def _import(row: Record) -> Import:
    answers: list[dict[str, object]] = json.loads(row["answers"])
    return Import(
        import_id=row["import_id"],
        name=row["name"],
        body=row["body"],
        answers=tuple(ANSWER.validate_python(each) for each in answers),
        made_at=row["made_at"],
        confirmed_at=row["confirmed_at"],
    )
