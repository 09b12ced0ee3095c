"""What the tests of opendata share: its database, its doors, and what it hears."""

from collections.abc import AsyncIterator, Awaitable, Callable
from datetime import UTC, datetime, timedelta

import pytest
from databases import Database, Databases
from httpx2 import ASGITransport, AsyncClient

from chassis.database import open_pool
from chassis.saying import Cause, Desk, Speaker
from contracts.catalog import ProcedurePublished
from contracts.envelope import Event
from contracts.roadmap import MilestoneRescheduled, MilestoneScheduled
from contracts.schemas import example
from opendata import app, handlers
from opendata.settings import Settings
from opendata.store import Store

MONDAY = datetime(2026, 11, 23, 3, 0, tzinfo=UTC)
MINUTE = timedelta(minutes=1)


@pytest.fixture(scope="session")
async def database(databases: Databases) -> Database:
    """One database for all tests that roll back what they do."""
    return await databases.fresh("opendata")


@pytest.fixture
async def desk(
    fresh_database: Callable[[str], Awaitable[Database]],
) -> AsyncIterator[Desk[Store]]:
    """A desk on a database of its own, for tests of what is committed."""
    database = await fresh_database("opendata")
    pool = await open_pool(database.url, "tests")
    yield Desk(pool, Store, Speaker("opendata", "042111"), lambda: MONDAY)
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
async def published(desk: Desk[Store]) -> Desk[Store]:
    """The desk after a milestone and a procedure were published, and then the milestone moved."""
    imprint = Settings().imprint("042111")
    story: list[tuple[Callable[..., Awaitable[None]], type[Event]]] = [
        (handlers.hear_milestone, MilestoneScheduled),
        (handlers.hear_procedure, ProcedurePublished),
        (handlers.hear_milestone, MilestoneRescheduled),
    ]
    for count, (hear, kind) in enumerate(story):
        now = MONDAY + count * MINUTE
        async with desk.open(now, Cause(f"event-{count}", 1)) as (store, say):
            await hear(kind.model_validate(example(kind)), store, say=say, now=now)
        async with desk.open(now + MINUTE / 2) as (store, say):
            await handlers.publish_ripe(store, say, now + MINUTE / 2, imprint=imprint)
    return desk


@pytest.fixture
async def client(published: Desk[Store]) -> AsyncIterator[AsyncClient]:
    """A client at the service's doors, in this process."""
    async with _at_doors(published) as client:
        yield client


@pytest.fixture
async def empty(desk: Desk[Store]) -> AsyncIterator[AsyncClient]:
    """The same, before anything was heard."""
    async with _at_doors(desk) as client:
        yield client


def _at_doors(desk: Desk[Store]) -> AsyncClient:
    transport = ASGITransport(app.http(desk, Settings(), None))
    return AsyncClient(transport=transport, base_url="http://opendata")
