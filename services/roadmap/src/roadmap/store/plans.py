"""The plan's revisions and its tree, on two clocks."""

import json
from collections.abc import Sequence
from datetime import date, datetime

from asyncpg import Range
from pydantic import TypeAdapter

from chassis.database import Connection
from roadmap.domain import (
    LATEST,
    Answer,
    At,
    Extras,
    Indicator,
    Measured,
    Node,
    Plan,
    Revision,
    State,
    UnknownRevision,
    measured,
)
from roadmap.store import rows

REVISION = TypeAdapter(Revision)
EXTRAS = TypeAdapter(Extras)
INDICATORS = TypeAdapter(tuple[Indicator, ...])
ANSWERS = TypeAdapter(tuple[Answer, ...])

# Whoever loads a plan loads alone; another number would let two loads cross.
LOADING = 7_033_000


class Plans:
    """Revisions as they were loaded, and the words of each node as they were in force and known."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    async def lock_loading(self) -> None:
        """Whatever looks at a file, or loads one, waits for the others from here on: before it locks anything else."""
        await self._connection.execute("select pg_advisory_xact_lock($1)", LOADING)

    async def known_revisions(self) -> dict[str, str]:
        """The hash of each revision that was loaded."""
        found = await self._connection.fetch("select revision_id, sha256 from revision")
        return {row["revision_id"]: row["sha256"] for row in found}

    async def earliest(self) -> datetime | None:
        """When the first revision became known; None: nothing is known yet."""
        return await self._connection.fetchval("select min(known_since) from node")

    async def known_from_to(self) -> tuple[datetime | None, datetime | None]:
        """When the first revision became known, and when something was last recorded about a date."""
        row = await self._connection.fetchrow(
            """
            select (select min(known_since) from node) as earliest,
                   greatest((select max(recorded) from revision),
                            (select max(coalesce(upper(recorded), lower(recorded)))
                               from assertion)) as latest
            """
        )
        return (row["earliest"], row["latest"]) if row else (None, None)

    async def newest(self) -> date | None:
        """The first day of the newest revision; None: there is none."""
        return await self._connection.fetchval("select max(lower(in_force)) from revision")

    async def tracked_since(self) -> date | None:
        """The day, in the city, on which the first revision was loaded; None: none was."""
        return await self._connection.fetchval(
            "select min((recorded at time zone 'Asia/Tokyo')::date) from revision"
        )

    async def recorded(self) -> dict[str, datetime]:
        """When each revision became known."""
        found = await self._connection.fetch("select revision_id, recorded from revision")
        return {row["revision_id"]: row["recorded"] for row in found}

    async def keep_revision(
        self,
        plan: Plan,
        at: datetime,
        *,
        decision_id: int | None,
        answers: Sequence[Answer],
    ) -> None:
        """Keep a revision with all that it says beside its tree, and what became of what is gone."""
        revision = plan.revision
        body = json.loads(REVISION.dump_json(revision))
        body["extras"] = json.loads(EXTRAS.dump_json(plan.extras))
        body["answers"] = json.loads(ANSWERS.dump_json(tuple(answers)))
        await self._connection.execute(
            """
            insert into revision (revision_id, supersedes, sha256, adopted, in_force, history, body, decision_id,
                                  recorded, file)
            values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)
            """,
            revision.revision_id,
            revision.supersedes,
            plan.sha256,
            revision.adopted.model_dump_json(),
            Range(revision.in_force_from, None),
            decision_id is None,
            json.dumps(body, ensure_ascii=False),
            decision_id,
            at,
            plan.file,
        )

    async def keep_texts(self, plan: Plan, at: datetime) -> None:
        """End the words that were in force, and begin those of a revision, from an instant on."""
        await self._connection.executemany(
            """
            insert into node (node_id, kind, known_since) values ($1, $2, $3)
                on conflict (node_id) do update set version = node.version + 1
            """,
            [(node.node_id, node.kind, at) for node in plan.nodes],
        )
        await self._end_texts(plan, at)
        await self._connection.executemany(
            """
            insert into node_text (node_id, revision_id, parent_id, place, label, mark, lines,
                                   commitment, more, valid, recorded)
            values ($1, $2, $3, $4, $5, $6, $7::text::int4multirange, $8, $9, $10, $11)
            """,
            [rows.text_row(node, plan.revision, at) for node in plan.nodes],
        )

    async def _end_texts(self, plan: Plan, at: datetime) -> None:
        day = plan.revision.in_force_from
        closed = await self._connection.fetch(
            """
            update node_text
               set recorded = tstzrange(lower(recorded), $1)
             where upper_inf(recorded) and valid && daterange($2, null)
         returning node_id, lower(recorded) as since, lower(valid) as valid_since
            """,
            at,
            day,
        )
        await self._connection.execute(
            """
            insert into node_text (node_id, revision_id, parent_id, place, label, mark, lines,
                                   commitment, more, valid, recorded)
            select node_id, revision_id, parent_id, place, label, mark, lines,
                   commitment, more, daterange(lower(valid), $4), tstzrange($3, null)
              from node_text
              join unnest($1::text[], $2::date[]) as closed(id, valid_since)
                on node_id = id and lower(valid) = valid_since and upper(recorded) = $3
             where lower(valid) < $4
            """,
            [row["node_id"] for row in closed],
            [row["valid_since"] for row in closed],
            at,
            day,
        )

    async def revisions(self, at: At) -> list[Revision]:
        """Every revision that could be in force and was known, newest first."""
        found = await self._connection.fetch(
            """
            select body - 'extras' as body
              from revision
             where lower(in_force) <= $1 and recorded <= coalesce($2, 'infinity'::timestamptz)
             order by in_force desc
            """,
            at.day,
            at.known,
        )
        return [REVISION.validate_json(row["body"]) for row in found]

    async def extras(self, revision_id: str) -> Extras:
        """What a revision says beside its tree."""
        return EXTRAS.validate_json(
            await self._connection.fetchval(
                "select body -> 'extras' from revision where revision_id = $1", revision_id
            )
        )

    async def measured(self, at: At) -> list[Measured]:
        """Every indicator with all values that were known, of the revisions that could be in force."""
        found = await self._connection.fetch(
            """
            select revision_id, coalesce(body #> '{extras,indicators}', '[]') as indicators
              from revision
             where lower(in_force) <= $1 and recorded <= coalesce($2, 'infinity'::timestamptz)
             order by in_force desc
            """,
            at.day,
            at.known,
        )
        return measured(
            [(row["revision_id"], INDICATORS.validate_json(row["indicators"])) for row in found]
        )

    async def answers(self) -> dict[str, tuple[Answer, ...]]:
        """What was answered, for each revision, became of the nodes that it does not have any more.

        Of one that was loaded before answers were kept with it, those to its import count.
        """
        found = await self._connection.fetch(
            """
            select revision_id,
                   coalesce(nullif(body -> 'answers', '[]'),
                            (select answers
                               from import_run
                              where confirmed_at is not null and sha256(import_run.body) = sha256(file)
                              order by confirmed_at desc
                              limit 1),
                            '[]') as answers
              from revision
            """
        )
        return {row["revision_id"]: ANSWERS.validate_json(row["answers"]) for row in found}

    async def bodies(self) -> list[str]:
        """Who acts in the plan by its newest revision, in the order of its text."""
        found = await self._connection.fetch(
            """
            select jsonb_path_query(body, '$.extras.bodies[*].name') #>> '{}' as name
              from (select body from revision order by in_force desc limit 1) as newest
            """
        )
        return [row["name"] for row in found]

    async def file(self, revision_id: str) -> bytes:
        """The file of a revision, as it was loaded; UnknownRevision when there is none."""
        found = await self._connection.fetchval(
            "select file from revision where revision_id = $1", revision_id
        )
        if not found:
            raise UnknownRevision(revision_id)
        return bytes(found)

    async def records(self, at: At = LATEST) -> list[tuple[Revision, str, int | None]]:
        """Every revision that was loaded by then, with its hash and the number of its decision, newest first."""
        found = await self._connection.fetch(
            """
            select body, sha256, decision_id
              from revision
             where lower(in_force) <= $1 and recorded <= coalesce($2, 'infinity'::timestamptz)
             order by in_force desc
            """,
            at.day,
            at.known,
        )
        return [
            (REVISION.validate_json(row["body"]), row["sha256"], row["decision_id"])
            for row in found
        ]

    async def nodes(self, at: At) -> list[Node]:
        """The nodes in force, siblings in their places."""
        texts = await self.texts(at)
        return [text.node for text in texts.values() if not text.removed]

    async def texts(self, at: At, only: Sequence[str] | None = None) -> dict[str, rows.WordedNode]:
        """The latest words of each node that was ever in the plan, siblings in their places."""
        found = await self._connection.fetch(
            """
            select *
              from (select distinct on (node_id)
                           node_id, revision_id, place, more, version, known_since,
                           upper(valid) as until
                      from node_text
                      join node using (node_id)
                     where recorded @> coalesce($2, 'infinity'::timestamptz)
                       and lower(valid) <= $1
                       and ($3::text[] is null or node_id = any($3))
                     order by node_id, lower(valid) desc) as latest
             order by place, node_id
            """,
            at.day,
            at.known,
            only,
        )
        return {row["node_id"]: rows.worded_node(row, at.day) for row in found}

    async def lock(self, *nodes: str) -> None:
        """Nobody else changes these nodes before this transaction ends; of several, all are locked at once."""
        await self._connection.execute(
            "select from node where node_id = any($1::text[]) order by node_id for update", nodes
        )

    async def lock_all(self) -> None:
        """Nobody else changes any node before this transaction ends."""
        await self._connection.execute("select from node order by node_id for update")

    async def versions(self) -> dict[str, int]:
        """How often each node changed."""
        found = await self._connection.fetch("select node_id, version from node")
        return {row["node_id"]: row["version"] for row in found}

    async def state(self) -> State:
        """That of what is known, to be held against the one of a plan that was looked at."""
        names = tuple(sorted(await self.known_revisions()))
        blanked = await self._connection.fetchval("select blanked from chain")
        return State(revisions=names, versions=await self.versions(), blanked=blanked)

    async def version(self, node_id: str) -> int:
        """How often a node changed: what `If-Match` takes."""
        return int(
            await self._connection.fetchval("select version from node where node_id = $1", node_id)
        )
