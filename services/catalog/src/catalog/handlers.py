"""What catalog does: publish procedures, show a milestone."""

from collections.abc import Sequence
from datetime import datetime

from catalog.domain import (
    Catalogue,
    Channel,
    Move,
    OtherCity,
    Procedure,
    ShownMilestone,
    news,
)
from catalog.store import Store
from chassis.saying import Say, Spoken
from contracts import catalog as said
from contracts.roadmap import MilestoneEvent, MilestoneRescheduled

FIRST = "「{name}」を手続の一覧に載せました"
CHANGED = "「{name}」の案内が変わりました"


async def load_procedures(
    catalogue: Catalogue, store: Store, *, say: Say, now: datetime, city: str
) -> Sequence[Spoken] | None:
    """Publish what is new or changed in a file, and tell of each; None: all was known already."""
    if catalogue.municipality != city:
        raise OtherCity(catalogue.municipality)
    known = await store.known_procedures()
    published = news(catalogue, known)
    if not published:
        return None

    await store.keep_published(published, now=now)
    return await say(*(as_published(one, backfill=not known) for one in published))


async def show_milestone(event: MilestoneEvent, store: Store) -> None:
    """Show a milestone, beside the procedures it is for, as roadmap tells it now."""
    await store.keep_shown(as_shown(event))


def as_published(procedure: Procedure, *, backfill: bool) -> said.ProcedurePublished:
    """How a version of a procedure is told, with all that is known of it."""
    first = procedure.version == 1
    return said.ProcedurePublished(
        title=(FIRST if first else CHANGED).format(name=procedure.name),
        page=procedure.page,
        procedure_id=procedure.procedure_id,
        version=procedure.version,
        name=procedure.name,
        plan_name=procedure.plan_name,
        reading=procedure.reading,
        summary=procedure.summary,
        kind=procedure.kind,
        plan=_plan(procedure),
        life_events=list(procedure.life_events),
        channels=[_channel(channel) for channel in procedure.channels],
        laws=[said.LawReference(name=law.name, article=law.article) for law in procedure.laws],
        national=[
            said.NationalReference(id=ref.national_id, match=ref.match)
            for ref in procedure.national
        ],
        change="first" if first else "content",
        not_confirmed=procedure.not_confirmed,
        backfill=backfill,
    )


def as_shown(event: MilestoneEvent) -> ShownMilestone:
    """What is shown of a milestone; its last move only while nothing later was told."""
    return ShownMilestone(
        milestone_id=event.milestone_id,
        version=event.version,
        label=event.label,
        due=event.due,
        undated_reason=event.undated_reason,
        actual=event.actual,
        move=_move(event) if isinstance(event, MilestoneRescheduled) else None,
        page=event.page,
    )


def _move(event: MilestoneRescheduled) -> Move:
    return Move(
        previous_due=event.old_due,
        reason=event.reason,
        decided_by=event.decision.body,
        decided_on=event.decision.taken_on,
    )


def _plan(procedure: Procedure) -> said.PlanLink | None:
    plan = procedure.plan
    if plan is None:
        return None
    return said.PlanLink(initiative=plan.initiative, milestone=plan.milestone, no=plan.no)


def _channel(channel: Channel) -> said.ChannelState:
    return said.ChannelState(
        channel_id=channel.channel_id,
        kind=channel.kind,
        label=channel.label,
        online=channel.online,
        since=channel.since,
        url=channel.url,
    )
