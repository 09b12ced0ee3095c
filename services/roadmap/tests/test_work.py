import asyncio
from collections.abc import Iterable
from datetime import UTC, datetime, timedelta
from uuid import UUID

import pytest
from forks import until

from chassis.saying import Desk, Say
from process.clock import run_if_due
from roadmap import handlers
from roadmap.domain import Decision, Reschedule, read_date_or_edtf
from roadmap.store import Store
from roadmap.work import WORK

pytestmark = pytest.mark.real

MONDAY = datetime(2026, 11, 23, 3, 0, tzinfo=UTC)
FORGET, REMIND = WORK
DECIDED = Decision(
    body="岩沼市デジタル化推進本部",
    taken_on=MONDAY.date(),
    chosen="早める",
    reason="準備ができたため",
)
BEFORE = "machi.roadmap.milestone.approached.v1"
AFTER = "machi.roadmap.milestone.missed.v1"
SOMEBODY_WAITS = "select exists (select from pg_locks where not granted)"


async def test_old_answers_are_forgotten_every_hour(desk: Desk[Store]):
    async with desk.open(MONDAY) as (store, _):
        await store.requests.keep("old", "f", "{}", now=MONDAY - timedelta(days=8))

    ran = [await run_if_due(FORGET, desk, MONDAY + timedelta(minutes=m)) for m in (0, 30, 60)]

    async with desk.open(MONDAY) as (store, _):
        assert await store.requests.answer_of("old") is None
    assert ran == [True, False, True]


async def test_a_file_that_is_sent_again_is_kept_as_long_as_one_that_is_new(desk: Desk[Store]):
    async def send(days: int) -> UUID:
        now = MONDAY + timedelta(days=days)
        async with desk.open(now) as (store, _):
            return await store.imports.keep("plan.yaml", b"machi_plan: 1", by="clerk", now=now)

    sent = [await send(0), await send(89)]
    await run_if_due(FORGET, desk, MONDAY + timedelta(days=91))

    async with desk.read() as store:
        assert [each.import_id for each in await store.imports.waiting()] == sent[1:]
    assert sent[0] == sent[1]


async def look(desk: Desk[Store], moments: Iterable[datetime]) -> None:
    for moment in moments:
        await run_if_due(REMIND, desk, moment)


async def told(
    desk: Desk[Store], about: str = "ms-std20"
) -> list[tuple[str, str | None, int | None]]:
    """Every reminder, as type, threshold and days left."""
    rows = await desk.pool.fetch(
        """
        select headers::jsonb ->> 'type' as type, payload::jsonb ->> 'threshold' as threshold,
               (payload::jsonb ->> 'days_left')::int as days
          from outbox
         where key like '%/' || $1 and headers::jsonb ->> 'type' = any($2::text[])
         order by id
        """,
        about,
        [BEFORE, AFTER],
    )
    return [(row["type"], row["threshold"], row["days"]) for row in rows]


def day(text: str) -> datetime:
    """Noon of a day in the city."""
    return datetime.fromisoformat(f"{text}T12:00:00+09:00")


EACH = [
    (BEFORE, "180", 180),
    (BEFORE, "90", 90),
    (BEFORE, "30", 30),
    (BEFORE, "7", 7),
    (AFTER, None, None),
]


async def test_each_threshold_is_told_on_its_day_and_the_day_after_the_deadline(
    loaded: Desk[Store],
):
    await look(loaded, (day("2027-03-01") + timedelta(days=n) for n in range(240)))

    assert await told(loaded) == EACH


async def test_in_the_city_a_day_begins_at_its_midnight(loaded: Desk[Store]):
    late = datetime.fromisoformat("2027-04-02T23:59:00+09:00")

    await look(loaded, [late])
    before = await told(loaded)
    await look(loaded, [late + timedelta(minutes=2)])

    assert (before, await told(loaded)) == ([], EACH[:1])


async def test_after_a_pause_only_the_nearest_threshold_is_told(loaded: Desk[Store]):
    await look(loaded, [day("2027-04-03"), day("2027-09-10"), day("2027-09-11")])

    assert await told(loaded) == [(BEFORE, "180", 180), (BEFORE, "30", 20)]


