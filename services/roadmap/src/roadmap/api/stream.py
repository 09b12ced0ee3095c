"""The event stream: all that roadmap says, as it is said, to whoever keeps a connection open."""

import json
import random
from collections.abc import AsyncGenerator
from contextlib import suppress
from typing import Annotated, NamedTuple, TypeAlias, cast
from uuid import UUID

from fastapi import APIRouter, Depends, Header, Query, Request, Response
from pydantic import BaseModel, ConfigDict, Field
from sse_starlette import EventSourceResponse, ServerSentEvent
from sse_starlette.sse import SendTimeoutError
from starlette.types import Receive, Scope, Send

from contracts.registry import EVENTS
from roadmap import domain
from roadmap.api.asking import refuse_unknown_nodes
from roadmap.api.frames import Wanted
from roadmap.api.hub import Hub
from roadmap.store import Store

FARTHEST_BACK = 10_000
"""Rows: who is farther back is told to fetch what is there now instead."""
TYPES = sorted(kind for kind in EVENTS if kind.startswith("machi.roadmap."))
SNAPSHOT = "/api/roadmap/milestones"
FIRST_RETRY, LAST_RETRY = 1_000, 5_000  # ms; so that after a restart not all come back at once
PING_SECONDS = 15

router = APIRouter()

Id: TypeAlias = Annotated[str | None, Header(alias="Last-Event-ID", max_length=200)]
Names: TypeAlias = Annotated[str, Field(max_length=2_000)]


class Asked(BaseModel):
    """What a reader wants to hear; of several names, parted by commas, any will do."""

    model_config = ConfigDict(use_attribute_docstrings=True)

    since: str | None = Field(None, max_length=200)
    """An event id, or a `seq` of the change log, after which to begin; 0: from the first."""
    type: Names = ""
    """Types of events."""
    initiative: Names = ""
    """Initiatives, or other headings of the plan."""
    milestone: Names = ""
    """Milestones."""

    @property
    def wanted(self) -> Wanted:
        """The same, as frames are compared with it."""
        return Wanted(_names(self.type), _names(self.initiative) | _names(self.milestone))

    async def check(self, hub: Hub) -> None:
        """Refuse what is never said, and names that no revision of the plan ever had."""
        domain.refuse_other_values("type", _names(self.type), TYPES)
        if not self.wanted.about:
            return
        async with hub.reading() as store:
            await refuse_unknown_nodes("initiative", _names(self.initiative), store)
            await refuse_unknown_nodes("milestone", _names(self.milestone), store)


async def hub(request: Request) -> Hub:
    """What the streams of this process share."""
    return cast("Hub", request.app.state.hub)


class Start(NamedTuple):
    """After which row a stream begins, and whether what its reader has is stale."""

    seq: int
    stale: bool


class Stream(EventSourceResponse):
    """An event stream that is counted while it is open, and left when its reader takes nothing."""

    def __init__(self, hub: Hub, client: str, content: AsyncGenerator[bytes]) -> None:
        super().__init__(  # pyright: ignore[reportUnknownMemberType] it takes dicts, too
            content, ping=PING_SECONDS, sep="\n", send_timeout=hub.most.send_seconds
        )
        self._hub, self._client = hub, client

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Send until one of both ends it."""
        with self._hub.listening(self._client), suppress(SendTimeoutError):
            await super().__call__(scope, receive, send)


@router.get(
    "/stream",
    response_class=Response,
    responses={200: {"content": {"text/event-stream": {"schema": {"type": "string"}}}}},
)
async def stream(
    request: Request,
    hub: Annotated[Hub, Depends(hub)],
    *,
    asked: Annotated[Asked, Query()],
    last: Id = None,
) -> Response:
    """Events as they are said (Server-Sent Events): `id` the event's, `event` its type, `data` it whole.

    It begins after `Last-Event-ID`, else after `since`, else now. An id that is not known, or too
    far back, gets one `stale` with the address of what is there now, then what is said from now on.
    """
    client = request.client.host if request.client else ""
    hub.check(client)
    await asked.check(hub)
    start = await _start(hub, asked.since if last is None else last)
    hub.check(client)  # others came meanwhile; from here to the stream nobody waits
    answer = Stream(hub, client, _content(hub, start, asked.wanted))
    return Response(headers=answer.headers) if request.scope.get("head") else answer


async def _start(hub: Hub, given: str | None) -> Start:
    if given is None and hub.head is not None:
        return Start(hub.head, stale=False)
    async with hub.reading() as store:
        head = (await store.log.head()).seq
        seq = head if given is None else await _known(store, given)
    if seq is None or not head - FARTHEST_BACK <= seq <= head:
        return Start(head, stale=True)
    return Start(seq, stale=False)


async def _known(store: Store, given: str) -> int | None:
    """The row that an id or a number names; None when it names none that can be."""
    if given.isascii() and given.isdigit():
        return int(given)
    with suppress(ValueError):
        return await store.log.seq_of(UUID(given))
    return None


async def _content(hub: Hub, start: Start, wanted: Wanted) -> AsyncGenerator[bytes]:
    retry = random.randint(FIRST_RETRY, LAST_RETRY)  # noqa: S311 no secret
    told = json.dumps({"snapshot": SNAPSHOT, "seq": start.seq})
    yield ServerSentEvent(retry=retry, sep="\n").encode()
    if start.stale:
        yield ServerSentEvent(told, event="stale", sep="\n").encode()
    async for text in hub.frames(start.seq, wanted):
        yield text


def _names(given: str) -> frozenset[str]:
    return frozenset(name.strip() for name in given.split(",") if name.strip())
