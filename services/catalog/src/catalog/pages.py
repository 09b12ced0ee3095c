"""Catalog for people: the front page, the search, the procedures, and each of them."""

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from itertools import chain
from math import ceil
from typing import Annotated, TypeAlias, cast
from zoneinfo import ZoneInfo

from fastapi import APIRouter, Depends, Query as QueryParameters, Request, Response
from jinja2 import Environment
from pydantic import BaseModel

from catalog import domain
from catalog.domain import FoundKind
from catalog.store import Store
from chassis.saying import Desk
from pages import ErrorPage, Link
from web import etags
from web.problems import Refused

router = APIRouter(include_in_schema=False)

TOKYO = ZoneInfo("Asia/Tokyo")
PROCEDURES = Link("手続の一覧", "/procedures")
NEXT_MILESTONES = 3
NEWEST = 3
"""So many news of each neighbour stand on the front page."""
PAGE_OF_HITS = 20
NUMBER = re.compile(r"[1-9][0-9]{0,5}")


@dataclass(frozen=True, slots=True, kw_only=True)
class FrontPage:
    """What one can do here, and what lies ahead in the plan as far as it was heard."""

    groups: Mapping[domain.Group, Sequence[domain.Procedure]]
    ahead: Sequence[domain.ShownMilestone]
    moved: Sequence[domain.NeighbourPage]
    datasets: Sequence[domain.NeighbourPage]
    notices: Sequence[domain.NeighbourPage]


@dataclass(frozen=True, slots=True, kw_only=True)
class SearchPage:
    """What was asked, what was found, and which part of it is shown."""

    question: domain.Question
    hits: Sequence[domain.Hit]  # those of this page
    nearest: Sequence[domain.Findable]
    counts: Mapping[FoundKind, int]  # of what was found, those with none left out
    kind: FoundKind | None  # None: of every kind
    number: int
    numbers: int
    groups: Mapping[domain.Group, Sequence[domain.Procedure]]

    @property
    def total(self) -> int:
        """How many were found, of every kind."""
        return sum(self.counts.values())

    @property
    def leads(self) -> Mapping[str, Sequence[str]]:
        """The everyday words by which something was found, each with what it led to."""
        leads = [hit.lead for hit in self.hits if hit.lead]
        return {
            say: list(dict.fromkeys(lead.find for lead in leads if lead.say == say))
            for say in dict.fromkeys(lead.say for lead in leads)
        }


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


async def everyday(request: Request) -> domain.Everyday:
    """The everyday words that lead to those of the offices."""
    return cast("domain.Everyday", request.app.state.everyday)


class Query(BaseModel):
    """The address of a search; what makes no sense in it is passed over."""

    q: str = ""
    kind: str = ""
    page: str = "1"


AtDesk: TypeAlias = Annotated[Desk[Store], Depends(desk)]
Look: TypeAlias = Annotated[Environment, Depends(look)]
InEverydayWords: TypeAlias = Annotated[domain.Everyday, Depends(everyday)]
Asked: TypeAlias = Annotated[Query, QueryParameters()]


@router.get("/")
async def front(request: Request, desk: AtDesk, look: Look) -> Response:
    """The front page of the site."""
    now = desk.now()
    async with desk.read() as store:
        found, heard = await store.procedures(), await store.shown_milestones()
        told = await store.neighbour_pages()
    page = FrontPage(
        groups=domain.in_groups(found),
        ahead=domain.ahead(heard.values(), _today(now))[:NEXT_MILESTONES],
        moved=domain.news_of("roadmap", told, now)[:NEWEST],
        datasets=domain.news_of("opendata", told, now)[:NEWEST],
        notices=domain.news_of("notify", told, now)[:NEWEST],
    )
    return etags.page(request, look.get_template("front.html").render(page=page))


@router.get("/search")
async def search(
    request: Request, desk: AtDesk, look: Look, *, asked: Asked, everyday: InEverydayWords
) -> Response:
    """What fits a question, over procedures and the pages of neighbours."""
    question = domain.ask(asked.q, everyday)
    async with desk.read() as store:
        procedures, told = await store.procedures(), await store.neighbour_pages()
    groups = domain.in_groups(procedures)
    in_order = chain.from_iterable(groups.values())
    things = [*map(domain.of_procedure, in_order), *map(domain.of_page, told)]
    page = _search_page(question, domain.find(question, things), groups, asked=asked)
    return etags.page(request, look.get_template("search.html").render(page=page))


@router.get("/about")
async def about(request: Request, look: Look) -> Response:
    """What this site is, and how far it is accessible."""
    return etags.page(request, look.get_template("about.html").render())


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
    milestone = domain.milestone_of(found, heard, today)
    page = ProcedurePage(procedure=found, milestone=milestone, today=today)
    return etags.page(request, look.get_template("procedure.html").render(page=page))


def _search_page(
    question: domain.Question,
    found: domain.Found,
    groups: Mapping[domain.Group, Sequence[domain.Procedure]],
    *,
    asked: Query,
) -> SearchPage:
    """The part of what was found that the address asks for; a page too far is the last."""
    kinds = [hit.thing.kind for hit in found.hits]
    counts: dict[FoundKind, int] = {
        kind: kinds.count(kind) for kind in domain.KINDS if kind in kinds
    }
    by_name: dict[str, FoundKind] = {kind: kind for kind in counts}
    kind = by_name.get(asked.kind)
    chosen = [hit for hit in found.hits if kind in (None, hit.thing.kind)]
    numbers = max(1, ceil(len(chosen) / PAGE_OF_HITS))
    number = min(int(asked.page), numbers) if NUMBER.fullmatch(asked.page) else 1
    return SearchPage(
        question=question,
        hits=chosen[(number - 1) * PAGE_OF_HITS : number * PAGE_OF_HITS],
        nearest=found.nearest,
        counts=counts,
        kind=kind,
        number=number,
        numbers=numbers,
        groups=groups,
    )


def error_page(look: Environment) -> Callable[[Refused, str], str]:
    """How a refusal is shown to a person."""
    template = look.get_template("pages/error.html")
    return lambda refused, _path: template.render(
        page=ErrorPage(status=refused.status_code, parent=PROCEDURES)
    )


def _today(now: datetime) -> date:
    return now.astimezone(TOKYO).date()
