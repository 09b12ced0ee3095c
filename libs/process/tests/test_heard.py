"""How far a service has heard, for those who wait on it."""

import asyncio
from collections.abc import AsyncIterator

import pytest
from httpx2 import ASGITransport, AsyncClient
from notes import Notes, NoticeIssued, Slow, message, notice
from starlette.applications import Starlette

from chassis.hearing import Hearing
from chassis.hears import view
from chassis.saying import Desk
from process.health import Flow, routes

pytestmark = pytest.mark.real

TOPIC, KEY = "machi.notify.v1", "042111/玉浦"


@pytest.fixture
def slow() -> Slow:
    return Slow()


@pytest.fixture
async def hearing(desk: Desk[Notes], slow: Slow) -> Hearing[Notes]:
    hearing = Hearing(desk, [view(NoticeIssued, slow.keep)])
    await hearing.begin([(TOPIC, 0)])
    return hearing


@pytest.fixture
async def client(desk: Desk[Notes], hearing: Hearing[Notes]) -> AsyncIterator[AsyncClient]:
    """Who asks."""
    app = Starlette(routes=routes(desk, Flow(desk, hearing, None)))
    async with AsyncClient(transport=ASGITransport(app), base_url="http://notify") as client:
        yield client


async def heard(client: AsyncClient, **asked: str) -> int:
    answer = await client.get("/api/notify/heard", params=asked)
    assert answer.status_code == 200
    return answer.json()["sequence"]


async def test_it_never_tells_of_more_than_is_shown(
    hearing: Hearing[Notes], slow: Slow, client: AsyncClient
):
    hears = asyncio.create_task(hearing.hear([message(notice(), n, n - 1) for n in (1, 2, 3)]))
    await slow.rests.wait()
    before = await heard(client, topic=TOPIC, key=KEY)
    slow.go_on.set()
    await hears

    assert (before, await heard(client, topic=TOPIC, key=KEY)) == (0, 3)


@pytest.mark.parametrize(
    "asked",
    [
        {"topic": "machi.nowhere.v1", "key": KEY},
        {"topic": TOPIC, "key": "042111/本町"},
        {"topic": TOPIC, "key": "042111/玉\x00浦"},
        {},
    ],
    ids=["topic", "key", "nul", "nothing"],
)
async def test_of_what_was_never_heard_of_it_tells_no_number(
    hearing: Hearing[Notes], slow: Slow, client: AsyncClient, asked: dict[str, str]
):
    slow.go_on.set()
    await hearing.hear([message(notice(), 1, 0)])

    assert await heard(client, **asked) == 0
