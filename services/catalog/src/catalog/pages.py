"""Catalog for people: the front page, the procedures, and each of them."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Annotated, TypeAlias, cast
from zoneinfo import ZoneInfo

from fastapi import APIRouter, Depends, Request, Response
from jinja2 import Environment

from catalog import domain
from catalog.store import Store
from chassis.saying import Desk
from pages import ErrorPage, Link
from web import etags

router = APIRouter(include_in_schema=False)

TOKYO = ZoneInfo("Asia/Tokyo")
PROCEDURES = Link("手続の一覧", "/procedures")
NEXT_MILESTONES = 3


@dataclass(frozen=True, slots=True, kw_only=True)
class FrontPage:
    """What one can do here, and what lies ahead in the plan as far as it was heard."""

    groups: Mapping[domain.Group, Sequence[domain.Procedure]]
    ahead: Sequence[domain.ShownMilestone]


@dataclass(frozen=True, slots=True, kw_only=True)
class ProceduresPage:
    """All procedures by group, and whether each can be filed online."""

    groups: Mapping[domain.Group, Sequence[domain.Procedure]]
    today: date


@dataclass(frozen=True, slots=True, kw_only=True)
class ProcedurePage:
    """One procedure: what it is, how it is filed, and where each statement comes from."""

    procedure: domain.Procedure
    milestone: domain.ShownMilestone | None  # None: nothing was heard, so the box is absent
    today: date


async def desk(request: Request) -> Desk[Store]:
    """The desk of this service."""
    return cast("Desk[Store]", request.app.state.desk)


async def look(request: Request) -> Environment:
    """The templates of this service."""
    return cast("Environment", request.app.state.look)


AtDesk: TypeAlias = Annotated[Desk[Store], Depends(desk)]
Look: TypeAlias = Annotated[Environment, Depends(look)]


@router.get("/")
async def front(request: Request, desk: AtDesk, look: Look) -> Response:
    """The front page of the site."""
    today = _today(desk.now())
    async with desk.read() as store:
        found, heard = await store.procedures(), await store.shown_milestones()
    ahead = domain.ahead(heard.values(), today)[:NEXT_MILESTONES]
    page = FrontPage(groups=domain.in_groups(found), ahead=ahead)
    return etags.page(request, look.get_template("front.html").render(page=page))


@router.get("/procedures")
async def procedures(request: Request, desk: AtDesk, look: Look) -> Response:
    """All procedures."""
    today = _today(desk.now())
    async with desk.read() as store:
        found = await store.procedures()
    page = ProceduresPage(groups=domain.in_groups(found), today=today)
    return etags.page(request, look.get_template("procedures.html").render(page=page))


@router.get("/procedures/{procedure_id}")
async def procedure(request: Request, procedure_id: str, *, desk: AtDesk, look: Look) -> Response:
    """One procedure."""
    today = _today(desk.now())
    async with desk.read() as store:
        found, heard = await store.procedure(procedure_id), await store.shown_milestones()
    page = ProcedurePage(procedure=found, milestone=domain.milestone_of(found, heard), today=today)
    return etags.page(request, look.get_template("procedure.html").render(page=page))


def error_page(look: Environment) -> Callable[[int, str], str]:
    """How a refusal is shown to a person."""
    template = look.get_template("pages/error.html")
    return lambda status, _path: template.render(page=ErrorPage(status=status, parent=PROCEDURES))


def _today(now: datetime) -> date:
    return now.astimezone(TOKYO).date()
