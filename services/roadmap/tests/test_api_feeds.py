from datetime import UTC, datetime
from typing import Any, cast

import feedparser  # pyright: ignore[reportMissingTypeStubs]
import pytest
from clerks import Clerk
from httpx2 import AsyncClient, Response
from tokens import Issuer

from chassis.saying import Desk
from roadmap.store import Store

pytestmark = pytest.mark.real

ATOM, JSON_FEED = "/api/roadmap/feed.atom", "/api/roadmap/feed.json"
MOVED = "標準化対応期限 2027年9月 → 12月（+3か月、1回目）"


@pytest.fixture
def clerk(client: AsyncClient, issuer: Issuer) -> Clerk:
    return Clerk(client, issuer.token("editor"))


async def read(client: AsyncClient, path: str = ATOM, **asked: str) -> Any:
    """What a feed reader sees."""
    answer = await client.get(path, params=asked)
    assert answer.status_code == 200, answer.text
    return as_read(answer)


def as_read(answer: Response) -> Any:
    found = cast("Any", feedparser).parse(answer.content)  # it has no types
    assert not found.bozo, found.bozo_exception
    return found


async def items(client: AsyncClient, **asked: str) -> list[dict[str, Any]]:
    answer = await client.get(JSON_FEED, params=asked)
    assert answer.status_code == 200, answer.text
    return answer.json()["items"]


async def test_a_move_is_an_entry_with_its_reason_and_who_decided(
    client: AsyncClient, clerk: Clerk
):
    said = await clerk.decides("令和9年12月")

    entry = (await read(client)).entries[0]

    assert entry.title == MOVED
    assert entry.id.endswith(f":event/{said['event']['event_id']}")
    assert "岩沼市デジタル化推進本部の決定：期限を改める" in entry.summary
    assert "理由：移行の確認に時間が要るため" in entry.summary
    assert entry.link == "http://127.0.0.1:8080/plan/milestones/ms-std20"


async def test_a_second_move_says_so(client: AsyncClient, clerk: Clerk):
    await clerk.decides("令和9年12月")
    await clerk.decides("令和10年3月31日", valid_from="2026-11-22")

    titles = [entry.title for entry in (await read(client, milestone="ms-std20")).entries]

    assert "標準化対応期限 2027年12月 → 2028年3月31日（+91日から+121日、2回目）" in titles
    assert MOVED in titles


async def test_a_move_that_holds_from_a_later_day_says_so(client: AsyncClient, clerk: Clerk):
    await clerk.decides("令和9年12月", valid_from="2027-04-01")

    (entry, *_) = (await read(client)).entries

    assert entry.title == "標準化対応期限 2027年9月 → 12月（2027年4月1日から、+3か月、1回目）"


async def test_history_is_there_and_says_that_it_is_no_news(client: AsyncClient):
    found = (await read(client)).entries

    assert len(found) > 10
    assert all(entry.title.startswith("［過去の記録］") for entry in found)
    assert all("backfill" in {tag.term for tag in entry.tags} for entry in found)


async def test_both_feeds_have_the_same_entries_under_the_same_ids(
    client: AsyncClient, clerk: Clerk
):
    await clerk.decides("令和9年12月")

    read_as_atom, read_as_json = (await read(client)).entries, await items(client)

    assert [(entry.id, entry.title) for entry in read_as_atom] == [
        (item["id"], item["title"]) for item in read_as_json
    ]
    assert read_as_json[0]["content_text"] == read_as_atom[0].summary


async def test_the_json_feed_says_what_its_format_asks_for(client: AsyncClient):
    answer = await client.get(JSON_FEED)
    feed = answer.json()

    assert answer.headers["content-type"].startswith("application/feed+json")
    assert feed["version"] == "https://jsonfeed.org/version/1.1"
    assert feed["feed_url"] == "http://127.0.0.1:8080/api/roadmap/feed.json"
    assert {"id", "url", "title", "content_text", "date_published"} <= feed["items"][0].keys()
    assert datetime.fromisoformat(feed["items"][0]["date_published"]).tzinfo == UTC


