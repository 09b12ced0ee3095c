"""A milestone over a list whose items stand in lists inside it: one answer, whoever is asked."""

import re
from typing import Any

import pytest
from clerks import Clerk
from httpx2 import AsyncClient
from tokens import Issuer

from chassis.saying import Desk
from roadmap.store import Store

pytestmark = pytest.mark.real

API, ONLINE29 = "/api/roadmap", "/plan/milestones/ms-online29"
REPORT = "/plan/staff/milestones/ms-online29/report"
FIRST = "児童手当等の受給資格及び児童手当の額についての認定請求"
TYPED = {
    "version": "1",
    "step": "publish",
    "source": "オンライン化の状況の調査（令和8年10月）",
    "url": "https://example.jp/survey",
    "asserter": "mic",
    "value": "令和10年3月",
    "as_of": "令和8年10月末時点",
}


@pytest.fixture
def clerk(client: AsyncClient, issuer: Issuer) -> Clerk:
    """An editor, through the door for machines."""
    return Clerk(client, issuer.token("editor"))


@pytest.fixture
def editor(client: AsyncClient, issuer: Issuer) -> AsyncClient:
    """The browser of an editor who has signed in."""
    client.headers["Cookie"] = f"machi_staff={issuer.token('editor')}"
    return client


def text(html: str) -> str:
    return " ".join(re.sub(r"<[^>]+>", " ", html).split())


async def in_the_tree(client: AsyncClient) -> dict[str, Any]:
    """The milestone as the whole tree has it."""
    nodes = (await client.get(f"{API}/plan")).json()["nodes"]
    return next(each["milestone"] for each in nodes if each["node_id"] == "ms-online29")


def options(html: str) -> dict[str, str]:
    """What can be chosen as the subject of a report, by its label."""
    offered = html.partition('name="subject"')[2].partition("</select>")[0]
    return {
        label: node for node, label in re.findall(r'<option value="([^"]+)"[^>]*>(.*?)<', offered)
    }


async def test_a_tree_of_parts_hears_of_a_report_of_an_item_in_a_list_in_the_list(
    clerk: Clerk, client: AsyncClient
):
    before = await in_the_tree(client)

    await clerk.heard("2028-03", "online-01")

    after = await in_the_tree(client)
    alone = (await client.get(f"{API}/milestones/ms-online29")).json()
    assert (before["status"], before["reported"]) == ("unconfirmed", [])
    assert after["status"] == alone["status"] == "missed"
    assert after["reported"] == alone["reported"]
    assert [row["value"]["edtf"] for row in after["reported"]] == ["2028-03"]


async def test_the_page_says_of_how_many_items_it_is_reported_and_what_follows(
    clerk: Clerk, client: AsyncClient
):
    await clerk.heard("2028-03", "online-01")

    page = text((await client.get(ONLINE29)).text)
    news = text((await client.get("/plan")).text)

    assert "の29件のうち1件についての報告" in page
    assert "期日を過ぎましたが、達成したという記録がありません" in page
    assert f"{FIRST}（節目「 29手続のオンライン申請 」の対象）" in news


async def test_the_items_of_a_list_are_those_of_its_parts_too_in_the_order_of_the_plan(
    client: AsyncClient,
):
    nodes = (await client.get(f"{API}/items/online29")).json()["nodes"]

    assert [each["node_id"] for each in nodes] == [f"online-{n:02}" for n in range(1, 30)]


async def test_the_form_offers_every_item_and_no_list(editor: AsyncClient, desk: Desk[Store]):
    offered = options((await editor.get(REPORT)).text)
    sent = {**TYPED, "subject": offered[FIRST]}

    answer = await editor.post(REPORT, data=sent, headers={"Origin": "http://roadmap"})

    items = [each for each in offered.values() if each.startswith("online-")]
    assert items == [f"online-{n:02}" for n in range(1, 30)]
    assert not {"子育て関係", "介護関係"} & set(offered)
    assert answer.status_code == 303, answer.text
    assert "29件のうち1件についての報告" in text((await editor.get(ONLINE29)).text)
