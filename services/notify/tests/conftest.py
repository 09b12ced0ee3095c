"""What the tests of notify share: its database, its doors, its keys, and news to tell."""

from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from clocks import Clock
from databases import Database
from httpx2 import ASGITransport, AsyncClient
from mailservers import Inbox, inbox
from news import MOVED

from chassis.database import open_pool
from chassis.saying import Desk, Speaker
from chassis.testing import Said
from contracts.notify import NoticeIssued
from notify import app, handlers
from notify.consumers import RULES
from notify.domain import NAMES, NONCE, SIZE, Ask, Keys, News, key_file
from notify.settings import Settings
from notify.store import Store
from notify.work import Office

MONDAY = datetime(2026, 11, 23, 3, 0, tzinfo=UTC)


@pytest.fixture
def clock() -> Clock:
    """It is Monday."""
    return Clock(MONDAY)


@pytest.fixture
def said() -> Said:
    """Collects what is said."""
    return Said()


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    """What is set from outside: keys, and the address that people know."""
    file = tmp_path / "notify.json"
    file.write_text(key_file(bytes(range(SIZE * len(NAMES)))))
    return Settings(notify_keys=str(file), public_url="https://machi.example.jp")


@pytest.fixture
def keys(settings: Settings) -> Keys:
    """The same keys as the service has."""
    return settings.secrets()


@pytest.fixture
async def desk(
    fresh_database: Callable[[str], Awaitable[Database]], clock: Clock
) -> AsyncIterator[Desk[Store]]:
    """A desk on a database of its own."""
    database = await fresh_database("notify")
    pool = await open_pool(database.url, "tests")
    yield Desk(pool, Store, Speaker("notify", "042111"), clock)
    await pool.close()


@pytest.fixture
async def client(desk: Desk[Store], settings: Settings) -> AsyncIterator[AsyncClient]:
    """A client at the service's doors, in this process."""
    transport = ASGITransport(app.http(desk, settings, None))
    async with AsyncClient(transport=transport, base_url="http://notify") as client:
        yield client


@pytest.fixture
def moved() -> News:
    """A milestone was moved, a moment ago."""
    return MOVED


@pytest.fixture
async def box() -> AsyncIterator[Inbox]:
    """A mail server that takes everything."""
    async with inbox() as box:
        yield box


@pytest.fixture
def office(settings: Settings, box: Inbox) -> Office:
    """Where mail is written; it is handed to the box."""
    office = app.at_work(settings, app.look(settings, "042111"))
    return replace(office, relay=replace(office.relay, port=box.port))


@pytest.fixture
async def hanako(desk: Desk[Store], keys: Keys) -> int:
    """Somebody who subscribes to everything about the plan."""
    blind = keys.blinded("hanako@example.jp")
    sealed = keys.sealed("hanako@example.jp", blind, bytes(NONCE))
    wish = Ask(blind=blind, sealed=sealed, topics=("plan",), token_hash=b"", sealed_token=b"")
    async with desk.open(MONDAY) as (store, _):
        endpoint = await store.ask(wish, MONDAY - timedelta(days=1), timedelta(0))
        assert endpoint
        await store.activate(endpoint.endpoint_id)
        await store.subscribe(endpoint.endpoint_id, ["plan"], MONDAY - timedelta(days=1))
    return endpoint.endpoint_id


@pytest.fixture
async def told(desk: Desk[Store], hanako: int, moved: News, said: Said) -> NoticeIssued:
    """A notice was issued, and is on its way to Hanako."""
    return await _announced(desk, moved, said)


@pytest.fixture
async def told_again(
    desk: Desk[Store], told: NoticeIssued, clock: Clock, moved: News, said: Said
) -> NoticeIssued:
    """An hour later the same milestone was moved once more."""
    clock.pass_by(timedelta(hours=1))
    return await _announced(desk, replace(moved, event_id="again"), said)


async def _announced(desk: Desk[Store], news: News, said: Said) -> NoticeIssued:
    async with desk.open(desk.now()) as (store, _):
        await handlers.announce(news, store, rules=RULES, say=said, now=desk.now())
    event = said[-1]
    assert isinstance(event, NoticeIssued)
    return event
