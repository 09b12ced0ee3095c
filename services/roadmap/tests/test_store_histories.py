"""Random histories of a milestone against a naive replay, on every read path and at any two moments."""

import re
from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import date
from typing import Any

import pytest
from histories import FIRST, MILESTONE, Belief, History, now
from httpx2 import ASGITransport, AsyncClient

from chassis.saying import Desk
from roadmap import app
from roadmap.domain import At, NotInThePlanThen, read_date
from roadmap.settings import Settings
from roadmap.store import Store

pytestmark = pytest.mark.real


@pytest.fixture(params=range(4))
async def history(request: pytest.FixtureRequest, loaded: Desk[Store]) -> History:
    """A milestone with a past."""
    history = History(replace(loaded, clock=now), request.param)
    await history.begin()
    for _ in range(25):
        await history.step()
    return history


@pytest.fixture
async def reader(history: History) -> AsyncIterator[AsyncClient]:
    """A client at the doors, today."""
    transport = ASGITransport(app.http(history.desk, Settings(), None))
    async with AsyncClient(transport=transport, base_url="http://roadmap") as client:
        yield client


async def test_the_store_reads_what_a_naive_replay_says(history: History):
    async with history.desk.read() as store:
        for day, known, expected in history.moments(60):
            try:
                found = await store.milestone(MILESTONE, At(day=day, known=known))
            except NotInThePlanThen:
                assert expected is None, (day, known)
                continue
            assert {
                "due": edtf(found.due),
                "reported": [edtf(row) for row in found.reported],
                "actual": edtf(found.actual),
                "slip_count": found.slip_count,
            } == expected, (day, known)


async def test_the_doors_for_machines_answer_what_a_naive_replay_says(
    history: History, reader: AsyncClient
):
    for day, known, expected in history.moments(15):
        asked = {"valid": day.isoformat(), "known": known.isoformat()}

        one = await reader.get(f"/api/roadmap/milestones/{MILESTONE}", params=asked)
        many = await reader.get("/api/roadmap/milestones", params={**asked, "limit": 200})

        listed = [m for m in many.json()["milestones"] if m["milestone_id"] == MILESTONE]
        if expected is None:
            assert (one.status_code, listed) == (404, [])
        else:
            assert answered(one.json()) == expected, asked
            assert [answered(each) for each in listed] == [expected], asked


async def test_the_whole_tree_answers_what_a_naive_replay_says_also_when_it_was_kept(
    history: History, reader: AsyncClient
):
    moments = history.moments(8)

    for day, known, expected in [*moments, *moments]:
        asked = {"valid": day.isoformat(), "known": known.isoformat()}
        nodes = (await reader.get("/api/roadmap/plan", params=asked)).json()["nodes"]

        found = [answered(n["milestone"]) for n in nodes if n["node_id"] == MILESTONE]
        assert found == ([expected] if expected else []), asked


async def test_the_page_for_people_shows_what_a_naive_replay_says(
    history: History, reader: AsyncClient
):
    for day, known, expected in history.moments(6):
        asked = {"valid": day.isoformat(), "known": known.isoformat()}

        page = await reader.get(f"/plan/milestones/{MILESTONE}", params=asked)

        if expected is None:
            assert "いまの期日" not in page.text  # nothing was known, or it was not in the plan
        else:
            shown = re.findall(r'<time datetime="([0-9-]+)"', page.text)
            assert expected["due"] in shown, asked


def edtf(row: Any) -> str | None:
    return row.value.edtf if row and row.value else None


def answered(milestone: dict[str, Any]) -> dict[str, Any]:
    def of(row: dict[str, Any] | None) -> str | None:
        return row["value"]["edtf"] if row else None

    return {
        "due": of(milestone["due"]),
        "reported": [of(row) for row in milestone["reported"]],
        "actual": of(milestone["actual"]),
        "slip_count": milestone["slip_count"],
    }


def test_a_replay_by_hand_knows_what_held_on_a_day():
    june = (date(2026, 6, 1), "2027-12")
    belief = Belief(
        due=[(FIRST, "2027-09"), june],
        promised=[(FIRST, "2027-09"), (date(2026, 6, 1), "2028-03"), june],
    )

    assert belief.at(date(2026, 5, 31))["due"] == read_date("令和9年9月").edtf
    assert belief.at(date(2026, 6, 1))["slip_count"] == 2
