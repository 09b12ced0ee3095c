"""What the tests of catalog share: its database, its doors, and the procedures that are shipped."""

from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest
from databases import Database, Databases
from httpx2 import ASGITransport, AsyncClient

from catalog import app, handlers
from catalog.domain import Catalogue, read_procedures
from catalog.settings import Settings
from catalog.store import Store
from chassis.database import open_pool
from chassis.saying import Desk, Speaker
from chassis.testing import Said

MONDAY = datetime(2026, 11, 23, 3, 0, tzinfo=UTC)
APRIL = datetime(2027, 3, 31, 15, 0, tzinfo=UTC)  # it begins in Japan
SHIPPED = Path(app.__file__).parent / "data" / "042111" / "procedures.yaml"


@pytest.fixture(scope="session")
async def database(databases: Databases) -> Database:
    """One database for all tests that roll back what they do."""
    return await databases.fresh("catalog")


@pytest.fixture
async def desk(
    fresh_database: Callable[[str], Awaitable[Database]],
) -> AsyncIterator[Desk[Store]]:
    """A desk on a database of its own, for tests of what is committed."""
    database = await fresh_database("catalog")
    pool = await open_pool(database.url, "tests")
    yield Desk(pool, Store, Speaker("catalog", "042111"), lambda: MONDAY)
    await pool.close()


@pytest.fixture
async def store(database: Database) -> AsyncIterator[Store]:
    """The store on a connection whose transaction is rolled back at the end."""
    pool = await open_pool(database.url, "tests")
    async with pool.acquire() as connection:
        transaction = connection.transaction()
        await transaction.start()
        yield Store(connection)
        await transaction.rollback()
    await pool.close()


@pytest.fixture
def said() -> Said:
    """Collects what is said."""
    return Said()


@pytest.fixture(scope="session")
def catalogue() -> Catalogue:
    """The shipped procedures."""
    return read_procedures(SHIPPED.read_bytes(), SHIPPED.name)


@pytest.fixture
async def loaded(desk: Desk[Store], catalogue: Catalogue) -> Desk[Store]:
    """The desk with the shipped procedures loaded."""
    async with desk.open(MONDAY) as (store, say):
        await handlers.load_procedures(catalogue, store, say=say, now=MONDAY, city="042111")
    return desk


@pytest.fixture
async def client(loaded: Desk[Store]) -> AsyncIterator[AsyncClient]:
    """A client at the service's doors, in this process."""
    async with _at_doors(loaded) as client:
        yield client


@pytest.fixture
async def in_april(loaded: Desk[Store]) -> AsyncIterator[AsyncClient]:
    """The same, on the first of April of the next year."""
    async with _at_doors(replace(loaded, clock=lambda: APRIL)) as client:
        yield client


@pytest.fixture
async def unloaded(desk: Desk[Store]) -> AsyncIterator[AsyncClient]:
    """The same, before anything is loaded."""
    async with _at_doors(desk) as client:
        yield client


def _at_doors(desk: Desk[Store]) -> AsyncClient:
    transport = ASGITransport(app.http(desk, Settings(), None))
    return AsyncClient(transport=transport, base_url="http://catalog")
