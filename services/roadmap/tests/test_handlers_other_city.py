"""That the plan of another city, and its next revision, are loaded without a line of code."""

from dataclasses import replace
from datetime import UTC, date, datetime
from pathlib import Path

import pytest

from chassis.testing import Said
from contracts.roadmap import (
    DecisionTaken,
    MilestoneCancelled,
    MilestoneReached,
    MilestoneRescheduled,
    MilestoneScheduled,
    PlanRevised,
)
from contracts.values import PartialDate
from roadmap import handlers
from roadmap.domain import (
    LATEST,
    Answer,
    At,
    Decision,
    OtherCity,
    Plan,
    QuestionsOpen,
    Statement,
    read_plan,
)
from roadmap.store import Store

pytestmark = pytest.mark.real

MONDAY = datetime(2026, 11, 23, 3, 0, tzinfo=UTC)
DECISION = Decision(
    body="見本市長",
    taken_on=date(2026, 11, 20),
    chosen="計画を改訂する",
    reason="制度が変わったため",
)
FILES = Path(__file__).parents[3] / "examples" / "plans" / "999999"


def read(name: str) -> Plan:
    path = FILES / name
    return read_plan(path.read_bytes(), path.name)


async def load(plan: Plan, store: Store, said: Said, city: str = "999999") -> None:
    await handlers.load_plan(plan, store, say=said, now=MONDAY, city=city)


async def revise(store: Store, said: Said) -> None:
    """Take the second plan over; what is gone is said to be gone."""
    await take(read("plan_r2.yaml"), store, said)


async def test_what_a_person_must_answer_is_asked_before_it_is_loaded(store: Store, said: Said):
    await load(read("plan_r1.yaml"), store, said)

    with pytest.raises(QuestionsOpen, match="write-free"):
        await load(read("plan_r2.yaml"), store, said)


async def test_another_citys_plan_is_loaded_and_told(store: Store, said: Said):
    plan = read("plan_r1.yaml")

    await load(plan, store, said)

    due = (await store.milestone("ms-write-free")).due
    assert due
    assert due.value
    assert due.value.precision == "quarter"
    assert len(await store.plans.nodes(LATEST)) == len(plan.nodes)


async def test_it_is_not_loaded_into_this_city(store: Store, said: Said):
    with pytest.raises(OtherCity):
        await load(read("plan_r1.yaml"), store, said, city="042111")


async def test_its_next_revision_takes_over_and_what_it_replaced_stays_on_record(
    store: Store, said: Said
):
    first, second = read("plan_r1.yaml"), read("plan_r2.yaml")
    await load(first, store, said)
    told = len(said)

    await revise(store, said)

    changed = second.revision.in_force_from
    before, after = At(day=date.fromordinal(changed.toordinal() - 1)), At(day=changed)
    assert {n.node_id for n in await store.plans.nodes(before)} == {n.node_id for n in first.nodes}
    assert {n.node_id for n in await store.plans.nodes(after)} == {n.node_id for n in second.nodes}
    kinds = {type(event) for event in said[told:]}
    assert kinds <= {
        PlanRevised,
        MilestoneScheduled,
        MilestoneRescheduled,
        MilestoneReached,
        MilestoneCancelled,
        DecisionTaken,
    }
    assert {PlanRevised, MilestoneRescheduled} <= kinds


async def test_a_milestone_that_a_revision_moves_has_the_one_before_as_its_baseline(
    store: Store, said: Said
):
    await load(read("plan_r1.yaml"), store, said)
    await revise(store, said)

    moved = [event for event in said if isinstance(event, MilestoneRescheduled)]

    assert moved
    for event in moved:
        milestone = await store.milestone(event.milestone_id)
        assert [each.promise.said_by for each in milestone.baselines] == ["v1"]
        assert milestone.total_slip
        assert milestone.total_slip.direction == event.direction


async def take(plan: Plan, store: Store, said: Said) -> None:
    """Take a plan over; what is gone is said to be gone."""
    asked = await handlers.look(plan, await store.base(), city="999999")
    gone = tuple(Answer(kind="unrelated", old=(each.gone,)) for each in asked.diff.open)
    answered = await handlers.look(plan, await store.base(), city="999999", answers=gone)
    await handlers.take_over(answered, store, say=said, now=MONDAY, by=(DECISION, "clerk-1"))


def adopted(plan: Plan, name: str, day: str) -> Plan:
    """The same as another revision, on another day."""
    revision = replace(
        plan.revision, revision_id=name, adopted=PartialDate.from_edtf(day), supersedes=None
    )
    return replace(plan, revision=revision, sha256=name * 32)


async def test_what_a_revision_drops_is_cancelled_and_scheduled_anew_when_it_is_taken_up_again(
    store: Store, said: Said
):
    first = read("plan_r1.yaml")
    without = tuple(node for node in first.nodes if node.node_id != "ms-write-free")
    await load(first, store, said)
    told = len(said)

    await take(adopted(replace(first, nodes=without), "v2", "2026-11-19"), store, said)
    cancelled = await store.milestone("ms-write-free")
    await take(adopted(first, "v3", "2026-11-20"), store, said)

    own = [e for e in said[told:] if getattr(e, "milestone_id", None) == "ms-write-free"]
    assert [type(event) for event in own] == [MilestoneCancelled, MilestoneScheduled]
    assert isinstance(own[0], MilestoneCancelled)
    assert own[0].decision
    assert (own[0].decision.body, own[0].reason) == (DECISION.body, DECISION.reason)
    assert own[0].decision_id == own[0].decision.decision_id
    assert cancelled.removed
    assert not (await store.milestone("ms-write-free")).removed


async def test_what_a_revision_says_was_done_is_told_as_reached(store: Store, said: Said):
    first = read("plan_r1.yaml")
    done = Statement(
        attr="actual",
        asserter="city",
        value=PartialDate.from_edtf("2026-11-20"),
        undated_reason=None,
        mark="S",
        edtf_mark="S",
        lines="1",
    )
    nodes = tuple(
        replace(n, statements=(*n.statements, done)) if n.node_id == "ms-write-free" else n
        for n in first.nodes
    )
    await load(first, store, said)
    told = len(said)

    await take(adopted(replace(first, nodes=nodes), "v2", "2026-11-21"), store, said)

    (event,) = [e for e in said[told:] if isinstance(e, MilestoneReached)]
    assert (event.milestone_id, event.on_time) == ("ms-write-free", "no")
