"""Notify for people."""

from collections.abc import Callable
from typing import Annotated, TypeAlias, cast

from fastapi import APIRouter, Depends, Request, Response
from jinja2 import Environment

from pages import ErrorPage, Link
from web import etags

router = APIRouter(include_in_schema=False)

FRONT = Link("お知らせ", "/notices")


async def look(request: Request) -> Environment:
    """The templates of this service."""
    return cast("Environment", request.app.state.look)


Look: TypeAlias = Annotated[Environment, Depends(look)]


@router.get("/notices")
async def front(request: Request, look: Look) -> Response:
    """The front page of this service."""
    return etags.page(request, look.get_template("front.html").render())


def error_page(look: Environment) -> Callable[[int, str], str]:
    """How a refusal is shown to a person."""
    template = look.get_template("pages/error.html")
    return lambda status, _path: template.render(page=ErrorPage(status=status, parent=FRONT))
