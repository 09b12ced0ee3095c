"""What catalog keeps: procedures, their versions, what it heard; the only SQL of the service."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime

from asyncpg import Record
from pydantic import TypeAdapter

from catalog.domain import NeighbourPage, Procedure, ShownMilestone, UnknownProcedure
from chassis.database import Connection

PROCEDURE = TypeAdapter(Procedure)
MILESTONE = TypeAdapter(ShownMilestone)

# Whoever loads procedures loads alone; another number would let two loads cross.
LOADING = 7_033_000


class Store:
    """The tables of catalog, in one transaction of whoever made it."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    async def known_procedures(self) -> dict[str, Procedure]:
        """All procedures by their ids; loads wait for one another from here on."""
        await self._connection.execute("select pg_advisory_xact_lock($1)", LOADING)
        return {procedure.procedure_id: procedure for procedure in await self.procedures()}

    async def keep_published(self, procedures: Sequence[Procedure], *, now: datetime) -> None:
        """Keep each of them as it is now, and beside it this version for ever."""
        await self._connection.executemany(
            """
            insert into procedure (procedure_id, version, state, body)
            values ($1, $2, $3, $4)
                on conflict (procedure_id) do update
               set version = excluded.version, state = excluded.state, body = excluded.body
            """,
            [(one.procedure_id, one.version, one.state, _body(one)) for one in procedures],
        )
        await self._connection.executemany(
            """
            insert into procedure_version (procedure_id, version, at, body)
            values ($1, $2, $3, $4)
            """,
            [(one.procedure_id, one.version, now, _body(one)) for one in procedures],
        )

    async def procedures(self) -> list[Procedure]:
        """All procedures as they are now, by id."""
        rows = await self._connection.fetch(
            "select version, state, body from procedure order by procedure_id"
        )
        return [_procedure(row) for row in rows]

    async def procedure(self, procedure_id: str) -> Procedure:
        """One procedure as it is now; UnknownProcedure when there is none."""
        row = await self._connection.fetchrow(
            "select version, state, body from procedure where procedure_id = $1", procedure_id
        )
        if row is None:
            raise UnknownProcedure(procedure_id)
        return _procedure(row)

    async def keep_shown(self, milestone: ShownMilestone) -> None:
        """Keep a milestone as it was last told."""
        await self._connection.execute(
            """
            insert into shown_milestone (milestone_id, version, body)
            values ($1, $2, $3)
                on conflict (milestone_id) do update
               set version = excluded.version, body = excluded.body
            """,
            milestone.milestone_id,
            milestone.version,
            MILESTONE.dump_json(milestone).decode(),
        )

    async def shown_milestone(self, milestone_id: str) -> ShownMilestone | None:
        """One milestone as it was last told; None: nothing was heard of it."""
        body = await self._connection.fetchval(
            "select body from shown_milestone where milestone_id = $1", milestone_id
        )
        return MILESTONE.validate_json(body) if body else None

    async def shown_milestones(self) -> dict[str, ShownMilestone]:
        """Every milestone that was heard of, by its id."""
        rows = await self._connection.fetch("select milestone_id, body from shown_milestone")
        return {row["milestone_id"]: MILESTONE.validate_json(row["body"]) for row in rows}

    async def keep_page(self, page: NeighbourPage) -> None:
        """Keep what the last event about a subject told of its page."""
        await self._connection.execute(
            """
            insert into neighbour_page (service, subject, type, page, title, text, news, at, until)
            values ($1, $2, $3, $4, $5, $6, $7, $8, $9)
                on conflict (service, subject) do update
               set type = excluded.type, page = excluded.page, title = excluded.title,
                   text = excluded.text, news = excluded.news, at = excluded.at,
                   until = excluded.until
            """,
            page.service,
            page.subject,
            page.type,
            page.page,
            page.title,
            page.text,
            page.news,
            page.at,
            page.until,
        )

    async def neighbour_pages(self) -> list[NeighbourPage]:
        """Every page that was heard of, once, as it was told last; by its path."""
        rows = await self._connection.fetch(
            """
            select distinct on (page) service, subject, type, page, title, text, news, at, until
              from neighbour_page
             order by page, at desc, service, subject
            """
        )
        return [NeighbourPage(**dict(row)) for row in rows]


def _body(procedure: Procedure) -> str:
    return PROCEDURE.dump_json(procedure, exclude={"version", "state"}).decode()


def _procedure(row: Record) -> Procedure:
    """Restore what the database has already believed; its columns say which version it is."""
    stored = PROCEDURE.validate_json(row["body"])
    return replace(stored, version=row["version"], state=row["state"])
