"""What we do when a date changes: promised anew, reached, put right; and decisions."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime

from chassis.saying import Say, Spoken
from contracts import roadmap as said
from roadmap import domain
from roadmap.domain import (
    LATEST,
    TOKYO,
    Assertion,
    Correct,
    Decision,
    Milestone,
    Reach,
    Reschedule,
)
from roadmap.handlers import telling
from roadmap.handlers.telling import tell
from roadmap.store import Store


@dataclass(frozen=True, slots=True)
class Moved:
    """A milestone after a change of its dates, and what was said of it."""

    milestone: Milestone
    spoken: Spoken


@dataclass(frozen=True, slots=True)
class Corrected:
    """What is right, None: it was never so; and what was said of it."""

    right: Assertion | None
    spoken: Spoken


async def reschedule(
    command: Reschedule, store: Store, *, say: Say, now: datetime, by: str
) -> Moved:
    """Move the due date of a milestone by a decision; the old date stays on record."""
    before = await store.milestone_for_change(command.milestone_id)
    domain.reschedule(before, command)  # refuses before anything is kept
    made = replace(command.decision, about=(command.milestone_id,))
    decision, news = await decided(made, store, now=now, by=by)

    change = domain.reschedule(before, replace(command, decision=decision))

    await store.keep_change(command.milestone_id, change, by=by)
    after = await store.milestone(command.milestone_id)
    told = (
        telling.as_cancelled(after, tokyo_day(now), backfill=False)
        if decision.effect == "stop"
        else telling.as_rescheduled(before, after, tokyo_day(now), backfill=False)
    )
    *_, spoken = await tell(store, say, *news, told)
    return Moved(after, spoken)


async def decided(
    given: Decision, store: Store, *, now: datetime, by: str
) -> tuple[Decision, Sequence[said.DecisionTaken]]:
    """The decision behind a change: one on record, or the one that comes with it, which is told too."""
    if given.decision_id:
        return given, ()
    decision = await store.decisions.keep(given, by=by, now=now)
    return decision, (telling.as_taken(decision),)


async def decide(
    decision: Decision, store: Store, *, say: Say, now: datetime, by: str
) -> tuple[Decision, Spoken]:
    """Keep a decision about some nodes; what it changes comes afterwards and names it."""
    domain.refuse_incomplete(decision, tokyo_day(now))
    domain.refuse_unknown(decision, await store.plans.texts(LATEST, decision.about))
    kept = await store.decisions.keep(decision, by=by, now=now)
    (spoken,) = await tell(store, say, telling.as_taken(kept))
    return kept, spoken


async def reach(command: Reach, store: Store, *, say: Say, now: datetime, by: str) -> Moved:
    """Record with its evidence that a milestone was reached."""
    before = await store.milestone_for_change(command.milestone_id)

    change = domain.reach(before, command)

    await store.keep_change(command.milestone_id, change, by=by)
    after = await store.milestone(command.milestone_id)
    (spoken,) = await tell(store, say, telling.as_reached(after, tokyo_day(now), backfill=False))
    return Moved(after, spoken)


async def correct(command: Correct, store: Store, *, say: Say, now: datetime, by: str) -> Corrected:
    """Put right what was recorded wrongly; the wrong statement stays in the record."""
    subject_id = (await store.assertions.one(command.assertion_id)).subject_id
    await store.plans.lock(subject_id)
    wrong = await store.assertions.one(command.assertion_id)  # nobody changes it from here on

    change = domain.correct(wrong, command)

    right = await store.keep_change(subject_id, change, by=by)
    (spoken,) = await tell(
        store, say, await _as_corrected((wrong, right), command.reason, store, now=now)
    )
    return Corrected(right, spoken)


async def _as_corrected(
    change: tuple[Assertion, Assertion | None], reason: str, store: Store, *, now: datetime
) -> said.AssertionCorrected:
    texts = await store.plans.texts(LATEST)
    node = texts[change[0].subject_id].node
    root = next(text.node for text in texts.values() if text.node.kind == "plan")
    state = None
    if node.kind == "milestone":
        milestone = await store.milestone(node.node_id)
        state = said.MilestoneState(**telling.state(milestone, tokyo_day(now)))
    return telling.as_corrected(node, change, reason, plan_id=root.node_id, milestone=state)


def tokyo_day(now: datetime) -> date:
    """The day in the city."""
    return now.astimezone(TOKYO).date()
