"""Roadmap for machines: all its routes, and which refusal has which status."""

from fastapi import APIRouter

from patience.waiting import AWAY
from roadmap import domain
from roadmap.api import milestones

router = APIRouter(prefix="/api/roadmap")
router.include_router(milestones.router)

REFUSALS: dict[type[Exception], int] = {
    **dict.fromkeys(AWAY, 503),
    domain.UnknownMilestone: 404,
    domain.NoDueDate: 409,
    domain.NationsDate: 409,
    domain.SameDate: 409,
    domain.OverAlready: 422,
    domain.TooFarAhead: 422,
    domain.TooEarlyToHold: 422,
    domain.NotDecidedYet: 422,
    domain.NoReason: 422,
    domain.NoReasonForNoDate: 422,
    domain.NoDecision: 422,
    domain.UnreadableDate: 422,
}
