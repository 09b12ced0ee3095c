"""What the doors out read beside the plan itself: how often a node changed, and what was told."""

from collections.abc import Collection

from chassis.database import Connection
from contracts.roadmap import DecisionTaken, PlanRevised
from roadmap.domain import At, Change, Trace
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

    async def traces(self, at: At) -> dict[str, Trace]:
        """How often each node changed, and when last, by what was known at a moment."""
        found = await self._connection.fetch(
            """
            select node_id, count(distinct instant) - 1 as changes, max(instant) as changed
              from (select subject_id as node_id, recorded from assertion
                     union all
                    select node_id, recorded from node_text) as row
             cross join unnest(array[lower(recorded), upper(recorded)]) as instant
             where instant <= coalesce($1, 'infinity'::timestamptz)
             group by node_id
            """,
            at.known,
        )
        return {
            row["node_id"]: Trace(changes=row["changes"], changed=row["changed"]) for row in found
        }

    async def told(
        self, about: Collection[str] | None, *, before: int | None, limit: int
    ) -> list[Change]:
        """The events of the change log about some nodes, or about any, newest first.

        A revision of the plan is about all of them.
        """
        found = await self._connection.fetch(
            """
            select seq, at, event_id, type, subject, digest, prev, hash, salt, body
              from change_log
             where event_id is not null
               and ($1::bigint is null or seq < $1)
               and ($2::text[] is null
                    or subject = any($2)
                    or type = $3
                    or type = $4 and jsonb_exists_any(body::jsonb #> '{data,about}', $2))
             order by seq desc
             limit $5
            """,
            before,
            None if about is None else sorted(about),
            PlanRevised.ce_type,
            DecisionTaken.ce_type,
            limit,
        )
        return [Change(**dict(row)) for row in found]
