"""The plan for machines to read: its tree at any moment, its revisions, and what two moments differ in."""

from collections.abc import Iterator
from datetime import date
from typing import Annotated

from fastapi import APIRouter, Query, Request, Response

from contracts.values import PartialDate
from roadmap import domain
from roadmap.api.answers import AsOfAnswer, AssertionAnswer, MilestoneAnswer
from roadmap.api.asking import (
    Answer,
    AskedAt,
    AtDesk,
    answered,
    answered_again,
    kept_of,
    standing_day,
)
from roadmap.api.imports import ChangeAnswer, QuestionAnswer
from web import etags

router = APIRouter()

Side = Annotated[str, Query(max_length=100)]


class NodeAnswer(Answer):
    """A place in the tree, with the dates that are in force."""

    node_id: str
    kind: str
    parent: str | None
    place: int
    label: str
    mark: str
    lines: str | None
    commitment: int | None
    note: str | None
    extent: AssertionAnswer | None
    """Of the plan, a step or a bar; null: not in the plan."""
    milestone: MilestoneAnswer | None
    """Of a milestone, its dates and how it stands; null: the node is none."""


class PlanAnswer(Answer):
    """The whole tree at a moment; siblings stand in their places."""

    as_of: AsOfAnswer
    nodes: list[NodeAnswer]
    silences: list[str]
    """What a reader would look for, and the plan does not say."""


class OneNodeAnswer(NodeAnswer):
    """A node, and the moment at which it was so."""

    as_of: AsOfAnswer


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


class RevisionsAnswer(Answer):
    """Every revision that was loaded, newest first."""

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
    changes: list[ChangeAnswer]
    """In the tree and its words."""
    questions: list[QuestionAnswer]
    redatings: list[RedatingAnswer]
    """In the dates that were in force, and what follows from them."""


class ReadingAnswer(Answer):
    """One value of an indicator."""

    value: float
    approx: bool
    as_of: PartialDate | None
    """null: not in the plan; such a value can be shown, but not compared."""
    mark: str
    lines: str | None
    source: str | None


class ReadingsAnswer(Answer):
    """All values of an indicator, with what is measured."""

    as_of: AsOfAnswer
    indicator_id: str
    label: str
    unit: str
    definition: str | None
    """null: not in the plan."""
    version: int
    target: float | None
    """null: not in the plan."""
    readings: list[ReadingAnswer]


class BodyAnswer(Answer):
    """Somebody who acts in the plan."""

    body_id: str
    name: str
    role: str | None
    """In the plan's words; null: not in the plan."""
    mark: str
    lines: str | None


class BodiesAnswer(Answer):
    """Whom the plan names."""

    as_of: AsOfAnswer
    bodies: list[BodyAnswer]


@router.get("/plan", response_model=PlanAnswer)
async def plan(request: Request, *, desk: AtDesk, at: AskedAt) -> Response:
    """The whole tree."""
    day = standing_day(at, desk)
    kept = kept_of(request)
    asked = ("plan", at.day, at.known, day)
    async with desk.read() as store:
        version = await store.doors.version()
        if found := kept.find(version, asked):
            return answered_again(request, found, at)
        picture = await store.picture(at)
    answer = PlanAnswer(
        as_of=_as_of(picture),
        nodes=list(_nodes(picture, day)),
        silences=[each.label for each in picture.extras.silences],
    )
    body = answer.model_dump_json(by_alias=True).encode()
    return answered_again(request, kept.keep(version, asked, body), at)


@router.get("/nodes/{node_id}", response_model=OneNodeAnswer)
async def node(request: Request, node_id: str, *, desk: AtDesk, at: AskedAt) -> Response:
    """One node of the tree."""
    async with desk.read() as store:
        picture = await store.picture(at)
    day = standing_day(at, desk)
    found = next((each for each in _nodes(picture, day) if each.node_id == node_id), None)
    if found is None:
        raise domain.UnknownNode(node_id)
    return answered(request, OneNodeAnswer(as_of=_as_of(picture), **dict(found)), at)


