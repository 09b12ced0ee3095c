"""The page of one initiative: the plan's own words, what it schedules, counts and leaves open."""

from collections.abc import Sequence
from dataclasses import dataclass

from fastapi import APIRouter, Request, Response

from roadmap import domain
from roadmap.pages.looking import AskedAt, AtDesk, Look, Moment, empty, moment, not_then
from web import etags
from web.problems import Refused

router = APIRouter()


@dataclass(frozen=True, slots=True, kw_only=True)
class BarPart:
    """A bar with its extent, and how strongly its words commit."""

    node: domain.Node
    extent: domain.Assertion | None
    commitment: domain.Commitment | None


@dataclass(frozen=True, slots=True, kw_only=True)
class ListPart:
    """A list of the plan with what stands on it, parts of it included."""

    node: domain.Node
    items: Sequence[domain.Node]
    reports: domain.Reports
    """What outside sources report of its items, those of its parts included."""
    parts: Sequence["ListPart"]


@dataclass(frozen=True, slots=True, kw_only=True)
class InitiativePage:
    """One initiative and all that is said about it."""

    moment: Moment
    node: domain.Node
    above: domain.Node | None
    bars: Sequence[BarPart]
    milestones: Sequence[domain.Milestone]
    lists: Sequence[ListPart]
    indicators: Sequence[domain.Measured]
    facts: Sequence[domain.Fact]
    contradictions: Sequence[domain.Contradiction]
    elsewhere: bool
    """Whether the plan measures something that belongs to no initiative."""


@router.get("/plan/initiatives/{initiative_id}")
async def initiative(
    request: Request, initiative_id: str, *, desk: AtDesk, look: Look, at: AskedAt
) -> Response:
    """One initiative."""
    async with desk.read() as store:
        picture = await store.picture(at)
        measured = await store.plans.measured(at)
        known = await store.plans.texts(domain.LATEST, [initiative_id])
    if initiative_id not in known or known[initiative_id].node.kind != "initiative":
        raise Refused(404, "not-found", "There is no such initiative.")
    seen = moment(request, picture, desk.now())
    if picture.too_early:
        return empty(request, look, seen)
    node = next((node for node in picture.nodes if node.node_id == initiative_id), None)
    if node is None:
        return not_then(look, seen, initiative_id)
    html = look.get_template("initiative.html").render(page=_page(seen, node, measured))
    return etags.page(request, html)


def _page(seen: Moment, node: domain.Node, measured: Sequence[domain.Measured]) -> InitiativePage:
    picture, extras = seen.picture, seen.picture.extras
    own, above = picture.within(node.node_id), picture.above_initiatives
    return InitiativePage(
        moment=seen,
        node=node,
        above=next((each for each in picture.nodes if each.node_id == node.parent_id), None),
        bars=[
            BarPart(
                node=bar,
                extent=picture.extents.get(bar.node_id),
                commitment=bar.commitment,
            )
            for bar in picture.children(node.node_id, "bar")
        ],
        milestones=picture.milestones_of(node.node_id),
        lists=_lists(picture, node.node_id),
        indicators=[each for each in measured if each.indicator.about in own],
        facts=[each for each in extras.facts if each.about in own],
        contradictions=[each for each in extras.contradictions if own & set(each.about)],
        elsewhere=any(each.indicator.about in above for each in measured),
    )


def _lists(picture: domain.Picture, node_id: str) -> list[ListPart]:
    return [
        ListPart(
            node=node,
            items=picture.children(node.node_id, "item"),
            reports=picture.reports_of(node),
            parts=_lists(picture, node.node_id),
        )
        for node in picture.children(node_id, "list")
    ]
