"""What every answer for machines shares: the desk, who may ask, at which moment."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime
from typing import Annotated, Self, TypeAlias, cast

from fastapi import Depends, Header, Query, Request, Response
from pydantic import BaseModel, ConfigDict

from chassis.saying import Desk
from roadmap import domain
from roadmap.exports.keeping import Kept, Rendered
from roadmap.store import Store
from web import cursors, etags
from web.problems import Refused
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
PREFIX = "/api/roadmap"
HEADINGS = ("plan", "perspective", "initiative")
FOR_EVER = {"Cache-Control": "public, max-age=31536000, immutable"}


class Answer(BaseModel):
    """A part of an answer."""

    model_config = ConfigDict(from_attributes=True, use_attribute_docstrings=True)


class AsOfAnswer(Answer):
    """The moment at which an answer holds."""

    valid: date
    """What was in force on this day."""
    known: datetime | None
    """By what was known at this instant; null: by all that is known now."""
    boundary: str
    """`uncertain` where a revision began on an unknown day of a month that holds this day."""
    revisions: list[str]
    """That which was in force; where the boundary is uncertain, that and the one before."""
    earliest_known: datetime | None
    """Before this instant nothing was known; null: nothing is known yet."""

    @classmethod
    def at(cls, at: domain.At, revisions: list[domain.Revision], earliest: datetime | None) -> Self:
        """The moment, and the revisions that were adopted by then, newest first."""
        newest = revisions[0] if revisions else None
        boundary = domain.boundary(newest.adopted, at.day) if newest else "certain"
        shown = revisions[: 2 if boundary == "uncertain" else 1]
        return cls(
            valid=at.day,
            known=at.known,
            boundary=boundary,
            revisions=[revision.revision_id for revision in shown],
            earliest_known=earliest,
        )

    @classmethod
    def of(cls, picture: domain.Picture) -> Self:
        """That of a picture."""
        return cls.at(picture.at, list(picture.revisions), picture.earliest)


class DatedAnswer(Answer):
    """An answer, and the moment at which it was so."""

    as_of: AsOfAnswer


async def desk(request: Request) -> Desk[Store]:
    """The desk of this service."""
    return cast("Desk[Store]", request.app.state.desk)


def kept_of(request: Request) -> Kept:
    """What was answered already."""
    return cast("Kept", request.app.state.kept)


def parts_of(request: Request) -> Kept:
    """What was rendered already of single nodes."""
    return cast("Kept", request.app.state.parts)


AtDesk: TypeAlias = Annotated[Desk[Store], Depends(desk)]
Editor: TypeAlias = Annotated[Person, Depends(signed_in_as("editor"))]
Staff: TypeAlias = Annotated[Person, Depends(signed_in_as("editor", "approver"))]
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


async def only_known_parameters(request: Request) -> None:
    """Refuse a parameter that a read does not take: misspelt, it would be passed over in silence."""
    if request.method != "GET" or not request.query_params:
        return
    path = PREFIX + request.scope["route"].path_format  # a route knows its path below our own alone
    described = request.app.openapi()["paths"][path]["get"]
    known = [each["name"] for each in described.get("parameters", ()) if each["in"] == "query"]
    for name in request.query_params:
        if name not in known:
            taken = ", ".join(known) or "none"
            sentence = f"`{name[:64]}` is no parameter of this address. It takes: {taken}."
            raise Refused(400, "unknown-parameter", sentence)


async def refuse_unknown_nodes(name: str, ids: Collection[str], store: Store) -> None:
    """Refuse an id of a heading (`initiative`) or a `milestone` that no revision of the plan ever had.

    While no plan is known, any may still come.
    """
    texts = await store.plans.texts(domain.LATEST) if ids else {}
    if texts:
        kinds = HEADINGS if name == "initiative" else (name,)
        known = [text.node.node_id for text in texts.values() if text.node.kind in kinds]
        domain.refuse_other_values(name, ids, sorted(known))


async def asked_at(desk: AtDesk, valid: ValidAsked = None, known: KnownAsked = None) -> domain.At:
    """The moment that was asked for, on both clocks; by default the present."""
    return domain.read_at(valid, known, desk.now())


AskedAt: TypeAlias = Annotated[domain.At, Depends(asked_at)]


async def as_of_answer(at: domain.At, store: Store) -> AsOfAnswer:
    """The moment that was asked for, with the revisions that were in force."""
    revisions = await store.plans.revisions(at)
    return AsOfAnswer.at(at, revisions, await store.plans.earliest())


def answered(
    request: Request,
    answer: DatedAnswer,
    at: domain.At,
    *,
    headers: dict[str, str] | None = None,
) -> Response:
    """The answer; one about a past that cannot change any more may be kept for ever.

    While nothing is known at all, not even that is certain: the earliest instant is still to come.
    """
    how_long = _how_long(request, at) if answer.as_of.earliest_known else {}
    return etags.public(request, answer, {**how_long, **(headers or {})})


def answered_again(request: Request, rendered: Rendered, at: domain.At) -> Response:
    """The same for an answer that was rendered before, when something was known already."""
    headers, kind = _how_long(request, at), "application/json"
    return etags.fresh(request, rendered.body, kind, headers=headers, etag=rendered.etag)


def _how_long(request: Request, at: domain.At) -> dict[str, str]:
    desk = cast("Desk[Store]", request.app.state.desk)
    return FOR_EVER if at.settled(desk.now()) else {}
