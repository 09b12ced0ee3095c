"""Subscribing by mail: a form, and the pages behind the links in our mails.

No form here carries a session or a cookie: what it does is allowed by the address that somebody
types or by the token in its path, so a foreign page that posts it gains nothing, and neither
`Origin` nor a token against forged requests is looked at. Mail programs post from anywhere (RFC 8058).
"""

import secrets
from collections.abc import Generator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import datetime

from fastapi import APIRouter, Request, Response
from fastapi.responses import HTMLResponse
from jinja2 import Environment

from notify import handlers
from notify.domain import (
    NONCE,
    SIZE,
    Ask,
    BrokenAddress,
    Choose,
    Endpoint,
    Keys,
    Leave,
    NoAddress,
    NoSuchLink,
    TooLongAddress,
    Topic,
    as_text,
    fingerprint,
    folded,
    masked,
)
from notify.pages.asked import AtDesk, Form, Look, WithKeys
from notify.store import Store
from web import etags
from web.problems import Refused

router = APIRouter(prefix="/subscriptions", include_in_schema=False)

PRIVATE = {"Cache-Control": "no-store", "Referrer-Policy": "no-referrer"}
"""For what only the reader of a mail may see: it is kept nowhere, and its address told to nobody."""
WRONG: Mapping[type[NoAddress], str] = {
    NoAddress: "メールアドレスの形を確かめてください。例：namae@example.jp",
    TooLongAddress: "メールアドレスが長すぎます。254文字以内で入力してください",
    BrokenAddress: "メールアドレスに、改行などの使えない文字が入っています",
}
NO_TOPIC = "話題を、少なくとも1つ選んでください"


@dataclass(frozen=True, slots=True, kw_only=True)
class FormPage:
    """The form, with what was typed and what is wrong with it."""

    topics: Sequence[Topic]
    address: str = ""
    chosen: Sequence[str] = ()
    problems: Sequence[tuple[str, str]] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class LinkPage:
    """What a link in a mail leads to."""

    state: str
    topics: Sequence[Topic] = ()
    chosen: Sequence[str] = ()
    address: str = ""
    token: str = ""


@router.get("")
async def form(request: Request, desk: AtDesk, look: Look) -> Response:
    """The form to subscribe by mail."""
    async with desk.read() as store:
        page = FormPage(topics=await store.topics())
    return etags.page(request, look.get_template("subscribe.html").render(page=page))


@router.post("")
async def ask(form: Form, *, desk: AtDesk, look: Look, keys: WithKeys) -> Response:
    """Take the form. Whoever asks learns nothing of who subscribes: the answer is always the same."""
    typed, chosen = form.get("address", [""])[0], form.get("topics", [])
    async with desk.read() as store:
        topics = await store.topics()
    address, wrong = _address(typed)
    wanted = [topic.topic for topic in topics if topic.topic in chosen]
    problems = [*wrong, *([] if wanted else [("topics", NO_TOPIC)])]
    if problems:
        page = FormPage(topics=topics, address=typed, chosen=chosen, problems=problems)
        return _shown(look, "subscribe.html", page, status=422)
    now = desk.now()
    async with desk.open(now) as (store, _):
        await handlers.ask(_asked(address, wanted, keys), store, now=now)
    return _shown(look, "asked.html", None)


def _address(typed: str) -> tuple[str, list[tuple[str, str]]]:
    """The address that was typed, and what is wrong with it."""
    try:
        return folded(typed), []
    except NoAddress as wrong:
        return "", [("address", WRONG[type(wrong)])]


def _asked(address: str, topics: Sequence[str], keys: Keys) -> Ask:
    """The wish, sealed: from here on nobody sees the address but whoever writes the mail."""
    blind, token = keys.blinded(address), as_text(secrets.token_bytes(SIZE))
    return Ask(
        blind=blind,
        sealed=keys.sealed(address, blind, secrets.token_bytes(NONCE)),
        topics=tuple(topics),
        token_hash=fingerprint(token),
        sealed_token=keys.sealed(token, blind, secrets.token_bytes(NONCE)),
    )


@router.get("/confirm/{token}")
async def confirmation(token: str, desk: AtDesk, look: Look) -> Response:
    """A button. Programs that look at mail open its links: so opening one confirms nothing."""
    with one_refusal():
        now, token_hash = desk.now(), fingerprint(token)
        async with desk.read() as store:
            asked, topics = await store.confirmation(token_hash), await store.topics()
        if asked is None or not asked.lasts(now):
            raise NoSuchLink
    state = "used" if asked.used_at else "open"
    return _shown(look, "confirm.html", LinkPage(state=state, topics=topics, chosen=asked.wanted))


