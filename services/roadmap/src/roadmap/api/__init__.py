"""Roadmap for machines: all its routes, and which refusal has which status."""

from fastapi import APIRouter, Depends

from chassis.saying import TooLong
from patience.waiting import AWAY
from roadmap import domain
from roadmap.api import (
    assertions,
    calendars,
    changes,
    feeds,
    imports,
    indicators,
    milestones,
    plan,
    sources,
    stream,
    tables,
)
from roadmap.api.asking import PREFIX, only_known_parameters
from roadmap.exports.calendars import UnknownLayer
from roadmap.exports.tables import (
    EmptyTable,
    OtherColumns,
    OtherSeparator,
    UnevenRow,
    UnknownTable,
    UnreadableTable,
)

router = APIRouter(prefix=PREFIX, dependencies=[Depends(only_known_parameters)])
DOORS = (
    plan,
    indicators,
    milestones,
    sources,
    assertions,
    changes,
    stream,
    calendars,
    feeds,
    imports,
    tables,
)
for each in DOORS:
    router.include_router(each.router)

REFUSALS: dict[type[Exception], int] = {
    **dict.fromkeys(AWAY, 503),
    **dict.fromkeys(
        (
            domain.UnreadableMoment,
            domain.UnreadableSide,
            domain.NotKnownYet,
            domain.UnknownChoice,
            UnknownLayer,
        ),
        400,
    ),
    **dict.fromkeys(
        (
            UnknownTable,
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
            domain.ReachedAlready,
            domain.OutOfThePlan,
            domain.SameDate,
            domain.StatedAlready,
            domain.NotKnownAnyMore,
            domain.NothingToCorrect,
            domain.UnfitDecision,
            domain.DecidedBefore,
            domain.Stopped,
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
            domain.TooLongAgo,
            domain.UnknownAbout,
            domain.NoReporter,
            domain.NotYet,
            domain.NoReason,
            domain.NoReasonForNoDate,
            domain.NoDecision,
            domain.NoEvidence,
            domain.NoFirstDay,
            domain.StopHasNoDate,
            domain.UnreadableDate,
            TooLong,
            domain.PlanTooLong,
            EmptyTable,
            OtherColumns,
            OtherSeparator,
            UnevenRow,
            UnreadableTable,
            domain.OtherCity,
            domain.AnswerUnfit,
        ),
        422,
    ),
}
