"""A batch in which one fails is heard again, one by one: what must hold in there, too."""

from datetime import datetime

import asyncpg
import pytest
from notes import Notes, NoticeIssued, keep, message, notice

from chassis.database import SQL
from chassis.hearing import Hearing
from chassis.hears import react, view
from chassis.saying import Desk, Say

pytestmark = pytest.mark.real

PLACE = ("machi.notify.v1", 0)


async def test_what_is_said_after_another_has_failed_is_on_the_disk_before_it_can_be_sent(
    desk: Desk[Notes],
):
    async def fail_or_note(event: NoticeIssued, store: Notes, *, say: Say, now: datetime) -> None:
        if event.text == "漏水":
            raise ZeroDivisionError
        setting = await store.connection.fetchval("show synchronous_commit")
        await store.keep(notice(text=setting))

    hearing = Hearing(desk, [react(NoticeIssued, fail_or_note)])
    await hearing.begin([PLACE])

    await hearing.hear(
        [message(notice("玉浦", "漏水"), 1, 0), message(notice("本町", "給水"), 1, 1)]
    )

    assert await desk.pool.fetchval("select text from note") == "on"


async def test_what_failed_in_a_try_that_was_taken_back_is_not_counted_again(desk: Desk[Notes]):
    outage = iter([asyncpg.SerializationError()] * 4)

    async def show(event: NoticeIssued, store: Notes) -> None:
        if event.text == "漏水":
            raise ZeroDivisionError
        if away := next(outage, None):
            raise away
        await keep(event, store)

    hearing = Hearing(desk, [view(NoticeIssued, show)])
    await hearing.begin([PLACE])
    batch = [message(notice(f"{n}丁目", "漏水"), 1, n) for n in range(4)]
    batch.append(message(notice("本町", "給水"), 1, 4))

    for _ in range(4):
        with pytest.raises(asyncpg.SerializationError):
            await hearing.hear(batch)
    await hearing.hear(batch)

    assert await desk.pool.fetchval("select count(*) from parked") == 4


async def test_failures_with_a_success_between_them_are_bad_messages_and_not_bad_code(
    desk: Desk[Notes],
):
    async def show(event: NoticeIssued, store: Notes) -> None:
        if event.text == "漏水":
            raise ZeroDivisionError
        await keep(event, store)

    hearing = Hearing(desk, [view(NoticeIssued, show)])
    await hearing.begin([PLACE])
    texts = ["漏水"] * 4 + ["給水"] + ["漏水"] * 4

    await hearing.hear([message(notice(f"{n}丁目", t), 1, n) for n, t in enumerate(texts)])

    assert await desk.pool.fetchval("select count(*) from parked") == 8


async def test_a_nul_in_a_header_of_what_is_parked_is_in_nobodys_way(desk: Desk[Notes]):
    async def refuse(event: NoticeIssued, store: Notes) -> None:
        raise ZeroDivisionError(event.text)

    hearing = Hearing(desk, [view(NoticeIssued, refuse)])
    await hearing.begin([PLACE])
    strange = [*message(notice(), 1, 0).headers, ("x\x00y", b"a\x00b")]

    await hearing.hear([message(notice(), 1, 0, headers=strange)])

    assert len(await desk.pool.fetch(SQL["still_parked"])) == 1


async def test_what_fails_twice_and_not_a_third_time_is_no_failure(desk: Desk[Notes]):
    failures = iter([ZeroDivisionError()] * 3)  # one in the batch, two by itself

    async def show(event: NoticeIssued, store: Notes) -> None:
        if failed := next(failures, None):
            raise failed
        await keep(event, store)

    hearing = Hearing(desk, [view(NoticeIssued, show)])
    await hearing.begin([PLACE])

    await hearing.hear([message(notice(), 1, 0)])

    assert await desk.pool.fetchval("select count(*) from note") == 1
    assert await desk.pool.fetchval("select count(*) from parked") == 0


async def test_only_what_views_do_may_be_lost_in_a_crash_and_only_in_their_own_transaction(
    desk: Desk[Notes],
):
    async def show(event: NoticeIssued, store: Notes) -> None:
        setting = await store.connection.fetchval("show synchronous_commit")
        await store.keep(notice(text=setting))

    hearing = Hearing(desk, [view(NoticeIssued, show)])
    await hearing.begin([PLACE])
    await desk.pool.execute("set synchronous_commit = on")  # of the pool's only connection
    await hearing.hear([message(notice(), 1, 0)])
    afterwards = await desk.pool.fetchval("show synchronous_commit")

    assert await desk.pool.fetchval("select text from note") == "off"
    assert afterwards == "on"
