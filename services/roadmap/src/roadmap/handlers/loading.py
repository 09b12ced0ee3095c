"""What we do with a plan file: look at what it would change, and take its revision over."""

from asyncio import to_thread
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import date, datetime
from uuid import UUID

from chassis.saying import Say, Spoken
from contracts import roadmap as said
from contracts.envelope import MAX_BYTES, encode
from roadmap.domain import (
    LATEST,
    Answer,
    AnswerUnfit,
    Base,
    ConfirmedAlready,
    Decision,
    DryRun,
    Milestone,
    Overtaken,
    Plan,
    PlanConfirmation,
    PlanTooLong,
    dry_run,
    read_plan,
    refuse_incomplete,
    same_date,
)
from roadmap.handlers import telling
from roadmap.handlers.changing import decided, tokyo_day
from roadmap.handlers.telling import tell
from roadmap.store import Store
from roadmap.store.imports import Import

REASON_BYTES = 12_000
"""So long the reason of a decision can be, which is told with the plan and comes only when it is confirmed."""


async def read(file: bytes, name: str) -> Plan:
    """Read a plan file; Unreadable. A large one takes seconds, and others are answered meanwhile."""
    return await to_thread(read_plan, file, name)


async def hold_still(store: Store) -> None:
    """Before a plan is looked at that is loaded in the same transaction: loads wait for one another, moves for this one."""
    await store.plans.lock_loading()
    await store.plans.lock_all()


async def look(plan: Plan, base: Base, *, city: str, answers: Sequence[Answer] = ()) -> DryRun:
    """What a plan would change, and what a person must answer first; nothing is written.

    Refuses what could not be told when it is loaded. A large plan takes seconds, after which the
    database has ended a transaction that waited: a door reads, closes, and looks then.
    """
    run = await to_thread(dry_run, plan, base, city, answers=answers)
    await to_thread(_refuse_too_long, run)
    return run


async def look_again(sent: Import, base: Base, *, city: str) -> DryRun:
    """The dry run anew of a file that was sent; Unreadable. No transaction may be open meanwhile."""
    if sent.table:
        raise AnswerUnfit(sent.name)  # nothing is asked about it
    plan = await read(sent.body, sent.name)
    return await look(plan, base, city=city, answers=sent.answers)


async def waiting(import_id: UUID, store: Store) -> Import:
    """A file that was sent and is not loaded yet; refuses one that is."""
    sent = await store.imports.one_for_change(import_id)
    if sent.confirmed_at:
        raise ConfirmedAlready(str(import_id))
    return sent


async def answer(import_id: UUID, answers: tuple[Answer, ...], store: Store, *, by: str) -> None:
    """Keep what a person says became of nodes that are gone, all answers at once: a look has shown that they fit."""
    await waiting(import_id, store)
    await store.imports.answer(import_id, answers, by=by)


async def confirm(
    command: PlanConfirmation, store: Store, *, say: Say, now: datetime, by: str
) -> Sequence[Spoken]:
    """Load a plan as its dry run showed it; refused when anything changed since."""
    sent, run = await waiting(command.import_id, store), command.run
    await hold_still(store)
    run.refuse_overtaken(await store.plans.state(), sent.answers)
    if run.fingerprint != command.fingerprint:
        raise Overtaken(run.fingerprint)
    decision = command.decision
    spoken = await take_over(run, store, say=say, now=now, by=(decision, by) if decision else None)
    await store.imports.confirm(command.import_id, by=by, now=now)
    return spoken


async def load_plan(
    plan: Plan, store: Store, *, say: Say, now: datetime, city: str
) -> Sequence[Spoken] | None:
    """Take over a plan from before tracking began, as its file states it; None: it was known already."""
    await hold_still(store)
    run = await look(plan, await store.base(), city=city)
    if not run.news:
        return None
    return await take_over(run, store, say=say, now=now)


