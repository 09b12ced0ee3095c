"""The page of the plan as a whole: what it promises, how that stands, what it does not say."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Literal

from fastapi import APIRouter, Request, Response

from pages.dates import japanese_date
from roadmap import domain
from roadmap.exports.keeping import Rendered
from roadmap.pages.changes import Group, Names, names_of, recorded
from roadmap.pages.looking import AskedAt, AtDesk, Look, Moment, again, empty, kept_of, moment

router = APIRouter()

STEP_WORDS = {"reached": "期間を過ぎました", "current": "いまここ", "ahead": "これから"}
AHEAD = ("planned", "approaching", "late_reported", "undated")
OVER = ("missed", "unconfirmed")
REACHED = ("reached", "reached_late")
LAST = 3
"""So many changes are shown on the plan's own page."""
NAMED = 4
"""So much of what the plan does not say is named at the top."""
COUNTED: tuple[domain.Status, ...] = (
    "reached",
    "reached_late",
    "approaching",
    "planned",
    "late_reported",
    "missed",
    "unconfirmed",
    "undated",
    "cancelled",
)


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
class News:
    """One line of what changed last: a recording, or reports of one source that came together."""

    recording: domain.Recording
    label: str
    """What it is about."""
    page: str | None
    """Where that is shown; None: it is no milestone."""
    over: Sequence[domain.Milestone]
    """Of an item of a list: the milestones that take all of them to be reached."""
    number: int = 1


@dataclass(frozen=True, slots=True, kw_only=True)
class PlanPage:
    """The plan: its revision, its tree, its dates, and what it does not say."""

    moment: Moment
    root: domain.Node
    revision: domain.Revision
    perspectives: Sequence[PerspectivePart]
    steps: Sequence[StepPart]
    changes: Sequence[News]
    """The last of them."""
    counts: Sequence[tuple[domain.Status, int]]
    """How many milestones stand how, those with none left out."""
    ahead: Sequence[domain.Milestone]
    passed: Sequence[domain.Milestone]
    reached: Sequence[domain.Milestone]
    cancelled: Sequence[domain.Milestone]
    indicators: Sequence[domain.Measured]
    """What the plan measures beside its initiatives."""
    facts: Sequence[domain.Fact]
    """What else it says of itself, or of a perspective."""

    @property
    def silent(self) -> str:
        """What the plan does not say, the first of it by name."""
        silences = self.moment.picture.extras.silences
        names = "、".join(each.label for each in silences[:NAMED])
        return f"{names}など{len(silences)}件" if silences[NAMED:] else names


@router.get("/plan")
async def plan(request: Request, *, desk: AtDesk, look: Look, at: AskedAt) -> Response:
    """The plan as a whole."""
    now, kept = desk.now(), kept_of(request)
    asked = (request.url.path, request.url.query, at.day, at.known)
    async with desk.read() as store:
        version = await store.doors.version()
        if found := kept.find(version, asked):
            return again(request, found)
        picture = await store.picture(at)
        changes = await recorded(store, at)
        names = await names_of(store, at)
        measured = await store.plans.measured(at)
    seen = moment(request, picture, now)
    if picture.root is None or picture.revision is None:
        return empty(request, look, seen)
    page = _page(
        seen,
        picture.root,
        picture.revision,
        changes=_last(changes, names, picture),
        measured=measured,
    )
    html = look.get_template("plan.html").render(page=page)
    return again(request, kept.keep(version, asked, Rendered.of(html.encode())))


def _page(
    seen: Moment,
    root: domain.Node,
    revision: domain.Revision,
    *,
    changes: Sequence[News],
    measured: Sequence[domain.Measured],
) -> PlanPage:
    picture, day = seen.picture, seen.day
    above = picture.above_initiatives
    dated = sorted(picture.milestones, key=lambda milestone: milestone.deadline or date.max)
    standing = {each.milestone_id: each.status(day) for each in dated}
    counted = Counter(standing.values())

    def those(wanted: Sequence[str]) -> list[domain.Milestone]:
        return [each for each in dated if standing[each.milestone_id] in wanted]

    return PlanPage(
        moment=seen,
        root=root,
        revision=revision,
        perspectives=[
            PerspectivePart(node=node, initiatives=_initiatives(node, picture))
            for node in picture.of_kind("perspective")
        ],
        steps=[_step(node, picture, day) for node in picture.of_kind("step")],
        changes=changes,
        counts=[(status, counted[status]) for status in COUNTED if counted[status]],
        ahead=those(AHEAD),
        passed=those(OVER),
        reached=sorted(those(REACHED), key=_reached_on),
        cancelled=those(("cancelled",)),
        indicators=[each for each in measured if each.indicator.about in above],
        facts=[each for each in picture.extras.facts if each.about in above],
    )


def _last(changes: Sequence[Group], names: Names, picture: domain.Picture) -> list[News]:
    pages = {each.milestone_id: each.page for each in picture.milestones}
    return [
        News(
            recording=group[0],
            label=names.of(subject),
            page=pages.get(subject),
            over=picture.taking(subject),
            number=len(group),
        )
        for group in changes[:LAST]
        for subject in [group[0].said.subject_id]
    ]


def _step(node: domain.Node, picture: domain.Picture, day: date) -> StepPart:
    """Steps are over, current or ahead by the calendar alone."""
    said = picture.extents.get(node.node_id)
    span = said.value if said else None
    if span is None:
        return StepPart(label=node.label, note="計画に記載なし", state="ahead")
    state = "reached" if span.hi and span.hi < day else "current"
    ahead = span.lo and span.lo > day
    note = japanese_date(span) + (f"　{node.lines}行目" if node.lines else "")
    return StepPart(label=node.label, note=note, state="ahead" if ahead else state)


def _initiatives(perspective: domain.Node, picture: domain.Picture) -> list[InitiativePart]:
    return [
        InitiativePart(
            node=node,
            bars=picture.children(node.node_id, "bar"),
            milestones=picture.milestones_of(node.node_id),
        )
        for node in picture.children(perspective.node_id, "initiative")
    ]


def _reached_on(milestone: domain.Milestone) -> date:
    value = milestone.actual.value if milestone.actual else None
    return (value.lo if value else None) or date.min
