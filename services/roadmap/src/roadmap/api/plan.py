"""The plan for machines to read: its tree at any moment, its revisions, and what two moments differ in."""

from dataclasses import replace
from datetime import date
from typing import Annotated

from fastapi import APIRouter, Query, Request, Response

from contracts.values import PartialDate
from roadmap import domain
from roadmap.api import tree
from roadmap.api.answers import AssertionAnswer
from roadmap.api.asking import (
    Answer,
    AskedAt,
    AsOfAnswer,
    AtDesk,
    DatedAnswer,
    KnownAsked,
    answered,
    answered_again,
    as_of_answer,
    kept_of,
    parts_of,
)
from roadmap.api.imports import DifferenceAnswer, QuestionAnswer
from roadmap.api.tree import NodeAnswer, PlanAnswer
from web import etags

router = APIRouter()

Side = Annotated[str, Query(max_length=100)]


class OneNodeAnswer(NodeAnswer, DatedAnswer):
    """A node, and the moment at which it was so."""


class ItemsAnswer(DatedAnswer):
    """The items of a list, those of its parts included, in the order of the plan."""

    nodes: list[NodeAnswer]


class RevisionAnswer(Answer):
    """One version of the plan."""

    revision_id: str
    supersedes: str | None
    adopted: PartialDate
    in_force_from: date
    sha256: str
    """Of the file as canonical JSON (RFC 8785)."""
    decision_id: int | None
    """null: no decision is on record."""
    reason: str | None


class RevisionsAnswer(DatedAnswer):
    """Every revision that was loaded by then, newest first; without `valid` also one in force later."""

    revisions: list[RevisionAnswer]


class RedatingAnswer(Answer):
    """One date, or status, that is not the same."""

    kind: str
    """due, actual, extent or status."""
    node_id: str
    label: str
    before: AssertionAnswer | None
    after: AssertionAnswer | None
    statuses: tuple[str, str] | None


class DiffAnswer(Answer):
    """What differs between two moments; a node that is gone may live on in a new one."""

    before: AsOfAnswer
    after: AsOfAnswer
    comparable: bool
    because: str | None
    """Why they cannot be compared, so that no change is told; null: they can."""
    changes: list[DifferenceAnswer]
    """In the tree, its words, and what stands beside it."""
    questions: list[QuestionAnswer]
    """What nobody has answered: where an answer is on record, it is applied."""
    redatings: list[RedatingAnswer]
    """In the dates that were in force, and what follows from them."""


class BodyAnswer(Answer):
    """Somebody who acts in the plan."""

    body_id: str
    name: str
    role: str | None
    """In the plan's words; null: not in the plan."""
    mark: str
    lines: str | None


class BodiesAnswer(DatedAnswer):
    """Whom the plan names."""

    bodies: list[BodyAnswer]


@router.get("/plan", response_model=PlanAnswer)
async def plan(request: Request, *, desk: AtDesk, at: AskedAt) -> Response:
    """The whole tree."""
    kept, asked = kept_of(request), ("plan", at)
    async with desk.read() as store:
        version = await store.doors.version()
        if found := kept.find(version, asked):
            return answered_again(request, found, at)
        as_of = await as_of_answer(at, store)
        if as_of.earliest_known is None:
            return answered(request, PlanAnswer(as_of=as_of, nodes=[], silences=[]), at)
        whole = await tree.rendered(store, at, as_of, parts=parts_of(request))
    return answered_again(request, kept.keep(version, asked, whole), at)


@router.get("/nodes/{node_id}", response_model=OneNodeAnswer)
async def node(request: Request, node_id: str, *, desk: AtDesk, at: AskedAt) -> Response:
    """One node of the tree."""
    async with desk.read() as store:
        picture = await store.picture(at)
    found = next((each for each in tree.nodes(picture) if each.node_id == node_id), None)
    if found is None:
        raise domain.UnknownNode(node_id)
    return answered(request, OneNodeAnswer(as_of=AsOfAnswer.of(picture), **dict(found)), at)


