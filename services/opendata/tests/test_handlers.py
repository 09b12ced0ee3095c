from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest

from chassis.saying import Cause, Circle, Desk
from contracts.catalog import ProcedurePublished
from contracts.opendata import DatasetPublished
from contracts.roadmap import (
    AssertionCorrected,
    MilestoneApproached,
    MilestoneCancelled,
    MilestoneReached,
    MilestoneRescheduled,
    MilestoneScheduled,
)
from contracts.schemas import example
from opendata import handlers
from opendata.domain import ShownMilestone, Version
from opendata.settings import Settings
from opendata.store import Store

pytestmark = pytest.mark.real

MONDAY = datetime(2026, 11, 23, 3, 0, tzinfo=UTC)
LATER = MONDAY + timedelta(minutes=1)
IMPRINT = Settings().imprint("042111")
SCHEDULED = MilestoneScheduled.model_validate(example(MilestoneScheduled))
MOVED = MilestoneRescheduled.model_validate(example(MilestoneRescheduled))
CORRECTED = AssertionCorrected.model_validate(example(AssertionCorrected))
PROCEDURE = ProcedurePublished.model_validate(example(ProcedurePublished))


async def hear(
    desk: Desk[Store], event: MilestoneScheduled | MilestoneRescheduled, *, hops: int = 1
) -> None:
    cause = Cause(f"about-{event.version}", hops)
    async with desk.open(MONDAY, cause) as (store, say):
        await handlers.hear_milestone(event, store, say=say, now=MONDAY)


async def publish(desk: Desk[Store], now: datetime = LATER) -> None:
    async with desk.open(now) as (store, say):
        await handlers.publish_ripe(store, say, now, imprint=IMPRINT)


async def said(desk: Desk[Store]) -> list[tuple[DatasetPublished, dict[str, Any]]]:
    """What was said, each with its outside."""
    rows = await desk.pool.fetch(
        "select payload, headers::jsonb as headers from outbox order by id"
    )
    return [(DatasetPublished.model_validate_json(row["payload"]), row["headers"]) for row in rows]


async def versions(desk: Desk[Store]) -> list[Version]:
    async with desk.read() as store:
        return await store.versions("042111_milestones")


async def milestone(store: Store) -> ShownMilestone:
    (found,) = await store.shown("milestones")
    assert isinstance(found, ShownMilestone)
    return found


async def test_a_milestone_is_kept_as_it_was_told_last_with_its_first_date(store: Store):
    await handlers.show_milestone(SCHEDULED, store)
    await handlers.show_milestone(MOVED, store)

    found = await milestone(store)
    assert (found.due, found.first_due) == (MOVED.due, SCHEDULED.due)
    assert found.move
    assert found.move.previous_due == SCHEDULED.due


async def test_of_a_milestone_that_is_only_heard_of_when_it_moves_the_old_date_is_the_first(
    store: Store,
):
    await handlers.show_milestone(MOVED, store)

    assert (await milestone(store)).first_due == MOVED.old_due


async def test_a_milestone_that_was_reached_keeps_its_day(store: Store):
    reached = MilestoneReached.model_validate(example(MilestoneReached))

    await handlers.show_milestone(reached, store)

    found = await milestone(store)
    assert (found.actual, found.first_due, found.mark) == (reached.actual, None, "S")


async def test_a_date_that_comes_near_keeps_its_last_move(store: Store):
    near = MilestoneApproached.model_validate(
        example(MilestoneApproached) | {"slip": example(MilestoneRescheduled)["slip"]}
    )
    await handlers.show_milestone(MOVED, store)

    await handlers.show_milestone(near.model_copy(update={"slip_count": 1}), store)

    found = await milestone(store)
    assert found.status == "approaching"
    assert found.move
    assert found.move.decided_by == MOVED.decision.body if MOVED.decision else None


async def test_a_move_without_a_decision_on_record_is_published_with_its_old_date(store: Store):
    await handlers.show_milestone(MOVED.model_copy(update={"decision": None}), store)

    found = await milestone(store)
    assert found.move
    assert (found.move.previous_due, found.move.decided_by) == (MOVED.old_due, None)


async def test_what_is_planned_no_more_says_so_and_when_it_was_due(store: Store):
    stopped = MilestoneCancelled.model_validate(example(MilestoneCancelled))

    await handlers.show_milestone(stopped, store)

    found = await milestone(store)
    assert (found.status, found.due, found.first_due) == ("cancelled", None, stopped.old_due)
    assert found.move
    assert found.move.reason == stopped.reason


async def test_a_reminder_of_the_date_of_today_leaves_the_one_that_is_decided_for_later(
    store: Store,
):
    later = MOVED.model_copy(update={"valid_from": date(2027, 4, 1)})
    near = MilestoneApproached.model_validate(
        example(MilestoneApproached) | {"due": example(MilestoneRescheduled)["old_due"]}
    )
    await handlers.show_milestone(later, store)

    await handlers.show_milestone(near, store)

    found = await milestone(store)
    assert (found.due, found.valid_from) == (MOVED.due, date(2027, 4, 1))
    assert found.status == "approaching"


async def test_what_was_put_right_is_published_with_its_source_and_the_same_revision(store: Store):
    wrong = SCHEDULED.model_copy(update={"evidence": [], "due": CORRECTED.before.value})
    await handlers.show_milestone(wrong, store)

    await handlers.show_corrected(CORRECTED, store)

    found = await milestone(store)
    assert (found.due, found.first_due) == (CORRECTED.after.value, CORRECTED.after.value)
    assert (found.revision, found.mark) == ("R8", "S")


