"""That the plan of another city is loaded without a line of code."""

from pathlib import Path

import pytest

from chassis.testing import Said
from roadmap import handlers
from roadmap.domain import OtherCity, read_plan
from roadmap.store import Store

PLAN = Path(__file__).parents[3] / "examples" / "plans" / "999999" / "plan_r1.yaml"


async def test_another_citys_plan_is_loaded_and_told(store: Store, said: Said):
    plan = read_plan(PLAN.read_bytes(), PLAN.name)

    await handlers.load_plan(plan, store, say=said, city="999999")

    milestones = {each.milestone_id: each for each in await store.milestones()}
    due = milestones["ms-write-free"].due
    assert due
    assert due.value
    assert due.value.precision == "quarter"
    assert len(await store.nodes()) == len(plan.nodes)


async def test_it_is_not_loaded_into_this_city(store: Store, said: Said):
    plan = read_plan(PLAN.read_bytes(), PLAN.name)

    with pytest.raises(OtherCity):
        await handlers.load_plan(plan, store, say=said, city="042111")
