from typing import cast

import pytest
from notes import Notes, notice

from chassis.database import Connection
from chassis.gathering import Gathering
from chassis.saying import Desk

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
