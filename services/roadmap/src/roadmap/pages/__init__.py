"""Roadmap for people: the plan, and each of its milestones."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Annotated, Literal, TypeAlias, cast
from zoneinfo import ZoneInfo

from fastapi import APIRouter, Depends, Request, Response
from jinja2 import Environment

from chassis.saying import Desk
from pages import ErrorPage, Link
from pages.dates import japanese_date
from roadmap import domain
from roadmap.store import Store
from web import etags

router = APIRouter(include_in_schema=False)

TOKYO = ZoneInfo("Asia/Tokyo")
STEP_WORDS = {"reached": "期間を過ぎました", "current": "いまここ", "ahead": "これから"}
AHEAD = ("planned", "approaching", "late_reported", "undated")
OVER = ("missed", "unconfirmed")
REACHED = ("reached", "reached_late")
PLAN = Link("計画", "/plan")


@dataclass(frozen=True, slots=True, kw_only=True)
class InitiativePart:
    """An initiative with what stands below it."""

    node: domain.Node
    bars: Sequence[domain.Node]
    milestones: Sequence[domain.Milestone]


@dataclass(frozen=True, slots=True, kw_only=True)
class PerspectivePart:
    """One of the plan's perspectives."""

    node: domain.Node
    initiatives: Sequence[InitiativePart]


@dataclass(frozen=True, slots=True, kw_only=True)
class StepPart:
    """One of the plan's steps, and where the calendar stands with it."""

    label: str
    note: str
    """Its span, as it is shown."""
    state: Literal["reached", "current", "ahead"]

    @property
    def word(self) -> str:
        """The state, for a reader."""
        return STEP_WORDS[self.state]


@dataclass(frozen=True, slots=True, kw_only=True)
class PlanPage:
    """The plan: its revision, its tree, its dates, and what it does not say."""

    root: domain.Node
    revision: domain.Revision
    older: Sequence[domain.Revision]
    silences: Sequence[domain.Silence]
    perspectives: Sequence[PerspectivePart]
    steps: Sequence[StepPart]
    today: date
    ahead: Sequence[domain.Milestone]
    passed: Sequence[domain.Milestone]
    reached: Sequence[domain.Milestone]


@dataclass(frozen=True, slots=True, kw_only=True)
class EmptyPage:
    """No plan is loaded yet, or its text is not at hand."""

    revisions: Sequence[domain.Revision]


@dataclass(frozen=True, slots=True, kw_only=True)
class MilestonePage:
    """One milestone: what was promised, what moved and why."""

    milestone: domain.Milestone
    first: domain.Assertion | None
    moves: Sequence[domain.Assertion]
    today: date


async def desk(request: Request) -> Desk[Store]:
    """The desk of this service."""
    return cast("Desk[Store]", request.app.state.desk)


async def look(request: Request) -> Environment:
    """The templates of this service."""
    return cast("Environment", request.app.state.look)


AtDesk: TypeAlias = Annotated[Desk[Store], Depends(desk)]
Look: TypeAlias = Annotated[Environment, Depends(look)]


@router.get("/plan")
async def plan(request: Request, desk: AtDesk, look: Look) -> Response:
    """The plan as a whole."""
    today = _today(desk.now())
    async with desk.read() as store:
        at = domain.present(desk.now())
        revisions, nodes = await store.plans.revisions(at), await store.plans.nodes(at)
        milestones = [m for m in await store.milestones(at) if not m.removed]
    if not nodes:
        page = EmptyPage(revisions=[revision for revision, _ in revisions])
        return etags.page(request, look.get_template("empty.html").render(page=page))
    page = _plan_page(revisions, nodes, milestones, today=today)
    return etags.page(request, look.get_template("plan.html").render(page=page))


@router.get("/plan/milestones/{milestone_id}")
async def milestone(request: Request, milestone_id: str, *, desk: AtDesk, look: Look) -> Response:
    """One milestone."""
    today = _today(desk.now())
    async with desk.read() as store:
        found = await store.milestone(milestone_id, domain.present(desk.now()))
    moves = found.promises
    page = MilestonePage(
        milestone=found, first=moves[0] if moves else None, moves=moves, today=today
    )
    return etags.page(request, look.get_template("milestone.html").render(page=page))


def error_page(look: Environment) -> Callable[[int, str], str]:
    """How a refusal is shown to a person."""
    template = look.get_template("pages/error.html")
    return lambda status, _path: template.render(page=ErrorPage(status=status, parent=PLAN))


def _today(now: datetime) -> date:
    return now.astimezone(TOKYO).date()


def _plan_page(
    revisions: Sequence[tuple[domain.Revision, domain.Extras]],
    nodes: Sequence[domain.Node],
    milestones: Sequence[domain.Milestone],
    *,
    today: date,
) -> PlanPage:
    (revision, extras), *older = revisions
    dated = sorted(milestones, key=lambda milestone: milestone.deadline or date.max)
    return PlanPage(
        root=next(node for node in nodes if node.kind == "plan"),
        revision=revision,
        older=[old for old, _ in older],
        silences=extras.silences,
        perspectives=[
            PerspectivePart(node=node, initiatives=_initiatives(node, nodes, dated))
            for node in nodes
            if node.kind == "perspective"
        ],
        steps=[_step(node, today) for node in nodes if node.kind == "step"],
        today=today,
        ahead=[m for m in dated if m.status(today) in AHEAD],
        passed=[m for m in dated if m.status(today) in OVER],
        reached=sorted((m for m in dated if m.status(today) in REACHED), key=_reached_on),
    )


def _step(node: domain.Node, today: date) -> StepPart:
    """Steps are over, current or ahead by the calendar alone."""
    span = node.due.value if node.due else None
    if span is None:
        return StepPart(label=node.label, note="計画に記載なし", state="ahead")
    state = "reached" if span.hi and span.hi < today else "current"
    shown = japanese_date(span)
    ahead = span.lo and span.lo > today
    return StepPart(label=node.label, note=shown, state="ahead" if ahead else state)


def _initiatives(
    perspective: domain.Node, nodes: Sequence[domain.Node], milestones: Sequence[domain.Milestone]
) -> list[InitiativePart]:
    return [
        InitiativePart(
            node=node,
            bars=[bar for bar in nodes if bar.kind == "bar" and bar.parent_id == node.node_id],
            milestones=[m for m in milestones if m.parents[-1].node_id == node.node_id],
        )
        for node in nodes
        if node.kind == "initiative" and node.parent_id == perspective.node_id
    ]


def _reached_on(milestone: domain.Milestone) -> date:
    value = milestone.actual.value if milestone.actual else None
    return (value.lo if value else None) or date.min