@router.post("/confirm/{token}")
async def confirm(token: str, desk: AtDesk, look: Look) -> Response:
    """Subscribe; a second time nothing is left to do."""
    with one_refusal():
        now = desk.now()
        async with desk.open(now) as (store, _):
            asked = await handlers.confirm(fingerprint(token), store, now=now)
            topics = await store.topics()
    state = "used" if asked.used_at else "done"
    return _shown(look, "confirm.html", LinkPage(state=state, topics=topics, chosen=asked.wanted))


@router.get("/p/{token}")
async def preferences(token: str, *, desk: AtDesk, look: Look, keys: WithKeys) -> Response:
    """What somebody subscribes to, for the reader of our mail."""
    now = desk.now()
    async with desk.read() as store:
        endpoint = await _owner(store, token, now=now, keys=keys)
        page = await _choice(store, endpoint, keys=keys, state="open")
    return _shown(look, "preferences.html", replace(page, token=token))


@router.post("/p/{token}")
async def choose(token: str, form: Form, *, desk: AtDesk, look: Look, keys: WithKeys) -> Response:
    """Subscribe to what is ticked, and to nothing else."""
    now, chosen = desk.now(), form.get("topics", [])
    async with desk.open(now) as (store, _):
        endpoint = await _owner(store, token, now=now, keys=keys)
        wanted = tuple(each.topic for each in await store.topics() if each.topic in chosen)
        await handlers.choose(
            Choose(endpoint_id=endpoint.endpoint_id, topics=wanted), store, now=now
        )
        page = await _choice(store, endpoint, keys=keys, state="saved" if wanted else "left")
    return _shown(look, "preferences.html", page)


@router.post("/p/{token}/forget")
async def forget(token: str, *, desk: AtDesk, look: Look, keys: WithKeys) -> Response:
    """Forget the address, now."""
    now = desk.now()
    async with desk.open(now) as (store, _):
        endpoint = await _owner(store, token, now=now, keys=keys)
        await store.forget(endpoint.endpoint_id)
    return _shown(look, "preferences.html", LinkPage(state="forgotten"))


@router.get("/u/{token}")
async def leaving(token: str, look: Look, keys: WithKeys) -> Response:
    """A button that ends the subscriptions through which a notice came."""
    with one_refusal():
        keys.read_unsubscribe(token)
    return _shown(look, "unsubscribe.html", LinkPage(state="open"))


@router.post("/u/{token}")
async def leave(token: str, *, desk: AtDesk, look: Look, keys: WithKeys) -> Response:
    """End them: by the button, or by one click in a mail program. The second time it is done already."""
    with one_refusal():
        link = keys.read_unsubscribe(token)
    now = desk.now()
    async with desk.open(now) as (store, _):
        left = Leave(endpoint_id=link.endpoint_id, notice_id=link.notice_id)
        await handlers.leave(left, store, now=now)
    return _shown(look, "unsubscribe.html", LinkPage(state="done"))


@contextmanager
def one_refusal() -> Generator[None]:
    """Forged, cut off or old: one and the same answer, which tells nothing."""
    try:
        yield
    except NoSuchLink:
        sentence = "There is nothing at this address."
        raise Refused(404, "not-found", sentence, headers=PRIVATE) from None


async def _owner(store: Store, token: str, *, now: datetime, keys: Keys) -> Endpoint:
    """Whose preferences a link leads to."""
    with one_refusal():
        link = keys.read_preferences(token, now)
        endpoint = await store.endpoint(link.endpoint_id)
        if endpoint is None or (endpoint.state, endpoint.generation) != ("active", link.generation):
            raise NoSuchLink
        return endpoint


async def _choice(store: Store, endpoint: Endpoint, *, keys: Keys, state: str) -> LinkPage:
    return LinkPage(
        state=state,
        topics=await store.topics(),
        chosen=await store.subscriptions(endpoint.endpoint_id),
        address=masked(keys.opened(endpoint.sealed, endpoint.blind)),
    )


def _shown(
    look: Environment, template: str, page: FormPage | LinkPage | None, *, status: int = 200
) -> Response:
    html = look.get_template(template).render(page=page)
    return HTMLResponse(html, status, PRIVATE)