async def test_a_correction_of_the_past_leaves_the_sources_of_the_present(store: Store):
    await handlers.show_milestone(MOVED, store)
    past = CORRECTED.model_copy(update={"valid_until": MOVED.new_due and MOVED.new_due.lo})

    await handlers.show_corrected(past, store)

    assert [each.mark for each in (await milestone(store)).sources] == ["X"]


async def test_a_correction_of_another_node_is_not_published(desk: Desk[Store]):
    of_a_bar = CORRECTED.model_copy(update={"node_id": "2-1-a", "milestone": None})

    async with desk.open(MONDAY, Cause("bar", 1)) as (store, say):
        await handlers.hear_corrected(of_a_bar, store, say=say, now=MONDAY)

        assert (await store.shown("milestones"), await store.waiting()) == ([], [])


async def test_a_correction_lets_its_data_set_wait_once(desk: Desk[Store]):
    for number in (1, 2):
        async with desk.open(MONDAY, Cause(f"right-{number}", 1)) as (store, say):
            await handlers.hear_corrected(CORRECTED, store, say=say, now=MONDAY)

    async with desk.read() as store:
        assert [each.event_id for each in await store.waiting()] == ["right-1"]


async def test_what_changes_nothing_lets_nobody_wait(desk: Desk[Store]):
    await hear(desk, SCHEDULED)
    await publish(desk)

    await hear(desk, SCHEDULED.model_copy(update={"version": 7, "title": "別の題"}))

    async with desk.read() as store:
        assert await store.waiting() == []


async def test_a_version_is_told_as_what_the_last_event_led_to(desk: Desk[Store]):
    await hear(desk, SCHEDULED)
    await hear(desk, MOVED, hops=2)

    await publish(desk)

    ((event, outside),) = await said(desk)
    assert (event.name, event.version, event.reason) == ("042111_milestones", 1, "first")
    assert event.caused_by == "about-2"
    assert '"causationid": "about-2"' in str(outside)
    assert '"hops": "2"' in str(outside)


async def test_hops_are_those_of_the_longest_way_that_led_to_it(desk: Desk[Store]):
    await hear(desk, SCHEDULED, hops=5)
    await hear(desk, MOVED, hops=1)

    await publish(desk)

    ((_, outside),) = await said(desk)
    assert '"hops": "5"' in str(outside)


async def test_an_event_that_goes_in_circles_is_refused_and_changes_nothing(desk: Desk[Store]):
    with pytest.raises(Circle):
        await hear(desk, SCHEDULED, hops=7)

    async with desk.read() as store:
        assert (await store.shown("milestones"), await store.waiting()) == ([], [])


async def test_what_changed_is_counted_from_the_version_before(desk: Desk[Store]):
    await hear(desk, SCHEDULED)
    await publish(desk)
    await hear(desk, MOVED)

    await publish(desk)

    *_, (event, _) = await said(desk)
    assert (event.version, event.previous_version, event.reason) == (2, 1, "automatic")
    assert (event.diff.rows_changed, event.diff.rows_added) == (1, 0)
    assert event.diff.cells_changed > 3
    assert event.title == "データ「計画の節目」の第2版を公開しました"


async def test_a_date_that_moves_there_and_back_makes_no_version(desk: Desk[Store]):
    await hear(desk, SCHEDULED)
    await publish(desk)
    await hear(desk, MOVED)
    await hear(desk, SCHEDULED)

    await publish(desk)

    assert len(await versions(desk)) == len(await said(desk)) == 1
    async with desk.read() as store:
        assert await store.waiting() == []


async def test_looking_again_at_what_is_the_same_says_nothing(desk: Desk[Store]):
    await hear(desk, SCHEDULED)
    await publish(desk)
    async with desk.open(LATER) as (store, say):
        await handlers.look_again(store, say, LATER)

    await publish(desk, LATER + timedelta(seconds=1))

    assert len(await versions(desk)) == len(await said(desk)) == 1


async def test_another_licence_is_a_version_that_no_event_caused(desk: Desk[Store]):
    await hear(desk, SCHEDULED)
    await publish(desk)
    free = Settings(licence="CC0-1.0").imprint("042111")
    async with desk.open(LATER) as (store, say):
        await handlers.look_again(store, say, LATER)

    async with desk.open(LATER) as (store, say):
        now = LATER + timedelta(seconds=1)
        await handlers.publish_ripe(store, say, now, imprint=free)

    *_, (event, outside) = await said(desk)
    assert (event.version, event.reason, event.data_changed) == (2, "metadata", False)
    assert event.caused_by is None
    assert '"hops": "0"' in str(outside)


async def test_before_anything_is_heard_nothing_is_published(desk: Desk[Store]):
    async with desk.open(MONDAY) as (store, say):
        await handlers.look_again(store, say, MONDAY)

    await publish(desk)

    assert await said(desk) == []


async def test_procedures_make_a_data_set_of_their_own(desk: Desk[Store]):
    async with desk.open(MONDAY, Cause("x", 1)) as (store, say):
        await handlers.hear_procedure(PROCEDURE, store, say=say, now=MONDAY)

    await publish(desk)

    ((event, _),) = await said(desk)
    (file,) = event.files
    assert (event.name, file.rows, file.key_columns) == (
        "042111_procedures",
        1,
        ["procedure_id"],
    )
    assert [form.url for form in file.forms] == [
        "/data/042111_procedures/versions/1/042111_procedures.csv",
        "/data/042111_procedures/versions/1/042111_procedures.json",
    ]
