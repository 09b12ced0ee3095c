"""The doors of the forms about one milestone."""

from fastapi import APIRouter, Request, Response

from roadmap.pages.staff.filling import ByEditor
from roadmap.pages.staff.moving import RESCHEDULE, STOP
from roadmap.pages.staff.stating import CORRECT, REACH

router = APIRouter(prefix="/milestones/{milestone_id}")


@router.get("/reschedule")
async def ask_to_move(milestone_id: str, counter: ByEditor) -> Response:
    """The form that moves the date."""
    return await counter.ask(RESCHEDULE, milestone_id)


@router.post("/reschedule")
async def move(request: Request, milestone_id: str, counter: ByEditor) -> Response:
    """Move the date, or show what would be published."""
    return await counter.take(RESCHEDULE, request, milestone_id)


@router.get("/stop")
async def ask_to_stop(milestone_id: str, counter: ByEditor) -> Response:
    """The form that ends it."""
    return await counter.ask(STOP, milestone_id)


@router.post("/stop")
async def stop(request: Request, milestone_id: str, counter: ByEditor) -> Response:
    """End it by a decision, or show what would be published."""
    return await counter.take(STOP, request, milestone_id)


@router.get("/reach")
async def ask_to_reach(milestone_id: str, counter: ByEditor) -> Response:
    """The form that says when it was reached."""
    return await counter.ask(REACH, milestone_id)


@router.post("/reach")
async def reach(request: Request, milestone_id: str, counter: ByEditor) -> Response:
    """Record that it was reached, or show what would be published."""
    return await counter.take(REACH, request, milestone_id)


@router.get("/correct")
async def ask_to_correct(milestone_id: str, counter: ByEditor) -> Response:
    """The form that puts a statement right."""
    return await counter.ask(CORRECT, milestone_id)


@router.post("/correct")
async def correct(request: Request, milestone_id: str, counter: ByEditor) -> Response:
    """Put a statement right, or show what would be published."""
    return await counter.take(CORRECT, request, milestone_id)