async def test_a_reminder_carries_the_whole_state_and_stands_in_the_change_log(
    loaded: Desk[Store],
):
    await look(loaded, [day("2027-04-03")])

    row = await loaded.pool.fetchrow(
        "select type, body::jsonb -> 'data' ->> 'status' as status from change_log order by seq desc limit 1"
    )
    assert row
    assert (row["type"], row["status"]) == (BEFORE, "approaching")


async def test_what_was_over_before_it_was_watched_is_told_to_nobody(loaded: Desk[Store]):
    await look(loaded, [day("2026-12-01")])

    assert await told(loaded, "ms-online29") == []


async def test_of_two_replicas_at_midnight_one_tells(loaded: Desk[Store]):
    midnight = datetime.fromisoformat("2027-04-03T00:00:00+09:00")
    moments = [midnight + timedelta(seconds=n) for n in range(0, 600, 7)]

    await asyncio.gather(look(loaded, moments), look(loaded, moments))

    assert await told(loaded) == EACH[:1]


async def test_dates_are_looked_at_again_on_another_day_or_when_something_was_recorded(
    loaded: Desk[Store],
):
    async def news(moment: datetime) -> bool:
        async with loaded.open(moment) as (store, _):
            return await store.reminders.look(moment.date())

    first = [await news(MONDAY), await news(MONDAY)]
    async with loaded.open(MONDAY) as (store, _):
        await store.log.note("reported", "ms-std20", {})
    recorded = [await news(MONDAY), await news(MONDAY)]
    tomorrow = [await news(MONDAY + timedelta(days=1)), await news(MONDAY)]

    assert (first, recorded, tomorrow) == ([True, False], [True, False], [True, True])


async def move(store: Store, say: Say, milestone_id: str, date: str) -> None:
    moved = Reschedule(
        milestone_id=milestone_id, value=read_date_or_edtf(date), valid_from=MONDAY.date(),
        today=MONDAY.date(), decision=DECIDED,
    )  # fmt: skip
    await handlers.reschedule(moved, store, say=say, now=MONDAY, by="clerk")


async def test_what_is_promised_for_soon_is_told_within_the_minute(loaded: Desk[Store]):
    await look(loaded, [day("2027-04-02")])
    async with loaded.open(MONDAY) as (store, say):
        await move(store, say, "ms-std20", "2027-04")

    await look(loaded, [day("2027-04-02") + timedelta(minutes=1)])

    assert await told(loaded) == [(BEFORE, "30", 28)]


async def waits_or_has_ended(desk: Desk[Store], task: "asyncio.Task[None]") -> bool:
    return task.done() or await desk.pool.fetchval(SOMEBODY_WAITS)


@pytest.mark.parametrize(
    ("date", "reminders"), [("2027-10", []), ("2027-08", [(BEFORE, "180", 150)])]
)
async def test_a_reminder_never_comes_after_a_move_with_the_date_before_it(
    loaded: Desk[Store], date: str, reminders: list[tuple[str, str, int]]
):
    async with loaded.open(MONDAY) as (store, say):
        await move(store, say, "ms-std20", date)
        reminding = asyncio.create_task(look(loaded, [day("2027-04-03")]))
        await until(lambda: waits_or_has_ended(loaded, reminding))
    await reminding

    newest = await loaded.pool.fetchval(
        "select payload::jsonb #>> '{due,edtf}' from outbox where key like '%/ms-std20' order by sequence desc limit 1"
    )
    assert newest == date
    assert await told(loaded) == reminders


async def test_reminders_take_their_locks_in_the_order_in_which_all_do(loaded: Desk[Store]):
    """The plan names the two milestones in the other order."""
    async with loaded.open(MONDAY) as (store, say):
        await store.plans.lock("ms-end")
        reminding = asyncio.create_task(look(loaded, [day("2029-02-01")]))
        await until(lambda: waits_or_has_ended(loaded, reminding))
        await store.plans.lock("ms-step2")
        await move(store, say, "ms-step2", "2029-04")
    await reminding

    assert await told(loaded, "ms-step2") == [(BEFORE, "90", 88)]
    assert await told(loaded, "ms-end") == [(BEFORE, "90", 58)]