@router.get("/items/{list_id}", response_model=PlanAnswer)
async def items(request: Request, list_id: str, *, desk: AtDesk, at: AskedAt) -> Response:
    """The items of a list."""
    async with desk.read() as store:
        picture = await store.picture(at)
    nodes = list(_nodes(picture, standing_day(at, desk)))
    if not any(each.kind == "list" and each.node_id == list_id for each in nodes):
        raise domain.UnknownNode(list_id)
    found = [each for each in nodes if each.parent == list_id]
    return answered(request, PlanAnswer(as_of=_as_of(picture), nodes=found, silences=[]), at)


@router.get("/revisions", response_model=RevisionsAnswer)
async def revisions(request: Request, desk: AtDesk) -> Response:
    """Every version of the plan."""
    async with desk.read() as store:
        found = await store.plans.records()
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
    return etags.public(request, RevisionsAnswer(revisions=answers))


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
    request: Request, *, desk: AtDesk, from_: Annotated[Side, Query(alias="from")], to: Side = ""
) -> Response:
    """What two moments differ in: each a day, an instant, or the name of a revision; by default now."""
    now = desk.now()
    async with desk.read() as store:
        known = await store.plans.revisions(domain.LATEST)
        sides = [
            domain.moment_of(side, known, now) if side else domain.present(now)
            for side in (from_, to)
        ]
        before, after = [await store.picture(side) for side in sides]
    differing = domain.diff(before.nodes, after.nodes)
    answer = DiffAnswer(
        before=_as_of(before),
        after=_as_of(after),
        changes=[ChangeAnswer.of(change) for change in differing.changes],
        questions=[QuestionAnswer.model_validate(each) for each in differing.open],
        redatings=[RedatingAnswer.model_validate(each) for each in domain.redated(before, after)],
    )
    return etags.public(request, answer)


@router.get("/indicators/{indicator_id}/readings", response_model=ReadingsAnswer)
async def readings(request: Request, indicator_id: str, *, desk: AtDesk, at: AskedAt) -> Response:
    """The values of an indicator, with where they stand."""
    async with desk.read() as store:
        picture = await store.picture(at)
    found = {each.indicator_id: each for each in picture.extras.indicators}
    if indicator_id not in found:
        raise domain.UnknownNode(indicator_id)
    return answered(request, _readings(found[indicator_id], picture), at)


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
    return answered(request, BodiesAnswer(as_of=_as_of(picture), bodies=answers), at)


def _nodes(picture: domain.Picture, day: date) -> Iterator[NodeAnswer]:
    milestones = {each.milestone_id: each for each in picture.milestones}
    for each in picture.nodes:
        milestone = milestones.get(each.node_id)
        extent = picture.extents.get(each.node_id)
        yield NodeAnswer(
            node_id=each.node_id,
            kind=each.kind,
            parent=each.parent_id,
            place=each.place,
            label=each.label,
            mark=each.mark,
            lines=each.lines,
            commitment=each.commitment.level if each.commitment else None,
            note=each.note,
            extent=AssertionAnswer.model_validate(extent) if extent else None,
            milestone=MilestoneAnswer.of(milestone, day) if milestone else None,
        )


def _as_of(picture: domain.Picture) -> AsOfAnswer:
    return AsOfAnswer.at(picture.at, list(picture.revisions), picture.earliest)


def _readings(indicator: domain.Indicator, picture: domain.Picture) -> ReadingsAnswer:
    return ReadingsAnswer(
        as_of=_as_of(picture),
        indicator_id=indicator.indicator_id,
        label=indicator.label,
        unit=indicator.unit,
        definition=indicator.definition,
        version=indicator.version,
        target=float(indicator.target.value) if indicator.target else None,
        readings=[
            ReadingAnswer(
                value=float(each.value),
                approx=each.approx,
                as_of=each.as_of.value if each.as_of else None,
                mark=each.mark,
                lines=each.lines,
                source=each.source.title if each.source else None,
            )
            for each in indicator.readings
        ],
    )
