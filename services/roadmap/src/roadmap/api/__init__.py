"""Roadmap for machines: all its routes, and which refusal has which status."""

from fastapi import APIRouter

from chassis.saying import TooLong
from patience.waiting import AWAY
from roadmap import domain
from roadmap.api import (
    assertions,
    calendars,
    changes,
    feeds,
    imports,
    milestones,
    plan,
    stream,
    tables,
)
from roadmap.exports.calendars import UnknownLayer
from roadmap.exports.tables import UnknownTable

router = APIRouter(prefix="/api/roadmap")
for each in (plan, milestones, assertions, changes, stream, calendars, feeds, imports, tables):
    router.include_router(each.router)

REFUSALS: dict[type[Exception], int] = {
    **dict.fromkeys(AWAY, 503),
    **dict.fromkeys((domain.UnreadableMoment, domain.NotKnownYet, UnknownLayer), 400),
    **dict.fromkeys(
        (
            UnknownTable,
            domain.UnknownChoice,
            domain.UnknownMilestone,
            domain.NotInThePlanThen,
            domain.UnknownAssertion,
            domain.UnknownDecision,
            domain.UnknownImport,
            domain.UnknownRevision,
            domain.UnknownNode,
            domain.UnknownItem,
        ),
        404,
    ),
    **dict.fromkeys(
        (
            domain.NoDueDate,
            domain.NationsDate,
            domain.OutOfThePlan,
            domain.SameDate,
            domain.StatedAlready,
            domain.NotKnownAnyMore,
            domain.NothingToCorrect,
            domain.UnfitDecision,
            domain.RevisionIsFixed,
            domain.RevisionsMustFollow,
            domain.RevisionTooOld,
            domain.ActualDiffers,
            domain.ItemInUse,
            domain.QuestionsOpen,
            domain.DecisionNeeded,
            domain.Overtaken,
            domain.ConfirmedAlready,
            domain.KindIsFixed,
        ),
        409,
    ),
    **dict.fromkeys(
        (
            domain.OverAlready,
            domain.TooFarAhead,
            domain.TooEarlyToHold,
            domain.NotDecidedYet,
            domain.NotYet,
            domain.NoReason,
            domain.NoReasonForNoDate,
            domain.NoDecision,
            domain.NoEvidence,
            domain.NoFirstDay,
            domain.StopHasNoDate,
            domain.UnreadableDate,
            TooLong,
            domain.OtherCity,
            domain.AnswerUnfit,
        ),
        422,
    ),
}
