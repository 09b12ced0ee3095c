"""What opendata keeps: what it heard, what waits, and every version; the only SQL of the service."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime

from asyncpg import Record
from pydantic import TypeAdapter

from chassis.database import Connection
from contracts.values import PartialDate
from opendata.domain import (
    File,
    Form,
    ShownMilestone,
    ShownProcedure,
    Slug,
    UnknownDataset,
    UnknownVersion,
    Version,
    Waiting,
)

MILESTONE = TypeAdapter(ShownMilestone)
PROCEDURE = TypeAdapter(ShownProcedure)
VERSION = TypeAdapter(Version)
ONE_ROW = "INSERT 0 1"


class Store:
    """The tables of opendata, in one transaction of whoever made it."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    async def keep_milestone(self, milestone: ShownMilestone) -> bool:
        """Keep a milestone as it was told last; whether that is news."""
        first = milestone.first_due
        kept = await self._connection.execute(
            """
            insert into shown_milestone (milestone_id, body, first_due)
            values ($1, $2, $3)
                on conflict (milestone_id) do update
               set body = excluded.body, first_due = excluded.first_due
             where (shown_milestone.body, shown_milestone.first_due)
                   is distinct from (excluded.body, excluded.first_due)
            """,
            milestone.milestone_id,
            MILESTONE.dump_json(replace(milestone, first_due=None)).decode(),
            first.model_dump_json() if first else None,
        )
        return kept == ONE_ROW

    async def milestone(self, milestone_id: str) -> ShownMilestone | None:
        """One milestone as it was told last; None: nothing was heard of it."""
        row = await self._connection.fetchrow(
            "select body, first_due from shown_milestone where milestone_id = $1", milestone_id
        )
        return _milestone(row) if row else None

    async def keep_procedure(self, procedure: ShownProcedure) -> bool:
        """Keep a procedure as it was told last; whether that is news."""
        kept = await self._connection.execute(
            """
            insert into shown_procedure (procedure_id, body)
            values ($1, $2)
                on conflict (procedure_id) do update
               set body = excluded.body
             where shown_procedure.body is distinct from excluded.body
            """,
            procedure.procedure_id,
            PROCEDURE.dump_json(procedure).decode(),
        )
        return kept == ONE_ROW

    async def shown(self, slug: Slug) -> Sequence[object]:
        """All that was heard of what a data set is about."""
        match slug:
            case "milestones":
                rows = await self._connection.fetch("select body, first_due from shown_milestone")
                return [_milestone(row) for row in rows]
            case "procedures":
                rows = await self._connection.fetch("select body from shown_procedure")
                return [PROCEDURE.validate_json(row["body"]) for row in rows]

    async def wait(
        self, *slugs: Slug, at: datetime, event_id: str | None = None, hops: int = 0
    ) -> None:
        """Let data sets wait to be published, because of an event or of none."""
        await self._connection.execute(
            """
            insert into waiting (slug, at, event_id, hops)
            select slug, $2, $3, $4 from unnest($1::text[]) as slug
            """,
            slugs,
            at,
            event_id,
            hops,
        )

    async def waiting(self) -> list[Waiting]:
        """The data sets that wait, and what for."""
        rows = await self._connection.fetch(
            """
            select slug, min(at) as first, max(at) as last, max(hops) as hops,
                   (array_agg(event_id order by waiting_id desc)
                     filter (where event_id is not null))[1] as event_id
              from waiting
             group by slug
             order by slug
            """
        )
        return [Waiting(**row) for row in rows]

    async def hold_waiting(self) -> list[Waiting]:
        """The same, and nothing is heard before this transaction ends.

        So what is published, and because of what, is one state.
        """
        await self._connection.execute("lock table waiting in share row exclusive mode")
        return await self.waiting()

    async def waited(self, slug: Slug) -> None:
        """A data set waits no more; only after `hold_waiting`."""
        await self._connection.execute("delete from waiting where slug = $1", slug)

    async def keep_version(self, version: Version, files: Sequence[File]) -> None:
        """Keep a version with the bytes of all its forms, for ever."""
        await self._connection.execute(
            "insert into version (dataset_id, version, at, body) values ($1, $2, $3, $4)",
            version.about.name,
            version.number,
            version.at,
            VERSION.dump_json(version).decode(),
        )
        await self._connection.executemany(
            """
            insert into version_file (dataset_id, version, form, content)
            values ($1, $2, $3, $4)
            """,
            [
                (version.about.name, version.number, file.form.extension, file.content)
                for file in files
            ],
        )

    async def current(self) -> list[Version]:
        """The current version of each data set that was published, by name."""
        rows = await self._connection.fetch(
            """
            select distinct on (dataset_id) body
              from version
             order by dataset_id, version desc
            """
        )
        return [_version(row) for row in rows]

    async def versions(self, name: str) -> list[Version]:
        """Every version of a data set, the newest first; UnknownDataset when there is none."""
        rows = await self._connection.fetch(
            "select body from version where dataset_id = $1 order by version desc", name
        )
        if not rows:
            raise UnknownDataset(name)
        return [_version(row) for row in rows]

    async def latest(self, name: str) -> Version | None:
        """The current version of a data set; None: it was not published yet."""
        row = await self._connection.fetchrow(
            "select body from version where dataset_id = $1 order by version desc limit 1", name
        )
        return _version(row) if row else None

    async def dataset(self, name: str) -> Version:
        """The current version of a data set; UnknownDataset when there is none."""
        found = await self.latest(name)
        if found is None:
            raise UnknownDataset(name)
        return found

    async def version(self, name: str, number: int) -> Version:
        """One version; UnknownVersion when there is none."""
        row = await self._connection.fetchrow(
            "select body from version where dataset_id = $1 and version = $2", name, number
        )
        if row is None:
            detail = f"{name} {number}"
            raise UnknownVersion(detail)
        return _version(row)

    async def content(self, version: Version, form: Form) -> bytes:
        """The bytes of one of a version's forms."""
        return await self._connection.fetchval(
            """
            select content
              from version_file
             where dataset_id = $1 and version = $2 and form = $3
            """,
            version.about.name,
            version.number,
            form.extension,
        )


def _milestone(row: Record) -> ShownMilestone:
    first = row["first_due"]
    stored = MILESTONE.validate_json(row["body"])
    return replace(stored, first_due=PartialDate.model_validate_json(first) if first else None)


def _version(row: Record) -> Version:
    """Restore what the database has already believed; judge nothing again."""
    return VERSION.validate_json(row["body"])
