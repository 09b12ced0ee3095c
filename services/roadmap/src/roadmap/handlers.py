"""What roadmap does: load a plan, move a milestone."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any

from chassis.saying import Say, Spoken
from contracts import roadmap as said
from pages.dates import japanese_text
from roadmap.domain import (
    Assertion,
    Milestone,
    OtherCity,
    Plan,
    Reschedule,
    Rescheduled,
    is_news,
)
from roadmap.store import Store

KEEP_ANSWERS = timedelta(days=7)
NO_DATE = "期日なし"


@dataclass(frozen=True, slots=True)
class Moved:
    """A milestone after its move, and what was said of it."""

    milestone: Milestone
    spoken: Spoken


async def load_plan(plan: Plan, store: Store, *, say: Say, city: str) -> Sequence[Spoken] | None:
    """Keep a plan as its file states it, and tell of each milestone; None: it was known already."""
    if plan.municipality != city:
        raise OtherCity(plan.municipality)
    known = await store.known_revisions()
    if not is_news(plan, known, has_nodes=await store.has_nodes()):
        return None

    await store.keep_plan(plan)
    milestones = await store.milestones() if plan.nodes else []
    return await say(*(as_told(milestone) for milestone in milestones))


async def reschedule(
    command: Reschedule, store: Store, *, say: Say, now: datetime, by: str
) -> Moved:
    """Move the due date of a milestone by a decision; the old date stays on record."""
    before = await store.milestone_for_change(command.milestone_id)
    before.reschedule(command)  # refuses before anything is kept

    number = await store.keep_decision(command.decision, by=by, now=now)
    moved = before.reschedule(
        replace(command, decision=replace(command.decision, decision_id=number))
    )
    await store.keep_rescheduled(moved)
    (spoken,) = await say(as_rescheduled(before, moved))
    return Moved(await store.milestone(command.milestone_id), spoken)


async def forget_answers(store: Store, _say: Say, now: datetime) -> None:
    """Drop the answers to requests that nobody will send again."""
    await store.forget_answers(now - KEEP_ANSWERS)


def as_told(milestone: Milestone) -> said.MilestoneEvent:
    """How a plan's milestone is told at its first load: a promise, or something done."""
    if milestone.kind == "actual":
        title = f"{milestone.label}：{_date(milestone.actual)}"
        return said.MilestoneReached(title=title, backfill=True, reason=None, **_state(milestone))
    title = f"{milestone.label}：{_date(milestone.due)}"
    return said.MilestoneScheduled(title=title, backfill=True, reason=None, **_state(milestone))


def as_rescheduled(before: Milestone, moved: Rescheduled) -> said.MilestoneRescheduled:
    """How a move is told, with the dates before and after and who decided it."""
    milestone, decision = moved.milestone, moved.decision
    return said.MilestoneRescheduled(
        title=f"{milestone.label}：{_date(before.due)} → {_date(milestone.due)}",
        backfill=False,
        reason=decision.reason,
        old_due=before.due.value if before.due else None,
        new_due=milestone.due.value if milestone.due else None,
        direction=moved.direction,
        decision=said.MilestoneDecision(
            decision_id=decision.decision_id or 0,
            body=decision.body,
            taken_on=decision.taken_on,
            chosen=decision.chosen,
        ),
        **_state(milestone),
    )


def _state(milestone: Milestone) -> dict[str, Any]:
    """The fields that every event about a milestone has."""
    due, actual = milestone.due, milestone.actual
    return {
        "page": milestone.page,
        "milestone_id": milestone.milestone_id,
        "version": milestone.version,
        "plan_id": milestone.parents[0].node_id,
        "revision": (due or actual or milestone).revision_id,
        "label": milestone.label,
        "parents": [parent.node_id for parent in milestone.parents],
        "kind": milestone.kind,
        "wording": milestone.wording,
        "due": due.value if due else None,
        "undated_reason": due.undated_reason if due else None,
        "actual": actual.value if actual else None,
        "evidence": [
            said.Evidence(source=e.source, mark=e.mark, lines=e.lines, url=e.url, sha256=e.sha256)
            for e in milestone.evidence
        ],
    }


def _date(assertion: Assertion | None) -> str:
    return japanese_text(assertion.value) if assertion and assertion.value else NO_DATE
