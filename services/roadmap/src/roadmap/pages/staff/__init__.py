"""Roadmap for the staff: what may be changed, and a form for each change."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from fastapi import APIRouter, Response
from fastapi.responses import HTMLResponse

from pages import STAFF_HEADERS
from roadmap import domain, handlers
from roadmap.pages.staff import decisions, loading, milestones
from roadmap.pages.staff.filling import ByStaff
from roadmap.pages.staff.forms import Form
from roadmap.pages.staff.loading import MOST_BYTES
from roadmap.pages.staff.moving import RESCHEDULE, STOP
from roadmap.pages.staff.stating import CORRECT, REACH, REPORT
from roadmap.store.imports import Waiting

__all__ = ["MOST_BYTES", "router"]

router = APIRouter(prefix="/plan/staff", include_in_schema=False)
router.include_router(milestones.router)
router.include_router(decisions.router)
router.include_router(loading.router)


@dataclass(frozen=True, slots=True, kw_only=True)
class Changeable:
    """A milestone, and the forms that fit it."""

    milestone: domain.Milestone
    forms: Sequence[Form]


@dataclass(frozen=True, slots=True, kw_only=True)
class StaffPage:
    """The milestones of the plan, and what may be done with each."""

    subject: str
    edits: bool
    """Whether whoever reads may change dates."""
    today: date
    recorded: bool
    milestones: Sequence[Changeable]
    waiting: Sequence[Waiting]
    """Plans that somebody has sent and nobody has confirmed."""


@router.get("")
async def overview(counter: ByStaff, recorded: str = "") -> Response:
    """What may be changed."""
    async with counter.desk.read() as store:
        found = await store.milestones(domain.LATEST)
        waiting = await store.imports.waiting()
    today = handlers.tokyo_day(counter.desk.now())
    page = StaffPage(
        subject=counter.person.subject,
        edits="editor" in counter.person.roles,
        today=today,
        recorded=bool(recorded),
        milestones=[Changeable(milestone=m, forms=_forms(m)) for m in found if not m.removed],
        waiting=waiting,
    )
    html = counter.look.get_template("staff.html").render(page=page)
    return HTMLResponse(html, headers=STAFF_HEADERS)


def _forms(milestone: domain.Milestone) -> list[Form]:
    """The forms that ask for something which can be."""
    own = milestone.due is not None and milestone.due.asserter != "nation"
    ours = own and milestone.actual is None
    fitting = (
        (RESCHEDULE, ours),
        (REACH, milestone.actual is None and not milestone.stopped),
        (REPORT, milestone.actual is None and not milestone.stopped),
        (CORRECT, True),
        (STOP, ours and not milestone.stopped),
    )
    return [form for form, fits in fitting if fits]