@router.get("/items/{list_id}", response_model=ItemsAnswer)
async def items(request: Request, list_id: str, *, desk: AtDesk, at: AskedAt) -> Response:
    """The items of a list, those of its parts included."""
    async with desk.read() as store:
        picture = await store.picture(at)
    if not any(each.node_id == list_id for each in picture.of_kind("list")):
        raise domain.UnknownNode(list_id)
    items = domain.items_of(picture.nodes, list_id)
    found = list(tree.nodes(replace(picture, nodes=items)))
    return answered(request, ItemsAnswer(as_of=AsOfAnswer.of(picture), nodes=found), at)


@router.get("/revisions", response_model=RevisionsAnswer)
async def revisions(request: Request, *, desk: AtDesk, at: AskedAt) -> Response:
    """Every version of the plan."""
    async with desk.read() as store:
        loaded = at if at.valid_asked else replace(domain.LATEST, known=at.known)
        found = await store.plans.records(loaded)
        as_of = await as_of_answer(at, store)
    answers = [
        RevisionAnswer(
            revision_id=each.revision_id,
            supersedes=each.supersedes,
            adopted=each.adopted,
            in_force_from=each.in_force_from,
            sha256=sha256,
            decision_id=decision_id,
            reason=each.reason.text if each.reason else None,
        )
        for each, sha256, decision_id in found
    ]
    return answered(request, RevisionsAnswer(as_of=as_of, revisions=answers), at)


@router.get(
    "/revisions/{revision_id}.yaml",
    response_class=Response,
    responses={200: {"content": {"application/yaml": {"schema": {"type": "string"}}}}},
)
async def file(request: Request, revision_id: str, desk: AtDesk) -> Response:
    """The file of a revision, as it was loaded; here and elsewhere it can be loaded again."""
    async with desk.read() as store:
        body = await store.plans.file(revision_id)
    return etags.fresh(request, body, "application/yaml; charset=utf-8", headers={})


@router.get("/diff", response_model=DiffAnswer)
async def diff(
    request: Request,
    *,
    desk: AtDesk,
    from_: Annotated[Side, Query(alias="from")],
    to: Side = "",
    known: KnownAsked = None,
) -> Response:
    """What two moments differ in: each a day, an instant, or the name of a revision; by default now.

    With `known`, days and revisions are looked at by what was known then.
    """
    now = desk.now()
    then = domain.read_at(None, known, now).known
    async with desk.read() as store:
        revisions = await store.plans.revisions(replace(domain.LATEST, known=then))
        asked = [
            domain.moment_of(words, revisions, now, side=side) if words else domain.present(now)
            for side, words in (("from", from_), ("to", to))
        ]
        sides = [replace(side, known=side.known or then) for side in asked]
        before, after = [await store.picture(side) for side in sides]
        answers = await store.plans.answers()
    found = domain.side_by_side(before, after, answers)
    answer = DiffAnswer(
        before=AsOfAnswer.of(before),
        after=AsOfAnswer.of(after),
        comparable=found.because is None,
        because=found.because,
        changes=[DifferenceAnswer.of(change) for change in found.diff.all],
        questions=[QuestionAnswer.model_validate(each) for each in found.diff.open],
        redatings=[RedatingAnswer.model_validate(each) for each in found.redatings],
    )
    return etags.public(request, answer)


@router.get("/bodies", response_model=BodiesAnswer)
async def bodies(request: Request, *, desk: AtDesk, at: AskedAt) -> Response:
    """Whom the plan names; it makes nobody responsible for an initiative."""
    async with desk.read() as store:
        picture = await store.picture(at)
    answers = [
        BodyAnswer(
            body_id=each.body_id,
            name=each.name,
            role=each.role.text if each.role else None,
            mark=each.mark,
            lines=each.lines,
        )
        for each in picture.extras.bodies
    ]
    return answered(request, BodiesAnswer(as_of=AsOfAnswer.of(picture), bodies=answers), at)
