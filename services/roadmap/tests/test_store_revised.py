"""A city's plan over three revisions: what each changed beside its tree, and what became of what is gone."""

import re
from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import UTC, datetime
from html import unescape
from pathlib import Path
from typing import Any

import pytest
from httpx2 import ASGITransport, AsyncClient

from chassis.saying import Desk, Speaker
from roadmap import app, handlers
from roadmap.domain import Answer, read_plan
from roadmap.settings import Settings
from roadmap.store import Store

pytestmark = pytest.mark.real

MONDAY = datetime(2026, 11, 23, 3, 0, tzinfo=UTC)
FILES = Path(__file__).parents[3] / "examples" / "plans" / "999999"
FIRST, SECOND = (
    (FILES / name).read_text(encoding="utf-8") for name in ("plan_r1.yaml", "plan_r2.yaml")
)
ANSWERS = (
    Answer(kind="split", old=("write-free",), new=("write-free-hall", "write-free-branches")),
    Answer(kind="merged", old=("apply", "notify-result"), new=("apply-and-result",)),
    Answer(kind="replaced", old=("advisers",), new=("visiting-advisers",)),
)
THIRD = (
    SECOND.replace("id: v2\n  supersedes: v1", "id: v3\n  supersedes: v2")
    .replace('令和8年3月, edtf: "2026-03"', '令和8年10月, edtf: "2026-10"')
    .replace("visiting-advisers", "travelling-advisers")
    .replace("デジタル相談員の派遣", "デジタル相談員の巡回")
    .replace("    better: lower", "    version: 2\n    better: lower")
    .replace("value: 31", "value: 28")
    .replace("令和8年1月時点", "令和8年8月時点")
    .replace('"2026-01"', '"2026-08"')
)
MOVED = Answer(kind="replaced", old=("visiting-advisers",), new=("travelling-advisers",))


@pytest.fixture
async def town(desk: Desk[Store]) -> Desk[Store]:
    """The made-up city with three revisions, the last two with what people answered."""
    desk = replace(desk, speaker=Speaker("roadmap", "999999"))
    for file, answers in ((FIRST, ()), (SECOND, ANSWERS), (THIRD, (MOVED,))):
        await take(desk, file, answers)
    return desk


async def take(
    desk: Desk[Store], file: str, answers: tuple[Answer, ...], *, kept: bool = True
) -> None:
    """Take a plan over; before answers were kept with a revision, they were not."""
    async with desk.open(MONDAY) as (store, say):
        plan = read_plan(file, "plan.yaml")
        run = await handlers.look(plan, await store.base(), city="999999", answers=answers)
        run = run if kept else replace(run, answers=())
        await handlers.take_over(run, store, say=say, now=MONDAY)


@pytest.fixture
async def reader(town: Desk[Store]) -> AsyncIterator[AsyncClient]:
    """Somebody at its doors."""
    transport = ASGITransport(app.http(town, Settings(), None))
    async with AsyncClient(transport=transport, base_url="http://roadmap") as client:
        yield client


async def diff(reader: AsyncClient, one: str, other: str) -> dict[str, Any]:
    answer = await reader.get("/api/roadmap/diff", params={"from": one, "to": other})
    assert answer.status_code == 200, answer.text
    return answer.json()


def kinds(answer: dict[str, Any], *of: str) -> set[tuple[str, str]]:
    return {(e["kind"], e["node_id"]) for e in answer["changes"] if not of or e["kind"] in of}


def text(html: str) -> str:
    return " ".join(unescape(re.sub(r"<[^>]+>", " ", html)).split())


async def test_a_revision_tells_what_it_moved_dropped_and_added_beside_its_tree(
    reader: AsyncClient, town: Desk[Store]
):
    told = await town.pool.fetchval(
        """
        select jsonb_agg(change)::text
          from outbox, jsonb_array_elements(payload::jsonb -> 'changes') as change
         where headers::jsonb ->> 'type' = 'machi.roadmap.plan.revised.v1'
           and payload::jsonb ->> 'revision' = 'v2' and change ->> 'what' <> 'node'
        """
    )
    answered = await diff(reader, "v1", "v2")

    beside = {
        ("moved", "waiting"),
        ("removed", "waiting@2024-01"),
        ("added", "waiting@2026-01"),
        ("added", "delay"),
        ("renamed", "text"),
    }
    assert {e for e in kinds(answered) if e[1] in {one for _, one in beside}} == beside
    assert '"fields": ["target"]' in told
    assert '"before": "15（2028-04/2029-03）"' in told


