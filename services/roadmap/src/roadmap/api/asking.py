"""What every answer for machines shares: the desk, who may ask, at which moment."""

from dataclasses import dataclass
from datetime import date
from typing import Annotated, TypeAlias, cast

from fastapi import Depends, Header, Query, Request, Response
from pydantic import BaseModel, ConfigDict

from chassis.saying import Desk
from roadmap import domain
from roadmap.exports.keeping import Kept, Rendered
from roadmap.store import Store
from web import cursors, etags
from web.signin import Person, signed_in_as


@dataclass(frozen=True, slots=True)
class Page:
    """Which page of a list is asked for: what follows on an id."""

    after: str
    limit: int


async def page(limit: cursors.Limit = 100, cursor: cursors.Cursor = None) -> Page:
    """The page that was asked for; by default the first."""
    return Page(str(cursors.decode(cursor, str)[0]) if cursor else "", limit)


Paged: TypeAlias = Annotated[Page, Depends(page)]
FOR_EVER = {"Cache-Control": "public, max-age=31536000, immutable"}


class Answer(BaseModel):
    """A part of an answer."""

    model_config = ConfigDict(from_attributes=True, use_attribute_docstrings=True)


async def desk(request: Request) -> Desk[Store]:
    """The desk of this service."""
    return cast("Desk[Store]", request.app.state.desk)


def kept_of(request: Request) -> Kept:
    """What was answered already."""
    return cast("Kept", request.app.state.kept)


AtDesk: TypeAlias = Annotated[Desk[Store], Depends(desk)]
Editor: TypeAlias = Annotated[Person, Depends(signed_in_as("editor"))]
Approver: TypeAlias = Annotated[Person, Depends(signed_in_as("approver"))]
Key: TypeAlias = Annotated[str | None, Header(alias="Idempotency-Key", max_length=200)]
ValidAsked: TypeAlias = Annotated[
    str | None,
    Query(max_length=100, description="What was in force then: a day, month or year, as 2026-06"),
]
KnownAsked: TypeAlias = Annotated[
    str | None,
    Query(max_length=100, description="By what was known then: a day, or an instant with offset"),
]


async def asked_at(desk: AtDesk, valid: ValidAsked = None, known: KnownAsked = None) -> domain.At:
    """The moment that was asked for, on both clocks; by default the present."""
    return domain.read_at(valid, known, desk.now())


AskedAt: TypeAlias = Annotated[domain.At, Depends(asked_at)]


def standing_day(at: domain.At, desk: Desk[Store]) -> date:
    """The day on which a status is judged: that which was asked for, or today."""
    return at.day if at.valid_asked else domain.present(desk.now()).day


def answered(
    request: Request,
    answer: BaseModel,
    at: domain.At,
    *,
    headers: dict[str, str] | None = None,
) -> Response:
    """The answer; one about a past that cannot change any more may be kept for ever."""
    return etags.public(request, answer, {**_how_long(request, at), **(headers or {})})


def answered_again(request: Request, rendered: Rendered, at: domain.At) -> Response:
    """The same for an answer that was rendered before."""
    headers, kind = _how_long(request, at), "application/json"
    return etags.fresh(request, rendered.body, kind, headers=headers, etag=rendered.etag)


def _how_long(request: Request, at: domain.At) -> dict[str, str]:
    desk = cast("Desk[Store]", request.app.state.desk)
    return FOR_EVER if at.settled(desk.now()) else {}
