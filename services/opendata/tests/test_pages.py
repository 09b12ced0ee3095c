import re

import pytest
from httpx2 import AsyncClient

pytestmark = pytest.mark.real

PAGE = "/data/042111_milestones"


def text(html: str) -> str:
    """What is read: without markup, spaces folded."""
    return " ".join(re.sub(r"<[^>]+>", " ", html).split())


async def test_before_anything_was_heard_the_front_page_says_so(empty: AsyncClient):
    page = await empty.get("/data")

    assert page.status_code == 200
    assert "まだ公開されたデータはありません" in page.text


async def test_the_front_page_lists_each_data_set_with_its_files_and_their_sizes(
    client: AsyncClient,
):
    html = (await client.get("/data")).text

    assert len(re.findall(r'<a href="/data/042111_[a-z]+">', html)) == 2
    assert "1行 第2版 令和8年11月23日（月）12:02 に公開" in text(html)
    assert re.search(r"手続の一覧（CSV、\d+ (バイト|KB)）", html)
    assert re.search(r"手続の一覧（JSON、\d+ (バイト|KB)）", html)


async def test_every_link_to_a_file_leads_to_it(client: AsyncClient):
    html = (await client.get(PAGE)).text
    files = set(re.findall(r'href="(/data/[^"]+\.(?:csv|json))"', html))

    found = [(await client.get(path)).status_code for path in files]

    assert found == [200] * 6


async def test_a_data_set_tells_its_terms_and_how_to_name_it(client: AsyncClient):
    page = text((await client.get(PAGE)).text)

    assert "利用条件 クリエイティブ・コモンズ 表示 4.0 国際 （CC-BY-4.0）" in page
    assert "出典：岩沼市「計画の節目」（CC-BY-4.0）" in page
    assert "岩沼市（全国地方公共団体コード 042111）" in page


async def test_each_column_has_a_meaning(client: AsyncClient):
    html = (await client.get(PAGE)).text
    table = html[html.index('aria-labelledby="columns"') :]

    assert "期日_精度 due_precision 文字 day 日、month 月" in text(table)
    assert text(table).count("日付（YYYY-MM-DD）") == 6


async def test_the_first_rows_stand_in_a_table_with_headers(client: AsyncClient):
    html = (await client.get(PAGE)).text
    table = html[html.index('aria-labelledby="preview"') : html.index("</table>")]

    assert '<th scope="row">ms-std20</th>' in table
    assert table.count('<th scope="col">') == 31
    assert "None" not in table


async def test_the_versions_tell_what_changed_and_when(client: AsyncClient):
    html = (await client.get(PAGE)).text
    history = text(html[html.index("版の記録") :])

    assert "第2版 令和8年11月23日（月）12:02 1行の" in history
    assert re.search(r"1行の\d+か所が変わりました。", history)
    assert "第1版 令和8年11月23日（月）12:00 はじめて公開しました。1行です。" in history
    assert history.index("第2版") < history.index("第1版")


@pytest.mark.parametrize("path", ["/data", PAGE])
async def test_a_page_is_public_strict_and_not_fetched_twice(client: AsyncClient, path: str):
    first = await client.get(path)

    again = await client.get(path, headers={"If-None-Match": first.headers["etag"]})

    assert "default-src 'none'" in first.headers["content-security-policy"]
    assert "<script" not in first.text
    assert first.text.count("<h1") == 1
    assert again.status_code == 304


async def test_what_is_not_there_is_a_page_that_leads_on(client: AsyncClient):
    answer = await client.get("/data/042111_toilets")

    assert answer.status_code == 404
    assert 'href="/data"' in answer.text
    assert "UnknownDataset" not in answer.text


async def test_the_look_is_served_below_the_data(client: AsyncClient):
    html = (await client.get("/data")).text
    (style,) = set(re.findall(r'href="(/data/_pages/[^"]+/machi\.css)"', html))

    answer = await client.get(style)

    assert answer.status_code == 200
    assert "immutable" in answer.headers["cache-control"]
