"""What notify does when time passes or a row is due: mail goes out, addresses are forgotten."""

import asyncio
import logging
import random
from collections.abc import AsyncGenerator, Sequence
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import partial
from uuid import UUID, uuid4

from jinja2 import Environment

from chassis.saying import Desk
from notify import handlers
from notify.domain import (
    PREFERENCES_LAST,
    Deferred,
    Endpoint,
    Keys,
    Outcome,
    Preferences,
    Standing,
    Step,
    Unsealable,
    Unsubscribe,
)
from notify.senders.mail import Letter, Relay, send
from notify.store import Store
from patience.waiting import UNAVAILABLE, patiently
from process.clock import Job, Worker

log = logging.getLogger(__name__)

AT_ONCE = 8
"""So many mails go out beside one another; so many are claimed, that nothing claimed has to wait."""
LEASE = timedelta(seconds=12)
"""So long after its worker has died a mail lies still; a living one renews it three times as often."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Office:
    """Where mail is written and handed out."""

    keys: Keys
    look: Environment
    relay: Relay
    public_url: str
    lease: timedelta = LEASE


def work(office: Office) -> Sequence[Job[Store] | Worker[Store]]:
    """All that notify does by itself."""
    return [
        Job("forget addresses", timedelta(hours=1), handlers.forget),
        Worker("dispatch", partial(dispatch, office)),
    ]


async def dispatch(office: Office, desk: Desk[Store]) -> bool:
    """One turn: take back what was left lying, claim what is due, try it; whether there was any."""
    lease, now = uuid4(), desk.now()
    async with desk.open(now) as (store, _):
        await handlers.sweep(store, now=now, luck=_luck())
        claimed = await store.ledger.claim(lease, AT_ONCE, lasts=office.lease, now=now)
    async with _renewing(desk, lease, office.lease):
        trying = [_try(office, desk, each, lease=lease) for each in claimed]
        failed = [each for each in await asyncio.gather(*trying, return_exceptions=True) if each]
    if failed:
        raise failed[0]
    return bool(claimed)


async def _try(office: Office, desk: Desk[Store], delivery_id: UUID, *, lease: UUID) -> None:
    """The row says that it is tried before the socket opens, and how it ended after it has closed."""
    now = desk.now()
    async with desk.open(now) as (store, _):
        tried = await handlers.begin(delivery_id, lease, store, now=now)
    if tried is None:
        return
    outcome = await _send(office, tried, now)
    step = await patiently("delivery", lambda: _end(desk, tried, outcome))
    state = step.state if step else "late"
    extra = {"action": f"delivery_{state}"}
    log.info("delivery %s: %s, %s", delivery_id, state, outcome.why, extra=extra)


async def _end(desk: Desk[Store], tried: Standing, outcome: Outcome) -> Step | None:
    now = desk.now()
    async with desk.open(now) as (store, _):
        return await handlers.end(tried, outcome, store, now=now, luck=_luck())


async def _send(office: Office, tried: Standing, now: datetime) -> Outcome:
    try:
        letter = compose(office, tried, now)
    except Unsealable:
        return Deferred("its address was sealed with other keys")
    return await send(letter, office.relay)


def compose(office: Office, tried: Standing, now: datetime) -> Letter:
    """The mail of a delivery, in the words of its templates; Unsealable when the keys are others."""
    endpoint, delivery = tried.endpoint, tried.delivery
    if endpoint is None:
        raise Unsealable
    links = _links(office, tried, endpoint)
    said = {"links": links, "notice": tried.notice, "until": delivery.expires_at}
    text = office.look.get_template(f"mail/{delivery.kind}.txt").make_module(said)
    html = office.look.get_template(f"mail/{delivery.kind}.html").render(said)
    return Letter(
        delivery_id=delivery.delivery_id,
        written_at=now,
        to=office.keys.opened(endpoint.sealed, endpoint.blind),
        subject=str(getattr(text, "subject")),  # noqa: B009 a template sets it
        text=str(text).lstrip("\n"),
        html=html,
        unsubscribe=links.get("unsubscribe"),
    )


def _links(office: Office, tried: Standing, endpoint: Endpoint) -> dict[str, str]:
    """The links of a letter: a confirmation leads to itself alone, a notice to its end, too."""
    base, keys = f"{office.public_url}/subscriptions", office.keys
    links = {"site": office.public_url, "subscriptions": base}
    if tried.sealed_token is not None:
        token = keys.opened(tried.sealed_token, endpoint.blind)
        return {**links, "confirm": f"{base}/confirm/{token}"}
    until = tried.delivery.expires_at + PREFERENCES_LAST
    chosen = keys.preferences(Preferences(endpoint.endpoint_id, endpoint.generation, until))
    links["preferences"] = f"{base}/p/{chosen}"
    if tried.notice:
        left = keys.unsubscribe(Unsubscribe(endpoint.endpoint_id, tried.notice.notice_id))
        links["unsubscribe"] = f"{base}/u/{left}"
        links["page"] = office.public_url + tried.notice.page
        links["about"] = office.public_url + tried.notice.about
    return links


@asynccontextmanager
async def _renewing(desk: Desk[Store], lease: UUID, lasts: timedelta) -> AsyncGenerator[None]:
    """The lease goes on as long as we are at it."""

    async def renew() -> None:
        while True:
            await asyncio.sleep(lasts.total_seconds() / 3)
            with suppress(*UNAVAILABLE):  # the next time, perhaps
                async with desk.open(desk.now()) as (store, _):
                    await store.ledger.renew(lease, lasts)

    renewing = asyncio.create_task(renew())
    try:
        yield
    finally:
        renewing.cancel()
        await asyncio.gather(renewing, return_exceptions=True)


def _luck() -> float:
    return random.random()  # noqa: S311 so that not all come at once
