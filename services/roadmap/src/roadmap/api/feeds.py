"""What changed, for feed readers: Atom and JSON Feed, an entry for each event."""

import json
from collections.abc import Callable, Sequence
from typing import Annotated, Any, TypeAlias

from fastapi import APIRouter, Query, Request, Response

from contracts.envelope import Event
from contracts.registry import EVENTS
from roadmap import domain
from roadmap.api.asking import AtDesk
from roadmap.api.outlets import Asked, ByAsked, file
from roadmap.exports.feeds import ATOM, JSON_FEED, Entry, Page, atom, json_feed
from roadmap.exports.publishing import Outlet
from roadmap.store import Store

router = APIRouter()

IN_FEED = 50
Before: TypeAlias = Annotated[
    int | None,
    Query(ge=1, lt=2**63, description="Only what stands before this row of the change log"),
]
Rendering: TypeAlias = tuple[str, Callable[[Outlet, Page], bytes]]


@router.get("/feed.atom", response_class=Response)
async def feed_as_atom(
    request: Request, *, desk: AtDesk, asked: ByAsked, before: Before = None
) -> Response:
    """What changed, newest first (Atom); `rel="next"` leads to older changes."""
    async with desk.read() as store:
        return await _answer(request, store, asked, before=before, how=(ATOM, atom))


@router.get("/feed.json", response_class=Response)
async def feed_as_json(
    request: Request, *, desk: AtDesk, asked: ByAsked, before: Before = None
) -> Response:
    """What changed, newest first (JSON Feed 1.1); `next_url` leads to older changes."""
    async with desk.read() as store:
        return await _answer(request, store, asked, before=before, how=(JSON_FEED, json_feed))


async def _answer(
    request: Request, store: Store, asked: Asked, *, before: int | None, how: Rendering
) -> Response:
    kind, render = how

    async def shown() -> bytes:
        return render(*await _page(store, asked, request.url.path, before=before))

    return await file(request, store, (asked, before), render=shown, how=(kind, {}))


async def _page(
    store: Store, asked: Asked, path: str, *, before: int | None
) -> tuple[Outlet, Page]:
    nodes = [text.node for text in (await store.plans.texts(domain.LATEST)).values()]
    about = asked.choice.below(nodes)
    told = await store.doors.told(about, before=before, limit=IN_FEED + 1)
    rest = {"before": str(told[IN_FEED - 1].seq)} if told[IN_FEED:] else None
    return asked.outlet(path, nodes, {"before": str(before)} if before else {}), Page(
        entries=_entries(told[:IN_FEED]),
        following=asked.outlet(path, nodes, rest).address if rest else None,
    )


def _entries(told: Sequence[domain.Change]) -> list[Entry]:
    return [
        Entry(
            event_id=each.event_id,
            type=each.type or "",
            subject=each.subject or "",
            recorded=each.at,
            event=_event(json.loads(each.body)) if each.body else None,
        )
        for each in told
        if each.event_id
    ]


def _event(told: dict[str, Any]) -> Event:
    """The event in a row; of a type that is not known any more, what every event has."""
    return EVENTS.get(told["type"], Event).model_validate(told["data"])
