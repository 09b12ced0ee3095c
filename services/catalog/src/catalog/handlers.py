"""What catalog does: publish procedures, show milestones and the pages of neighbours."""

from collections.abc import Iterator, Sequence
from datetime import datetime
from typing import cast

from catalog.domain import (
    Catalogue,
    Channel,
    Move,
    NeighbourPage,
    OtherCity,
    Procedure,
    ShownMilestone,
    is_path,
    news,
)
from catalog.store import Store
from chassis.saying import Say, Spoken
from contracts import catalog as said
from contracts.envelope import Event, service_of
from contracts.roadmap import MilestoneEvent, MilestoneRescheduled

FIRST = "「{name}」を手続の一覧に載せました"
CHANGED = "「{name}」の案内が変わりました"

# An event that has one of these is found by it, too; any other is found by its title.
TELLING = ("label", "name", "reading", "summary", "description", "keywords", "reason")


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


async def show_milestone(event: MilestoneEvent, store: Store, *, at: datetime) -> None:
    """Show a milestone, beside the procedures it is for, as roadmap tells it now."""
    await store.keep_shown(as_shown(event))
    await show_page(event, store, at=at)


async def show_page(event: Event, store: Store, *, at: datetime) -> None:
    """Let a page be found and shown as news by what any event says of it: its title and its path."""
    if is_path(event.page):
        await store.keep_page(as_page(event, at))


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
        move=_move(event),
        page=event.page,
    )


def as_page(event: Event, at: datetime) -> NeighbourPage:
    """What any event tells of its page; what is history is no news."""
    return NeighbourPage(
        service=service_of(event.ce_type),
        subject=event.subject,
        type=event.ce_type,
        page=event.page,
        title=event.title,
        text="\n".join(_texts(event)),
        news=not getattr(event, "backfill", False),
        at=at,
        until=getattr(event, "expires_at", None),
    )


def _texts(event: Event) -> Iterator[str]:
    for field in TELLING:
        told: object = getattr(event, field, None)
        texts = cast("list[object]", told) if isinstance(told, list) else [told]
        yield from (text for text in texts if isinstance(text, str))


def _move(event: MilestoneEvent) -> Move | None:
    """The last move of a date, by whom it was decided; None: no decision is on record."""
    if not isinstance(event, MilestoneRescheduled) or event.decision is None:
        return None
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
