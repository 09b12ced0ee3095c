from dataclasses import replace
from datetime import timedelta
from typing import Any, cast

import feedparser  # pyright: ignore[reportMissingTypeStubs] has none
import pytest
from clocks import Clock
from httpx2 import AsyncClient

from chassis.saying import Desk
from chassis.testing import Said
from contracts.notify import NoticeIssued
from notify import handlers
from notify.consumers import RULES
from notify.domain import News
from notify.store import Store

pytestmark = pytest.mark.real


def read(raw: bytes) -> Any:
    """As a feed reader reads it."""
    return cast("Any", feedparser).parse(raw)


async def test_before_any_notice_the_page_says_so(client: AsyncClient):
    page = await client.get("/notices")

    assert "いまお知らせはありません" in page.text


async def test_what_holds_now_stands_before_what_held(
    client: AsyncClient, clock: Clock, told: NoticeIssued
):
    now = (await client.get("/notices")).text
    clock.pass_by(timedelta(days=14))
    later = (await client.get("/notices")).text

    assert now.index("いまのお知らせ") < now.index(told.title)
    assert (
        later.index("いまお知らせはありません")
        < later.index("これまでのお知らせ")
        < later.index(told.title)
    )


async def test_a_later_notice_about_the_same_ends_an_earlier_one(
    client: AsyncClient, told: NoticeIssued, told_again: NoticeIssued
):
    now, _, before = (await client.get("/notices")).text.partition("これまでのお知らせ")
    link = f'<a href="{told_again.page}">新しいお知らせがあります</a>'

    assert (told_again.page in now, told_again.page in before) == (True, False)
    assert (told.page in now, told.page in before) == (False, True)
    assert link in (await client.get(told.page)).text
    assert "新しいお知らせがあります" not in (await client.get(told_again.page)).text


async def test_a_notice_about_something_else_ends_nothing(
    client: AsyncClient, desk: Desk[Store], told: NoticeIssued, moved: News, said: Said
):
    other = replace(moved, event_id="other", page="/plan/milestones/ms-other")
    async with desk.open(desk.now()) as (store, _):
        await handlers.announce(other, store, rules=RULES, say=said, now=desk.now())

    assert "これまでのお知らせ" not in (await client.get("/notices")).text


async def test_a_notice_has_a_page_that_leads_to_what_it_is_about(
    client: AsyncClient, clock: Clock, told: NoticeIssued
):
    page = (await client.get(told.page)).text
    clock.pass_by(timedelta(days=14))

    assert "<li>いまの期日：令和9年12月</li>" in page
    assert 'href="/plan/milestones/ms-std20"' in page
    assert "これまでのお知らせ" not in page
    assert "これまでのお知らせ" in (await client.get(told.page)).text


@pytest.mark.parametrize("path", ["/notices/mars", "/notices/0c2f5c8e-6f0e-9d8b-1f8a-3c1b7a2d4e5f"])
async def test_a_notice_that_is_not_there_is_a_page_that_leads_on(client: AsyncClient, path: str):
    answer = await client.get(path)

    assert answer.status_code == 404
    assert 'href="/notices"' in answer.text


async def test_a_feed_reader_reads_the_feed(client: AsyncClient, told: NoticeIssued):
    answer = await client.get("/notices/feed.atom")

    feed = read(answer.content)
    (entry,) = feed.entries
    assert not feed.bozo
    assert entry.id == f"tag:machi.example.jp,2026:notice/{told.notice_id}"
    assert (entry.title, entry.summary) == (told.title, told.summary)
    assert entry.link == f"https://machi.example.jp{told.page}"
    assert [tag.term for tag in entry.tags] == told.topics
    assert answer.headers["content-type"].startswith("application/atom+xml")


async def test_a_feed_without_entries_stays_the_same(client: AsyncClient):
    first = await client.get("/notices/feed.atom")

    again = await client.get("/notices/feed.atom", headers={"If-None-Match": first.headers["etag"]})

    assert read(first.content).feed.updated
    assert again.status_code == 304


@pytest.mark.parametrize("path", ["/notices", "/subscriptions"])
async def test_a_page_is_public_strict_and_not_fetched_twice(client: AsyncClient, path: str):
    first = await client.get(path)

    again = await client.get(path, headers={"If-None-Match": first.headers["etag"]})

    assert "default-src 'none'" in first.headers["content-security-policy"]
    assert "<script" not in first.text
    assert first.text.count("<h1") == 1
    assert again.status_code == 304
