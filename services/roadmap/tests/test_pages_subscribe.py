import re
from html import unescape

import pytest
from clerks import Clerk
from httpx2 import AsyncClient
from tokens import Issuer

pytestmark = pytest.mark.real

PATH, SITE = "/plan/subscribe", "http://127.0.0.1:8080"


async def shown(client: AsyncClient, **asked: str | list[str]) -> str:
    answer = await client.get(PATH, params=asked)
    assert answer.status_code == 200, answer.text
    return answer.text


def lines(html: str) -> list[str]:
    """What is there to be copied."""
    return [unescape(line) for line in re.findall(r'<p class="m-copy"[^>]*>([^<]*)</p>', html)]


async def test_without_a_choice_it_is_the_whole_plan(client: AsyncClient):
    html = await shown(client)

    assert "いま選んでいるもの：<strong>岩沼市デジタル化推進計画</strong>" in html
    assert f"{SITE}/api/roadmap/calendar.ics" in lines(html)
    assert f"{SITE}/api/roadmap/feed.atom" in lines(html)
    assert html.count('type="checkbox"') == 3 + 11 + 2
    assert "checked" not in html


async def test_a_milestone_that_was_linked_is_chosen(client: AsyncClient):
    html = await shown(client, milestone="ms-std20")

    assert '<option value="ms-std20" selected>標準化対応期限</option>' in html
    assert f"{SITE}/api/roadmap/feed.json?milestone=ms-std20" in lines(html)
    assert f"curl -N '{SITE}/api/roadmap/stream?milestone=ms-std20'" in lines(html)
    assert "042111/ms-std20" in lines(html)
    assert "machi.roadmap.v1" in lines(html)


async def test_a_form_that_was_sent_gives_every_door_for_its_choice(client: AsyncClient):
    html = await shown(
        client, perspective="1", initiative=["3-4", "2-1"], milestone="", layer="deadlines"
    )

    query = "perspective=1&initiative=2-1,3-4"
    assert f'href="webcal://127.0.0.1:8080/api/roadmap/calendar.ics?{query}' in unescape(html)
    assert f"{SITE}/api/roadmap/calendar.ics?{query}&layer=deadlines" in lines(html)
    assert f"{SITE}/api/roadmap/feed.atom?{query}" in lines(html)
    assert f"curl -N '{SITE}/api/roadmap/stream?initiative=1,2-1,3-4'" in lines(html)
    assert html.count(" checked") == 4
    assert "ほか1件" in html


async def test_it_says_how_late_a_calendar_is(client: AsyncClient):
    html = await shown(client)

    assert "Googleカレンダーでは8時間から24時間ごと" in html
    assert 'href="/subscriptions"' in html


async def test_whatever_it_names_is_there(client: AsyncClient):
    html = unescape(await shown(client, initiative="2-1", milestone="ms-std20", layer="periods"))

    addresses = set(re.findall(rf'{SITE}(/(?:api|plan)/[^"\'<\s]+)', html))

    assert len(addresses) >= 10
    for address in sorted(each for each in addresses if "/stream" not in each):
        answer = await client.get(address)
        assert answer.status_code == 200, address


@pytest.mark.parametrize(
    ("path", "query"),
    [("/plan", ""), ("/plan/timetable", ""), ("/plan/milestones/ms-std20", "?milestone=ms-std20")],
)
async def test_a_program_finds_the_feeds_of_a_page(client: AsyncClient, path: str, query: str):
    html = (await client.get(path)).text

    feeds = re.findall(r'<link rel="alternate" type="application/[^"]+" [^>]*href="([^"]+)"', html)

    assert feeds == [f"/api/roadmap/feed.atom{query}", f"/api/roadmap/feed.json{query}"]
    for feed in feeds:
        assert (await client.get(feed)).status_code == 200


