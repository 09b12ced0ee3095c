import json
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from databases import Database
from rebuilt import differing
from relayed import outside, record

from bus.reading import Record
from catalog.consumers import HEARS, VIEWS
from catalog.store import Store
from chassis.hearing import Hearing
from chassis.saying import Desk
from contracts.envelope import Event
from contracts.registry import EVENTS
from contracts.roadmap import MilestoneRescheduled, MilestoneScheduled
from contracts.schemas import example

pytestmark = pytest.mark.real

MONDAY = datetime(2026, 11, 23, 3, 0, tzinfo=UTC)
PLACE = ("machi.roadmap.v1", 0)
SCHEDULED = MilestoneScheduled.model_validate(example(MilestoneScheduled))
RESCHEDULED = MilestoneRescheduled.model_validate(example(MilestoneRescheduled))


async def hear(desk: Desk[Store], *records: Record) -> Hearing[Store]:
    hearing = Hearing(desk, HEARS)
    await hearing.begin({PLACE: 1_000})
    await hearing.hear(records)
    return hearing


async def shown(desk: Desk[Store]) -> Mapping[str, int]:
    """The milestones that are shown, with their versions."""
    async with desk.read() as store:
        heard = await store.shown_milestones()
    return {one.milestone_id: one.version for one in heard.values()}


async def test_a_milestone_is_shown_as_it_was_told_last(desk: Desk[Store]):
    await hear(desk, record(SCHEDULED, 1, 0), record(RESCHEDULED, 2, 1))

    assert await shown(desk) == {"ms-std20": 2}


async def test_an_old_event_after_a_new_one_changes_nothing(desk: Desk[Store]):
    await hear(desk, record(RESCHEDULED, 2, 0))

    await hear(desk, record(SCHEDULED, 1, 1), record(RESCHEDULED, 2, 2))

    assert await shown(desk) == {"ms-std20": 2}


async def test_what_catalog_does_not_know_passes(desk: Desk[Store]):
    lapsed = replace(outside(SCHEDULED), type="machi.roadmap.loop.lapsed.v1")
    unknown = record(SCHEDULED, 1, 0, envelope=lapsed, value=b"{}")

    await hear(desk, unknown, record(RESCHEDULED, 2, 1))

    assert await shown(desk) == {"ms-std20": 2}


async def test_fields_of_tomorrow_pass(desk: Desk[Store]):
    newer = example(MilestoneRescheduled) | {"mood": "晴れ", "kind": "promised_twice"}

    await hear(desk, record(RESCHEDULED, 1, 0, value=json.dumps(newer).encode()))

    assert await shown(desk) == {"ms-std20": 2}


async def test_a_milestone_of_another_city_is_not_shown(desk: Desk[Store]):
    await hear(desk, record(SCHEDULED, 1, 0, envelope=outside(SCHEDULED, city="042072")))

    assert await shown(desk) == {}


async def test_what_cannot_be_read_is_put_aside_and_stops_nothing(desk: Desk[Store]):
    broken = record(SCHEDULED, 1, 0, value=b'{"title": "x"}')

    await hear(desk, broken, record(RESCHEDULED, 2, 1))

    assert await shown(desk) == {"ms-std20": 2}
    assert await desk.pool.fetchval("select state from parked") == "undecodable"


async def test_hearing_says_nothing(desk: Desk[Store]):
    await hear(desk, record(SCHEDULED, 1, 0), record(RESCHEDULED, 2, 1))

    assert all(line.rebuilds for line in HEARS)
    assert await desk.pool.fetchval("select count(*) from outbox") == 0


async def test_whatever_was_heard_comes_out_of_the_log_again(
    desk: Desk[Store], fresh_database: Callable[[str], Awaitable[Database]]
):
    roadmap = [line.event for line in HEARS if "roadmap" in line.event.ce_type]
    told: list[Event] = [each.model_validate(example(each)) for each in roadmap]

    other = await differing(*told, live=(desk, HEARS), views=VIEWS, fresh=fresh_database)

    assert other == []
    assert await desk.pool.fetchval("select count(*) from neighbour_page") == 4


def test_everything_that_roadmap_says_is_heard():
    said = {event for event in EVENTS.values() if "roadmap" in event.ce_type}

    assert said <= {line.event for line in HEARS}


async def test_a_page_is_known_with_the_time_that_stands_on_the_event(desk: Desk[Store]):
    noon = MONDAY + timedelta(hours=1)
    later = replace(outside(RESCHEDULED), time=noon)

    await hear(desk, record(SCHEDULED, 1, 0), record(RESCHEDULED, 2, 1, envelope=later))

    async with desk.read() as store:
        (page,) = await store.neighbour_pages()
    assert (page.page, page.title, page.at) == (RESCHEDULED.page, RESCHEDULED.title, noon)