async def take_over(
    run: DryRun, store: Store, *, say: Say, now: datetime, by: tuple[Decision, str] | None = None
) -> Sequence[Spoken]:
    """Keep a revision by a decision that somebody confirms, and tell what it promises and changes."""
    today = tokyo_day(now)
    run.refuse_unready(by[0] if by else None, today)
    run.refuse_future(today)
    decision, news = await _decided(run, store, now=now, by=by)
    before = {each.milestone_id: each for each in await store.milestones(LATEST)}

    number = decision.decision_id if decision else None
    await store.keep_plan(run.plan, decision_id=number, answers=run.answers)

    after = await store.milestones(LATEST)
    told = _told(before, after, (today, decision), backfill=run.history)
    return await tell(store, say, *news, *_as_revised(run, decision), *told)


async def _decided(
    run: DryRun, store: Store, *, now: datetime, by: tuple[Decision, str] | None
) -> tuple[Decision | None, Sequence[said.DecisionTaken]]:
    """The decision behind a revision: one on record, or the one that comes with it, which is told too."""
    if by is None:
        return None, ()
    decision, who = by
    refuse_incomplete(decision, tokyo_day(now))
    root = run.plan.root
    about = (root.node_id,) if root else ()
    return await decided(replace(decision, about=about), store, now=now, by=who)


def _refuse_too_long(run: DryRun) -> None:
    for event in _as_revised(run, None) if run.news else ():
        size = len(encode(event).encode()) + REASON_BYTES
        if size > MAX_BYTES:
            detail = f"{size:,} > {MAX_BYTES:,} bytes"
            raise PlanTooLong(detail)


def _as_revised(run: DryRun, decision: Decision | None) -> Iterator[said.PlanRevised]:
    root, revision = run.plan.root, run.plan.revision
    if root is None:  # its text is not at hand, so there is no plan to tell of
        return
    counts = Counter(node.kind for node in run.plan.nodes)
    stated = revision.reason.text if revision.reason else None
    yield said.PlanRevised(
        title=f"{root.label}：{telling.revision_of(revision)}",
        page="/plan",
        plan_id=root.node_id,
        revision=revision.revision_id,
        supersedes=revision.supersedes,
        adopted=revision.adopted,
        in_force_from=revision.in_force_from,
        period=root.due.value if root.due else None,
        sha256=run.plan.sha256,
        counts=[said.NodeCount(kind=kind, count=n) for kind, n in counts.items()],
        nodes=[telling.as_node(node) for node in run.plan.nodes],
        changes=_changes(run),
        reason=decision.reason if decision else stated,
        decision_id=decision.decision_id if decision else None,
        evidence=[
            said.Evidence(source=revision.source.title, mark=revision.mark, lines=revision.lines)
        ],
        backfill=run.history,
    )


def _changes(run: DryRun) -> list[said.PlanChange]:
    """Against the revision before; of the first text all would be new, which tells nothing."""
    return [] if run.first else [telling.as_change(change) for change in run.diff.all]


def _told(
    before: Mapping[str, Milestone],
    after: Sequence[Milestone],
    by: tuple[date, Decision | None],
    *,
    backfill: bool,
) -> Iterator[said.MilestoneEvent]:
    """What a revision changes about each milestone, on which day and by which decision."""
    day, decision = by
    for milestone in after:
        old = before.get(milestone.milestone_id)
        if old is None or (old.removed and not milestone.removed):
            yield _first_told(milestone, day, backfill=backfill)
        elif milestone.removed and not old.removed:
            yield telling.as_cancelled(milestone, day, backfill=backfill, revised_by=decision)
        elif not milestone.removed:
            yield from _changed(old, milestone, day, backfill=backfill)


def _changed(
    old: Milestone, milestone: Milestone, day: date, *, backfill: bool
) -> Iterator[said.MilestoneEvent]:
    """Another date, or one again after a stop, and that it was reached by the text's own account."""
    if milestone.due and old.due and (old.stopped or not same_date(old.due, milestone.due)):
        yield telling.as_rescheduled(old, milestone, day, backfill=backfill)
    if milestone.actual and not old.actual:
        yield telling.as_reached(milestone, day, backfill=backfill)


def _first_told(milestone: Milestone, day: date, *, backfill: bool) -> said.MilestoneEvent:
    """A promise, or something done."""
    if milestone.kind == "actual":
        return telling.as_reached(milestone, day, backfill=backfill)
    return telling.as_scheduled(milestone, day, backfill=backfill)
