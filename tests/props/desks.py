"""A database of its own for each test, with a desk on it: for the tests of the libraries under the services."""

from collections.abc import AsyncIterator, Awaitable, Callable

import asyncpg
import pytest
from databases import Database
from notes import CITY, MONDAY, NOTES, Notes

from chassis.database import Pool, open_pool
from chassis.saying import Desk, Speaker


@pytest.fixture
async def database(fresh_database: Callable[[str], Awaitable[Database]]) -> Database:
    """A database of its own for each test, with the spine's tables and one for notes."""
    database = await fresh_database("chassis")
    owner = await asyncpg.connect(database.owner)
    await owner.execute(NOTES)
    await owner.close()
    return database


@pytest.fixture
async def pool(database: Database) -> AsyncIterator[Pool]:
    """Connections as the service has them."""
    pool = await open_pool(database.url, "tests")
    yield pool
    await pool.close()


@pytest.fixture
def desk(pool: Pool) -> Desk[Notes]:
    """The desk of a service that is called notify and keeps notes."""
    return Desk(pool, Notes, Speaker("notify", CITY), lambda: MONDAY)
