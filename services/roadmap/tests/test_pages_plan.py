"""The page of the whole plan: what is new is told apart from what was loaded at first, and what is missing is found."""

import re
from datetime import UTC, datetime
from pathlib import Path

import pytest
from clerks import Clerk
from httpx2 import AsyncClient
from tokens import Issuer

from chassis.saying import Desk
from roadmap import app, handlers
from roadmap.domain import read_observations
from roadmap.store import Store

pytestmark = pytest.mark.real

MONDAY = datetime(2026, 11, 23, 3, 0, tzinfo=UTC)
OBSERVED = Path(app.__file__).parent / "data" / "042111" / "observations.yaml"


def text(html: str) -> str:
    return " ".join(re.sub(r"<[^>]+>", " ", html).split())


def news(html: str) -> str:
    return text(html.partition("<h2>最近の変更</h2>")[2].partition("<h2")[0])


async def observe(desk: Desk[Store]) -> None:
    async with desk.open(MONDAY) as (store, _):
        told = read_observations(OBSERVED.read_bytes(), OBSERVED.name)
        await handlers.observe(told, store, by="operator")


async def test_what_one_source_reports_of_many_things_is_one_piece_of_news(
    client: AsyncClient, loaded: Desk[Store]
):
    before = news((await client.get("/plan")).text)
    await observe(loaded)
    told = news((await client.get("/plan")).text)

    assert "この版のあとに、期日の変更や訂正の記録はありません" in before
    assert told.count("に記録") == 1
    assert "ほか14件" in told


async def test_a_change_is_told_with_its_slip(client: AsyncClient, issuer: Issuer):
    await Clerk(client, issuer.token("editor")).decides("2027-12")

    told = news((await client.get("/plan")).text)

    assert told.startswith("改訂 標準化対応期限 ： 令和9年9月 から 令和9年12月 へ（+3か月） 決定 ")
    assert told.count("に記録") == 1


async def test_a_page_that_was_kept_shows_a_move_and_a_correction_at_once(
    client: AsyncClient, issuer: Issuer
):
    clerk = Clerk(client, issuer.token("editor"))
    first, kept = await client.get("/plan"), await client.get("/plan")

    await clerk.decides("2027-12")
    moved = news((await client.get("/plan")).text)
    rows = (await client.get("/api/roadmap/milestones/ms-std20/history")).json()["history"]
    await clerk.corrects(rows[-1]["assertion_id"], "2027-11", "入力の誤り")
    corrected = news((await client.get("/plan")).text)

    assert (first.content, first.headers["ETag"]) == (kept.content, kept.headers["ETag"])
    assert moved.startswith("改訂 標準化対応期限 ： 令和9年9月 から 令和9年12月 へ")
    assert corrected.startswith("訂正 標準化対応期限 ： 令和9年12月 から 令和9年11月 へ")


async def test_what_the_plan_does_not_say_is_one_link_away(client: AsyncClient):
    html = (await client.get("/plan")).text

    (link,) = re.findall(r'<a href="#not-written">([^<]*)</a>', html)
    assert "予算" in link
    assert html.index("予算") == html.index(link) + link.index("予算")
    assert 'id="not-written-budget"' in html.partition('id="not-written"')[2]


@pytest.mark.parametrize(
    "path", ["/plan/timetable", "/plan/initiatives/2-1", "/plan/milestones/ms-std20"]
)
async def test_every_page_leads_to_what_the_plan_does_not_say(client: AsyncClient, path: str):
    assert 'href="/plan#not-written"' in (await client.get(path)).text


async def test_things_are_counted_as_people_count_them(client: AsyncClient):
    page = text((await client.get("/plan")).text)
    initiative = text((await client.get("/plan/initiatives/2-1")).text)

    assert "3つの視点 11の施策 13の節目" in page
    assert "3つの工程、節目なし" in page
    assert "6つの工程 4つの節目" in initiative
