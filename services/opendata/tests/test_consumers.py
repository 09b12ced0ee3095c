import json
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import replace
from datetime import UTC, datetime

import pytest
from databases import Database
from rebuilt import differing
from relayed import outside, record

from bus.reading import Record
from chassis.hearing import Hearing
from chassis.saying import Desk
from contracts.catalog import ProcedurePublished
from contracts.envelope import Event
from contracts.roadmap import MilestoneRescheduled, MilestoneScheduled
from contracts.schemas import example
from opendata.consumers import HEARS, VIEWS
from opendata.domain import ShownMilestone
from opendata.store import Store

pytestmark = pytest.mark.real

MONDAY = datetime(2026, 11, 23, 3, 0, tzinfo=UTC)
SCHEDULED = MilestoneScheduled.model_validate(example(MilestoneScheduled))
RESCHEDULED = MilestoneRescheduled.model_validate(example(MilestoneRescheduled))
PROCEDURE = ProcedurePublished.model_validate(example(ProcedurePublished))


async def hear(desk: Desk[Store], *records: Record) -> None:
    hearing = Hearing(desk, HEARS)
    await hearing.begin({("machi.roadmap.v1", 0): 1_000, ("machi.catalog.v1", 0): 1_000})
    await hearing.hear(records)


async def due(desk: Desk[Store]) -> Mapping[str, str | None]:
    """The milestones that are kept, with their dates."""
    async with desk.read() as store:
        found = [one for one in await store.shown("milestones") if isinstance(one, ShownMilestone)]
    return {one.milestone_id: one.due.edtf if one.due else None for one in found}


async def waiting(desk: Desk[Store]) -> list[tuple[str, int]]:
    async with desk.read() as store:
        return [(each.slug, each.hops) for each in await store.waiting()]


async def test_what_is_heard_waits_to_be_published_as_its_consequence(desk: Desk[Store]):
    moved = record(RESCHEDULED, 2, 1, envelope=outside(RESCHEDULED, hops=2))

    await hear(desk, record(SCHEDULED, 1, 0), moved, record(PROCEDURE, 1, 0))

    assert await due(desk) == {"ms-std20": "2027-12"}
    assert await waiting(desk) == [("milestones", 3), ("procedures", 1)]
    assert await desk.pool.fetchval("select count(*) from outbox") == 0


async def test_an_old_event_after_a_new_one_changes_nothing(desk: Desk[Store]):
    await hear(desk, record(RESCHEDULED, 2, 0))

    await hear(desk, record(SCHEDULED, 1, 1), record(RESCHEDULED, 2, 2))

    assert await due(desk) == {"ms-std20": "2027-12"}
    assert await desk.pool.fetchval("select count(*) from waiting") == 1


async def test_what_opendata_does_not_know_passes(desk: Desk[Store]):
    lapsed = replace(outside(SCHEDULED), type="machi.roadmap.loop.lapsed.v1")
    unknown = record(SCHEDULED, 1, 0, envelope=lapsed, value=b"{}")

    await hear(desk, unknown, record(RESCHEDULED, 2, 1))

    assert await due(desk) == {"ms-std20": "2027-12"}


async def test_fields_of_tomorrow_make_no_columns(desk: Desk[Store]):
    newer = example(MilestoneRescheduled) | {"mood": "晴れ", "kind": "promised_twice"}

    await hear(desk, record(RESCHEDULED, 1, 0, value=json.dumps(newer).encode()))

    body = await desk.pool.fetchval("select body::text from shown_milestone")
    assert "promised_twice" in body
    assert "晴れ" not in body


async def test_a_milestone_of_another_city_is_not_published(desk: Desk[Store]):
    await hear(desk, record(SCHEDULED, 1, 0, envelope=outside(SCHEDULED, city="042072")))

    assert (await due(desk), await waiting(desk)) == ({}, [])


async def test_what_cannot_be_read_is_put_aside_and_stops_nothing(desk: Desk[Store]):
    broken = record(SCHEDULED, 1, 0, value=b'{"title": "x"}')

    await hear(desk, broken, record(RESCHEDULED, 2, 1))

    assert await due(desk) == {"ms-std20": "2027-12"}
    assert await desk.pool.fetchval("select state from parked") == "undecodable"


async def test_an_event_that_goes_in_circles_is_put_aside(desk: Desk[Store]):
    circle = record(SCHEDULED, 1, 0, envelope=outside(SCHEDULED, hops=6))

    await hear(desk, circle, record(PROCEDURE, 1, 0))

    assert (await due(desk), await waiting(desk)) == ({}, [("procedures", 1)])
    assert await desk.pool.fetchval("select state from parked") == "failed"


def test_whatever_is_heard_can_be_rebuilt():
    assert {line.event for line in HEARS} == {line.event for line in VIEWS.hears}
    assert all(line.rebuilds for line in VIEWS.hears)
    assert not any(line.rebuilds for line in HEARS)


async def test_whatever_was_heard_comes_out_of_the_log_again(
    desk: Desk[Store], fresh_database: Callable[[str], Awaitable[Database]]
):
    roadmap = [line.event for line in HEARS if "roadmap" in line.event.ce_type]
    told: list[Event] = [each.model_validate(example(each)) for each in roadmap]

    other = await differing(*told, live=(desk, HEARS), views=VIEWS, fresh=fresh_database)

    assert other == []
    assert await desk.pool.fetchval("select count(*) from shown_milestone") == 2
