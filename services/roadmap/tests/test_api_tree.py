"""The tree is put together from nodes that were rendered before: it is what a new process would render."""

from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
from histories import History, now
from httpx2 import ASGITransport, AsyncClient

from chassis.saying import Desk
from roadmap import app, handlers
from roadmap.domain import read_observations
from roadmap.settings import Settings
from roadmap.store import Store

pytestmark = pytest.mark.real

OBSERVED = Path(app.__file__).parent / "data" / "042111" / "observations.yaml"


def process(desk: Desk[Store]) -> AsyncClient:
    """A process of its own, two hours later, which has rendered nothing yet."""
    later = replace(desk, clock=lambda: now() + timedelta(hours=2))
    transport = ASGITransport(app.http(later, Settings(), None))
    return AsyncClient(transport=transport, base_url="http://roadmap")


async def tree(client: AsyncClient, **at: str) -> bytes:
    answer = await client.get("/api/roadmap/plan", params=at)
    assert answer.status_code == 200
    return answer.content


@pytest.mark.parametrize("seed", [3, 4])
async def test_a_tree_of_parts_is_the_tree_of_a_new_process_at_any_moment(
    loaded: Desk[Store], seed: int
):
    history = History(replace(loaded, clock=now), seed)
    await history.begin()
    for _ in range(10):
        await history.step()
    async with history.desk.open(now()) as (store, _):
        told = read_observations(OBSERVED.read_bytes(), OBSERVED.name)
        await handlers.observe(told, store, by="clerk")

    async with process(history.desk) as old:
        for day, known, _ in history.moments(12):
            at = {"valid": day.isoformat(), "known": known.isoformat()}
            async with process(history.desk) as new:
                assert await tree(old, **at) == await tree(new, **at)


async def test_an_instant_is_answered_as_it_is_spelt_whoever_asked_before(loaded: Desk[Store]):
    history = History(replace(loaded, clock=now), 6)
    await history.begin()
    spellings = ("2026-11-23T12:30:00Z", "2026-11-23T21:30:00+09:00")

    async with process(history.desk) as alone:
        first = [await tree(alone, valid="2026-11-23", known=each) for each in spellings]
    async with process(history.desk) as other:
        again = [await tree(other, valid="2026-11-23", known=each) for each in spellings[::-1]]

    assert again[::-1] == first


async def test_a_tree_of_parts_has_what_was_recorded_a_moment_ago_and_how_near_each_deadline_is(
    loaded: Desk[Store],
):
    history = History(replace(loaded, clock=now), 5)
    await history.begin()

    async with process(history.desk) as old:
        for day in ("2027-01-01", "2027-04-30", "2027-10-01", "2030-01-01", ""):
            await history.step()
            async with process(history.desk) as new:
                assert await tree(old, valid=day) == await tree(new, valid=day)
