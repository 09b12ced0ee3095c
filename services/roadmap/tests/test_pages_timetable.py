"""The timetable as people read it: what is stated, and that the rest is not."""

import re
from datetime import UTC, datetime
from pathlib import Path
from xml.etree import ElementTree

import pytest
from httpx2 import ASGITransport, AsyncClient

from chassis.saying import Desk
from roadmap import app, handlers
from roadmap.domain import Plan, read_plan
from roadmap.settings import Settings
from roadmap.store import Store

pytestmark = pytest.mark.real

MONDAY = datetime(2026, 11, 23, 3, 0, tzinfo=UTC)

PATH = "/plan/timetable"
SVG = "{http://www.w3.org/2000/svg}"


def rows(html: str) -> list[str]:
    """Each row of the table as it is read, but for its heads."""
    found = re.findall(r'<tr><th scope="row">.*?</tr>', html, re.DOTALL)
    return [" ".join(re.sub(r"<[^>]+>", " ", row).split()) for row in found]


async def test_each_bar_is_a_row_and_none_is_given_a_time_that_nobody_wrote(client: AsyncClient):
    html = (await client.get(PATH, params={"show": "bars"})).text

    bars = rows(html)
    assert len(bars) == 26
    assert sum("時期は計画の本文に記載なし" in bar for bar in bars) == 24
    assert html.count('data-kind="unknown" colspan="8"') == 24


async def test_what_is_inferred_says_so(client: AsyncClient):
    bars = rows((await client.get(PATH)).text)

    assert any("職員研修実施" in bar and "推定 年度ごとに1回、計8回" in bar for bar in bars)
    assert any("完了目標9月" in bar and "推定 令和9年9月" in bar for bar in bars)


async def test_the_years_are_those_of_the_plan_and_this_one_is_named(client: AsyncClient):
    html = (await client.get(PATH)).text

    years = re.findall(r'<th scope="col"[^>]*>(.*?)</th>', html)[2:]
    assert len(years) == 8
    assert [re.sub("<[^>]+>", "", year) for year in years if "今年度" in year] == [
        "今年度令和8年度2026年度"
    ]


async def test_a_row_says_how_strongly_its_words_commit_and_where_they_stand(client: AsyncClient):
    bars = rows((await client.get(PATH, params={"part": "2-3"})).text)

    assert len(bars) == 2
    assert "自治体クラウドへの移行検討 記載 1300行目" in bars[0]
    assert "検討する・見極める" in bars[0]


@pytest.mark.parametrize(
    ("query", "number"),
    [
        ({"part": "2"}, 20),
        ({"part": "2-1", "show": "milestones"}, 4),
        ({"show": "bars", "strength": "weak"}, 7),
        ({"part": "9-9"}, 0),
        ({"show": "nonsense"}, 42),
    ],
)
async def test_rows_can_be_chosen(client: AsyncClient, query: dict[str, str], number: int):
    answer = await client.get(PATH, params=query)

    assert (answer.status_code, len(rows(answer.text))) == (200, number)


async def test_a_choice_is_kept_beside_another_moment(client: AsyncClient):
    html = (await client.get(PATH, params={"part": "2-1", "valid": "2026-06-01"})).text

    assert '<input type="hidden" name="valid" value="2026-06-01">' in html
    assert '<input type="hidden" name="part" value="2-1">' in html
    assert "/plan/timetable.svg?part=2-1&amp;valid=2026-06-01" in html


async def test_the_drawing_shows_the_same_rows_and_no_foreign_thing(client: AsyncClient):
    answer = await client.get(f"{PATH}.svg", params={"part": "2-1"})

    drawing = ElementTree.fromstring(answer.text)  # noqa: S314 our own
    words = "".join(text.text or "" for text in drawing.iter(f"{SVG}text"))
    assert answer.headers["content-type"] == "image/svg+xml"
    assert "attachment" in answer.headers["content-disposition"]
    assert "仕様開示（国）" in words
    assert words.count("時期は計画の本文に記載なし") == 5
    assert {element.tag.removeprefix(SVG) for element in drawing.iter()} <= {
        *("svg", "title", "desc", "defs", "pattern", "rect", "text", "line")
    }


async def test_a_timetable_before_there_was_a_text_is_said_not_to_be_there(client: AsyncClient):
    page = await client.get(PATH, params={"valid": "2023"})
    drawing = await client.get(f"{PATH}.svg", params={"valid": "2023"})

    assert "計画の本文は手元にありません" in page.text
    assert drawing.status_code == 200


async def test_the_timetable_is_light(client: AsyncClient):
    assert len((await client.get(PATH)).content) <= 50 * 1024


async def test_another_city_that_wrote_its_quarters_sees_them_as_long_as_they_are(
    desk: Desk[Store],
):
    async with desk.open(MONDAY) as (store, say):
        await handlers.load_plan(another_citys(), store, say=say, now=MONDAY, city="999999")
    transport = ASGITransport(app.http(desk, Settings(), None))

    async with AsyncClient(transport=transport, base_url="http://roadmap") as client:
        html = (await client.get(PATH)).text

    assert html.count('scope="col" data-parts="4">7月</th>') == 5
    assert 'data-strip="start" colspan="4"' in html
    assert "令和6年7月〜令和7年6月　期間は終わりました" in html
    assert "視点life" not in html


def another_citys() -> Plan:
    """The first plan of the made-up city."""
    path = Path(__file__).parents[3] / "examples" / "plans" / "999999" / "plan_r1.yaml"
    return read_plan(path.read_bytes(), path.name)
