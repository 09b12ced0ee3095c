from collections.abc import Awaitable, Callable

import asyncpg
import pytest
from crew import through
from databases import Database

from chassis.database import open_pool

Fresh = Callable[[str], Awaitable[Database]]


@pytest.mark.real
async def test_whoever_looks_on_and_is_cut_off_looks_again(fresh_database: Fresh):
    database = await fresh_database("chassis")
    pool = await open_pool(database.url, "referee")
    looks = iter(["select pg_terminate_backend(pg_backend_pid())::text", "select '断水'"])

    seen = await through(lambda: pool.fetchval(next(looks)))

    pool.terminate()
    assert seen == "断水"


async def test_a_connection_that_is_cut_in_the_middle_of_a_question_is_away_too():
    answers = iter([asyncpg.InternalClientError("cannot switch to state 12"), None])

    async def look() -> str:
        if trouble := next(answers):
            raise trouble
        return "断水"

    assert await through(look) == "断水"
