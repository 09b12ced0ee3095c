"""What the doors for people have in common: desk, look, keys, and a form that was filled in."""

from collections.abc import Mapping, Sequence
from typing import Annotated, TypeAlias, cast
from urllib.parse import parse_qs

from fastapi import Depends, Request
from jinja2 import Environment

from chassis.saying import Desk
from notify.domain import Keys
from notify.exports.feed import Feed
from notify.store import Store
from web.problems import Refused

MOST_FIELDS = 100


async def _desk(request: Request) -> Desk[Store]:
    return cast("Desk[Store]", request.app.state.desk)


async def _look(request: Request) -> Environment:
    return cast("Environment", request.app.state.look)


async def _keys(request: Request) -> Keys:
    return cast("Keys", request.app.state.keys)


async def _feed(request: Request) -> Feed:
    return cast("Feed", request.app.state.feed)


async def _form(request: Request) -> Mapping[str, Sequence[str]]:
    """The fields of a form, as a browser sends one without files."""
    body = (await request.body()).decode(errors="replace")
    try:
        return parse_qs(body, keep_blank_values=True, max_num_fields=MOST_FIELDS)
    except ValueError:
        raise Refused(422, "too-many-fields", "No form of ours has so many fields.") from None


AtDesk: TypeAlias = Annotated[Desk[Store], Depends(_desk)]
Look: TypeAlias = Annotated[Environment, Depends(_look)]
WithKeys: TypeAlias = Annotated[Keys, Depends(_keys)]
OfSite: TypeAlias = Annotated[Feed, Depends(_feed)]
Form: TypeAlias = Annotated[Mapping[str, Sequence[str]], Depends(_form)]
