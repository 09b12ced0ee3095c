"""The form by which the staff record what an outside source expects."""

import re
from dataclasses import replace
from pathlib import Path

import pytest
from httpx2 import ASGITransport, AsyncClient, Response
from tokens import AUDIENCE, ISSUER, Issuer

from chassis.saying import Desk, Speaker
from roadmap import app, handlers
from roadmap.domain import read_plan
from roadmap.settings import Settings
from roadmap.store import Store
from web.signin import SignIn

pytestmark = pytest.mark.real

STD20 = "/plan/staff/milestones/ms-std20"
REPORTED = {
    "version": "1",
    "step": "publish",
    "source": "移行の状況の調査（令和8年10月）",
    "url": "https://example.jp/survey",
    "subject": "ms-std20",
    "asserter": "digital-agency",
    "value": "令和10年3月",
    "as_of": "令和8年10月末時点",
}
TOWN = Path(__file__).parents[3] / "examples" / "plans" / "999999" / "plan_r1.yaml"


@pytest.fixture
def clerk(client: AsyncClient, issuer: Issuer) -> AsyncClient:
    """The browser of an editor who has signed in."""
    client.headers["Cookie"] = f"machi_staff={issuer.token('editor')}"
    return client


async def send(clerk: AsyncClient, **typed: str) -> Response:
    return await clerk.post(
        f"{STD20}/report", data={**REPORTED, **typed}, headers={"Origin": "http://roadmap"}
    )


def text(html: str) -> str:
    return " ".join(re.sub(r"<[^>]+>", " ", html).split())


async def test_a_report_is_shown_first_and_is_no_news(clerk: AsyncClient, desk: Desk[Store]):
    said = await desk.pool.fetchval("select count(*) from outbox")

    shown = text((await send(clerk, step="preview")).text)
    answer = await send(clerk)
    page = text((await clerk.get("/plan/milestones/ms-std20")).text)

    assert "ほかからの報告 記録なし 令和10年（2028年）3月 変わります" in shown
    assert "状況 予定 遅れの報告あり 変わります" in shown
    assert "知らせは送りません" in shown
    assert answer.headers["Location"] == "/plan/milestones/ms-std20"
    assert "遅れの報告あり" in page
    assert await desk.pool.fetchval("select count(*) from outbox") == said


async def test_a_report_of_one_item_counts_for_the_milestone_over_its_list(
    clerk: AsyncClient, desk: Desk[Store]
):
    form = (await clerk.get(f"{STD20}/report")).text
    item = re.findall(r'<option value="([^"]+)">児童手当<', form)[0]

    await send(clerk, subject=item)

    row = await desk.pool.fetchrow("select * from assertion order by assertion_id desc limit 1")
    assert row
    assert (row["subject_id"], row["asserter"], row["attr"]) == (item, "digital-agency", "reported")
    assert row["valid"].lower.isoformat() == "2026-10-31"
    assert "遅れの報告あり" in (await clerk.get("/plan/milestones/ms-std20")).text


async def test_the_newest_report_is_shown_though_an_older_one_of_an_item_stands_behind_it(
    clerk: AsyncClient,
):
    form = (await clerk.get(f"{STD20}/report")).text
    item = re.findall(r'<option value="([^"]+)">児童手当<', form)[0]
    await send(clerk, subject=item, as_of="令和7年10月", value="令和9年6月")

    shown = text((await send(clerk, step="preview", asserter="mic")).text)
    await send(clerk, asserter="mic")

    form, page = [
        text((await clerk.get(path)).text)
        for path in (f"{STD20}/reach", "/plan/milestones/ms-std20")
    ]
    assert "ほかからの報告 令和9年（2027年）6月 令和10年（2028年）3月 変わります" in shown
    assert "ほかからの報告 令和10年（2028年）3月" in form
    assert "ほかからの報告 令和10年（2028年）3月" in page


