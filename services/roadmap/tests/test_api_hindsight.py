"""What was answered about a past is answered again, byte by byte, whatever was recorded since."""

from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import NamedTuple

import pytest
from histories import MILESTONE, History, now
from httpx2 import ASGITransport, AsyncClient

from chassis.saying import Desk
from roadmap import app, handlers
from roadmap.domain import Decision, read_observations, read_plan
from roadmap.settings import Settings
from roadmap.store import Store

pytestmark = pytest.mark.real

API = "/api/roadmap"
SHIPPED = Path(app.__file__).parent / "data" / "042111"
STATES = (
    "/plan",
    "/nodes/2-1",
    f"/nodes/{MILESTONE}",
    "/milestones?limit=200",
    "/milestones?moved_since=2026-01-01",
    f"/milestones/{MILESTONE}",
    f"/milestones/{MILESTONE}/history",
    f"/milestones/{MILESTONE}/slip",
    "/items/std20",
    "/indicators/card-rate/readings",
    "/bodies",
    "/sources",
    "/revisions",
    "/calendar.ics?layer=periods,deadlines",
    "/calendar.ics?initiative=2-1",
    "/export/nodes.csv",
    "/export/assertions.csv",
    "/export/decisions.csv",
    "/export/milestones.csv",
)
DECISION = Decision(
    body="岩沼市デジタル化推進本部",
    taken_on=date(2026, 10, 1),
    chosen="計画を改める",
    reason="名前を改めるため",
)


class Got(NamedTuple):
    """An answer, as somebody keeps it."""

    status: int
    etag: str | None
    body: bytes


@pytest.fixture(params=range(2))
async def history(request: pytest.FixtureRequest, loaded: Desk[Store]) -> History:
    """A milestone with a past."""
    history = History(replace(loaded, clock=now), request.param)
    await history.begin()
    for _ in range(12):
        await history.step()
    return history


@pytest.fixture
async def reader(history: History) -> AsyncIterator[AsyncClient]:
    """A client at the doors, two hours later: what was known before is settled."""
    later = replace(history.desk, clock=lambda: now() + timedelta(hours=2))
    transport = ASGITransport(app.http(later, Settings(), None))
    async with AsyncClient(transport=transport, base_url="http://roadmap") as client:
        yield client


async def go_on(history: History) -> None:
    """Everything that can be recorded: dates, reports of a list's items, and another revision."""
    for _ in range(8):
        await history.step()
    async with history.desk.open(now()) as (store, _):
        file = SHIPPED / "observations.yaml"
        await handlers.observe(read_observations(file.read_bytes(), file.name), store, by="clerk")


async def revise(history: History) -> None:
    """Load a revision that words and dates what was there anew."""
    file = (SHIPPED / "plan_r8.yaml").read_text(encoding="utf-8")
    for old, new in (
        ("id: R8\n", "id: R9\n"),
        ("supersedes: R3\n", "supersedes: R8\n"),
        ('{text: 令和８年 3 月, edtf: "2026-03"', '{text: 令和８年 10 月, edtf: "2026-10"'),
        ("label: 標準化対応期限", "label: 標準化への対応期限"),
    ):
        assert old in file
        file = file.replace(old, new, 1)
    plan = read_plan(file.encode(), "plan_r9.yaml")
    async with history.desk.open(now()) as (store, say):
        run = await handlers.look(plan, await store.base(), city="042111")
        await handlers.take_over(run, store, say=say, now=now(), by=(DECISION, "clerk"))


async def ask(client: AsyncClient, path: str, moments: list[tuple[date, datetime]]) -> list[Got]:
    found = list[Got]()
    for day, known in moments:
        asked = {"valid": day.isoformat(), "known": known.isoformat()}
        answer = await client.get(f"{API}{path}", params=asked)
        assert answer.status_code in (200, 404), answer.text
        kept = answer.headers["Cache-Control"]
        assert answer.status_code == 404 or "immutable" in kept, (path, asked)
        found.append(Got(answer.status_code, answer.headers.get("ETag"), answer.content))
    return found


async def test_an_answer_about_a_past_is_the_same_for_ever(history: History, reader: AsyncClient):
    moments = [(day, known) for day, known, _ in history.moments(6)]
    before = {path: await ask(reader, path, moments) for path in STATES}

    await go_on(history)
    await revise(history)

    for path, answers in before.items():
        assert any(each.status == 200 for each in answers), path
        assert await ask(reader, path, moments) == answers, path


async def test_the_log_and_a_difference_of_a_past_are_the_same_too(
    history: History, reader: AsyncClient
):
    _, known, _ = history.moments(1)[0]
    asked = {"known": known.isoformat(), "from": "R3", "to": "R8"}
    log = {"known": known.isoformat(), "limit": "200"}
    paths = ((f"{API}/diff", asked), (f"{API}/changes", log))
    before = [(await reader.get(path, params=query)).content for path, query in paths]

    await go_on(history)
    await revise(history)

    assert [(await reader.get(path, params=query)).content for path, query in paths] == before


async def test_no_page_is_kept_for_ever_for_its_words_may_change(
    history: History, reader: AsyncClient
):
    day, known, _ = history.moments(1)[0]
    asked = {"valid": day.isoformat(), "known": known.isoformat()}

    for path in ("/plan", "/plan/timetable", "/plan/changes", "/plan/initiatives/2-1"):
        answer = await reader.get(path, params=asked)
        assert answer.headers["Cache-Control"] == "no-cache", path


async def test_while_nothing_is_known_nothing_is_kept_for_ever(desk: Desk[Store]):
    transport = ASGITransport(app.http(replace(desk, clock=now), Settings(), None))
    asked = {"valid": "2020-01-01", "known": "2020-01-01T00:00:00Z"}

    async with AsyncClient(transport=transport, base_url="http://roadmap") as client:
        for path in ("/plan", "/milestones", "/bodies", "/revisions"):
            answer = await client.get(f"{API}{path}", params=asked)
            assert answer.json()["as_of"]["earliest_known"] is None
            assert answer.headers["Cache-Control"] == "no-cache", path
