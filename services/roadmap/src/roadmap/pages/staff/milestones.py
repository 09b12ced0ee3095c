"""The doors of the forms about one milestone."""

from fastapi import APIRouter, Request, Response

from roadmap.pages.staff.filling import ByEditor
from roadmap.pages.staff.forms import Form
from roadmap.pages.staff.moving import RESCHEDULE, STOP
from roadmap.pages.staff.stating import CORRECT, REACH, REPORT

router = APIRouter(prefix="/milestones/{milestone_id}")


def _open(form: Form) -> None:
    """Open the doors of one form: to ask for it, and to look at or publish what it asks."""

    @router.get(f"/{form.name}")
    async def ask(milestone_id: str, counter: ByEditor) -> Response:
        return await counter.ask(form, milestone_id)

    @router.post(f"/{form.name}")
    async def take(request: Request, milestone_id: str, counter: ByEditor) -> Response:
        return await counter.take(form, request, milestone_id)


for each in (RESCHEDULE, STOP, REACH, REPORT, CORRECT):
    _open(each)
