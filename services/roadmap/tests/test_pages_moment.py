"""Any page about the plan, as it was on another day and as it was known then."""

import re
from html import unescape
from typing import Any

import pytest
from httpx2 import AsyncClient
from tokens import Issuer

pytestmark = pytest.mark.real

DATED = ("/plan", "/plan/milestones/ms-std20")
PAGES = (*DATED, "/plan/timetable", "/plan/initiatives/2-1", "/plan/changes")
MOVE: dict[str, Any] = {
    "subject_id": "ms-std20",
    "attr": "due",
    "value": "2027-12",
    "reason": "移行の確認に時間が要るため",
    "decision": {
        "body": "岩沼市デジタル化推進本部",
        "taken_on": "2026-11-20",
        "chosen": "改める",
    },
}


def text(html: str) -> str:
    return " ".join(re.sub(r"<[^>]+>", "", html).split())


def link(html: str, words: str) -> str:
    """Where a link of these words leads."""
    found = re.search(rf'href="([^"]+)"[^>]*>{words}', html)
    assert found, words
    return unescape(found[1])


async def move(client: AsyncClient, issuer: Issuer) -> None:
    token = {"Authorization": f"Bearer {issuer.token('editor')}", "If-Match": "*"}
    answer = await client.post("/api/roadmap/assertions", json=MOVE, headers=token)
    assert answer.status_code == 201


@pytest.mark.parametrize("path", PAGES)
async def test_a_page_of_another_day_says_so_and_leads_back(client: AsyncClient, path: str):
    html = (await client.get(path, params={"valid": "2026-06-01"})).text

    assert "令和8年（2026年）6月1日に有効な内容を、いまの知識で表示" in text(html)
    assert link(html, "いまの内容に戻る") == path
    assert "?valid=2026-06-01" in link(html, "計画の全体")


async def test_a_page_of_now_says_nothing_of_moments(client: AsyncClient):
    html = (await client.get("/plan")).text

    assert "で表示</p>" not in html
    assert "valid=" not in link(html, "計画の全体")


@pytest.mark.parametrize("path", DATED)
async def test_a_permalink_keeps_what_was_shown_also_when_the_plan_moves(
    visitor: AsyncClient, issuer: Issuer, path: str
):
    permalink = link((await visitor.get(path)).text, "いま見ている内容の固定リンク")
    await move(visitor, issuer)

    kept, now = await visitor.get(permalink), await visitor.get(path)

    assert ("2027-09" in kept.text, "2027-12" in kept.text) == (True, False)
    assert "2027-12" in now.text
    assert link(kept.text, "いま見ている内容の固定リンク") == permalink


@pytest.mark.parametrize("path", PAGES)
async def test_before_all_knowledge_the_page_names_the_earliest_instant(
    client: AsyncClient, path: str
):
    answer = await client.get(path, params={"valid": "2026-06-01", "known": "2026-06-01"})

    assert answer.status_code == 200
    assert "6月1日に有効な内容を、同日の知識で表示" in text(answer.text)
    assert "この時点では、まだ何も記録されていません" in answer.text
    assert "known=20" in link(answer.text, "<time")


async def test_within_the_month_of_a_revision_both_could_have_been_in_force(client: AsyncClient):
    page = text((await client.get("/plan", params={"valid": "2026-03-15"})).text)

    assert "どちらの版が有効だったかは、判定できません" in page
    assert "前の令和3年（2021年）9月の版（R3）が有効だったかもしれません" in page


async def test_a_plan_whose_text_is_not_at_hand_is_said_to_be_so(client: AsyncClient):
    page = text((await client.get("/plan", params={"valid": "2023"})).text)

    assert "計画の本文は手元にありません" in page
    assert "当初計画の工程表：計画に記載なし" in page


async def test_before_the_first_revision_there_was_no_plan(client: AsyncClient):
    page = text((await client.get("/plan", params={"valid": "平成2年"})).text)

    assert "この日に有効な計画はありません" in page


async def test_a_milestone_that_was_not_in_the_plan_then_is_not_found_there(client: AsyncClient):
    answer = await client.get("/plan/milestones/ms-std20", params={"valid": "2023"})

    assert answer.status_code == 404
    assert link(answer.text, "いまの内容") == "/plan/milestones/ms-std20"


@pytest.mark.parametrize(
    "query", ["valid=きのう", "known=2999-01-01", "known=2026", "valid=" + "9" * 999]
)
@pytest.mark.parametrize("path", PAGES)
async def test_what_is_no_moment_is_refused_with_examples(
    client: AsyncClient, path: str, query: str
):
    answer = await client.get(f"{path}?{query}")

    assert answer.status_code == 400
    assert f"例：{query.partition('=')[0]}=2026-06-01" in answer.text
