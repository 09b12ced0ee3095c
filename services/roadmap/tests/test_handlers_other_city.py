"""That the plan of another city, and its next revision, are loaded without a line of code."""

from datetime import UTC, date, datetime
from pathlib import Path

import pytest

from chassis.testing import Said
from contracts.roadmap import (
    MilestoneCancelled,
    MilestoneReached,
    MilestoneRescheduled,
    MilestoneScheduled,
    PlanRevised,
)
from roadmap import handlers
from roadmap.domain import LATEST, At, OtherCity, Plan, read_plan
from roadmap.store import Store

pytestmark = pytest.mark.real

MONDAY = datetime(2026, 11, 23, 3, 0, tzinfo=UTC)
FILES = Path(__file__).parents[3] / "examples" / "plans" / "999999"


def read(name: str) -> Plan:
    path = FILES / name
    return read_plan(path.read_bytes(), path.name)


async def load(plan: Plan, store: Store, said: Said, city: str = "999999") -> None:
    await handlers.load_plan(plan, store, say=said, now=MONDAY, city=city)


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

    await load(second, store, said)

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
    }
    assert {PlanRevised, MilestoneRescheduled} <= kinds


async def test_a_milestone_that_a_revision_moves_has_the_one_before_as_its_baseline(
    store: Store, said: Said
):
    for name in ("plan_r1.yaml", "plan_r2.yaml"):
        await load(read(name), store, said)

    moved = [event for event in said if isinstance(event, MilestoneRescheduled)]

    assert moved
    for event in moved:
        milestone = await store.milestone(event.milestone_id)
        assert [each.promise.said_by for each in milestone.baselines] == ["v1"]
        assert milestone.total_slip
        assert milestone.total_slip.direction == event.direction
