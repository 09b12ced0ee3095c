"""What notify does: tell of news, take and end subscriptions, and see deliveries through."""

import re
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import replace
from datetime import datetime
from uuid import UUID

from chassis.saying import Circle, Say
from contracts import notify as said
from contracts.roadmap import MilestoneEvent
from notify.domain import (
    CONFIRM_WITHIN,
    FORGET_AFTER,
    PAUSE,
    Ask,
    Choose,
    Confirmation,
    Doubtful,
    Leave,
    News,
    NoSuchLink,
    Notice,
    Outcome,
    Refused,
    Rules,
    Standing,
    Step,
    after,
    delivery_of,
    issue,
    obstacle,
)
from notify.store import Store

GONE = "the process that tried it has ended, or sleeps"
FOLLOWED = "a later notice says more"
INITIATIVE = re.compile(r"[0-9]+-[0-9]+")


async def announce(news: News, store: Store, *, rules: Rules, say: Say, now: datetime) -> None:
    """Issue the notices that the rules make of news, with a delivery to each who wants to hear."""
    for rule in rules.of(news.type):
        notice = issue(news, rule, rules.templates[rule.template], now=now)
        if notice and await store.keep_notice(notice):
            await store.ledger.queue_notice(notice)
            # At the end of a chain of consequences people are still told, and nothing more is said:
            # so a circle ends here, and the news is not lost.
            with suppress(Circle):
                await say(as_issued(notice))


async def show_topic(event: MilestoneEvent, store: Store) -> None:
    """Offer the initiative of a milestone as a topic."""
    initiative = initiative_of(event.parents)
    if initiative:
        await store.keep_heard_milestone(event.milestone_id, initiative, event.label)


async def ask(command: Ask, store: Store, *, now: datetime) -> None:
    """Write to an address that somebody typed, at most once in ten minutes; never say what is known.

    A wish that would change nothing leads to the preferences, any other is to be confirmed.
    """
    endpoint = await store.ask(command, now, PAUSE)
    if endpoint is None or endpoint.state == "suppressed":
        return
    letter, until = delivery_of(command.token_hash), now + CONFIRM_WITHIN
    fulfilled = set(command.topics) <= set(await store.subscriptions(endpoint.endpoint_id))
    kind = "preferences" if fulfilled else "confirmation"
    await store.ledger.queue_letter(letter, kind, endpoint.endpoint_id, until=until, now=now)
    if kind == "confirmation":
        asked = Confirmation(
            endpoint_id=endpoint.endpoint_id,
            wanted=command.topics,
            expires_at=until,
            used_at=None,
        )
        await store.keep_confirmation(command.token_hash, asked)
        await store.ledger.keep_token(letter, command.sealed_token)


async def confirm(token_hash: bytes, store: Store, *, now: datetime) -> Confirmation:
    """Begin the subscriptions that a mail asked about; the confirmation as it was before.

    NoSuchLink when nothing was asked, or too long ago.
    """
    asked = await store.confirmation(token_hash)
    if asked is None or not asked.lasts(now):
        raise NoSuchLink
    if await store.use_confirmation(token_hash, now):
        await store.activate(asked.endpoint_id)
        await store.subscribe(asked.endpoint_id, asked.wanted, now)
    return asked


async def choose(command: Choose, store: Store, *, now: datetime) -> None:
    """Subscribe to these topics and to no others; to none ends the links that were given out, too."""
    before = await store.subscriptions(command.endpoint_id)
    ended = [topic for topic in before if topic not in command.topics]
    await store.unsubscribe(command.endpoint_id, ended, now)
    await store.subscribe(command.endpoint_id, command.topics, now)
    if not command.topics:
        await store.end_links(command.endpoint_id)


async def leave(command: Leave, store: Store, *, now: datetime) -> None:
    """End the subscriptions through which a notice came; a second time nothing is left to end."""
    notice = await store.notice(command.notice_id)
    await store.unsubscribe(command.endpoint_id, notice.topics, now)


async def begin(delivery_id: UUID, lease: UUID, store: Store, *, now: datetime) -> Standing | None:
    """Note that a delivery is about to be tried; None when it must not be, or is another's now."""
    found = await store.ledger.standing(delivery_id, lease)
    if found is None:
        return None
    over = obstacle(found, now)
    if over:
        followed = found.notice and found.notice.followed_by
        step = Step(state=over, why=FOLLOWED if followed else over, doubts=found.delivery.doubts)
        await store.ledger.step(found.delivery, lease, step, since="leased", now=now)
        return None
    return replace(found, delivery=await store.ledger.begin(delivery_id))


async def end(
    tried: Standing, outcome: Outcome, store: Store, *, now: datetime, luck: float
) -> Step | None:
    """Note what became of it; None when another has taken it over meanwhile."""
    step = after(outcome, tried.delivery, now=now, luck=luck)
    ended = await store.ledger.step(tried.delivery, tried.lease, step, since="attempting", now=now)
    if ended and isinstance(outcome, Refused) and outcome.no_such_box:
        await store.suppress(tried.delivery.endpoint_id)
    return step if ended else None


async def sweep(store: Store, *, now: datetime, luck: float) -> None:
    """Take back what was left lying: claimed and not tried, tried and not ended, or too old."""
    await store.ledger.let_go()
    for delivery, lease in await store.ledger.abandoned():
        step = after(Doubtful(GONE), delivery, now=now, luck=luck)
        await store.ledger.step(delivery, lease, step, since="attempting", now=now)
    await store.ledger.expire(now)


async def forget(store: Store, _say: Say, now: datetime) -> None:
    """Forget addresses that nobody confirmed, and those of people who left weeks ago."""
    await store.forget_old(unconfirmed=now - CONFIRM_WITHIN, left=now - FORGET_AFTER)


def as_issued(notice: Notice) -> said.NoticeIssued:
    """How a notice is told to other services."""
    return said.NoticeIssued(
        title=notice.title,
        page=notice.page,
        notice_id=str(notice.notice_id),
        kind="event",
        summary=notice.summary,
        topics=list(notice.topics),
        caused_by=notice.caused_by,
        about=notice.about,
        issued_at=notice.issued_at,
        expires_at=notice.expires_at,
    )


def initiative_of(parents: Sequence[str]) -> str | None:
    """The number of the initiative among the ids above a milestone."""
    return next((parent for parent in parents if INITIATIVE.fullmatch(parent)), None)
