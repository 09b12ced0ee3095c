"""What an event tells, in words: the facts that rules may ask for, and `domain.FACTS` names."""

from collections.abc import Mapping
from datetime import date
from functools import singledispatch
from typing import TypeAlias

from contracts.catalog import ProcedurePublished
from contracts.envelope import Event
from contracts.roadmap import (
    AssertionCorrected,
    MilestoneApproached,
    MilestoneCancelled,
    MilestoneDecision,
    MilestoneEvent,
    MilestoneMissed,
    MilestoneReached,
    MilestoneRescheduled,
    PlanRevised,
    Stated,
)
from contracts.values import PartialDate
from notify import handlers
from pages.dates import japanese_text

Facts: TypeAlias = Mapping[str, str | bool | None]

NO_DATE = "期日なし"
NEVER = "なし"
NO_DECISION = "決定の記録なし"
ATTRIBUTES = {"due": "期日", "actual": "達成した日"}
BASES = {
    "no_record": "達成したという記録は、まだありません",
    "observed_not_reached": "期日より後になるという報告があります",
}


@singledispatch
def facts(_event: Event) -> Facts:
    """What an event tells; nothing where no rule can hear it."""
    return {}


@facts.register
def _(event: MilestoneRescheduled) -> Facts:
    return {
        **_of_milestone(event),
        "old_due": _date(event.old_due),
        "new_due": _date(event.new_due),
        "decided": _decided(event.decision),
    }


@facts.register
def _(event: MilestoneReached) -> Facts:
    return {**_of_milestone(event), "actual": _date(event.actual) if event.actual else None}


@facts.register
def _(event: MilestoneApproached) -> Facts:
    return {
        **_of_milestone(event),
        "due": _date(event.due),
        "threshold": str(event.threshold),
        "days_left": str(event.days_left),
        "deadline_day": japanese_text(event.deadline_day, weekday=False),
    }


@facts.register
def _(event: MilestoneMissed) -> Facts:
    return {
        **_of_milestone(event),
        "due": _date(event.due),
        "deadline_day": japanese_text(event.deadline_day, weekday=False),
        "basis": BASES.get(event.basis),
    }


@facts.register
def _(event: MilestoneCancelled) -> Facts:
    return {
        **_of_milestone(event),
        "old_due": _date(event.old_due),
        "decided": _decided(event.decision),
    }


@facts.register
def _(event: AssertionCorrected) -> Facts:
    state = event.milestone
    return {
        "label": event.label,
        "initiative": handlers.initiative_of(state.parents) if state else None,
        "backfill": event.backfill,
        "reason": event.reason,
        "attr": ATTRIBUTES.get(event.attr),
        "before": _stated(event, event.before),
        "after": _stated(event, event.after),
    }


@facts.register
def _(event: PlanRevised) -> Facts:
    root = next((node.label for node in event.nodes if node.kind == "plan"), None)
    return {
        "label": root,
        "revision": event.revision,
        "backfill": event.backfill,
        "reason": event.reason,
    }


@facts.register
def _(event: ProcedurePublished) -> Facts:
    return {
        "name": event.name,
        "initiative": event.plan.initiative if event.plan else None,
        "backfill": event.backfill,
        "change": event.change,
        "summary": event.summary,
    }


def timed(event: Event, day: date) -> Facts:
    """What an event tells besides, by the day on which it was recorded."""
    match event:
        case MilestoneRescheduled() | MilestoneCancelled():
            since = event.valid_from
            return {
                "ahead": since is not None and since > day,
                "valid_from": japanese_text(since, weekday=False) if since else None,
            }
        case AssertionCorrected():
            return {"of_a_present_date": _of_a_present_date(event, day)}
        case _:
            return {}


def _of_milestone(event: MilestoneEvent) -> Facts:
    return {
        "label": event.label,
        "initiative": handlers.initiative_of(event.parents),
        "backfill": event.backfill,
        "reason": event.reason,
    }


def _of_a_present_date(event: AssertionCorrected, day: date) -> bool:
    """Whether a date of a milestone that holds on a day was put right, and by at least a day."""
    before, after = (
        (each.value.lo, each.value.hi) if each.value else None
        for each in (event.before, event.after)
    )
    until = event.valid_until or date.max
    holds = event.milestone is not None and event.valid_from <= day < until
    return holds and event.attr in ATTRIBUTES and before != after


def _stated(event: AssertionCorrected, stated: Stated) -> str:
    """A date in words; what was never reached has none."""
    if stated.value is None and event.attr == "actual":
        return NEVER
    return _date(stated.value)


def _decided(decision: MilestoneDecision | None) -> str:
    """Who decided it, and when."""
    if decision is None:
        return NO_DECISION
    return f"{decision.body}（{japanese_text(decision.taken_on, weekday=False)}）"


def _date(value: PartialDate | None) -> str:
    return japanese_text(value, weekday=False) if value else NO_DATE
