import asyncio
import json

import pytest
from notes import Notes, NoticeIssued, Slow, keep, message, notice

from chassis.database import SQL, Pool
from chassis.hearing import Hearing
from chassis.hears import view
from chassis.saying import Desk

pytestmark = pytest.mark.real

PLACE = ("machi.notify.v1", 0)


class Pipes:
    """A view that fails on a burst pipe until it is mended."""

    def __init__(self) -> None:
        self.mended = False

    async def show(self, event: NoticeIssued, store: Notes) -> None:
        if event.text == "漏水" and not self.mended:
            raise ZeroDivisionError
        await keep(event, store)


@pytest.fixture
def pipes() -> Pipes:
    return Pipes()


@pytest.fixture
async def hearing(desk: Desk[Notes], pipes: Pipes) -> Hearing[Notes]:
    """One failed, two of its subject wait behind it, another subject went on."""
    hearing = Hearing(desk, [view(NoticeIssued, pipes.show)])
    await hearing.begin([PLACE])
    await hearing.hear(
        [
            message(notice("玉浦", "漏水"), 1, 0),
            message(notice("本町", "給水"), 1, 1),
            message(notice("玉浦", "復旧"), 2, 2),
            message(notice("玉浦", "お礼"), 3, 3),
        ]
    )
    return hearing


async def states(pool: Pool) -> list[str]:
    return [row["state"] for row in await pool.fetch("select state from parked order by id")]


async def notes(pool: Pool) -> list[str]:
    return [row["text"] for row in await pool.fetch("select text from note order by number")]


async def first(pool: Pool) -> int:
    return await pool.fetchval("select min(id) from parked")


async def test_what_is_parked_stays_until_somebody_says_so(
    desk: Desk[Notes], hearing: Hearing[Notes]
):
    assert await hearing.drain() == 0

    assert await states(desk.pool) == ["failed", "waiting", "waiting"]


async def test_what_is_tried_again_is_heard_and_those_behind_it_in_order(
    desk: Desk[Notes], hearing: Hearing[Notes], pipes: Pipes
):
    pipes.mended = True

    await desk.pool.execute(SQL["retry_parked"], await first(desk.pool))
    await hearing.drain()

    assert await notes(desk.pool) == ["給水", "漏水", "復旧", "お礼"]
    assert await states(desk.pool) == ["done"] * 3


async def test_what_fails_again_keeps_those_behind_it_waiting(
    desk: Desk[Notes], hearing: Hearing[Notes]
):
    await desk.pool.execute(SQL["retry_parked"], await first(desk.pool))

    await hearing.drain()

    assert await states(desk.pool) == ["failed", "waiting", "waiting"]
    assert await desk.pool.fetchval("select max(tries) from parked") == 6


async def test_what_is_given_up_lets_those_behind_it_go_on(
    desk: Desk[Notes], hearing: Hearing[Notes]
):
    await desk.pool.execute(SQL["discard_parked"], await first(desk.pool))

    await hearing.drain()

    assert await notes(desk.pool) == ["給水", "復旧", "お礼"]
    assert await states(desk.pool) == ["discarded", "done", "done"]


async def test_what_comes_after_the_queue_has_gone_on_is_heard_at_once(
    desk: Desk[Notes], hearing: Hearing[Notes]
):
    await desk.pool.execute(SQL["discard_parked"], await first(desk.pool))
    await hearing.drain()

    await hearing.hear([message(notice("玉浦", "平常"), 4, 4)])

    assert await notes(desk.pool) == ["給水", "復旧", "お礼", "平常"]


async def test_what_comes_before_the_queue_has_gone_on_joins_it(
    desk: Desk[Notes], hearing: Hearing[Notes]
):
    await desk.pool.execute(SQL["discard_parked"], await first(desk.pool))

    await hearing.hear([message(notice("玉浦", "平常"), 4, 4)])
    await hearing.drain()

    assert await notes(desk.pool) == ["給水", "復旧", "お礼", "平常"]