async def test_an_unknown_choice_is_refused(client: AsyncClient):
    for asked in ("initiative=9-9", "milestone=ms-mars"):
        answer = await client.get(f"{PATH}?{asked}")

        assert answer.status_code == 400, asked
        assert "<h1" in answer.text


async def test_the_page_needs_no_script_and_is_not_fetched_twice(client: AsyncClient):
    first = await client.get(PATH)

    again = await client.get(PATH, headers={"If-None-Match": first.headers["etag"]})

    assert "<script" not in first.text
    assert "frame-ancestors 'none'" in first.headers["content-security-policy"]
    assert again.status_code == 304


async def test_an_embed_shows_the_date_and_how_it_stands(client: AsyncClient, issuer: Issuer):
    await Clerk(client, issuer.token("editor")).decides("令和9年12月")

    answer = await client.get("/plan/embed/ms-std20")

    assert "標準化対応期限" in answer.text
    assert '<time datetime="2027-12">' in answer.text
    assert "1回変更" in answer.text
    assert "<script" not in answer.text
    assert set(re.findall(r"<a [^>]*>", answer.text)) == {
        '<a href="/plan/milestones/ms-std20" target="_top">'
    }


async def test_an_embed_of_a_heading_shows_all_that_stands_below_it(client: AsyncClient):
    initiative = (await client.get("/plan/embed/2-1")).text
    plan = (await client.get("/plan/embed/plan")).text

    assert "標準化対応期限" in initiative
    assert "岩沼市デジタル化推進計画の改訂" not in initiative
    assert plan.count("<li ") == 13


@pytest.mark.parametrize("path", ["/plan/embed/2-1", "/plan/embed/2-1.svg"])
async def test_an_embed_may_be_framed_and_runs_nothing(client: AsyncClient, path: str):
    first = await client.get(path)

    again = await client.get(path, headers={"If-None-Match": first.headers["etag"]})

    policy = first.headers["content-security-policy"]
    assert "frame-ancestors *" in policy
    assert "script-src" not in policy
    assert "set-cookie" not in first.headers
    assert again.status_code == 304


async def test_the_picture_says_the_same_in_words(client: AsyncClient):
    answer = await client.get("/plan/embed/ms-std20.svg")

    assert answer.headers["content-type"] == "image/svg+xml"
    assert '<desc id="desc">令和9年9月　予定。</desc>' in answer.text
    assert answer.text.count(">標準化対応期限</text>") == 1


async def test_the_picture_of_a_heading_names_each_milestone(client: AsyncClient):
    answer = await client.get("/plan/embed/2-1.svg")

    assert "標準化対応期限：令和9年9月　予定。" in answer.text
    assert ">標準化対応期限</text>" in answer.text


@pytest.mark.parametrize("name", ["ms-mars", "2-1-a", "ms-mars.svg"])
async def test_there_is_no_embed_of_what_has_no_page(client: AsyncClient, name: str):
    answer = await client.get(f"/plan/embed/{name}")

    assert answer.status_code == 404
    assert "frame-ancestors 'none'" in answer.headers["content-security-policy"]


@pytest.mark.parametrize(
    "milestone", ["ms-end", "ms-step2", "ms-support-end", "ms-std-national", "ms-std20"]
)
async def test_the_calendar_of_a_milestone_is_never_empty(client: AsyncClient, milestone: str):
    html = await shown(client, milestone=milestone)

    (address,) = (line for line in lines(html) if "/calendar.ics" in line)
    calendar = await client.get(address.removeprefix(SITE))
    assert calendar.text.count("BEGIN:VEVENT") == 1
    assert ("layer=periods" in address) == (milestone != "ms-std20")
    assert ("期間だけで示されています" in html) == (milestone != "ms-std20")


async def test_periods_are_not_added_to_a_calendar_that_has_the_last_days(client: AsyncClient):
    html = await shown(client, milestone="ms-end", layer="deadlines")

    assert f"{SITE}/api/roadmap/calendar.ics?milestone=ms-end&layer=deadlines" in lines(html)
