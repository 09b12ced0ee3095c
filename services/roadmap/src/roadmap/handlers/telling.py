"""How what happened is told: the events of roadmap, each with the full state of what it is about."""

from collections.abc import Sequence
from datetime import date
from typing import Any

from chassis.saying import Say, Spoken
from contracts import roadmap as said
from contracts.envelope import Event
from contracts.values import PartialDate
from pages.dates import japanese_text
from roadmap.domain import (
    STOPPED,
    TOKYO,
    Assertion,
    Baseline,
    Decision,
    Evidence,
    ExtraChange,
    Milestone,
    Node,
    NodeChange,
    Revision,
    Slip,
    direction,
    level_of,
    told_of,
)
from roadmap.store import Store

NO_DATE = "期日なし"


async def tell(store: Store, say: Say, *events: Event) -> list[Spoken]:
    """Say events and enter the same ones into the public change log: nothing is said beside it."""
    spoken = await say(*events)
    await store.log.append([each.event_id for each in spoken])
    return spoken


def as_scheduled(milestone: Milestone, today: date, *, backfill: bool) -> said.MilestoneScheduled:
    """A promise of the plan."""
    title = f"{milestone.label}：{date_of(milestone.due)}{_only_from(milestone, today)}"
    return said.MilestoneScheduled(title=title, **_state(milestone, today, backfill=backfill))


def as_reached(milestone: Milestone, today: date, *, backfill: bool) -> said.MilestoneReached:
    """Something done, and what shows that it was."""
    full = _state(milestone, today, backfill=backfill)
    full["evidence"] = evidence(milestone.actual.evidence if milestone.actual else ())
    return said.MilestoneReached(
        title=f"{milestone.label}：達成（{date_of(milestone.actual)}）",
        on_time=milestone.standing(today).on_time,
        **full,
    )


def as_rescheduled(
    before: Milestone, milestone: Milestone, today: date, *, backfill: bool
) -> said.MilestoneRescheduled:
    """A promise that moved, with the dates before and after and who decided it."""
    old, new = (value_of(each.due) for each in (before, milestone))
    was = STOPPED if before.stopped else date_of(before.due)
    decision = milestone.decision
    return said.MilestoneRescheduled(
        title=f"{milestone.label}：{was} → {date_of(milestone.due)}{_only_from(milestone, today)}",
        old_due=old,
        new_due=new,
        direction=direction(old, new),
        decision=_decision(decision) if decision else None,
        **_state(milestone, today, backfill=backfill),
    )


def as_cancelled(
    milestone: Milestone, today: date, *, backfill: bool, revised_by: Decision | None = None
) -> said.MilestoneCancelled:
    """A promise that is no longer one, with the date that it had and who decided it, perhaps by a revision."""
    dated = [row.value for row in milestone.promises if row.value]
    decision = revised_by or milestone.decision
    return said.MilestoneCancelled(
        title=f"{milestone.label}：{STOPPED}{_only_from(milestone, today)}",
        old_due=dated[-1] if dated else None,
        decision=_decision(decision) if decision else None,
        **{**_state(milestone, today, backfill=backfill), **_because(decision)},
    )


def as_approached(milestone: Milestone, today: date, threshold: int) -> said.MilestoneApproached:
    """A deadline day that comes near."""
    deadline = milestone.deadline or today
    days = (deadline - today).days
    return said.MilestoneApproached(
        title=f"{milestone.label}：あと{days}日（{date_of(milestone.due)}）",
        threshold=threshold,
        days_left=days,
        deadline_day=deadline,
        **_state(milestone, today, backfill=False),
    )


def as_missed(milestone: Milestone, today: date) -> said.MilestoneMissed:
    """A deadline day that is over."""
    deadline = milestone.deadline or today
    later = any(row.attr == "reported" for row in milestone.standing(today).because)
    return said.MilestoneMissed(
        title=f"{milestone.label}：期限（{date_of(milestone.due)}）を過ぎました",
        deadline_day=deadline,
        basis="observed_not_reached" if later else "no_record",
        **_state(
            milestone, today, backfill=milestone.known_since.astimezone(TOKYO).date() > deadline
        ),
    )


def as_taken(decision: Decision) -> said.DecisionTaken:
    """A decision, in its own words."""
    return said.DecisionTaken(
        title=f"{decision.body}の決定：{decision.chosen}",
        page="/plan/changes",
        record_id=decision.record_id,
        decision_id=decision.decision_id or 0,
        body=decision.body,
        taken_on=decision.taken_on,
        effect=decision.effect,
        chosen=decision.chosen,
        not_chosen=list(decision.not_chosen),
        reason=decision.reason,
        about=list(decision.about),
        evidence=[],
        backfill=False,
    )


def as_node(node: Node) -> said.PlanNode:
    """A place in the tree."""
    dated = node.kind in ("plan", "bar", "step") and node.due
    return said.PlanNode(
        node_id=node.node_id,
        kind=node.kind,
        parent=node.parent_id,
        place=node.place,
        label=node.label,
        mark=node.mark,
        commitment=level_of(node.commitment),
        extent=node.due.value if dated and node.due else None,
    )


