"""Long lists, page by page: an opaque cursor and a link to what follows."""

import json
from base64 import urlsafe_b64decode, urlsafe_b64encode
from typing import Annotated, TypeAlias, cast

from fastapi import Query, Request

from web.problems import Refused

Limit: TypeAlias = Annotated[int, Query(ge=1, le=200)]
Cursor: TypeAlias = Annotated[str | None, Query(max_length=512)]


def encode(*position: str | int) -> str:
    """The position after which the next page begins, as text that fits into an address."""
    text = json.dumps(position, ensure_ascii=False, separators=(",", ":"))
    return urlsafe_b64encode(text.encode()).decode().rstrip("=")


def decode(cursor: str, *kinds: type[str | int]) -> tuple[str | int, ...]:
    """The position in a cursor, whose parts are of these kinds; another one is refused."""
    try:
        read: object = json.loads(urlsafe_b64decode(cursor + "=" * (-len(cursor) % 4)))
    except (ValueError, RecursionError):
        read = None
    position = cast("list[str | int]", read if isinstance(read, list) else [None])
    if [type(part) for part in position] != list(kinds):
        raise Refused(400, "unknown-cursor", "No list gave this cursor; begin without one.")
    return tuple(position)


def link_to_next(request: Request, cursor: str | None) -> dict[str, str]:
    """The header that leads to the next page; none on the last."""
    query = request.url.include_query_params(cursor=cursor).query
    return {"Link": f'<{request.url.path}?{query}>; rel="next"'} if cursor else {}
