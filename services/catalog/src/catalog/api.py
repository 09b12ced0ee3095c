"""Catalog for machines: procedures to read, with what was heard of their milestones."""

from collections.abc import Mapping
from datetime import date, datetime
from typing import Annotated, TypeAlias, cast

from fastapi import APIRouter, Depends, Request, Response
from pydantic import BaseModel, ConfigDict

from catalog import domain
from catalog.store import Store
from chassis.saying import Desk
from contracts.values import PartialDate
from patience.waiting import AWAY
from web import cursors, etags

router = APIRouter(prefix="/api/catalog")

REFUSALS: dict[type[Exception], int] = {
    **dict.fromkeys(AWAY, 503),
    domain.UnknownProcedure: 404,
}


class _Answer(BaseModel):
    """A part of an answer."""

    model_config = ConfigDict(from_attributes=True, use_attribute_docstrings=True)


class SourceAnswer(_Answer):
    """Where the value of a field comes from, and how far it is to be trusted for this city."""

    field: str
    source: str
    title: str
    date: PartialDate
    mark: str
    lines: str | None
    confidence: str


class PlanAnswer(_Answer):
    """Where a procedure stands in the city's plan."""

    no: int | None
    """1 to 29; null: it is none of the plan's priority procedures."""
    initiative: str
    milestone: str | None


class LawAnswer(_Answer):
    """A law, and the article that a procedure rests on."""

    name: str
    law_no: str | None
    article: str | None


class NationalAnswer(_Answer):
    """A row of the national survey of procedures."""

    national_id: str
    match: str
    note: str | None


class HoursAnswer(_Answer):
    """The hours of a day, as 06:30; 24:00 is the day's end."""

    opens: str
    closes: str


class ClosureAnswer(_Answer):
    """Days off, as 12-29/01-03 of every year; null: announced each time."""

    label: str
    days: str | None


class RequiresAnswer(_Answer):
    """What one must have at hand."""

    card: str | None
    certificate: str | None


class ChannelAnswer(_Answer):
    """One way to file a procedure; what is null, nobody has confirmed."""

    channel_id: str
    kind: str
    label: str
    online: bool
    since: PartialDate | None
    hours: HoursAnswer | None
    closures: list[ClosureAnswer]
    requires: RequiresAnswer | None
    url: str | None
    sources: list[SourceAnswer]


class MoveAnswer(_Answer):
    """The last change of a milestone's date: what it was before, why, and who decided it."""

    previous_due: PartialDate | None
    reason: str | None
    decided_by: str | None
    """null: no decision is on record."""
    decided_on: date | None


class PromiseAnswer(_Answer):
    """What is promised from a later day on."""

    valid_from: date
    due: PartialDate | None
    undated_reason: str | None
    move: MoveAnswer | None
    cancelled: bool
    """From that day on it is not planned any more."""


class MilestoneAnswer(_Answer):
    """A milestone as it was heard of, with the date that holds today."""

    milestone_id: str
    version: int
    """Of the milestone in roadmap."""
    label: str
    due: PartialDate | None
    undated_reason: str | None
    actual: PartialDate | None
    move: MoveAnswer | None
    cancelled: bool
    """It is not planned any more; its move then tells how it ended."""
    to_come: list[PromiseAnswer]
    """What is decided for days to come, the next one first."""
    page: str
    """The page for people, behind the gateway."""


class RecordAnswer(_Answer):
    """A procedure as it is published now."""

    procedure_id: str
    version: int
    state: str
    name: str
    plan_name: str | None
    """The plan's wording, its slips kept."""
    reading: str
    summary: str | None
    kind: str
    group: str
    plan: PlanAnswer | None
    life_events: list[str]
    fee: str | None
    laws: list[LawAnswer]
    national: list[NationalAnswer]
    channels: list[ChannelAnswer]
    superseded_by: str | None
    sources: list[SourceAnswer]
    not_confirmed: list[str]
    """Names of what nobody has confirmed for this city."""
    page: str
    """The page for people, behind the gateway."""


class ProcedureAnswer(RecordAnswer):
    """A procedure, and beside it its milestone."""

    milestone: MilestoneAnswer | None
    """null: nothing was heard of it, or the plan names none."""


class ProceduresAnswer(_Answer):
    """A page of procedures; the Link header leads to the next."""

    procedures: list[ProcedureAnswer]


async def desk(request: Request) -> Desk[Store]:
    """The desk of this service."""
    return cast("Desk[Store]", request.app.state.desk)


AtDesk: TypeAlias = Annotated[Desk[Store], Depends(desk)]


@router.get("/procedures", response_model=ProceduresAnswer)
async def procedures(
    request: Request, desk: AtDesk, *, limit: cursors.Limit = 100, cursor: cursors.Cursor = None
) -> Response:
    """The procedures of the catalogue, by id."""
    after = str(cursors.decode(cursor, str)[0]) if cursor else ""
    async with desk.read() as store:
        found, heard = await store.procedures(), await store.shown_milestones()
    rest = [procedure for procedure in found if procedure.procedure_id > after]
    page = rest[:limit]
    following = cursors.encode(page[-1].procedure_id) if len(rest) > limit else None
    answer = ProceduresAnswer(procedures=[_procedure(one, heard, desk.now()) for one in page])
    return etags.public(request, answer, cursors.link_to_next(request, following))


@router.get("/procedures/{procedure_id}", response_model=ProcedureAnswer)
async def procedure(request: Request, procedure_id: str, desk: AtDesk) -> Response:
    """One procedure as it is now."""
    async with desk.read() as store:
        found, heard = await store.procedure(procedure_id), await store.shown_milestones()
    return etags.public(request, _procedure(found, heard, desk.now()))


def _procedure(
    found: domain.Procedure, heard: Mapping[str, domain.ShownMilestone], now: datetime
) -> ProcedureAnswer:
    shown = domain.milestone_of(found, heard, now.astimezone(domain.TOKYO).date())
    milestone = MilestoneAnswer.model_validate(shown) if shown else None
    return ProcedureAnswer(**dict(RecordAnswer.model_validate(found)), milestone=milestone)
