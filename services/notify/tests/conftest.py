"""What the tests of notify share: its database, and its doors."""

from collections.abc import AsyncIterator, Awaitable, Callable
from datetime import UTC, datetime

import pytest
from databases import Database
from httpx2 import ASGITransport, AsyncClient

from chassis.database import open_pool
from chassis.saying import Desk, Speaker
from notify import app
from notify.settings import Settings
from notify.store import Store

MONDAY = datetime(2026, 11, 23, 3, 0, tzinfo=UTC)


@pytest.fixture
async def desk(
    fresh_database: Callable[[str], Awaitable[Database]],
) -> AsyncIterator[Desk[Store]]:
    """A desk on a database of its own, for tests of what is committed."""
    database = await fresh_database("notify")
    pool = await open_pool(database.url, "tests")
    yield Desk(pool, Store, Speaker("notify", "042111"), lambda: MONDAY)
    await pool.close()


@pytest.fixture
async def client(desk: Desk[Store]) -> AsyncIterator[AsyncClient]:
    """A client at the service's doors, in this process."""
    transport = ASGITransport(app.http(desk, Settings(), None))
    async with AsyncClient(transport=transport, base_url="http://notify") as client:
        yield client