async def test_what_comes_before_another_is_tried_again_waits_behind_it(
    desk: Desk[Notes], pipes: Pipes
):
    hearing = Hearing(desk, [view(NoticeIssued, pipes.show)])
    await hearing.begin([PLACE])
    await hearing.hear([message(notice("玉浦", "漏水"), 1, 0)])
    pipes.mended = True
    await desk.pool.execute(SQL["retry_parked"], await first(desk.pool))

    await hearing.hear([message(notice("玉浦", "復旧"), 2, 1)])
    await hearing.drain()

    assert await notes(desk.pool) == ["漏水", "復旧"]


async def test_two_who_drain_at_once_do_it_once(
    desk: Desk[Notes], hearing: Hearing[Notes], pipes: Pipes
):
    pipes.mended = True
    other = Hearing(desk, [view(NoticeIssued, pipes.show)])
    await desk.pool.execute(SQL["retry_parked"], await first(desk.pool))

    await asyncio.gather(hearing.drain(), other.drain())
    await hearing.drain()

    assert await notes(desk.pool) == ["給水", "漏水", "復旧", "お礼"]


async def test_while_one_drains_another_finds_nothing_to_do(
    desk: Desk[Notes], hearing: Hearing[Notes]
):
    slow = Slow()
    first_one = Hearing(desk, [view(NoticeIssued, slow.keep)])
    await desk.pool.execute(SQL["retry_parked"], await first(desk.pool))
    drains = asyncio.create_task(first_one.drain())
    await slow.rests.wait()
    meanwhile = await hearing.drain()
    slow.go_on.set()

    assert (meanwhile, await drains) == (0, 3)


@pytest.mark.parametrize("later", [False, True])
async def test_what_could_not_be_decoded_is_tried_again_unless_later_ones_were_heard(
    desk: Desk[Notes], pipes: Pipes, *, later: bool
):
    hearing = Hearing(desk, [view(NoticeIssued, pipes.show)])
    await hearing.begin([PLACE])
    await hearing.hear([message(notice("玉浦"), 1, 0, value=b"{}")])
    if later:
        await hearing.hear([message(notice("玉浦", "復旧"), 2, 1)])

    marked = await desk.pool.fetchval(SQL["retry_parked"], await first(desk.pool))

    assert bool(marked) is not later
    assert await hearing.drain() == int(not later)
    assert await states(desk.pool) == ["undecodable"]


async def test_the_reason_and_the_line_of_the_log_name_the_field_and_not_what_stands_there(
    desk: Desk[Notes], hearing: Hearing[Notes], caplog: pytest.LogCaptureFixture
):
    event = notice("西", "漏水").model_dump() | {"text": {"resident": "佐藤"}}

    await hearing.hear([message(notice("西"), 1, 4, value=json.dumps(event).encode())])

    reason = await desk.pool.fetchval("select reason from parked where state = 'undecodable'")
    assert reason == "its data is not that of machi.notify.notice.issued.v1: text (string_type)"
    assert reason in caplog.text
    assert "佐藤" not in caplog.text


async def test_an_error_in_gathered_writes_parks_only_the_culprit(desk: Desk[Notes]):
    async def show(event: NoticeIssued, store: Notes) -> None:
        await store.connection.execute(
            "insert into note (subject, text) values ($1, $2::text::int::text)",
            event.notice_id,
            event.text,
        )

    hearing = Hearing(desk, [view(NoticeIssued, show)])
    await hearing.begin([PLACE])

    await hearing.hear(
        [message(notice(f"{n}丁目", t), 1, n) for n, t in enumerate(["1", "x", "3"])]
    )

    assert await notes(desk.pool) == ["1", "3"]
    assert await states(desk.pool) == ["failed"]


async def test_a_view_sees_what_it_wrote_before(desk: Desk[Notes]):
    async def count(event: NoticeIssued, store: Notes) -> None:
        number = await store.connection.fetchval("select count(*) from note")
        await store.keep(notice(event.notice_id, f"{number}"))

    hearing = Hearing(desk, [view(NoticeIssued, count)])
    await hearing.begin([PLACE])

    await hearing.hear([message(notice(text="号"), n, n) for n in range(1, 4)])

    assert await notes(desk.pool) == ["0", "1", "2"]
