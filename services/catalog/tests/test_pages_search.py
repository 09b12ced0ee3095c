import re
from datetime import timedelta
from urllib.parse import quote

import pytest
from httpx2 import AsyncClient, Response

from catalog import handlers
from catalog.store import Store
from chassis.saying import Desk
from contracts.opendata import DatasetPublished
from contracts.roadmap import MilestoneRescheduled, MilestoneScheduled
from contracts.schemas import example

pytestmark = pytest.mark.real

MOVED = MilestoneRescheduled.model_validate(example(MilestoneRescheduled))
PROMISED = MilestoneScheduled.model_validate(example(MilestoneScheduled))


def text(answer: Response) -> str:
    """What is read in the page's own part: without markup, spaces folded."""
    main = answer.text[answer.text.index("<main") : answer.text.index("</main>")]
    return " ".join(re.sub(r"<[^>]+>", " ", main).split())


def found(answer: Response) -> list[str]:
    return re.findall(r'<p class="m-list__title"><a href="([^"]+)"', answer.text)


async def search(client: AsyncClient, question: str, more: str = "") -> Response:
    answer = await client.get(f"/search?q={quote(question, safe='')}{more}")
    assert answer.status_code == 200
    return answer


async def tell_of(desk: Desk[Store], count: int) -> None:
    """Milestones of the plan, told one minute after the other."""
    async with desk.open(desk.now()) as (store, _):
        for number in range(count):
            changes = {"milestone_id": f"ms-{number}", "page": f"/plan/milestones/ms-{number}"}
            at = desk.now() + timedelta(minutes=number)
            await handlers.show_milestone(PROMISED.model_copy(update=changes), store, at=at)


async def test_every_page_leads_to_the_search(client: AsyncClient):
    for path in ("/", "/procedures", "/search", "/mars"):
        html = (await client.get(path)).text
        assert '<form class="m-search" role="search" action="/search" method="get"' in html


async def test_an_everyday_word_finds_and_says_why(client: AsyncClient):
    answer = await search(client, "引っ越し")

    assert found(answer)[:2] == [
        "/procedures/residence.move-out",
        "/procedures/residence.visit-notice",
    ]
    assert "「引っ越し」は、「転出」「転入」「住所移転」ということばで探しました。" in text(answer)
    assert (
        '<input class="m-input" id="question" name="q" type="search" value="引っ越し"'
        in answer.text
    )


async def test_what_a_neighbour_told_is_found_with_its_kind_and_its_day(
    client: AsyncClient, loaded: Desk[Store]
):
    async with loaded.open(loaded.now()) as (store, _):
        await handlers.show_milestone(MOVED, store, at=loaded.now())

    answer = await search(client, "標準化")

    assert found(answer) == ["/plan/milestones/ms-std20"]
    assert "令和8年11月23日 計画" in text(answer)


async def test_what_is_found_can_be_narrowed_to_a_kind(client: AsyncClient, loaded: Desk[Store]):
    await tell_of(loaded, 1)

    answer = await search(client, "期限 ", "&kind=plan")
    every = await search(client, "オンライン", "&kind=nonsense")

    assert found(answer) == ["/plan/milestones/ms-0"]
    assert len(found(every)) == len(found(await search(client, "オンライン")))


async def test_many_are_shown_page_by_page(client: AsyncClient, loaded: Desk[Store]):
    await tell_of(loaded, 45)

    first, last = await search(client, "標準化"), await search(client, "標準化", "&page=3")

    assert (len(found(first)), len(found(last))) == (20, 5)
    assert found(first)[0] == "/plan/milestones/ms-44"
    assert "3ページ中、1ページ目" in text(first)
    assert 'rel="next"' in first.text
    assert 'rel="next"' not in last.text


@pytest.mark.parametrize("page", ["0", "-1", "x", "", "１", "999999999999999999999", "1.5"])
async def test_a_page_number_that_is_none_is_the_first(client: AsyncClient, page: str):
    answer = await search(client, "児童手当", f"&page={quote(page)}")

    assert "/procedures/child-allowance.claim" in found(answer)


async def test_a_page_too_far_is_the_last(client: AsyncClient, loaded: Desk[Store]):
    await tell_of(loaded, 25)

    assert len(found(await search(client, "標準化", "&page=99"))) == 5


async def test_without_a_hit_there_are_the_nearest_the_groups_and_a_way_to_ask(client: AsyncClient):
    answer = await search(client, "じゅみんひょう")

    assert "見つかりませんでした" in text(answer)
    assert 'href="/plan#not-written"' in answer.text
    assert "近いもの おさがしのものとは違うかもしれません。 住民票の写し 手続" in text(answer)
    assert 'href="/procedures#certificate"' in answer.text
    assert "市の窓口におたずねください。 連絡先は登録されていません" in text(answer)


async def test_with_nothing_asked_there_are_examples_and_the_groups(client: AsyncClient):
    page = text(await client.get("/search"))

    assert "たとえば、こんなことばで" in page
    assert "見つかりませんでした" not in page


@pytest.mark.parametrize("question", ["%", "_", "'; drop table procedure; --%", "😀", "\x00", "\\"])
async def test_marks_alone_find_nothing_and_break_nothing(client: AsyncClient, question: str):
    answer = await search(client, question)

    assert found(answer) == []
    assert "\x00" not in answer.text


async def test_a_very_long_question_is_cut_and_that_is_said(client: AsyncClient):
    answer = await search(client, "住民票" * 1_000)

    assert "はじめの100文字で調べました" in text(answer)
    assert len(answer.content) < 30_000


async def test_what_was_asked_cannot_become_markup(client: AsyncClient):
    answer = await search(client, '"><script>alert(1)</script>')

    assert "<script" not in answer.text


async def test_the_examples_find_something(client: AsyncClient):
    html = (await client.get("/search")).text
    examples = re.findall(r'href="(/search\?q=[^"]+)"', html)

    assert len(examples) == 7
    for path in examples:
        assert found(await client.get(path))


async def test_searches_are_not_for_search_engines(client: AsyncClient):
    assert '<meta name="robots" content="noindex">' in (await search(client, "住民票")).text


async def test_the_front_page_shows_what_moved_with_its_day_and_leaves_out_what_was_not_heard(
    client: AsyncClient, loaded: Desk[Store]
):
    async with loaded.open(loaded.now()) as (store, _):
        await handlers.show_milestone(MOVED, store, at=loaded.now())

    page = text(await client.get("/"))

    assert f"計画で動いたこと {MOVED.title} 令和8年11月23日（月）" in page
    assert "新しいデータ" not in page
    assert "お知らせの一覧" not in page


async def test_a_data_set_is_found_by_its_keywords_and_stands_on_the_front_page(
    client: AsyncClient, loaded: Desk[Store]
):
    published = DatasetPublished.model_validate(example(DatasetPublished))
    async with loaded.open(loaded.now()) as (store, _):
        await handlers.show_page(published, store, at=loaded.now())

    answer, front = await search(client, "デジタル化 期日"), await client.get("/")

    assert found(answer) == [published.page]
    assert f"新しいデータ {published.title}" in text(front)
