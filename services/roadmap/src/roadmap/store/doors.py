"""What the doors out read beside the plan itself: how often a node changed, and what was told."""

from collections.abc import Collection, Sequence

from asyncpg import Record

from chassis.database import Connection
from contracts.roadmap import DecisionTaken, PlanRevised
from roadmap.domain import At, Change, Held, Trace, traced
from roadmap.store.tables import Tables


class Doors:
    """Reads for calendars and feeds, in one transaction."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection
        self.tables = Tables(connection)

    async def version(self) -> tuple[int, int, int, int]:
        """What grows whenever something was told, blanked, stated or loaded: not all of it is told."""
        row = await self._connection.fetchrow(
            """
            select seq, blanked,
                   (select coalesce(max(assertion_id), 0) from assertion) as newest,
                   (select count(*) from revision) as revisions
              from chain
            """
        )
        assert row  # noqa: S101 the migration has put it there
        return row["seq"], row["blanked"], row["newest"], row["revisions"]

    async def blanked(self) -> tuple[int]:
        """How many texts were taken out so far: what a number says never changes but by this."""
        return (await self._connection.fetchval("select blanked from chain"),)

    async def traces(self, at: At) -> dict[str, Trace]:
        """How often each node changed, and when last visibly, by what was known at a moment."""
        found = await self._connection.fetch(
            """
            select node_id, part, lower(recorded) as since, upper(recorded) as until,
                   lower(valid) as valid_since, upper(valid) as valid_until, words
              from (select subject_id as node_id, attr || ' ' || asserter as part, recorded, valid,
                           jsonb_build_array(edtf, qualifier, original, undated_reason,
                                             edtf is null and revision_id is null)::text as words
                      from assertion
                     union all
                    select node_id, 'text', recorded, valid,
                           jsonb_build_array(
                             label, jsonb_path_query_array(more, '$.statements[*].wording'))::text
                      from node_text) as said
             where lower(recorded) <= coalesce($1, 'infinity'::timestamptz)
            """,
            at.known,
        )
        return traced((Held(**dict(row)) for row in found), at)

    async def told(
        self, about: Collection[str] | None, *, before: int | None, limit: int
    ) -> list[Change]:
        """The events of the change log about some nodes, or about any, newest first.

        A revision of the plan is about all of them.
        """
        found = await (
            self._told_of_all(before, limit)
            if about is None
            else self._told_about(sorted(about), before, limit=limit)
        )
        return [Change(**dict(row)) for row in found]

    async def _told_of_all(self, before: int | None, limit: int) -> list[Record]:
        return await self._connection.fetch(
            """
            select seq, at, event_id, type, subject, digest, prev, hash, salt, body, scheme
              from change_log
             where event_id is not null and ($1::bigint is null or seq < $1)
             order by seq desc
             limit $2
            """,
            before,
            limit,
        )

    async def _told_about(
        self, about: Sequence[str], before: int | None, *, limit: int
    ) -> list[Record]:
        """Found by the subjects alone, for which there is an index: of a quiet node little was told of very much."""
        return await self._connection.fetch(
            """
            select seq, at, event_id, type, subject, digest, prev, hash, salt, body, scheme
              from change_log
             where event_id is not null
               and ($1::bigint is null or seq < $1)
               and subject = any(array(select unnest($2::text[])
                                       union
                                       select node_id from node where kind = 'plan'
                                       union
                                       select 'decision-' || decision_id from decision where about && $2))
               and (subject = any($2) or type = $3 or type = $4 and body is not null)
             order by seq desc
             limit $5
            """,
            before,
            about,
            PlanRevised.ce_type,
            DecisionTaken.ce_type,
            limit,
        )