def as_change(change: NodeChange | ExtraChange) -> said.PlanChange:
    """One difference between two revisions, in the tree or beside it."""
    before, after = told_of(change)
    told = {"before": before, "after": after, "fields": list(change.fields)}
    if isinstance(change, ExtraChange):
        own = {"what": change.what, "node_id": change.extra_id, "label": change.label}
        return said.PlanChange.model_validate({"kind": change.kind, "others": [], **own, **told})
    node = change.after or change.before
    return said.PlanChange.model_validate(
        {
            "kind": change.kind,
            "node_id": change.node_id,
            "label": node.label if node else None,
            "others": list(change.others),
            **told,
        }
    )


def as_corrected(
    node: Node,
    change: tuple[Assertion, Assertion | None],
    reason: str,
    *,
    plan_id: str,
    milestone: said.MilestoneState | None,
) -> said.AssertionCorrected:
    """A statement that was put right."""
    wrong, right = change
    after = right or wrong
    return said.AssertionCorrected(
        title=f"訂正：{node.label}（{date_of(wrong)} → {date_of(right)}）",
        page=f"/plan/milestones/{node.node_id}" if milestone else "/plan",
        node_id=node.node_id,
        kind=node.kind,
        label=node.label,
        attr=wrong.attr,
        asserter=wrong.asserter,
        before=_stated(wrong),
        after=_stated(right) if right else said.Stated(value=None, undated_reason=reason, mark="N"),
        valid_from=after.valid.since,
        valid_until=after.valid.until,
        reason=reason,
        plan_id=plan_id,
        evidence=evidence(after.evidence),
        backfill=False,
        milestone=milestone,
    )


def state(milestone: Milestone, today: date) -> dict[str, Any]:
    """All that is known of a milestone, as `contracts.roadmap.MilestoneState` has it."""
    standing = milestone.standing(today)
    slips, count = [_baseline(each) for each in milestone.baselines], milestone.slip_count
    return {
        "milestone_id": milestone.milestone_id,
        "version": milestone.version,
        "label": milestone.label,
        "parents": [parent.node_id for parent in milestone.parents],
        "kind": milestone.kind,
        "wording": milestone.wording,
        "commitment": level_of(milestone.commitment),
        "due": value_of(milestone.due),
        "valid_from": milestone.holds_from,
        "undated_reason": milestone.due.undated_reason if milestone.due else None,
        "reported": [
            said.Report(asserter=row.asserter, value=row.value) for row in milestone.reported
        ],
        "actual": value_of(milestone.actual),
        "status": standing.status,
        "because": [
            said.Ground(attr=row.attr, asserter=row.asserter, value=row.value, mark=row.mark)
            for row in standing.because
        ],
        "slip": slips,
        "slip_count": count,
        "total_slip": slips[0] if count and slips else None,
    }


def evidence(given: Sequence[Evidence]) -> list[said.Evidence]:
    """Where a statement stands."""
    return [
        said.Evidence(source=e.source, mark=e.mark, lines=e.lines, url=e.url, sha256=e.sha256)
        for e in given
    ]


def revision_of(revision: Revision) -> str:
    """A revision as people name it: by when it was adopted."""
    return f"{japanese_text(revision.adopted)}の版（{revision.revision_id}）"


def value_of(said_of: Assertion | None) -> PartialDate | None:
    """The date of a statement; None: there is none."""
    return said_of.value if said_of else None


def date_of(said_of: Assertion | None) -> str:
    """A date in words."""
    return japanese_text(said_of.value) if said_of and said_of.value else NO_DATE


def _state(milestone: Milestone, today: date, *, backfill: bool) -> dict[str, Any]:
    """The fields that every event about a milestone has."""
    spoken, decision = milestone.due or milestone.actual, milestone.decision
    return {
        **state(milestone, today),
        "page": milestone.page,
        "plan_id": milestone.parents[0].node_id,
        "revision": spoken.revision_id if spoken else milestone.revision_id,
        **_because(decision),
        "evidence": evidence(milestone.evidence),
        "backfill": backfill,
    }


def _because(decision: Decision | None) -> dict[str, Any]:
    return {
        "reason": decision.reason if decision else None,
        "decision_id": decision.decision_id if decision else None,
    }


def _only_from(milestone: Milestone, today: date) -> str:
    """The day from which it holds, in words, where that is still to come."""
    day = milestone.holds_from
    return f"（{japanese_text(day, weekday=False)}から）" if day and day > today else ""


def _baseline(earlier: Baseline) -> said.Slip:
    slip: Slip = earlier.slip
    least, most = slip.bounds or (None, None)
    return said.Slip(
        baseline=earlier.promise.said_by,
        due=earlier.promise.value,
        direction=slip.direction,
        days=slip.days,
        months=slip.months,
        least_days=least,
        most_days=most,
    )


def _stated(row: Assertion) -> said.Stated:
    return said.Stated(value=row.value, undated_reason=row.undated_reason, mark=row.mark)


def _decision(decision: Decision) -> said.MilestoneDecision:
    return said.MilestoneDecision(
        decision_id=decision.decision_id or 0,
        body=decision.body,
        taken_on=decision.taken_on,
        chosen=decision.chosen,
    )
