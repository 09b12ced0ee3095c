"""What roadmap keeps: revisions, the tree, and every dated statement; the only SQL of the service."""

from collections.abc import AsyncGenerator, Collection, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import replace

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
    UnknownMilestone,
    as_promised,
    stated_by,
)
from roadmap.store import rows
from roadmap.store.assertions import Assertions
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
        self.assertions = Assertions(connection)
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
        at = await self.assertions.instant()
        await self.plans.keep_revision(plan, at, decision_id=decision_id, answers=answers)
        await self.plans.keep_texts(plan, at)
        await self.promises.end(plan.revision.in_force_from, at)
        await self.assertions.keep(await self._news(plan, decision_id), at)

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

    async def keep_change(self, subject_id: str, change: Amendment, *, by: str) -> Assertion | None:
        """End what was known, and begin what is known from now on; nothing is overwritten.

        Returns the statement that was made, with its number; None when one was only taken back.
        """
        at = await self.assertions.instant([subject_id])
        if change.closed:
            await self.assertions.close(change.closed, change.why, at, by=by)
        if change.overtaken and change.closed and change.closed.assertion_id:
            await self.promises.overtake(
                [change.closed.assertion_id], change.begun[0].valid.since, at
            )
        await self.assertions.keep(change.begun, at, by=by)
        await self._connection.execute(
            "update node set version = version + 1 where node_id = $1", subject_id
        )
        return await self.assertions.newest(subject_id) if change.begun else None
