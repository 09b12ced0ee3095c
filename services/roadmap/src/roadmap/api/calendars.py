"""The plan as a calendar that other programs subscribe to."""

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from typing import Annotated, TypeAlias

from fastapi import APIRouter, Depends, Query, Request, Response

from roadmap import domain
from roadmap.api.asking import FOR_EVER, AskedAt, AtDesk
from roadmap.api.outlets import Asked, ByAsked, file
from roadmap.exports.calendars import MEDIA_TYPE, Facts, calendar, read_layers
from roadmap.store import Store

router = APIRouter()

SPANS = ("bar", "step")
PATH = "/api/roadmap/calendar.ics"
WHICH = "periods (fiscal years, bars, steps), deadlines (with an alarm a week before)"


async def asked_layers(
    layer: Annotated[list[str], Query(max_length=10, description=WHICH)] = [],  # noqa: B006
) -> frozenset[str]:
    """What the calendar shows beside the milestones."""
    return read_layers(layer)


Layers: TypeAlias = Annotated[frozenset[str], Depends(asked_layers)]


@router.get(
    "/calendar.ics",
    response_class=Response,
    responses={200: {"content": {"text/calendar": {"schema": {"type": "string"}}}}},
)
async def calendar_of_the_plan(
    request: Request,
    *,
    desk: AtDesk,
    at: AskedAt,
    asked: ByAsked,
    layers: Layers,
) -> Response:
    """An all-day entry for each dated milestone (iCalendar); subscribe to it, it changes with the plan."""
    kept = FOR_EVER if at.settled(desk.now()) else {}
    async with desk.read() as store:
        shown = _rendered(store, at, asked, layers=layers)
        return await file(request, store, (asked, layers, at), render=shown, how=(MEDIA_TYPE, kept))


def _rendered(
    store: Store, at: domain.At, asked: Asked, *, layers: frozenset[str]
) -> Callable[[], Awaitable[bytes]]:
    async def render() -> bytes:
        nodes = [text.node for text in (await store.plans.texts(at)).values()]
        facts = await _facts(store, at, nodes, choice=asked.choice)
        own = {"layer": ",".join(sorted(layers)), "valid": at.valid_asked, "known": at.known_asked}
        outlet = asked.outlet(PATH, nodes, {name: text for name, text in own.items() if text})
        return await asyncio.to_thread(
            calendar, outlet, facts, layers
        )  # a large plan takes a while

    return render


async def _facts(
    store: Store, at: domain.At, nodes: Sequence[domain.Node], *, choice: domain.Choice
) -> Facts:
    chosen, picture = choice.below(nodes), await store.picture(at)
    extents = picture.extents
    return Facts(
        at=at,
        milestones=[m for m in picture.milestones if chosen is None or m.milestone_id in chosen],
        spans=[
            (node, extents[node.node_id])
            for node in picture.nodes
            if node.kind in SPANS and node.node_id in extents
            if chosen is None or node.node_id in chosen
        ],
        traces=await store.doors.traces(at),
    )
