"""Records that nobody of ours wrote, and handlers whose trouble is their own."""

import json
from pathlib import Path

import asyncpg
import pytest
from notes import Notes, NoticeIssued, keep, message, notice

from bus.reading import Record
from chassis.database import SQL, Pool
from chassis.hearing import Hearing
from chassis.hears import view
from chassis.messages import read
from chassis.saying import Desk
from patience.waiting import UNAVAILABLE

pytestmark = pytest.mark.real

PLACE = ("machi.notify.v1", 0)
GOOD = message(notice(), 1, 0)


def with_header(name: str, value: bytes) -> Record:
    others = [each for each in GOOD.headers if each[0] != name]
    return message(notice(), 1, 0, headers=[*others, (name, value)])


@pytest.mark.parametrize(
    "record",
    [
        with_header("ce_source", b"/machi/042111/roadmap"),
        with_header("ce_source", b"/machi/042072/notify"),
        with_header("ce_sequence", b"1"),
        with_header("ce_sequence", b" 000000001"),
        with_header("ce_sequence", b"0000000000"),
        message(notice(), 1, 0, headers=[*GOOD.headers, ("ce_sequence", b"0000000007")]),
        message(notice(), 1, 0, topic="notify"),
        message(notice("長" * 200), 1, 0),
    ],
    ids=["source", "city", "short", "space", "zero", "twice", "topic", "long"],
)
def test_what_does_not_say_as_we_say_it_is_none_of_ours(record: Record):
    assert read(GOOD)
    assert read(record) is None


async def test_a_nul_in_a_header_is_kept_in_words(desk: Desk[Notes], pool: Pool):
    hearing = Hearing(desk, [view(NoticeIssued, keep)])
    await hearing.begin([PLACE])

    odd = [*GOOD.headers, ("na\x00me", b"va\x00lue")]
    await hearing.hear([message(notice(), 1, 0, key=b"x", headers=odd)])

    assert await pool.fetch(SQL["still_parked"]) == []
    kept = json.loads(await pool.fetchval("select headers from parked"))
    assert kept[-1] == ["na\\0me", "va\\0lue"]


async def test_a_handlers_own_trouble_with_a_file_is_not_taken_for_an_outage(
    desk: Desk[Notes], pool: Pool
):
    async def read_a_file(event: NoticeIssued, store: Notes) -> None:
        Path("/no/such/file").read_text()  # noqa: ASYNC240 it does what it should not

    hearing = Hearing(desk, [view(NoticeIssued, read_a_file)])
    await hearing.begin([PLACE])

    await hearing.hear([GOOD])

    row = await pool.fetchrow("select state, reason from parked")
    assert row
    assert row["state"] == "failed"
    assert "FileNotFoundError" in row["reason"]


async def test_a_wrong_argument_is_a_handlers_own_error_also_when_rows_are_written_together(
    desk: Desk[Notes], pool: Pool
):
    async def write_a_word_for_a_number(event: NoticeIssued, store: Notes) -> None:
        rows = "insert into note (subject) select * from unnest($1::int[])"
        await store.connection.execute(rows, [event.text])

    hearing = Hearing(desk, [view(NoticeIssued, write_a_word_for_a_number)])
    await hearing.begin([PLACE])

    await hearing.hear([GOOD])

    row = await pool.fetchrow("select state, reason from parked")
    assert row
    assert (row["state"], "invalid array element" in row["reason"]) == ("failed", True)


async def test_a_foreign_record_that_is_read_again_is_set_aside_once(desk: Desk[Notes], pool: Pool):
    log = [message(notice(), 1, 0, headers=[]), message(notice(), 1, 1, headers=[])]
    for _ in "twice":
        hearing = Hearing(desk, [view(NoticeIssued, keep)])
        await hearing.begin([PLACE])
        await hearing.hear(log)
        await pool.execute("update heard_until set next_offset = 0")

    assert await pool.fetchval("select count(*) from parked") == 2


async def test_an_outage_is_met_once_and_nothing_is_tried_one_by_one(desk: Desk[Notes], pool: Pool):
    tried: list[str] = []

    async def lose_the_connection(event: NoticeIssued, store: Notes) -> None:
        tried.append(event.text)
        await store.connection.fetch("select pg_terminate_backend(pg_backend_pid())")

    hearing = Hearing(desk, [view(NoticeIssued, lose_the_connection)])
    await hearing.begin([PLACE])

    with pytest.raises(UNAVAILABLE):
        await hearing.hear([GOOD, message(notice("本町"), 1, 1)])

    assert len(tried) == 1
    assert await pool.fetchval("select count(*) from parked") == 0


async def test_what_lies_in_a_partition_of_another_consumer_is_left_to_it(
    desk: Desk[Notes], pool: Pool
):
    hearing = Hearing(desk, [view(NoticeIssued, keep)])
    await hearing.begin([PLACE])

    reached = await hearing.hear([GOOD, message(notice("本町"), 1, 0, partition=5)])

    assert reached == {PLACE: 1}
    assert await pool.fetchval("select count(*) from note") == 1


async def test_what_was_rolled_back_is_not_counted_as_parked(desk: Desk[Notes], pool: Pool):
    away = [True]

    async def show(event: NoticeIssued, store: Notes) -> None:
        if event.text == "悪い":
            raise ZeroDivisionError
        if away and away.pop():
            raise asyncpg.ConnectionDoesNotExistError
        await keep(event, store)

    hearing = Hearing(desk, [view(NoticeIssued, show)], bad_deploy=4)
    await hearing.begin([PLACE])
    batch = [message(notice(f"{n}丁目", "悪い"), 1, n) for n in range(3)]
    batch.append(message(notice("本町", "良い"), 1, 3))

    with pytest.raises(asyncpg.ConnectionDoesNotExistError):
        await hearing.hear(batch)
    await hearing.hear(batch)

    assert [row["text"] for row in await pool.fetch("select text from note")] == ["良い"]
