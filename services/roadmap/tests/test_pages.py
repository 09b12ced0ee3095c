import re

import pytest
from httpx2 import AsyncClient
from tokens import Issuer

pytestmark = pytest.mark.real


def text(html: str) -> str:
    """What is read: without markup, spaces folded."""
    return " ".join(re.sub(r"<[^>]+>", " ", html).split())


async def test_the_plan_shows_what_it_promises_and_what_it_does_not_say(client: AsyncClient):
    page = text((await client.get("/plan")).text)

    assert "標準化対応期限" in page
    assert "視点1 市民サービスの利便性向上" in page
    assert "数値の目標：計画に記載なし" in page


async def test_what_was_due_before_and_has_no_outcome_stands_apart(client: AsyncClient):
    html = (await client.get("/plan")).text

    ahead, passed = html.index("これからの節目"), html.index("期日を過ぎた節目")
    assert ahead < html.index("ms-std20") < passed < html.index("ms-online29")


async def test_a_milestone_shows_its_date_its_words_and_its_lines(client: AsyncClient):
    answer = await client.get("/plan/milestones/ms-std20")
    page = text(answer.text)

    assert '<time datetime="2027-09">' in answer.text
    assert "「目指します」" in page
    assert "1133行目" in page
    assert "担当 計画に記載なし" in page


async def test_a_moved_milestone_shows_both_dates_the_reason_and_who_decided(
    client: AsyncClient, issuer: Issuer
):
    body = {
        "subject_id": "ms-std20",
        "attr": "due",
        "value": "2027-12",
        "reason": "移行の確認に<時間>が要るため",
        "decision": {
            "body": "岩沼市デジタル化推進本部",
            "taken_on": "2026-11-20",
            "chosen": "改める",
        },
    }
    token = {"Authorization": f"Bearer {issuer.token('editor')}", "If-Match": "*"}
    await client.post("/api/roadmap/assertions", json=body, headers=token)

    answer = await client.get("/plan/milestones/ms-std20")

    assert "1回変更" in answer.text
    assert "移行の確認に&lt;時間&gt;が要るため" in answer.text
    assert "岩沼市デジタル化推進本部の決定" in answer.text
    assert answer.text.index("2027-09") < answer.text.index("2027-12")


async def test_a_milestone_says_why_it_stands_as_it_does(client: AsyncClient):
    ahead = text((await client.get("/plan/milestones/ms-std20")).text)
    over = text((await client.get("/plan/milestones/ms-online29")).text)
    done = text((await client.get("/plan/milestones/ms-convenience")).text)

    assert "いまの状況：予定" in ahead
    assert "期日は、まだ先です。期日から計算すると、あと311日です。" in ahead
    assert "約束の強さ 目指す・努める（「目指す」による）" in ahead
    assert "結果がどこにも書かれていません" in over
    assert "達成したという記録があります" in done


async def test_dates_that_nobody_gave_are_said_to_be_missing(client: AsyncClient):
    page = text((await client.get("/plan/milestones/ms-std20")).text)

    for words in (
        "報告の記録なし",
        "実績の記録なし",
        "予測は、まだありません",
        "担当 計画に記載なし",
    ):
        assert words in page


async def test_a_page_is_public_strict_and_not_fetched_twice(client: AsyncClient):
    first = await client.get("/plan")

    again = await client.get("/plan", headers={"If-None-Match": first.headers["etag"]})

    assert "default-src 'none'" in first.headers["content-security-policy"]
    assert "<script" not in first.text
    assert again.status_code == 304


async def test_an_unknown_milestone_is_a_page_that_leads_on(client: AsyncClient):
    answer = await client.get("/plan/milestones/ms-mars")

    assert answer.status_code == 404
    assert 'href="/plan"' in answer.text
    assert "UnknownMilestone" not in answer.text


async def test_the_look_is_served_below_the_plan(client: AsyncClient):
    html = (await client.get("/plan")).text
    (path,) = set(re.findall(r'href="(/plan/_pages/[^"]+/machi\.css)"', html))

    style = await client.get(path)

    assert style.status_code == 200
    assert "immutable" in style.headers["cache-control"]