async def test_what_was_answered_is_applied_over_one_revision_and_over_several(
    reader: AsyncClient,
):
    one, both = await diff(reader, "v1", "v2"), await diff(reader, "v1", "v3")
    back = await diff(reader, "v3", "v1")

    assert (one["questions"], both["questions"], back["questions"]) == ([], [], [])
    assert kinds(one, "split", "merged") == {
        ("split", "write-free"),
        ("merged", "apply-and-result"),
    }
    assert ("renamed", "advisers") in kinds(both)
    assert "travelling-advisers" not in {e["node_id"] for e in both["changes"]}
    assert kinds(back, "split", "merged") == {
        ("split", "apply-and-result"),
        ("merged", "write-free"),
    }


async def test_answers_to_an_import_from_before_they_were_kept_with_the_revision_count(
    desk: Desk[Store],
):
    desk = replace(desk, speaker=Speaker("roadmap", "999999"))
    await take(desk, FIRST, ())
    await take(desk, SECOND, ANSWERS, kept=False)
    async with desk.open(MONDAY) as (store, _):
        before = await store.plans.answers()
        sent = await store.imports.keep("v2.yaml", SECOND.encode(), by="clerk-1", now=MONDAY)
        await store.imports.answer(sent, ANSWERS, by="clerk-1")
        await store.imports.confirm(sent, by="clerk-1", now=MONDAY)
        after = await store.plans.answers()

    assert before == {"v1": (), "v2": ()}
    assert after == {"v1": (), "v2": ANSWERS}


async def test_the_page_tells_both_texts_in_words(reader: AsyncClient):
    page = text((await reader.get("/plan/diff?from=v1&to=v2")).text)

    assert "施策「まちのデータ」 場所 「市役所の視点」の下 「データの視点」の下" in page
    assert "指標「転入の手続にかかる時間」 目標 15分（令和10年度（2028年度）まで）" in page
    assert "「会議の紙をなくすことを検討します」 「会議の紙をなくします」" in page
    assert (
        "名前 「書かない窓口の導入」 「書かない窓口（庁舎）の導入」「書かない窓口（支所）の導入」"
        in page
    )
    assert "工程「デジタル相談員の配置」 期間 令和7年度（2025年度）〜令和9年度（2027年度）" in page
    assert "記録がないもの" not in page


async def test_the_page_leads_from_each_version_to_the_next_and_the_last_to_the_present(
    reader: AsyncClient,
):
    html = (await reader.get("/plan/diff")).text

    assert 'href="/plan/diff?from=v2&amp;to=v3">v2 から v3 へ' in html
    assert 'href="/plan/diff?from=v3&amp;to=">v3 から いま へ' in html
    assert "デジタル相談員の巡回" in html  # nothing moved since v3, so the one before is beside


async def test_every_value_that_was_ever_stated_is_answered_with_its_revision(
    reader: AsyncClient,
):
    asked = "/api/roadmap/indicators/waiting/readings"
    now, then = (
        (await reader.get(asked)).json(),
        (await reader.get(f"{asked}?valid=2026-06")).json(),
    )

    assert [(e["value"], e["revision"], e["comparable"]) for e in now["readings"]] == [
        (42, "v1", False),
        (31, "v2", False),
        (28, "v3", True),
    ]
    assert now["readings"][0]["because"] == "It was measured by definition 1; now it is by 2."
    assert [(e["value"], e["comparable"]) for e in then["readings"]] == [(42, True), (31, True)]
    assert (now["target"]["value"], now["target"]["due"]["value"]["edtf"]) == (
        15,
        "2030-04/2031-03",
    )
    assert (now["target"]["due"]["lines"], now["target"]["undated_reason"]) == ("9", None)


async def test_the_page_of_an_initiative_shows_every_value_with_its_revision(
    reader: AsyncClient,
):
    page = text((await reader.get("/plan/initiatives/counter")).text)

    assert "42分" in page
    assert "v1の版 いまとは別の測り方（1）の値なので、いまの値とは比べられません。" in page
    assert "28分" in page
