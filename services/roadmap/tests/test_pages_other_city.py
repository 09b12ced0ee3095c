"""What people read of another city's plan after a revision: no raw ids, and the text's own word for its dates."""

import re
from collections.abc import AsyncIterator
from datetime import UTC, date, datetime
from pathlib import Path

import pytest
from httpx2 import ASGITransport, AsyncClient

from chassis.saying import Desk
from roadmap import app, handlers
from roadmap.domain import Answer, Decision, Plan, read_plan
from roadmap.settings import Settings
from roadmap.store import Store

pytestmark = pytest.mark.real

MONDAY = datetime(2026, 11, 23, 3, 0, tzinfo=UTC)
CITY = "999999"
FILES = Path(__file__).parents[3] / "examples" / "plans" / CITY
DECISION = Decision(
    body="見本市長",
    taken_on=date(2026, 11, 20),
    chosen="計画を改訂する",
    reason="制度が変わったため",
)


def text(html: str) -> str:
    return " ".join(re.sub(r"<[^>]+>", " ", html).split())


def read(name: str) -> Plan:
    return read_plan((FILES / name).read_bytes(), name)


@pytest.fixture
async def client(desk: Desk[Store]) -> AsyncIterator[AsyncClient]:
    """A client who reads the second plan; what is gone is said to be gone."""
    async with desk.open(MONDAY) as (store, say):
        await handlers.load_plan(read("plan_r1.yaml"), store, say=say, now=MONDAY, city=CITY)
    async with desk.open(MONDAY) as (store, say):
        asked = await handlers.look(read("plan_r2.yaml"), await store.base(), city=CITY)
        gone = tuple(Answer(kind="unrelated", old=(each.gone,)) for each in asked.diff.open)
        run = await handlers.look(read("plan_r2.yaml"), await store.base(), city=CITY, answers=gone)
        await handlers.take_over(run, store, say=say, now=MONDAY, by=(DECISION, "clerk-1"))
    transport = ASGITransport(app.http(desk, Settings(), None))
    async with AsyncClient(transport=transport, base_url="http://roadmap") as client:
        yield client


async def test_a_date_that_a_revision_brought_stands_in_the_text_and_was_decided(
    client: AsyncClient,
):
    html = (await client.get("/plan/milestones/ms-write-free")).text

    now = text(html.partition("<dt>いまの期日</dt>")[2].partition("</div>")[0])
    assert "記載 見本市デジタル計画（令和8年3月改訂）、14行目 決定 令和8年11月20日" in now
    assert "期日：計画の改訂で変わりました" in text(html)
    assert "計画での出典 記載 見本市デジタル計画（令和8年3月改訂）、14行目" in text(html)


async def test_a_move_between_quarters_is_told_in_quarters(client: AsyncClient):
    page = text((await client.get("/plan/milestones/ms-write-free")).text)

    assert "はじめの期日からのずれは、 +6四半期 です" in page


async def test_an_id_that_is_no_number_is_shown_nowhere(client: AsyncClient):
    milestone = text((await client.get("/plan/milestones/ms-write-free")).text)
    timetable = (await client.get("/plan/timetable.svg")).text
    plan = text((await client.get("/plan")).text)

    assert "施策 窓口の見直し" in milestone
    assert "counter" not in timetable
    assert "改訂 書かない窓口の導入：計画から外れました（それまで 令和6年7月" in plan


async def test_months_that_the_text_names_come_before_the_name_of_half_a_year(
    client: AsyncClient,
):
    page = text((await client.get("/plan/initiatives/counter")).text)

    assert "令和7年（2025年）4月 〜 令和7年（2025年）9月 （令和7年度上半期） 記載" in page


async def test_what_the_plan_says_of_itself_stands_on_its_page(client: AsyncClient):
    plan = text((await client.get("/plan")).text)
    initiative = text((await client.get("/plan/initiatives/counter")).text)

    assert "計画のほかの記載 期間を延ばす理由" in plan
    assert "期間を延ばす理由" not in initiative
    assert "計画全体の指標" not in plan + initiative


async def test_what_the_plan_measures_beside_its_initiatives_stands_on_its_page(
    desk: Desk[Store],
):
    file = (FILES / "plan_r1.yaml").read_text(encoding="utf-8")
    plan = read_plan(
        file.replace("about: counter\n    label: 転入", "about: null\n    label: 転入"), "x"
    )
    async with desk.open(MONDAY) as (store, say):
        await handlers.load_plan(plan, store, say=say, now=MONDAY, city=CITY)
    transport = ASGITransport(app.http(desk, Settings(), None))

    async with AsyncClient(transport=transport, base_url="http://roadmap") as client:
        whole = text((await client.get("/plan")).text)
        initiative = (await client.get("/plan/initiatives/counter")).text

    assert "計画全体の指標 転入の手続にかかる時間" in whole
    assert "目標 15分" in whole
    assert "この施策の数値の目標は計画に記載なし" in initiative
    assert 'href="/plan#indicators"' in initiative


async def test_two_moments_of_no_plan_are_not_compared(desk: Desk[Store]):
    transport = ASGITransport(app.http(desk, Settings(), None))
    async with AsyncClient(transport=transport, base_url="http://roadmap") as client:
        answer = await client.get("/plan/diff")

    assert answer.status_code == 200
    assert "比べられません" in answer.text
