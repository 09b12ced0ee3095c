"""What catalog does: publish procedures, show milestones and the pages of neighbours."""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import date, datetime
from typing import cast

from catalog.domain import (
    TOKYO,
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
from contracts.roadmap import (
    AssertionCorrected,
    DecisionTaken,
    MilestoneCancelled,
    MilestoneEvent,
    MilestoneRescheduled,
    MilestoneState,
)

FIRST = "「{name}」を手続の一覧に載せました"
CHANGED = "「{name}」の案内が変わりました"

CANCELLED = "cancelled"  # the status of roadmap

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
    known = await store.shown_milestone(event.milestone_id)
    await store.keep_shown(as_shown(event, known, page=event.page, day=_day(at)))
    await show_page(event, store, at=at)


async def show_corrected(event: AssertionCorrected, store: Store, *, at: datetime) -> None:
    """Show a milestone as it is after what was recorded wrongly was put right."""
    state, day = event.milestone, _day(at)
    if state:
        known = await store.shown_milestone(state.milestone_id)
        shown = as_shown(state, known, page=event.page, day=day)
        await store.keep_shown(_put_right(shown, event, day))
    await show_page(event, store, at=at)


def _put_right(shown: ShownMilestone, event: AssertionCorrected, day: date) -> ShownMilestone:
    """Of a date that holds only until another does, the state, which is the last one, does not tell."""
    until, right = event.valid_until, event.after
    if event.attr != "due" or until is None or not event.valid_from <= day < until:
        return shown
    return replace(shown, due=right.value, undated_reason=right.undated_reason)


def _move(state: MilestoneState, known: ShownMilestone | None) -> Move | None:
    """The last move of a date: this event tells it, or an earlier one did."""
    if isinstance(state, MilestoneRescheduled | MilestoneCancelled):
        return as_move(state)
    move = known.on(date.max).move if known and state.slip_count else None
    if move is None:
        return None
    right = state.slip[-1].due if state.slip else None
    return replace(move, previous_due=right if move.previous_due else None)


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


def as_shown(
    state: MilestoneState, known: ShownMilestone | None, *, page: str, day: date
) -> ShownMilestone:
    """What is shown of a milestone from the day on which it is told, by what was known before."""
    told = ShownMilestone(
        milestone_id=state.milestone_id,
        version=state.version,
        label=state.label,
        due=state.due,
        undated_reason=state.undated_reason,
        actual=state.actual,
        move=_move(state, known),
        page=page,
        cancelled=state.status == CANCELLED,
    )
    if state.valid_from is None or state.valid_from <= day:
        return told
    return told.only_from(state.valid_from, known.on(day) if known else _before(told))


def _before(told: ShownMilestone) -> ShownMilestone:
    """What held before a change that is the first that was heard of a milestone."""
    due = told.move.previous_due if told.move else None
    return replace(told, due=due, undated_reason=None, move=None, cancelled=False)


def as_move(event: MilestoneRescheduled | MilestoneCancelled) -> Move:
    """How a date moved or ended, and who decided it."""
    decision = event.decision
    return Move(
        previous_due=event.old_due,
        reason=event.reason,
        decided_by=decision.body if decision else None,
        decided_on=decision.taken_on if decision else None,
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
        news=_is_news(event),
        at=at,
        until=getattr(event, "expires_at", None),
    )


def _is_news(event: Event) -> bool:
    """History is none, nor a decision that changes dates: each change is told by itself."""
    changes = isinstance(event, DecisionTaken) and event.effect not in ("none", "ask")
    return not (changes or getattr(event, "backfill", False))


def _texts(event: Event) -> Iterator[str]:
    for field in TELLING:
        told: object = getattr(event, field, None)
        texts = cast("list[object]", told) if isinstance(told, list) else [told]
        yield from (text for text in texts if isinstance(text, str))


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


def _day(at: datetime) -> date:
    return at.astimezone(TOKYO).date()
