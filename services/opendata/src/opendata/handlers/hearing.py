"""What we do with what is heard: keep it as it is published, and let its data set wait."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime

from chassis.saying import Cause, Circle, Saying
from contracts.catalog import ChannelState, LawReference, ProcedurePublished
from contracts.envelope import MAX_HOPS
from contracts.roadmap import (
    AssertionCorrected,
    Evidence,
    MilestoneApproached,
    MilestoneCancelled,
    MilestoneEvent,
    MilestoneMissed,
    MilestoneRescheduled,
    MilestoneState,
)
from opendata.domain import Move, ShownMilestone, ShownProcedure, Slug, Source, Way
from opendata.store import Store


async def show_milestone(event: MilestoneEvent, store: Store) -> None:
    """Keep a milestone as roadmap tells it now."""
    await _keep(event, store)


async def show_corrected(event: AssertionCorrected, store: Store) -> None:
    """Keep a milestone as it is after something about it was put right."""
    await _keep_corrected(event, store)


async def show_procedure(event: ProcedurePublished, store: Store) -> None:
    """Keep a procedure as catalog tells it now."""
    await store.keep_procedure(as_procedure(event))


async def hear_milestone(
    event: MilestoneEvent, store: Store, *, say: Saying, now: datetime
) -> None:
    """Keep a milestone; when that is news, its data set waits to be published because of it."""
    if await _keep(event, store):
        await _wait("milestones", store, say=say, now=now)


async def hear_corrected(
    event: AssertionCorrected, store: Store, *, say: Saying, now: datetime
) -> None:
    """Keep what was put right; when that is news, its data set waits to be published because of it."""
    if await _keep_corrected(event, store):
        await _wait("milestones", store, say=say, now=now)


async def hear_procedure(
    event: ProcedurePublished, store: Store, *, say: Saying, now: datetime
) -> None:
    """Keep a procedure; when that is news, its data set waits to be published because of it."""
    if await store.keep_procedure(as_procedure(event)):
        await _wait("procedures", store, say=say, now=now)


async def _keep(event: MilestoneEvent, store: Store) -> bool:
    known = await store.milestone(event.milestone_id)
    if known and _of_an_earlier_date(event, known):
        return await store.keep_milestone(replace(known, status=event.status))
    move = last_move(event, known if event.slip_count else None)
    return await store.keep_milestone(as_milestone(event, move=move))


def _of_an_earlier_date(event: MilestoneEvent, known: ShownMilestone) -> bool:
    """Whether a reminder is of the date of today, while another is known that holds from a later day."""
    reminds = isinstance(event, MilestoneApproached | MilestoneMissed)
    days = event.valid_from, known.valid_from
    return bool(reminds and days[0] and days[1] and days[0] < days[1])


async def _keep_corrected(event: AssertionCorrected, store: Store) -> bool:
    """Of other nodes than milestones nothing is published."""
    if event.milestone is None:
        return False
    known = await store.milestone(event.node_id)
    return await store.keep_milestone(as_corrected(event, event.milestone, known))


async def _wait(slug: Slug, store: Store, *, say: Saying, now: datetime) -> None:
    """A circle is refused here and not when it is published: here it parks the event of the circle."""
    cause = say.cause or Cause("")
    if cause.hops > MAX_HOPS:
        raise Circle(slug, cause.id)
    await store.wait(slug, at=now, event_id=cause.id or None, hops=cause.hops)


def as_milestone(event: MilestoneEvent, *, move: Move | None) -> ShownMilestone:
    """What is published of a milestone, beside the last move of its date."""
    shown = as_shown(event, move=move)
    return replace(
        shown, revision=event.revision, sources=as_sources(event.evidence), page=event.page
    )


def as_corrected(
    event: AssertionCorrected, state: MilestoneState, known: ShownMilestone | None
) -> ShownMilestone:
    """What is published of a milestone after a statement about it was put right."""
    shown = replace(as_shown(state, move=last_move(state, known)), page=event.page)
    present = event.valid_until is None and event.attr == _attribute_shown(state)
    sources = as_sources(event.evidence) if present or not known else known.sources
    return replace(shown, revision=known.revision if known else None, sources=sources)


def as_shown(state: MilestoneState, *, move: Move | None) -> ShownMilestone:
    """What the state of a milestone alone tells; revision, sources and page come with the event."""
    return ShownMilestone(
        milestone_id=state.milestone_id,
        label=state.label,
        kind=state.kind,
        parents=tuple(state.parents),
        revision=None,
        wording=state.wording,
        first_due=state.slip[0].due if state.slip else state.due,
        due=state.due,
        valid_from=state.valid_from,
        undated_reason=state.undated_reason,
        actual=state.actual,
        move=move,
        sources=(),
        page="",
        status=state.status,
        slip_count=state.slip_count,
        slip_days=state.total_slip.days if state.total_slip else None,
    )


def as_sources(evidence: Sequence[Evidence]) -> tuple[Source, ...]:
    """Where a date stands."""
    return tuple(Source(title=e.source, mark=e.mark, lines=e.lines) for e in evidence)


def last_move(state: MilestoneState, known: ShownMilestone | None) -> Move | None:
    """The last move of a date: this event tells it, or an earlier one did."""
    if isinstance(state, MilestoneRescheduled | MilestoneCancelled):
        decision = state.decision
        return Move(
            previous_due=state.old_due,
            reason=state.reason,
            decided_by=decision.body if decision else None,
            decided_on=decision.taken_on if decision else None,
        )
    if known is None or known.move is None or not state.slip_count:
        return None
    right = state.slip[-1].due if state.slip else None
    return replace(known.move, previous_due=right if known.move.previous_due else None)


def _attribute_shown(state: MilestoneState) -> str:
    """The kind of statement whose sources are published."""
    return "actual" if state.kind == "actual" else "due"


def as_procedure(event: ProcedurePublished) -> ShownProcedure:
    """What is published of a procedure."""
    plan = event.plan
    return ShownProcedure(
        procedure_id=event.procedure_id,
        name=event.name,
        plan_name=event.plan_name,
        reading=event.reading,
        summary=event.summary,
        kind=event.kind,
        plan_no=plan.no if plan else None,
        initiative=plan.initiative if plan else None,
        milestone_id=plan.milestone if plan else None,
        life_events=tuple(event.life_events),
        ways=tuple(_way(channel) for channel in event.channels),
        laws=tuple(_law(law) for law in event.laws),
        national=tuple((row.id, row.match) for row in event.national),
        not_confirmed=tuple(event.not_confirmed),
        page=event.page,
    )


def _way(channel: ChannelState) -> Way:
    return Way(kind=channel.kind, label=channel.label, since=channel.since)


def _law(law: LawReference) -> str:
    return f"{law.name} {law.article}" if law.article else law.name
