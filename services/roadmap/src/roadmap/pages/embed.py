"""What other sites may frame or show: the dates of a milestone, or of all below a heading, as a page and as a picture."""

from collections.abc import Sequence
from dataclasses import dataclass

from fastapi import APIRouter, Request, Response
from jinja2 import Environment

from pages import EMBED_HEADERS
from roadmap import domain
from roadmap.pages.looking import AtDesk, Look
from web import etags

router = APIRouter()

KEPT = {**EMBED_HEADERS, "Cache-Control": "public, max-age=300"}
SHOWN = frozenset(["plan", "perspective", "initiative", "milestone"])


@dataclass(frozen=True, slots=True, kw_only=True)
class EmbedPage:
    """A part of the plan with the dates that belong to it."""

    node: domain.Node
    milestones: Sequence[domain.Milestone]
    at: domain.At

    @property
    def path(self) -> str:
        """The page for people."""
        match self.node.kind:
            case "milestone":
                return f"/plan/milestones/{self.node.node_id}"
            case "initiative":
                return f"/plan/initiatives/{self.node.node_id}"
            case _:
                return "/plan"


@router.get("/plan/embed/{name}.svg")
async def picture(request: Request, name: str, *, desk: AtDesk, look: Look) -> Response:
    """The same as a picture, for sites that frame nothing."""
    shown = _render(look, "embed.svg", await _page(desk, name))
    return etags.fresh(request, shown, "image/svg+xml", headers=KEPT)


@router.get("/plan/embed/{name}")
async def framed(request: Request, name: str, *, desk: AtDesk, look: Look) -> Response:
    """The dates of a part of the plan, in a page that others may frame."""
    shown = _render(look, "embed.html", await _page(desk, name))
    return etags.fresh(request, shown, "text/html; charset=utf-8", headers=KEPT)


async def _page(desk: AtDesk, name: str) -> EmbedPage:
    """Refuses what is no plan, perspective, initiative or milestone."""
    at = domain.present(desk.now())
    async with desk.read() as store:
        nodes = [text.node for text in (await store.plans.texts(at)).values()]
        milestones = await store.milestones(at)
    node = next((each for each in nodes if each.node_id == name and each.kind in SHOWN), None)
    if node is None:
        raise domain.UnknownMilestone(name[:64])
    below = [m for m in milestones if name in (m.milestone_id, *(p.node_id for p in m.parents))]
    there = [m for m in below if node.kind == "milestone" or not m.removed]
    return EmbedPage(node=node, milestones=sorted(there, key=_by_date), at=at)


def _by_date(milestone: domain.Milestone) -> tuple[bool, str, str]:
    """Those without a date last."""
    said = milestone.actual or milestone.due
    day = said.value.hi if said and said.value else None
    return day is None, day.isoformat() if day else "", milestone.milestone_id


def _render(look: Environment, template: str, page: EmbedPage) -> bytes:
    return look.get_template(template).render(page=page).encode()
