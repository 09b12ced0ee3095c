"""What calendars, feeds and tables share: who publishes, what was chosen, and answers of 304 that cost nothing."""

from collections.abc import Awaitable, Callable, Hashable, Mapping, Sequence
from dataclasses import dataclass
from typing import Annotated, TypeAlias, cast
from urllib.parse import urlencode

from fastapi import Depends, Query, Request, Response

from roadmap import domain
from roadmap.api.asking import kept_of
from roadmap.exports.keeping import Rendered
from roadmap.exports.publishing import Outlet, Publisher
from roadmap.exports.wording import named
from roadmap.store import Store
from web import etags

FOR_A_WHILE = {"Cache-Control": "public, max-age=300"}
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


async def file(
    request: Request,
    store: Store,
    asked: Hashable,
    *,
    render: Callable[[], Awaitable[bytes]],
    how: tuple[str, Mapping[str, str]],
) -> Response:
    """A file with its ETag, or 304; `how` is its media type with its own headers.

    It is rendered only when nothing asked the same since something was recorded last.
    """
    kept, version = kept_of(request), await store.doors.version()
    question = (request.url.path, asked)
    found = kept.find(version, question) or kept.keep(
        version, question, Rendered.of(await render())
    )
    kind, headers = how[0], {**FOR_A_WHILE, **how[1]}
    return etags.fresh(request, found.body, kind, headers=headers, etag=found.etag)
