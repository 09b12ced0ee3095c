from datetime import datetime
from typing import ClassVar, cast

import pytest
from notes import Notes, NoticeIssued, keep, message, notice

from chassis.database import Connection
from chassis.gathering import Gathering
from chassis.hearing import Hearing
from chassis.hears import react, view
from chassis.saying import Desk, Say

pytestmark = pytest.mark.real

UPDATE = "update place set state = $2 where name = $1"
INSERT = "insert into place (name, state) values ($1, $2)"


async def places(connection: Connection) -> Gathering:
    await connection.execute("create temporary table place (name text primary key, state text)")
    return Gathering(connection)


async def test_two_statements_that_alternate_keep_their_order(desk: Desk[Notes]):
    async with desk.pool.acquire() as connection:
        gathering = await places(connection)

        await gathering.execute(INSERT, "玉浦", "断水")
        await gathering.execute(UPDATE, "玉浦", "給水")
        await gathering.execute(INSERT, "本町", "断水")
        await gathering.execute(UPDATE, "玉浦", "復旧")
        await gathering.flush()

        rows = await connection.fetch("select name, state from place order by name")
        assert {row["name"]: row["state"] for row in rows} == {"玉浦": "復旧", "本町": "断水"}


async def test_what_is_asked_sees_what_was_written_before(desk: Desk[Notes]):
    async with desk.pool.acquire() as connection:
        gathering = await places(connection)

        await gathering.execute(INSERT, "玉浦", "断水")
        state = await gathering.fetchval("select state from place where name = $1", "玉浦")

        assert state == "断水"


async def test_what_was_sent_is_not_sent_again(desk: Desk[Notes]):
    async with desk.pool.acquire() as connection:
        gathering = Gathering(connection)

        await Notes(cast("Connection", gathering)).keep(notice())
        await gathering.flush()
        await gathering.flush()

        assert await connection.fetchval("select count(*) from note") == 1


async def test_after_an_error_nothing_waits_that_a_second_try_would_repeat(desk: Desk[Notes]):
    async with desk.pool.acquire() as connection:
        gathering = await places(connection)
        await gathering.execute(INSERT, "玉浦", "断水")
        await gathering.execute(INSERT, "玉浦", "断水")

        with pytest.raises(Exception, match="place_pkey"):
            await gathering.flush()
        await gathering.flush()

        assert await connection.fetchval("select count(*) from place") == 0


class NoticeWithdrawn(NoticeIssued):
    """A notice does not hold any more."""

    ce_type: ClassVar[str] = "machi.notify.notice.withdrawn.v1"


async def count(_: NoticeWithdrawn, store: Notes, *, say: Say, now: datetime) -> None:
    """A reaction: note how many notes there are."""
    number = await store.connection.fetchval("select count(*) from note")
    await store.keep(notice(text=f"{number}"))


async def test_a_reaction_sees_what_views_wrote_before_it_in_its_batch(desk: Desk[Notes]):
    place = ("machi.notify.v1", 0)
    hearing = Hearing(desk, [view(NoticeIssued, keep), react(NoticeWithdrawn, count)])
    await hearing.begin([place])
    withdrawn = NoticeWithdrawn(title="", page="/", notice_id="本町", text="撤回")

    await hearing.hear([message(notice("玉浦", "断水"), 1, 0), message(withdrawn, 1, 1)])

    rows = await desk.pool.fetch("select text from note order by number")
    assert [row["text"] for row in rows] == ["断水", "1"]


COLUMNS = "insert into note (subject, text) select * from unnest($1::text[], $2::text[])"


async def test_rows_given_as_columns_go_together_in_their_order(desk: Desk[Notes]):
    async with desk.pool.acquire() as connection:
        gathering = Gathering(connection)

        await gathering.execute(COLUMNS, ["玉浦", "本町"], ["断水", "給水"])
        await gathering.execute(COLUMNS, ["玉浦"], ["復旧"])
        await gathering.flush()

        rows = await connection.fetch("select subject, text from note order by number")
    written = [("玉浦", "断水"), ("本町", "給水"), ("玉浦", "復旧")]
    assert [tuple(row) for row in rows] == written
