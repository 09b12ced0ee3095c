"""One initiative: what the plan says of it, with lines, and what it leaves open."""

import re

import pytest
from httpx2 import AsyncClient

pytestmark = pytest.mark.real


def text(html: str) -> str:
    return " ".join(re.sub(r"<[^>]+>", " ", html).split())


async def test_an_initiative_quotes_the_plan_with_its_lines(client: AsyncClient):
    page = text((await client.get("/plan/initiatives/2-1")).text)

    assert "自治体情報システムの標準化・共通化への対応" in page
    assert "令和９年（2027 年）９月を標準化対応期限に設定" in page
    assert "1105行目" in page
    assert "担当 計画に記載なし" in page


async def test_its_bars_say_that_no_time_is_written_and_how_strong_their_words_are(
    client: AsyncClient,
):
    html = (await client.get("/plan/initiatives/2-1")).text

    assert 'id="b-2-1-b"' in html
    assert text(html).count("時期は計画の本文に記載なし") == 5
    assert "約束の強さ：検討する・見極める" in html
    assert 'href="/plan/milestones/ms-std20">節目の印' in html


async def test_a_list_says_how_many_the_plan_counts_and_how_many_it_names(client: AsyncClient):
    page = text((await client.get("/plan/initiatives/2-1")).text)

    assert re.search(r"計画の記載：20件 記載 [0-9, -]+行目 。この一覧にあるもの：20件", page)


async def test_a_value_without_a_date_is_shown_and_said_to_have_none(client: AsyncClient):
    page = text((await client.get("/plan/initiatives/1-2")).text)

    assert "いつの値かは計画に記載なし" in page
    assert "令和7年（2025年）4月30日" in page
    assert "目標 計画に記載なし" in page


async def test_where_the_text_disagrees_with_itself_both_are_told(client: AsyncClient):
    initiative = text((await client.get("/plan/initiatives/1-1")).text)
    milestone = text((await client.get("/plan/milestones/ms-std-national")).text)

    assert "本文のくいちがい・あいまいなところ" in initiative
    assert "令和8年3月の版の本文についての扱い：" in milestone


async def test_an_initiative_that_is_none_leads_on(client: AsyncClient):
    for path in ("/plan/initiatives/9-9", "/plan/initiatives/ms-std20"):
        answer = await client.get(path)
        assert answer.status_code == 404
        assert 'href="/plan"' in answer.text


async def test_an_initiative_of_another_moment(client: AsyncClient):
    then = await client.get("/plan/initiatives/2-1?valid=2023")
    early = await client.get("/plan/initiatives/2-1?known=2026-06-01")

    assert (then.status_code, early.status_code) == (404, 200)
    assert "この時点では、まだ何も記録されていません" in early.text
