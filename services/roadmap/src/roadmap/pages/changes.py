"""The page of what changed: revisions and corrections apart, each with its reason and its ground."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Annotated, TypeAlias

from fastapi import APIRouter, Query, Request, Response

from roadmap import domain
from roadmap.pages.looking import AskedAt, AtDesk, Look, Moment, empty, moment
from roadmap.pages.milestone import after, before
from roadmap.pages.revising import Revised, ended_by, revised
from roadmap.store import Store
from web import etags

router = APIRouter()

ON_A_PAGE = 50
Group: TypeAlias = tuple[domain.Recording, ...]
"""A change; or what one source first reports of many things, the last one first."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Names:
    """What nodes are called that were ever in the plan, and what people said became of some."""

    labels: Mapping[str, str]
    became: Mapping[str, domain.Answer]

    def of(self, node_id: str) -> str:
        """The last label of a node; its id where the plan of that moment never had it."""
        return self.labels.get(node_id, node_id)

    def all(self, nodes: Sequence[str]) -> list[str]:
        """The labels of several."""
        return [self.of(node_id) for node_id in nodes]


@dataclass(frozen=True, slots=True, kw_only=True)
class Some:
    """Changes of some kinds: those on this page, and whether there are any on some page."""

    here: Sequence[Group]
    any: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class ChangesPage:
    """What changed until a moment, newest first."""

    moment: Moment
    root: domain.Node | None
    revised: Sequence[Revised]
    known: Sequence[Revised]
    """Every version that is known, whichever are listed here."""
    moves: Some
    alone: Sequence[domain.Decision]
    """Decisions that changed no date."""
    corrections: Some
    witnessed: Some
    names: Names
    number: int
    numbers: int

    def page(self, each: domain.Recording) -> str | None:
        """Where that is shown; None: it is no milestone."""
        found = _milestone(self.moment.picture, each)
        return found.page if found else None

    def before(self, each: domain.Recording) -> str:
        """The page of it, just before."""
        return before(self.moment, each, self.page(each) or "/plan/timetable")

    def after(self, each: domain.Recording) -> str:
        """The page of it, from then on."""
        return after(self.moment, each, self.page(each) or "/plan/timetable")

    def ended_by(self, each: domain.Recording) -> Revised | None:
        """The version that left something out; None: none did."""
        return ended_by(self.known, each)

    def became(self, each: domain.Recording) -> domain.Answer | None:
        """What a person said became of something that a revision left out; None: nobody did."""
        return self.names.became.get(each.said.subject_id) if each.kind == "ended" else None

    def turned(self, number: int) -> str:
        """The address of another page of these changes."""
        return self.moment.to(f"/plan/changes?page={number}")


@router.get("/plan/changes")
async def changes(
    request: Request,
    *,
    desk: AtDesk,
    look: Look,
    at: AskedAt,
    page: Annotated[int, Query(ge=1, le=10_000)] = 1,
) -> Response:
    """What changed, newest first."""
    async with desk.read() as store:
        picture = await store.picture(at)
        told = await recorded(store, at)
        alone = await store.decisions.that_changed_nothing(at)
        known = await revised(store, at)
        names = await names_of(store, at)
    seen = moment(request, picture, desk.now())
    if picture.too_early or not picture.revisions:
        return empty(request, look, seen)
    part = slice((page - 1) * ON_A_PAGE, page * ON_A_PAGE)
    context = ChangesPage(
        moment=seen,
        root=picture.root,
        revised=_listed(known, picture) if page == 1 else (),
        known=known,
        moves=_of(told, part, "revised", "decided", "ended"),
        alone=alone[part],
        corrections=_of(told, part, "corrected", "withdrawn"),
        witnessed=_of(told, part, "reached", "reported"),
        names=names,
        number=page,
        numbers=-(-max(len(told), len(alone)) // ON_A_PAGE) or 1,
    )
    return etags.page(request, look.get_template("changes.html").render(page=context))


async def recorded(store: Store, at: domain.At) -> list[Group]:
    """All that changed by what was known at a moment, newest first; what a plan stated at first is none."""
    rows = await store.assertions.changed()
    decisions = await store.decisions.of([row.decision_id for row in rows if row.decision_id])
    told = domain.recordings(rows, decisions, at.known)
    return domain.gathered(each for each in told if each.kind != "stated")


async def names_of(store: Store, at: domain.At) -> Names:
    """The names by which a moment knew the nodes of the plan, also those that are not in it any more."""
    texts = await store.plans.texts(at)
    labels = {node_id: text.node.label for node_id, text in texts.items()}
    answers, since = await store.plans.answers(), await store.plans.recorded()
    known = [each for each in answers if at.known is None or since[each] <= at.known]
    said = [answer for each in sorted(known, key=since.__getitem__) for answer in answers[each]]
    return Names(labels=labels, became={old: answer for answer in said for old in answer.old})


def _listed(known: Sequence[Revised], picture: domain.Picture) -> list[Revised]:
    """Those that could be in force at the moment of the page."""
    return [each for each in known if each.revision in picture.revisions]


def _of(told: Sequence[Group], part: slice, *kinds: domain.RecordingKind) -> Some:
    def those(groups: Sequence[Group]) -> list[Group]:
        return [group for group in groups if group[0].kind in kinds]

    return Some(here=those(told[part]), any=bool(those(told)))


def _milestone(picture: domain.Picture, each: domain.Recording) -> domain.Milestone | None:
    subject = each.said.subject_id
    return next((known for known in picture.milestones if known.milestone_id == subject), None)
