"""What roadmap keeps: statements on two clocks; the only SQL of the service."""

import json
from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any

from asyncpg import Range, Record
from pydantic import TypeAdapter

from chassis.database import Connection
from contracts.values import PartialDate
from roadmap.domain import (
    Ancestor,
    Assertion,
    Decision,
    Evidence,
    Milestone,
    Node,
    Plan,
    Recorded,
    Rescheduled,
    Revision,
    Silence,
    UnknownMilestone,
    Valid,
    stated_by,
)

REVISION = TypeAdapter(Revision)
SILENCES = TypeAdapter(tuple[Silence, ...])
EVIDENCE = TypeAdapter(tuple[Evidence, ...])
NODE = TypeAdapter(Node)

# Whoever loads a plan loads alone; another number would let two loads cross.
LOADING = 7_033_000

IN_FORCE = "upper_inf(recorded) and upper_inf(valid)"


class Store:
    """The tables of roadmap, in one transaction of whoever made it."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    async def known_revisions(self) -> dict[str, str]:
        """The hash of each revision that was loaded; loads wait for one another from here on."""
        await self._connection.execute("select pg_advisory_xact_lock($1)", LOADING)
        rows = await self._connection.fetch("select revision_id, sha256 from revision")
        return {row["revision_id"]: row["sha256"] for row in rows}

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
            [_text_row(node, plan.revision, at) for node in plan.nodes],
        )
        await self._keep_assertions(stated_by(plan), at)

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
        rows = await self._connection.fetch("select body from revision order by in_force desc")
        bodies: list[dict[str, Any]] = [json.loads(row["body"]) for row in rows]
        return [
            (REVISION.validate_python(body), SILENCES.validate_python(body["silences"]))
            for body in bodies
        ]

    async def nodes(self) -> list[Node]:
        """The tree as it is now, every node after its parent, siblings in their places."""
        rows = await self._connection.fetch(
            f"""
            select node_id, kind, parent_id, place, label, mark, lines, more
              from node
              join node_text using (node_id)
             where {IN_FORCE}
             order by place
            """  # noqa: S608 a constant of ours
        )
        return [_node(row) for row in rows]

    async def milestones(self) -> list[Milestone]:
        """All milestones as they are now."""
        rows = await self._connection.fetch(
            "select node_id, version from node where kind = 'milestone'"
        )
        return await self._milestones(rows)

    async def milestone(self, milestone_id: str) -> Milestone:
        """One milestone with every row of its dates; UnknownMilestone when there is none."""
        rows = await self._connection.fetch(
            "select node_id, version from node where kind = 'milestone' and node_id = $1",
            milestone_id,
        )
        return await self._one(milestone_id, rows)

    async def milestone_for_change(self, milestone_id: str) -> Milestone:
        """The same, and nobody else changes it before this transaction ends."""
        rows = await self._connection.fetch(
            """
            select node_id, version
              from node
             where kind = 'milestone' and node_id = $1
               for update
            """,
            milestone_id,
        )
        return await self._one(milestone_id, rows)

    async def _one(self, milestone_id: str, rows: Sequence[Record]) -> Milestone:
        if not rows:
            raise UnknownMilestone(milestone_id)
        (milestone,) = await self._milestones(rows)
        return milestone

    async def _milestones(self, rows: Sequence[Record]) -> list[Milestone]:
        texts = {node.node_id: node for node in await self.nodes()}
        wanted = [row["node_id"] for row in rows]
        assertions = await self._assertions(wanted)
        decisions = await self._decisions(wanted)
        return [
            _milestone(
                row, texts, [a for a in assertions if a.subject_id == row["node_id"]], decisions
            )
            for row in rows
        ]

    async def _assertions(self, subjects: list[str]) -> list[Assertion]:
        rows = await self._connection.fetch(
            """
            select *
              from assertion
             where subject_id = any($1::text[])
             order by lower(recorded), lower(valid), assertion_id
            """,
            subjects,
        )
        return [_assertion(row) for row in rows]

    async def _decisions(self, subjects: list[str]) -> dict[int, Decision]:
        rows = await self._connection.fetch(
            """
            select distinct decision.*
              from decision
              join assertion using (decision_id)
             where subject_id = any($1::text[])
            """,
            subjects,
        )
        return {row["decision_id"]: _decision(row) for row in rows}

    async def keep_decision(
        self, decision: Decision, reason: str, *, by: str, now: datetime
    ) -> int:
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
            reason,
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
        await self._keep_assertions(moved.begun, at)
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

    async def _keep_assertions(self, assertions: Iterable[Assertion], at: datetime) -> None:
        await self._connection.executemany(
            """
            insert into assertion (subject_id, attr, asserter, revision_id, edtf, lo, hi, precision,
                                   qualifier, original, undated_reason, mark, evidence, decision_id,
                                   valid, recorded)
            values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16)
            """,
            [_assertion_row(assertion, at) for assertion in assertions],
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


def _text_row(node: Node, revision: Revision, at: datetime) -> tuple[object, ...]:
    more = json.loads(NODE.dump_json(node))
    valid, recorded = Range(revision.in_force_from, None), Range(at, None)
    columns = (
        node.node_id,
        revision.revision_id,
        node.parent_id,
        node.place,
        node.label,
        node.mark,
    )
    return (
        *columns,
        _multirange(node.lines),
        json.dumps(more, ensure_ascii=False),
        valid,
        recorded,
    )


def _node(row: Record) -> Node:
    """Restore a node; its statements are those of its revision, dates move in `assertion` alone."""
    return NODE.validate_json(row["more"])


def _milestone(
    row: Record, nodes: dict[str, Node], assertions: list[Assertion], decisions: dict[int, Decision]
) -> Milestone:
    node = nodes[row["node_id"]]
    due, actual = _latest(assertions, "due"), _latest(assertions, "actual")
    said = node.due or node.actual
    decided = due.decision_id if due else None
    return Milestone(
        milestone_id=node.node_id,
        label=node.label,
        kind=node.milestone_kind,
        parents=tuple(_ancestors(node, nodes)),
        wording=said.wording if said else None,
        due=due,
        actual=actual,
        revision_id=assertions[0].revision_id or "",
        version=row["version"],
        decision=decisions[decided] if decided else None,
        history=tuple(assertion for assertion in assertions if assertion.attr == "due"),
    )


def _latest(assertions: Iterable[Assertion], attr: str) -> Assertion | None:
    """The row that is known now and has no end."""
    return next(
        (
            a
            for a in assertions
            if a.attr == attr and a.recorded and a.recorded.until is None and a.valid.until is None
        ),
        None,
    )


def _ancestors(node: Node, nodes: dict[str, Node]) -> list[Ancestor]:
    """The nodes above one, from the plan downwards."""
    if node.parent_id is None:
        return []
    parent = nodes[node.parent_id]
    return [*_ancestors(parent, nodes), Ancestor(node_id=parent.node_id, label=parent.label)]


def _assertion_row(assertion: Assertion, at: datetime) -> tuple[object, ...]:
    value = assertion.value
    dated = (
        (value.edtf, value.lo, value.hi, value.precision, value.qualifier, value.original)
        if value
        else (None,) * 6
    )
    return (
        assertion.subject_id,
        assertion.attr,
        assertion.asserter,
        assertion.revision_id,
        *dated,
        assertion.undated_reason,
        assertion.mark,
        EVIDENCE.dump_json(assertion.evidence).decode(),
        assertion.decision_id,
        Range(assertion.valid.since, assertion.valid.until),
        Range(at, None),
    )


def _assertion(row: Record) -> Assertion:
    """Restore what the database has already believed; judge nothing again."""
    value = PartialDate.model_construct(
        **{name: row[name] for name in ("edtf", "lo", "hi", "precision", "qualifier", "original")}
    )
    valid, recorded = row["valid"], row["recorded"]
    return Assertion(
        subject_id=row["subject_id"],
        attr=row["attr"],
        asserter=row["asserter"],
        value=value if row["edtf"] else None,
        undated_reason=row["undated_reason"],
        mark=row["mark"],
        evidence=EVIDENCE.validate_json(row["evidence"]),
        valid=Valid(since=valid.lower, until=valid.upper),
        revision_id=row["revision_id"],
        decision_id=row["decision_id"],
        assertion_id=row["assertion_id"],
        recorded=Recorded(since=recorded.lower, until=recorded.upper),
    )


def _decision(row: Record) -> Decision:
    return Decision(
        body=row["body"],
        taken_on=row["taken_on"],
        chosen=row["chosen"],
        effect=row["effect"],
        decision_id=row["decision_id"],
    )


def _multirange(lines: str | None) -> str | None:
    """Lines such as `598, 602-606` as PostgreSQL writes several ranges."""
    if lines is None:
        return None
    ends = [part.strip().partition("-") for part in lines.split(",")]
    return "{" + ",".join(f"[{first},{last or first}]" for first, _, last in ends) + "}"