async def test_a_wrong_report_of_an_item_is_chosen_and_put_right(
    clerk: AsyncClient, desk: Desk[Store]
):
    form = (await clerk.get(f"{STD20}/report")).text
    item = re.findall(r'<option value="([^"]+)">児童手当<', form)[0]
    await send(clerk, subject=item)
    page = (await clerk.get(f"{STD20}/correct")).text
    newest = "select max(assertion_id) from assertion where subject_id = $1"
    number = await desk.pool.fetchval(newest, item)

    right = {"assertion": str(number), "value": "令和9年3月", "reason": "写し間違い"}
    sent = {"version": re.findall(r'name="version" value="(\d+)"', page)[0], "step": "publish"}
    origin = {"Origin": "http://roadmap"}
    answer = await clerk.post(f"{STD20}/correct", data={**sent, **right}, headers=origin)

    assert "児童手当：ほかからの報告：令和10年3月" in page
    assert answer.status_code == 303, answer.text
    assert "令和9年（2027年）3月" in (await clerk.get("/plan/milestones/ms-std20")).text


@pytest.mark.parametrize(
    ("typed", "told"),
    [
        ({"source": ""}, "根拠の名前を入力してください"),
        ({"asserter": "somebody"}, "報告したところを選んでください"),
        ({"subject": "ms-online29"}, "何についての報告かを選んでください"),
        ({"value": ""}, "見込みの時期を入力してください"),
        ({"as_of": "令和9年1月"}, "まだ来ていない時点です"),
        ({"as_of": ""}, "いつの時点の報告かを入力してください"),
    ],
)
async def test_what_is_missing_of_a_report_is_told_at_its_field(
    clerk: AsyncClient, typed: dict[str, str], told: str
):
    answer = await send(clerk, **typed)

    assert answer.status_code == 422
    assert told in answer.text


async def test_a_report_as_of_this_month_speaks_of_today(clerk: AsyncClient, desk: Desk[Store]):
    await send(clerk, as_of="令和8年11月")

    valid = await desk.pool.fetchval("select max(lower(valid)) from assertion")
    assert valid.isoformat() == "2026-11-23"


async def test_the_same_report_again_is_told_to_be_known(clerk: AsyncClient):
    await send(clerk)

    again = await send(clerk, version="2")

    assert again.status_code == 422
    assert "もっと新しい報告が記録されています" in again.text


async def test_what_is_no_list_asks_only_of_the_milestone(clerk: AsyncClient, desk: Desk[Store]):
    path = "/plan/staff/milestones/ms-end/report"
    typed = {name: value for name, value in REPORTED.items() if name != "subject"}

    form = (await clerk.get(path)).text
    answer = await clerk.post(path, data=typed, headers={"Origin": "http://roadmap"})

    assert 'name="subject"' not in form
    assert answer.status_code == 303
    newest = "select subject_id from assertion order by assertion_id desc limit 1"
    assert await desk.pool.fetchval(newest) == "ms-end"


async def test_the_form_names_who_decides_in_this_city_and_no_other(
    clerk: AsyncClient, desk: Desk[Store], issuer: Issuer
):
    here = (await clerk.get(f"{STD20}/reschedule")).text

    assert "例：岩沼市デジタル化推進本部" in here


async def test_of_a_city_whose_plan_names_nobody_no_body_is_an_example(
    desk: Desk[Store], issuer: Issuer
):
    town = replace(desk, speaker=Speaker("roadmap", "999999"))
    async with town.open(town.now()) as (store, say):
        plan = read_plan(TOWN.read_bytes(), TOWN.name)
        await handlers.load_plan(plan, store, say=say, now=town.now(), city="999999")
    signin = SignIn(ISSUER, AUDIENCE, str(issuer.keys))
    transport = ASGITransport(app.http(town, Settings(), signin))
    cookie = {"Cookie": f"machi_staff={issuer.token('editor')}"}

    async with AsyncClient(transport=transport, base_url="http://roadmap", headers=cookie) as clerk:
        form = (await clerk.get("/plan/staff/decisions")).text

    assert "決めたところ" in form
    assert "岩沼市デジタル化推進本部" not in form
