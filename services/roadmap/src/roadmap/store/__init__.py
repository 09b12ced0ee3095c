"""What roadmap keeps: statements on two clocks; the only SQL of the service."""

import json
from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any

from asyncpg import Range, Record
from pydantic import TypeAdapter

from chassis.database import Connection
from roadmap.domain import (
    Assertion,
    Decision,
    Milestone,
    Node,
    Plan,
    Rescheduled,
    Revision,
    Silence,
    UnknownMilestone,
    stated_by,
)
from roadmap.store import rows

REVISION = TypeAdapter(Revision)
SILENCES = TypeAdapter(tuple[Silence, ...])

# Whoever loads a plan loads alone; another number would let two loads cross.
LOADING = 7_033_000


class Store:
    """The tables of roadmap, in one transaction of whoever made it."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    async def known_revisions(self) -> dict[str, str]:
        """The hash of each revision that was loaded; loads wait for one another from here on."""
        await self._connection.execute("select pg_advisory_xact_lock($1)", LOADING)
        found = await self._connection.fetch("select revision_id, sha256 from revision")
        return {row["revision_id"]: row["sha256"] for row in found}

    async def has_nodes(self) -> bool:
        """Whether a plan with nodes was loaded."""
        return bool(await self._connection.fetchval("select exists (select from node)"))

    async def keep_plan(self, plan: Plan) -> None:
        """Keep a revision, its tree and all that it states, as known from one instant on."""
        await self._keep_revision(plan)
        at = await self._instant([])
        await self._connection.executemany(
            "insert into node (node_id, kind) values ($1, $2)",
            [(node.node_id, node.kind) for node in plan.nodes],
        )
        await self._connection.executemany(
            """
            insert into node_text (node_id, revision_id, parent_id, place, label, mark, lines, more,
                                   valid, recorded)
            values ($1, $2, $3, $4, $5, $6, $7::text::int4multirange, $8, $9, $10)
            """,
            [rows.text_row(node, plan.revision, at) for node in plan.nodes],
        )
        await self.keep_assertions(stated_by(plan), at)

    async def _keep_revision(self, plan: Plan) -> None:
        revision = plan.revision
        body = json.loads(REVISION.dump_json(revision))
        body["silences"] = json.loads(SILENCES.dump_json(plan.silences))
        await self._connection.execute(
            """
            insert into revision (revision_id, supersedes, sha256, adopted, in_force, history, body)
            values ($1, $2, $3, $4, $5, $6, $7)
            """,
            revision.revision_id,
            revision.supersedes,
            plan.sha256,
            revision.adopted.model_dump_json(),
            Range(revision.in_force_from, None),
            revision.history,
            json.dumps(body, ensure_ascii=False),
        )

    async def revisions(self) -> list[tuple[Revision, tuple[Silence, ...]]]:
        """Every revision with what it does not say, newest first."""
        found = await self._connection.fetch("select body from revision order by in_force desc")
        bodies: list[dict[str, Any]] = [json.loads(row["body"]) for row in found]
        return [
            (REVISION.validate_python(body), SILENCES.validate_python(body["silences"]))
            for body in bodies
        ]

    async def nodes(self) -> list[Node]:
        """The nodes as they are now, siblings in their places."""
        found = await self._connection.fetch(
            """
            select more
              from node_text
             where upper_inf(recorded) and upper_inf(valid)
             order by place
            """
        )
        return [rows.node(row) for row in found]

    async def milestones(self) -> list[Milestone]:
        """All milestones as they are now."""
        found = await self._connection.fetch(
            "select node_id, version from node where kind = 'milestone'"
        )
        return await self._milestones(found)

    async def milestone(self, milestone_id: str) -> Milestone:
        """One milestone with every row of its dates; UnknownMilestone when there is none."""
        found = await self._connection.fetch(
            "select node_id, version from node where kind = 'milestone' and node_id = $1",
            milestone_id,
        )
        return await self._one(milestone_id, found)

    async def milestone_for_change(self, milestone_id: str) -> Milestone:
        """The same, and nobody else changes it before this transaction ends."""
        found = await self._connection.fetch(
            """
            select node_id, version
              from node
             where kind = 'milestone' and node_id = $1
               for update
            """,
            milestone_id,
        )
        return await self._one(milestone_id, found)

    async def _one(self, milestone_id: str, found: Sequence[Record]) -> Milestone:
        if not found:
            raise UnknownMilestone(milestone_id)
        (milestone,) = await self._milestones(found)
        return milestone

    async def _milestones(self, found: Sequence[Record]) -> list[Milestone]:
        subjects = [row["node_id"] for row in found]
        known = rows.Known(
            nodes={node.node_id: node for node in await self.nodes()},
            assertions=await self._assertions(subjects),
            decisions=await self._decisions(subjects),
        )
        return [rows.milestone(row, known) for row in found]

    async def _assertions(self, subjects: list[str]) -> list[Assertion]:
        found = await self._connection.fetch(
            """
            select *
              from assertion
             where subject_id = any($1::text[])
             order by lower(recorded), lower(valid), assertion_id
            """,
            subjects,
        )
        return [rows.assertion(row) for row in found]

    async def _decisions(self, subjects: list[str]) -> dict[int, Decision]:
        found = await self._connection.fetch(
            """
            select distinct decision.*
              from decision
              join assertion using (decision_id)
             where subject_id = any($1::text[])
            """,
            subjects,
        )
        return {row["decision_id"]: rows.decision(row) for row in found}

    async def keep_decision(self, decision: Decision, *, by: str, now: datetime) -> int:
        """Keep who decided what and why; returns its number."""
        number = await self._connection.fetchval(
            """
            insert into decision (body, taken_on, chosen, effect, reason, entered_by, entered_at)
            values ($1, $2, $3, $4, $5, $6, $7)
            returning decision_id
            """,
            decision.body,
            decision.taken_on,
            decision.chosen,
            decision.effect,
            decision.reason,
            by,
            now,
        )
        return int(number)

    async def keep_rescheduled(self, moved: Rescheduled) -> None:
        """End what was known, and begin what is known from now on; nothing is overwritten."""
        subject = moved.milestone.milestone_id
        at = await self._instant([subject])
        await self._connection.execute(
            """
            update assertion
               set recorded = tstzrange(lower(recorded), $2)
             where assertion_id = $1 and upper_inf(recorded)
            """,
            moved.closed.assertion_id,
            at,
        )
        await self.keep_assertions(moved.begun, at)
        await self._connection.execute(
            "update node set version = version + 1 where node_id = $1", subject
        )

    async def _instant(self, subjects: list[str]) -> datetime:
        """The instant of this transaction, after all that was recorded about these nodes."""
        return await self._connection.fetchval(
            """
            select greatest(clock_timestamp(), max(lower(recorded)) + interval '1 microsecond')
              from assertion
             where subject_id = any($1::text[])
            """,
            subjects,
        )

    async def keep_assertions(self, assertions: Iterable[Assertion], at: datetime) -> None:
        """Keep statements as known from an instant on; two truths at once are refused."""
        await self._connection.executemany(
            """
            insert into assertion (subject_id, attr, asserter, revision_id, edtf, lo, hi, precision,
                                   qualifier, original, undated_reason, mark, evidence, decision_id,
                                   valid, recorded)
            values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16)
            """,
            [rows.assertion_row(assertion, at) for assertion in assertions],
        )

    async def answer_of(self, idempotency_key: str) -> tuple[str, str] | None:
        """What was answered under this key, with the fingerprint of the request; others wait."""
        await self._connection.execute(
            "select pg_advisory_xact_lock(hashtextextended($1, 0))", idempotency_key
        )
        row = await self._connection.fetchrow(
            "select fingerprint, answer from request where idempotency_key = $1", idempotency_key
        )
        return (row["fingerprint"], row["answer"]) if row else None

    async def keep_answer(
        self, idempotency_key: str, fingerprint: str, answer: str, *, now: datetime
    ) -> None:
        """Keep an answer, so that the same request again gets it again."""
        await self._connection.execute(
            "insert into request values ($1, $2, $3, $4)", idempotency_key, fingerprint, answer, now
        )

    async def forget_answers(self, before: datetime) -> None:
        """Drop the answers given before an instant."""
        await self._connection.execute("delete from request where answered_at < $1", before)
