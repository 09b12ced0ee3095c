import asyncio
import json
from contextlib import suppress
from datetime import UTC, datetime
from uuid import UUID

import asyncpg
import pytest

from chassis.saying import Desk, Spoken
from contracts.roadmap import MilestoneScheduled
from roadmap import handlers
from roadmap.domain import GENESIS, Change, verify
from roadmap.store import Store
from roadmap.store.log import NotSaid

pytestmark = pytest.mark.real

MONDAY = datetime(2026, 11, 23, 3, 0, tzinfo=UTC)
TOLD = MilestoneScheduled(
    title="標準化対応期限：令和9年9月", page="/plan/milestones/ms-std20", milestone_id="ms-std20",
    version=1, plan_id="plan", revision="R8", label="標準化対応期限", parents=["plan", "2", "2-1"],
    kind="planned", wording=None, due=None, undated_reason="記載なし", actual=None, evidence=[],
    backfill=False, reason=None, commitment=None, reported=[], status="undated", because=[],
    slip=[], slip_count=0, total_slip=None, decision_id=None,
)  # fmt: skip


async def tell(desk: Desk[Store], count: int = 1, subject: str = "ms-std20") -> list[Spoken]:
    events = [TOLD.model_copy(update={"milestone_id": subject}) for _ in range(count)]
    async with desk.open(desk.now()) as (store, say):
        return await handlers.tell(store, say, *events)


async def whole(desk: Desk[Store]) -> list[Change]:
    async with desk.read() as store:
        return await store.log.after(0, 100_000)


async def test_the_log_holds_the_very_event_that_was_said(desk: Desk[Store]):
    (spoken,) = await tell(desk)

    (change,) = await whole(desk)
    told = json.loads(change.body or "")
    assert (change.event_id, change.subject) == (spoken.event_id, "ms-std20")
    assert (told["id"], told["sequence"]) == (str(spoken.event_id), "0000000001")
    assert (told["time"], told["specversion"]) == ("2026-11-23T03:00:00.000000Z", "1.0")
    assert MilestoneScheduled.model_validate(told["data"]) == TOLD


async def test_a_record_that_is_no_event_stands_in_its_place(desk: Desk[Store]):
    await tell(desk)
    async with desk.open(MONDAY) as (store, _):
        await store.log.note("observation", "1-1", {"claim": "29手続のうち3が使えます"})
    await tell(desk)

    first, noted, last = await whole(desk)
    assert (noted.seq, noted.event_id, noted.type, noted.subject) == (2, None, "observation", "1-1")
    assert verify([first, noted, last]).wrong is None


async def test_what_was_rolled_back_leaves_no_gap(desk: Desk[Store]):
    await tell(desk)
    with suppress(asyncpg.DivisionByZeroError):
        async with desk.open(MONDAY) as (store, say):
            await handlers.tell(store, say, TOLD)
            await say.connection.execute("select 1 / 0")
    await tell(desk)

    assert [change.seq for change in await whole(desk)] == [1, 2]


async def test_an_event_of_nobody_is_not_entered(desk: Desk[Store]):
    with pytest.raises(NotSaid):
        async with desk.open(MONDAY) as (store, _):
            await store.log.append([UUID(int=1)])


async def test_many_who_write_at_once_make_one_chain_in_the_order_of_their_commits(
    desk: Desk[Store],
):
    async def clerk(number: int) -> None:
        for _ in range(10):
            await tell(desk, 3, subject=f"ms-{number}")

    await asyncio.gather(*map(clerk, range(8)))

    changes = await whole(desk)
    assert [change.seq for change in changes] == list(range(1, 241))
    assert verify(changes).wrong is None
    for number in range(8):
        own = [change.body or "" for change in changes if change.subject == f"ms-{number}"]
        assert [json.loads(body)["sequence"] for body in own] == [f"{n:010d}" for n in range(1, 31)]


async def test_who_has_told_waits_for_nobody_who_has_told_too(desk: Desk[Store]):
    async with desk.open(MONDAY) as (first, say):
        await handlers.tell(first, say, TOLD)
        await tell(desk, subject="ms-online29")

    assert [change.subject for change in await whole(desk)] == ["ms-online29", "ms-std20"]


async def test_a_thousand_events_go_in_together(desk: Desk[Store]):
    await tell(desk, 1_000)

    assert verify(changes := await whole(desk)).head == changes[999].head


async def test_an_event_is_found_by_its_id(desk: Desk[Store]):
    _, second = await tell(desk, 2)

    async with desk.read() as store:
        assert await store.log.seq_of(second.event_id) == 2
        assert await store.log.seq_of(UUID(int=1)) is None
        assert [change.seq for change in await store.log.after(0, 1)] == [1]


async def test_head_moves_with_the_log(desk: Desk[Store]):
    async with desk.read() as store:
        assert await store.log.head() == GENESIS
    await tell(desk, 2)

    async with desk.read() as store:
        assert await store.log.head() == (await whole(desk))[-1].head


async def test_a_blanked_text_is_gone_and_the_chain_holds(desk: Desk[Store]):
    await tell(desk, 3)

    async with desk.open(MONDAY) as (store, _):
        assert await store.log.blank(2)
        assert not await store.log.blank(2)
        assert not await store.log.blank(4)

    changes = await whole(desk)
    assert (changes[1].body, changes[1].salt) == (None, None)
    assert (verify(changes).blanked, verify(changes).told) == ((2,), (2,))
    async with desk.read() as store:
        assert await store.log.state() == (4, 1)


async def test_that_a_text_was_taken_out_cannot_be_taken_out(desk: Desk[Store]):
    await tell(desk)
    async with desk.open(MONDAY) as (store, _):
        await store.log.blank(1)

    async with desk.open(MONDAY) as (store, _):
        assert not await store.log.blank(2)


@pytest.mark.parametrize(
    "forgery",
    [
        "update change_log set body = '{}'",
        "update change_log set hash = digest",
        "delete from change_log",
        "insert into change_log select * from change_log",
        "update chain set seq = 0",
        "delete from change",
        "update change set body = '{}'",
    ],
)
async def test_at_run_time_nobody_can_forge_the_log(forgery: str, desk: Desk[Store]):
    with pytest.raises(asyncpg.InsufficientPrivilegeError):
        await desk.pool.execute(forgery)
