"""The page of what changed: revisions and corrections apart, each with its reason and its ground."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Annotated

from fastapi import APIRouter, Query, Request, Response

from roadmap import domain
from roadmap.pages.looking import AskedAt, AtDesk, Look, Moment, empty, moment
from roadmap.pages.milestone import after, before
from roadmap.store import Store
from web import etags

router = APIRouter()

ON_A_PAGE = 50


@dataclass(frozen=True, slots=True, kw_only=True)
class Revised:
    """A version of the plan's text, and when it became known here."""

    revision: domain.Revision
    at: datetime

    @property
    def past(self) -> datetime:
        """The last instant at which it was not known."""
        return self.at - timedelta(microseconds=1)


@dataclass(frozen=True, slots=True, kw_only=True)
class ChangesPage:
    """What changed until a moment, newest first."""

    moment: Moment
    root: domain.Node | None
    revised: Sequence[Revised]
    moves: Sequence[domain.Recording]
    corrections: Sequence[domain.Recording]
    witnessed: Sequence[domain.Recording]
    number: int
    numbers: int

    def label(self, each: domain.Recording) -> str:
        """What a change is about."""
        return label(self.moment.picture, each)

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
        revised = await _revised(store, picture)
    seen = moment(request, picture, desk.now())
    if picture.too_early or not picture.revisions:
        return empty(request, look, seen)
    shown = told[(page - 1) * ON_A_PAGE : page * ON_A_PAGE]
    context = ChangesPage(
        moment=seen,
        root=picture.root,
        revised=revised if page == 1 else (),
        moves=_of(shown, "revised", "decided", "ended"),
        corrections=_of(shown, "corrected", "withdrawn"),
        witnessed=_of(shown, "reached", "reported"),
        number=page,
        numbers=-(-len(told) // ON_A_PAGE) or 1,
    )
    return etags.page(request, look.get_template("changes.html").render(page=context))


async def recorded(store: Store, at: domain.At) -> list[domain.Recording]:
    """All that changed by what was known at a moment, newest first; what a plan stated at first is none."""
    rows = await store.changed()
    decisions = await store.decisions.of([row.decision_id for row in rows if row.decision_id])
    told = domain.recordings(rows, decisions, at.known)
    return [each for each in told if each.kind != "stated"]


async def _revised(store: Store, picture: domain.Picture) -> list[Revised]:
    since = await store.plans.recorded()
    return [Revised(revision=each, at=since[each.revision_id]) for each in picture.revisions]


def _of(shown: Iterable[domain.Recording], *kinds: domain.RecordingKind) -> list[domain.Recording]:
    return [each for each in shown if each.kind in kinds]


def label(picture: domain.Picture, each: domain.Recording) -> str:
    """What a change is about, by its name at that moment."""
    found = _milestone(picture, each)
    if found:
        return found.label
    subject = each.said.subject_id
    return next((node.label for node in picture.nodes if node.node_id == subject), subject)


def _milestone(picture: domain.Picture, each: domain.Recording) -> domain.Milestone | None:
    subject = each.said.subject_id
    return next((known for known in picture.milestones if known.milestone_id == subject), None)
