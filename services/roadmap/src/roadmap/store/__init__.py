"""What roadmap keeps: revisions, the tree, and every dated statement; the only SQL of the service."""

from collections.abc import AsyncGenerator, Collection, Iterable, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import replace
from datetime import datetime

from asyncpg.transaction import Transaction

from chassis.database import Connection
from roadmap.domain import (
    LATEST,
    Amendment,
    Answer,
    Assertion,
    At,
    Base,
    Decision,
    Extras,
    Milestone,
    NotInThePlanThen,
    Picture,
    Plan,
    UnknownAssertion,
    UnknownMilestone,
    as_promised,
    stated_by,
)
from roadmap.store import rows
from roadmap.store.decisions import Decisions
from roadmap.store.doors import Doors
from roadmap.store.imports import Imports
from roadmap.store.log import Log
from roadmap.store.plans import Plans
from roadmap.store.promises import Promises
from roadmap.store.reminders import Reminders
from roadmap.store.requests import Requests
from roadmap.store.trees import Trees


class Store:
    """The tables of roadmap, in one transaction of whoever made it."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection
        self.plans = Plans(connection)
        self.requests = Requests(connection)
        self.log = Log(connection)
        self.decisions = Decisions(connection)
        self.imports = Imports(connection)
        self.reminders = Reminders(connection)
        self.doors = Doors(connection)
        self.trees = Trees(connection)
        self.promises = Promises(connection)

    def attempt(self) -> Transaction:
        """A part of the transaction that can be taken back alone, by whatever is raised in it."""
        return self._connection.transaction()

    @asynccontextmanager
    async def trial(self) -> AsyncGenerator[None]:
        """What is done within is done to see what comes of it: nothing of it stays."""
        trial = self._connection.transaction()
        await trial.start()
        try:
            yield
        finally:
            await trial.rollback()

    async def keep_plan(
        self, plan: Plan, decision_id: int | None = None, answers: Sequence[Answer] = ()
    ) -> None:
        """Keep a revision, its tree and all that it states, as known from one instant on."""
        await self.plans.lock_all()
        at = await self._instant()
        await self.plans.keep_revision(plan, at, decision_id=decision_id, answers=answers)
        await self.plans.keep_texts(plan, at)
        await self.promises.end(plan.revision.in_force_from, at)
        await self.keep_assertions(await self._news(plan, decision_id), at)

    async def _news(self, plan: Plan, decision_id: int | None) -> list[Assertion]:
        """What a revision states, but for what happened and is stated already."""
        found = await self._connection.fetch(
            "select subject_id from assertion where attr = 'actual' and upper_inf(recorded)"
        )
        happened = {row["subject_id"] for row in found}
        stated = (replace(row, decision_id=decision_id) for row in stated_by(plan))
        return [row for row in stated if row.attr == "due" or row.subject_id not in happened]

    async def base(self) -> Base:
        """What is known before a plan is loaded."""
        revisions = await self.plans.known_revisions()
        texts = await self.plans.texts(LATEST)
        rows = await self.trees.told(list(texts), LATEST)
        now: dict[str, list[Assertion]] = {}
        for row in rows:
            if row.holds_on(LATEST.day):
                now.setdefault(row.subject_id, []).append(row)
        decided = await self._decided(now)
        living = [text.node for text in texts.values() if not text.removed]
        newest = next(iter(await self.plans.revisions(LATEST)), None)
        return Base(
            revisions=revisions,
            newest=await self.plans.newest(),
            tracked_since=await self.plans.tracked_since(),
            nodes=tuple(
                as_promised(each, now.get(each.node_id, ()), decided.get(each.node_id))
                for each in living
            ),
            kinds={node_id: text.node.kind for node_id, text in texts.items()},
            versions=await self.plans.versions(),
            blanked=(await self.log.state())[1],
            observed=frozenset(row.subject_id for row in rows if row.attr == "reported"),
            extras=await self.plans.extras(newest.revision_id) if newest else Extras(),
            title=newest.source.title if newest else None,
            decided=decided,
        )

    async def _decided(self, now: Mapping[str, Sequence[Assertion]]) -> dict[str, Decision]:
        """Of each node whose promise came by a decision and with no text, that decision."""
        found = {
            row.subject_id: row.decision_id
            for rows in now.values()
            for row in rows
            if row.attr == "due" and row.origin == "decided" and row.decision_id
        }
        decisions = await self.decisions.of(list(found.values()))
        return {node_id: decisions[number] for node_id, number in found.items()}

    async def milestones(self, at: At) -> list[Milestone]:
        """All milestones that were ever in the plan, as they were at a moment."""
        texts = await self.plans.texts(at)
        ids = [text.node.node_id for text in texts.values() if text.node.kind == "milestone"]
        return await self._milestones(ids, at, texts)

    async def picture(self, at: At, only: Collection[str] | None = None) -> Picture:
        """The whole plan as it was at a moment; or, of its tree, some nodes."""
        texts = await self.plans.texts(at)
        revisions = await self.plans.revisions(at)
        asked = [node_id for node_id in texts if only is None or node_id in only]
        known = await self._known(asked, at, texts)
        earliest, latest = await self.plans.known_from_to()
        nodes = [texts[node_id].node for node_id in asked]
        return Picture(
            at=at,
            revisions=revisions,
            extras=await self.plans.extras(revisions[0].revision_id) if revisions else Extras(),
            nodes=[node for node in nodes if not texts[node.node_id].removed],
            milestones=[
                rows.milestone(texts[n.node_id], known) for n in nodes if n.kind == "milestone"
            ],
            extents=rows.extents(nodes, known),
            reported=rows.reported(nodes, known),
            head=await self.log.head(),
            earliest=earliest,
            latest=latest,
        )

    async def milestone(self, milestone_id: str, at: At = LATEST) -> Milestone:
        """One milestone as it was at a moment; refuses when there was none."""
        texts = await self.plans.texts(at)
        if milestone_id not in texts or texts[milestone_id].node.kind != "milestone":
            raise await self._missing(milestone_id)
        (milestone,) = await self._milestones([milestone_id], at, texts)
        return milestone

    async def _missing(self, milestone_id: str) -> Exception:
        there = await self._connection.fetchval(
            "select exists (select from node where kind = 'milestone' and node_id = $1)",
            milestone_id,
        )
        return (NotInThePlanThen if there else UnknownMilestone)(milestone_id)

    async def milestone_for_change(self, milestone_id: str) -> Milestone:
        """One as it was decided last, and nobody else changes it before this transaction ends."""
        await self.plans.lock(milestone_id)
        return await self.milestone(milestone_id)

    async def _milestones(
        self, subjects: list[str], at: At, texts: dict[str, rows.WordedNode]
    ) -> list[Milestone]:
        known = await self._known(subjects, at, texts)
        return [rows.milestone(texts[subject], known) for subject in subjects]

    async def _known(
        self, subjects: list[str], at: At, texts: dict[str, rows.WordedNode]
    ) -> rows.Known:
        items = rows.items_over(texts, subjects)
        asked = {*subjects, *(item for those in items.values() for item in those)}
        assertions = await self.trees.told([*asked], at)
        decided = [row.decision_id for row in assertions if row.decision_id]
        by_subject: dict[str, list[Assertion]] = {}
        for row in assertions:
            by_subject.setdefault(row.subject_id, []).append(row)
        return rows.Known(at, texts, by_subject, await self.decisions.of(decided), items)

    async def reports(self, *nodes: str) -> dict[tuple[str, str], Assertion]:
        """The last that each source reported of some nodes; it has an end where one after it was taken back."""
        return await self._reports(nodes)

    async def all_reports(self) -> dict[tuple[str, str], Assertion]:
        """The same of every node."""
        return await self._reports(None)

    async def _reports(self, nodes: Sequence[str] | None) -> dict[tuple[str, str], Assertion]:
        found = await self._connection.fetch(
            """
            select distinct on (subject_id, asserter) *
              from assertion
             where attr = 'reported' and upper_inf(recorded)
               and ($1::text[] is null or subject_id = any($1))
             order by subject_id, asserter, lower(valid) desc
            """,
            nodes,
        )
        return {(row["subject_id"], row["asserter"]): rows.assertion(row) for row in found}

    async def reported(self) -> list[Assertion]:
        """All that was ever reported of any node, also what was put right or taken back."""
        found = await self._connection.fetch("select * from assertion where attr = 'reported'")
        return [rows.assertion(row) for row in found]

    async def history(self, subject_id: str) -> list[Assertion]:
        """Every row about one node, also what is no longer believed, as they were recorded."""
        found = await self._connection.fetch(
            """
            select said.*, withdrawal.why as taken_back
              from assertion as said
              left join withdrawal using (assertion_id)
             where subject_id = $1
             order by lower(recorded), lower(valid), assertion_id
            """,
            subject_id,
        )
        return [rows.assertion(row) for row in found]

    async def changed(self) -> list[Assertion]:
        """Every row of a change, with those that it ended; what a plan stated at first is none."""
        found = await self._connection.fetch(
            """
            select said.*, withdrawal.why as taken_back
              from assertion as said
              left join withdrawal using (assertion_id)
             where decision_id is not null or corrects is not null or revision_id is null
                or not upper_inf(recorded)
                or exists (select
                             from assertion as before
                            where before.subject_id = said.subject_id and before.attr = said.attr
                              and upper(before.recorded) = lower(said.recorded))
             order by lower(recorded), lower(valid), assertion_id
            """
        )
        return [rows.assertion(row) for row in found]

    async def assertion(self, assertion_id: int) -> Assertion:
        """One statement; UnknownAssertion when there is none."""
        row = await self._connection.fetchrow(
            "select * from assertion where assertion_id = $1", assertion_id
        )
        if row is None:
            raise UnknownAssertion(str(assertion_id))
        return rows.assertion(row)

    async def keep_change(self, subject_id: str, change: Amendment, *, by: str) -> Assertion | None:
        """End what was known, and begin what is known from now on; nothing is overwritten.

        Returns the statement that was made, with its number; None when one was only taken back.
        """
        at = await self._instant([subject_id])
        if change.closed:
            await self._close(change.closed, change.why, at, by=by)
        if change.overtaken and change.closed and change.closed.assertion_id:
            await self.promises.overtake(
                [change.closed.assertion_id], change.begun[0].valid.since, at
            )
        await self.keep_assertions(change.begun, at, by=by)
        await self._connection.execute(
            "update node set version = version + 1 where node_id = $1", subject_id
        )
        return await self._newest(subject_id) if change.begun else None

    async def _close(self, said: Assertion, why: str | None, at: datetime, *, by: str) -> None:
        await self._connection.execute(
            """
            update assertion
               set recorded = tstzrange(lower(recorded), $2)
             where assertion_id = $1 and upper_inf(recorded)
            """,
            said.assertion_id,
            at,
        )
        if why:
            await self._connection.execute(
                "insert into withdrawal values ($1, $2, $3)", said.assertion_id, why, by
            )

    async def _newest(self, subject_id: str) -> Assertion:
        """The last statement that was made about a node."""
        row = await self._connection.fetchrow(
            """
            select *
              from assertion
             where subject_id = $1 and upper_inf(recorded)
             order by lower(recorded) desc, lower(valid) desc, assertion_id desc
             limit 1
            """,
            subject_id,
        )
        assert row  # noqa: S101 it was made just now
        return rows.assertion(row)

    async def _instant(self, subjects: list[str] | None = None) -> datetime:
        """The instant of this transaction, after all that was recorded about these nodes, or any."""
        return await self._connection.fetchval(
            """
            select greatest(clock_timestamp(), max(lower(recorded)) + interval '1 microsecond')
              from assertion
             where $1::text[] is null or subject_id = any($1)
            """,
            subjects,
        )

    async def keep_assertions(
        self, assertions: Iterable[Assertion], at: datetime, *, by: str | None = None
    ) -> None:
        """Keep statements as known from an instant on; two truths at once are refused."""
        await self._connection.executemany(
            """
            insert into assertion (subject_id, attr, asserter, revision_id, edtf, lo, hi, precision,
                                   qualifier, original, undated_reason, mark, evidence, decision_id,
                                   corrects, why, entered_by, valid, recorded)
            values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $19)
            """,
            [rows.assertion_row(assertion, at, by) for assertion in assertions],
        )
