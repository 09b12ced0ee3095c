"""What the tests of roadmap share: its database, its doors, and the plan that is shipped."""

from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import asyncpg
import pytest
from databases import Database, Databases
from httpx2 import ASGITransport, AsyncClient
from tokens import AUDIENCE, ISSUER, Issuer

from chassis.database import Connection, open_pool
from chassis.saying import Desk, Saying, Speaker, Spoken
from chassis.testing import Said
from contracts.envelope import Event
from roadmap import app, handlers
from roadmap.domain import Plan, read_plan
from roadmap.settings import Settings
from roadmap.store import Store
from web.signin import SignIn

MONDAY = datetime(2026, 11, 23, 3, 0, tzinfo=UTC)
SHIPPED = Path(app.__file__).parent / "data" / "042111"


@pytest.fixture(scope="session")
async def database(databases: Databases) -> Database:
    """One database for all tests that roll back what they do."""
    return await databases.fresh("roadmap")


@pytest.fixture
async def own_database(
    fresh_database: Callable[[str], Awaitable[Database]],
) -> Database:
    """A database for one test alone."""
    return await fresh_database("roadmap")


@pytest.fixture
async def desk(own_database: Database) -> AsyncIterator[Desk[Store]]:
    """A desk on a database of its own, for tests of what is committed."""
    pool = await open_pool(own_database.url, "tests")
    yield Desk(pool, Store, Speaker("roadmap", "042111"), lambda: MONDAY)
    await pool.close()


@pytest.fixture
async def connection(database: Database) -> AsyncIterator[Connection]:
    """A connection whose transaction is rolled back at the end."""
    pool = await open_pool(database.url, "tests")
    async with pool.acquire() as connection:
        transaction = connection.transaction()
        await transaction.start()
        yield connection
        await transaction.rollback()
    await pool.close()


@pytest.fixture
def store(connection: Connection) -> Store:
    """The store on that connection."""
    return Store(connection)


class Aloud(Said):
    """Collects what is said, and says it: what is entered into the change log is what was said."""

    def __init__(self, say: Saying) -> None:
        super().__init__()
        self._say = say

    async def __call__(self, *events: Event) -> list[Spoken]:
        self.extend(events)
        return await self._say(*events)


@pytest.fixture
def said(connection: Connection) -> Said:
    """Says on that connection, and collects what was said."""
    return Aloud(Saying(connection, Speaker("roadmap", "042111"), MONDAY))


@pytest.fixture(scope="session")
def plans() -> list[Plan]:
    """The shipped plan: R3, dated and empty, and R8."""
    return [read_plan(path.read_bytes(), path.name) for path in sorted(SHIPPED.glob("plan_*.yaml"))]


@pytest.fixture
async def loaded(desk: Desk[Store], plans: list[Plan]) -> Desk[Store]:
    """The desk with the shipped plan loaded."""
    for plan in plans:
        async with desk.open(MONDAY) as (store, say):
            await handlers.load_plan(plan, store, say=say, now=MONDAY, city="042111")
    return desk


@pytest.fixture
async def owner(loaded: Desk[Store], database: Database) -> AsyncIterator[asyncpg.Connection]:
    """Whoever may do anything with that database, but keep a head that somebody else keeps."""
    name = await loaded.pool.fetchval("select current_database()")
    connection = await asyncpg.connect(f"{database.owner.rpartition('/')[0]}/{name}")
    yield connection
    await connection.close()


@pytest.fixture(scope="session")
def issuer(tmp_path_factory: pytest.TempPathFactory) -> Issuer:
    """Whoever gives out tokens."""
    return Issuer(tmp_path_factory.mktemp("keys"))


@pytest.fixture
async def client(loaded: Desk[Store], issuer: Issuer) -> AsyncIterator[AsyncClient]:
    """A client at the service's doors, in this process."""
    async with _at_the_doors(loaded, issuer) as client:
        yield client


@pytest.fixture
async def visitor(loaded: Desk[Store], issuer: Issuer) -> AsyncIterator[AsyncClient]:
    """The same, at doors whose clock goes with that of the database, so that a past can be asked for."""
    now = replace(loaded, clock=lambda: datetime.now(UTC) + timedelta(minutes=1))
    async with _at_the_doors(now, issuer) as client:
        yield client


def _at_the_doors(desk: Desk[Store], issuer: Issuer) -> AsyncClient:
    signin = SignIn(ISSUER, AUDIENCE, str(issuer.keys))
    transport = ASGITransport(app.http(desk, Settings(), signin))
    return AsyncClient(transport=transport, base_url="http://roadmap")
