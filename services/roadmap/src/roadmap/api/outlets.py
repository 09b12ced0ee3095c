"""What calendars, feeds and tables share: who publishes, what was chosen, and answers of 304 that cost nothing."""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass
from hashlib import sha256
from typing import Annotated, TypeAlias, cast
from urllib.parse import urlencode

from fastapi import Depends, Query, Request, Response

from roadmap import domain
from roadmap.exports.publishing import Outlet, Publisher
from roadmap.exports.wording import named
from roadmap.store import Store

MADE = "1"
"""Raise it when a release renders other bytes from the same facts: then all fetch once more."""
MOST, LARGEST = 64, 256 * 1024
"""So many files, none with more bytes: 16 MB at most."""
KEPT = {"Cache-Control": "public, max-age=300"}
Names: TypeAlias = Annotated[
    list[str], Query(max_length=100, description="Ids, parted by commas or given many times")
]


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """Which part of the plan is asked for, and of whom."""

    publisher: Publisher
    choice: domain.Choice

    def outlet(self, path: str, nodes: Sequence[domain.Node], own: Mapping[str, str]) -> Outlet:
        """What is answered, by its name; `own` is what else the query of its address has."""
        return Outlet(
            publisher=self.publisher,
            name=named(self.choice, nodes),
            topic=urlencode(self.choice.query, safe=","),
            address=self.publisher.address(path, {**self.choice.query, **own}),
            about=self.publisher.address("/plan"),
        )


async def asked(
    request: Request,
    *,
    perspective: Names = [],  # noqa: B006 fastapi makes a new one each time
    initiative: Names = [],  # noqa: B006
    milestone: Names = [],  # noqa: B006
) -> Asked:
    """What was chosen; nothing is the whole plan. What stands below a heading belongs to it."""
    ids = {"perspective": perspective, "initiative": initiative, "milestone": milestone}
    publisher = cast("Publisher", request.app.state.publisher)
    return Asked(publisher=publisher, choice=domain.Choice.read(ids))


ByAsked: TypeAlias = Annotated[Asked, Depends(asked)]


async def edition(request: Request, store: Store, *about: object) -> str:
    """The ETag of what would be rendered now: what was asked, and how far the record is."""
    asked = (MADE, request.url.path, *about, await store.doors.version())
    return f'"{sha256(repr(asked).encode()).hexdigest()[:32]}"'


class Shelf:
    """What was rendered lately, by its ETag: whoever asks next gets the same bytes."""

    def __init__(self) -> None:
        self._files: dict[str, bytes] = {}

    def get(self, etag: str) -> bytes | None:
        """A file; None when it has to be rendered."""
        return self._files.get(etag)

    def put(self, etag: str, body: bytes) -> None:
        """Keep a file, unless it is large; the one that was put first goes."""
        if len(body) <= LARGEST:
            self._files[etag] = body
        while len(self._files) > MOST:
            del self._files[next(iter(self._files))]


async def file(
    request: Request,
    etag: str,
    render: Callable[[], Awaitable[bytes]],
    *,
    kind: str,
    headers: Mapping[str, str],
) -> Response:
    """A file with its ETag, or 304; it is rendered only when nobody had it before."""
    shelf = cast("Shelf", request.app.state.shelf)
    kept = {**KEPT, **headers, "ETag": etag}
    tags = request.headers.get("If-None-Match", "").split(",")
    if {tag.strip().removeprefix("W/") for tag in tags} & {etag, "*"}:
        return Response(status_code=304, headers=kept)
    body = shelf.get(etag)
    if body is None:
        body = await render()
        shelf.put(etag, body)
    return Response(body, 200, kept, kind)