async def test_one_follows_what_one_chooses(client: AsyncClient, clerk: Clerk):
    await clerk.decides("令和9年12月")

    chosen = [item["_machi"] for item in await items(client, initiative="2-1")]

    subjects = {item["subject"] for item in chosen}
    assert "ms-std20" in subjects
    assert "ms-plan-r8" not in subjects
    assert {item["type"] for item in chosen} >= {
        "machi.roadmap.decision.taken.v1",
        "machi.roadmap.plan.revised.v1",
        "machi.roadmap.milestone.rescheduled.v1",
    }


async def test_a_decision_about_something_else_is_not_told(client: AsyncClient, clerk: Clerk):
    await clerk.decides("令和9年12月")

    types = {item["_machi"]["type"] for item in await items(client, milestone="ms-plan-r8")}

    assert "machi.roadmap.decision.taken.v1" not in types


async def test_older_changes_are_behind_a_link(client: AsyncClient, clerk: Clerk):
    for number in range(25):
        await clerk.decides(f"令和9年{number % 12 + 1}月{number // 12 + 1}日")

    ids, address = list[str](), ATOM
    while address:
        page = as_read(await client.get(address))
        ids += [entry.id for entry in page.entries]
        links: dict[str, str] = {link.rel: link.href for link in page.feed.links}
        address = links.get("next", "").removeprefix("http://127.0.0.1:8080")

    assert len(ids) > 50
    assert len(set(ids)) == len(ids)


async def test_all_pages_are_of_one_feed_and_each_choice_is_a_feed_of_its_own(
    client: AsyncClient, clerk: Clerk
):
    whole, later = await read(client), await read(client, before="5")
    chosen = await read(client, initiative="2-1")

    assert whole.feed.id == later.feed.id != chosen.feed.id
    assert "2-1 自治体情報システム" in chosen.feed.title


async def test_what_did_not_change_is_not_rendered_again(client: AsyncClient, clerk: Clerk):
    for path in (ATOM, JSON_FEED):
        first = await client.get(path)
        known = {"If-None-Match": first.headers["etag"]}

        again = await client.get(path, headers=known)
        await clerk.decides("令和9年12月" if path == ATOM else "令和10年1月")
        changed = await client.get(path, headers=known)

        assert (again.status_code, again.content) == (304, b"")
        assert changed.status_code == 200


async def test_a_blanked_text_leaves_an_entry_without_it(
    client: AsyncClient, clerk: Clerk, loaded: Desk[Store]
):
    said = await clerk.decides("令和9年12月", reason="岩沼太郎さんの申し出による")
    async with loaded.open(loaded.now()) as (store, _):
        for seq in range((await store.log.head()).seq + 1):
            await store.log.blank(seq)

    answer = await client.get(ATOM)

    assert "岩沼太郎" not in answer.text
    entry = as_read(answer).entries[0]
    assert entry.id.endswith(f":event/{said['event']['event_id']}")
    assert entry.title == "この記録の内容は、公開をやめました"


async def test_before_anything_was_told_a_feed_is_valid_and_empty(client: AsyncClient):
    answer = await client.get(ATOM, params={"before": "1"})

    assert as_read(answer).entries == []
    assert as_read(answer).feed.updated == "2026-01-01T00:00:00Z"


@pytest.mark.parametrize("path", [ATOM, JSON_FEED])
@pytest.mark.parametrize(
    ("asked", "status"),
    [("initiative=9-9", 400), ("before=0", 422), ("before=mars", 422), (f"before={2**63}", 422)],
)
async def test_what_cannot_be_is_refused(client: AsyncClient, path: str, asked: str, status: int):
    answer = await client.get(f"{path}?{asked}")

    assert answer.status_code == status
    assert answer.headers["content-type"] == "application/problem+json"


async def test_what_was_reached_does_not_read_as_if_it_were_to_come(client: AsyncClient):
    titles = [entry.title for entry in (await read(client, milestone="ms-convenience")).entries]

    assert titles[:1] == [
        "［過去の記録］コンビニ交付サービスの開始：達成（令和元年10月1日（火）から）"
    ]
