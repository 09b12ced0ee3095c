"""What roadmap keeps: revisions, the tree, and every dated statement; the only SQL of the service."""

from collections.abc import Iterable
from dataclasses import replace
from datetime import date, datetime

from chassis.database import Connection
from roadmap.domain import (
    LATEST,
    Amendment,
    Assertion,
    At,
    Base,
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

    async def keep_plan(self, plan: Plan, decision_id: int | None = None) -> None:
        """Keep a revision, its tree and all that it states, as known from one instant on."""
        await self.plans.lock()
        at = await self._instant()
        await self.plans.keep_revision(plan, at, decision_id)
        await self.plans.keep_texts(plan, at)
        await self._end_promises(plan.revision.in_force_from, at)
        await self.keep_assertions(await self._news(plan, decision_id), at)

    async def _news(self, plan: Plan, decision_id: int | None) -> list[Assertion]:
        """What a revision states, but for what happened and is stated already."""
        found = await self._connection.fetch(
            "select subject_id from assertion where attr = 'actual' and upper_inf(recorded)"
        )
        happened = {row["subject_id"] for row in found}
        stated = (replace(row, decision_id=decision_id) for row in stated_by(plan))
        return [row for row in stated if row.attr == "due" or row.subject_id not in happened]

    async def _end_promises(self, day: date, at: datetime) -> None:
        """The promises of the revision before hold until a day; this one makes its own."""
        closed = await self._connection.fetch(
            """
            update assertion
               set recorded = tstzrange(lower(recorded), $1)
             where attr = 'due' and upper_inf(recorded) and valid && daterange($2, null)
         returning assertion_id
            """,
            at,
            day,
        )
        await self._connection.execute(
            """
            insert into assertion (subject_id, attr, asserter, revision_id, edtf, lo, hi, precision,
                                   qualifier, original, undated_reason, mark, evidence, decision_id,
                                   corrects, why, entered_by, valid, recorded)
            select subject_id, attr, asserter, revision_id, edtf, lo, hi, precision,
                   qualifier, original, undated_reason, mark, evidence, decision_id,
                   corrects, why, entered_by, daterange(lower(valid), $2), tstzrange($3, null)
              from assertion
             where assertion_id = any($1::bigint[]) and lower(valid) < $2
            """,
            [row["assertion_id"] for row in closed],
            day,
            at,
        )

    async def base(self) -> Base:
        """What is known before a plan is loaded; loads wait for one another from here on."""
        revisions = await self.plans.known_revisions()
        texts = await self.plans.texts(LATEST)
        rows = await self.trees.told(list(texts), LATEST)
        now: dict[str, list[Assertion]] = {}
        for row in rows:
            if row.valid.until is None:
                now.setdefault(row.subject_id, []).append(row)
        living = [text for text in texts.values() if not text.removed]
        return Base(
            revisions=revisions,
            newest=await self.plans.newest(),
            tracked_since=await self.plans.tracked_since(),
            nodes=tuple(as_promised(t.node, now.get(t.node.node_id, ())) for t in living),
            kinds={node_id: text.node.kind for node_id, text in texts.items()},
            versions={node_id: text.version for node_id, text in texts.items()},
            observed=frozenset(row.subject_id for row in rows if row.attr == "reported"),
        )

    async def milestones(self, at: At) -> list[Milestone]:
        """All milestones that were ever in the plan, as they were at a moment."""
        texts = await self.plans.texts(at)
        ids = [text.node.node_id for text in texts.values() if text.node.kind == "milestone"]
        return await self._milestones(ids, at, texts)

    async def picture(self, at: At) -> Picture:
        """The whole plan as it was at a moment."""
        texts = await self.plans.texts(at)
        revisions = await self.plans.revisions(at)
        known = await self._known(list(texts), at, texts)
        earliest, latest = await self.plans.known_from_to()
        nodes = [text.node for text in texts.values()]
        return Picture(
            at=at,
            revisions=revisions,
            extras=await self.plans.extras(revisions[0].revision_id) if revisions else Extras(),
            nodes=[text.node for text in texts.values() if not text.removed],
            milestones=[
                rows.milestone(texts[n.node_id], known) for n in nodes if n.kind == "milestone"
            ],
            extents=rows.extents(nodes, known),
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
        self, subjects: list[str], at: At, texts: dict[str, rows.Text]
    ) -> list[Milestone]:
        known = await self._known(subjects, at, texts)
        return [rows.milestone(texts[subject], known) for subject in subjects]

    async def _known(self, subjects: list[str], at: At, texts: dict[str, rows.Text]) -> rows.Known:
        items = rows.items_over(texts, subjects)
        assertions = await self.trees.told([*subjects, *items], at)
        decided = [row.decision_id for row in assertions if row.decision_id]
        by_subject: dict[str, list[Assertion]] = {}
        for row in assertions:
            by_subject.setdefault(row.subject_id, []).append(row)
        return rows.Known(at, texts, by_subject, await self.decisions.of(decided))

    async def reports(self) -> dict[tuple[str, str], Assertion]:
        """The last that each source reported of each node."""
        found = await self._connection.fetch(
            """
            select *
              from assertion
             where attr = 'reported' and upper_inf(recorded) and upper_inf(valid)
            """
        )
        return {(row["subject_id"], row["asserter"]): rows.assertion(row) for row in found}

    async def history(self, subject_id: str) -> list[Assertion]:
        """Every row about one node, also what is no longer believed, as they were recorded."""
        found = await self._connection.fetch(
            """
            select *
              from assertion
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
            select *
              from assertion as said
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
            await self._connection.execute(
                """
                update assertion
                   set recorded = tstzrange(lower(recorded), $2)
                 where assertion_id = $1 and upper_inf(recorded)
                """,
                change.closed.assertion_id,
                at,
            )
        await self.keep_assertions(change.begun, at, by=by)
        await self._connection.execute(
            "update node set version = version + 1 where node_id = $1", subject_id
        )
        newest = (await self.history(subject_id))[-1]
        return newest if change.begun else None

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
