import re
from datetime import date

import pytest
from httpx2 import AsyncClient

from catalog import handlers
from catalog.store import Store
from chassis.saying import Desk
from contracts.roadmap import (
    MilestoneCancelled,
    MilestoneEvent,
    MilestoneReached,
    MilestoneRescheduled,
    MilestoneScheduled,
)
from contracts.schemas import example

pytestmark = pytest.mark.real

MOVING_OUT = "/procedures/residence.move-out"
ONLINE = {"milestone_id": "ms-online29", "page": "/plan/milestones/ms-online29"}
PROMISED = MilestoneScheduled.model_validate(example(MilestoneScheduled) | ONLINE)
REASON = {"reason": "移行の確認に<時間>が要るため"}
MOVED = MilestoneRescheduled.model_validate(example(MilestoneRescheduled) | ONLINE | REASON)
CANCELLED = MilestoneCancelled.model_validate(
    example(MilestoneCancelled) | ONLINE | {"reason": "国の制度が変わったため"}
)
REACHED = MilestoneReached.model_validate(example(MilestoneReached) | ONLINE)


def text(html: str) -> str:
    """What is read: without markup, spaces folded."""
    return " ".join(re.sub(r"<[^>]+>", " ", html).split())


def box(html: str) -> str:
    """The box of the milestone; empty when there is none."""
    found = re.search(r'<section class="m-box".*?</section>', html, re.DOTALL)
    return found[0] if found else ""


async def show(desk: Desk[Store], *events: MilestoneEvent) -> None:
    for event in events:
        async with desk.open(desk.now()) as (store, _):
            await handlers.show_milestone(event, store, at=desk.now())


async def test_procedures_are_listed_by_group_in_the_order_of_the_plan(client: AsyncClient):
    html = (await client.get("/procedures")).text

    groups = re.findall(r'<h2 id="[a-z-]+">(.*?)</h2>', html)
    assert groups == [
        "種類から選ぶ",
        "子育て",
        "介護",
        "被災者支援",
        "引っ越し",
        "選挙",
        "証明書",
    ]
    assert len(re.findall(r'<a href="/procedures/[a-z]', html)) == 35


async def test_a_way_of_which_nobody_knows_is_never_said_to_be_open(client: AsyncClient):
    page = text((await client.get("/procedures")).text)

    assert page.count("オンライン：未確認です") == 30
    assert "オンラインでできます" not in page
    assert page.count("コンビニで受け取れます") == 5


async def test_each_group_of_the_list_can_be_gone_to(client: AsyncClient):
    html = (await client.get("/procedures")).text
    anchors = set(re.findall(r'href="#([a-z-]+)"', html)) - {"main"}

    assert len(anchors) == 6
    assert anchors <= set(re.findall(r'id="([a-z-]+)"', html))


async def test_a_procedure_shows_what_is_known_and_what_is_not(client: AsyncClient):
    page = text((await client.get(MOVING_OUT)).text)

    assert (
        "計画での呼び方 「転出届」 記載 岩沼市デジタル化推進計画（令和8年3月改訂）、981行目" in page
    )
    assert "窓口 未確認です" in page
    assert "手数料 未確認です" in page
    assert "受付時間 未確認です" in page
    assert "住民基本台帳法 第24条" in page
    assert "9064 この手続の一部" in page


async def test_a_certificate_shows_since_when_its_hours_and_its_closures(client: AsyncClient):
    answer = await client.get("/procedures/certificate.resident-record")
    page = text(answer.text)

    assert '<time datetime="2019-10-01">' in answer.text
    assert "受付時間 6:30〜23:00" in page
    assert "年末年始（12月29日〜1月3日）、メンテナンス期間（日程は未確認です）" in page
    assert "マイナンバーカードと、利用者証明用電子証明書" in page


async def test_what_only_probably_fits_is_shown_as_not_confirmed(client: AsyncClient):
    page = text((await client.get("/procedures/child-allowance.details")).text)

    assert "根拠となる法令 未確認です。おそらく次のものです。 児童手当法 第26条第3項" in page


async def test_every_source_is_named_with_its_mark_and_its_lines(client: AsyncClient):
    html = (await client.get(MOVING_OUT)).text
    table = text(html[html.index("<table") : html.index("</table>")])

    assert "計画との関係 推定 岩沼市デジタル化推進計画（令和8年3月改訂）、979-985行目" in table
    assert "マイナポータルの方法 記載" in table
    assert "根拠となる法令 外部 行政手続等の悉皆調査結果等（デジタル庁） 国の法令やデータ" in table


async def test_a_milestone_of_which_nothing_was_heard_leaves_no_box(client: AsyncClient):
    answer = await client.get(MOVING_OUT)

    assert answer.status_code == 200
    assert box(answer.text) == ""


async def test_a_promised_milestone_stands_in_a_box_with_its_date(
    client: AsyncClient, loaded: Desk[Store]
):
    await show(loaded, PROMISED)

    found = box((await client.get(MOVING_OUT)).text)

    assert "期日 令和9年（2027年）9月" in text(found)
    assert 'href="/plan/milestones/ms-online29"' in found


async def test_a_moved_milestone_shows_both_dates_the_reason_and_who_decided(
    client: AsyncClient, loaded: Desk[Store]
):
    await show(loaded, PROMISED, MOVED)

    found = box((await client.get(MOVING_OUT)).text)

    assert "期日が変わりました" in found
    assert "前の期日 令和9年（2027年）9月 いまの期日 令和9年（2027年）12月" in text(found)
    assert "移行の確認に&lt;時間&gt;が要るため" in found
    assert "岩沼市デジタル化推進本部（令和8年11月20日）" in found


LATER = MOVED.model_copy(update={"valid_from": date(2027, 4, 1)})


async def test_until_a_decided_date_holds_the_one_before_is_that_of_today(
    client: AsyncClient, loaded: Desk[Store]
):
    await show(loaded, PROMISED, LATER)

    found = text(box((await client.get(MOVING_OUT)).text))

    assert "期日が変わりました" not in found
    assert "期日 令和9年（2027年）9月 決まっている変更" in found
    assert "決まっている変更： 令和9年4月1日 から 令和9年（2027年）12月 変わる理由" in found
    assert "決めたところ 例：岩沼市デジタル化推進本部（令和8年11月20日）" in found


async def test_from_its_day_on_a_decided_date_is_that_of_today(
    in_april: AsyncClient, loaded: Desk[Store]
):
    await show(loaded, PROMISED, LATER)

    found = text(box((await in_april.get(MOVING_OUT)).text))
    front = text((await in_april.get("/")).text)

    assert "いまの期日 令和9年（2027年）12月" in found
    assert "決まっている変更" not in found
    assert "標準化対応期限 令和9年（2027年）12月 期日が変わりました" in front


async def test_a_stop_that_is_decided_for_later_is_told_as_that(
    client: AsyncClient, loaded: Desk[Store]
):
    await show(loaded, PROMISED, CANCELLED.model_copy(update={"valid_from": date(2027, 4, 1)}))

    found = text(box((await client.get(MOVING_OUT)).text))

    assert "決まっている変更： 令和9年4月1日 から 中止 中止の理由 国の制度が変わったため" in found
    assert "これからの節目" in (await client.get("/")).text


async def test_the_front_page_shows_the_date_of_today_and_the_one_that_comes(
    client: AsyncClient, loaded: Desk[Store]
):
    await show(loaded, PROMISED, LATER)

    page = text((await client.get("/")).text)

    now, then = (
        "令和9年（2027年）9月",
        "決まっている変更： 令和9年4月1日 から 令和9年（2027年）12月",
    )
    assert f"計画の、つぎの節目 {now} 標準化対応期限 {then}" in page
    assert f"計画の、これからの節目 標準化対応期限 {now} {then}" in page
    assert "期日が変わりました" not in page


async def test_a_milestone_that_is_in_the_plan_only_later_has_no_date_today(
    client: AsyncClient, loaded: Desk[Store]
):
    await show(loaded, PROMISED.model_copy(update={"valid_from": date(2027, 4, 1)}))

    found = text(box((await client.get(MOVING_OUT)).text))

    assert "期日なし" not in found
    assert "決まっている変更： 令和9年4月1日 から 令和9年（2027年）9月" in found
    assert "これからの節目" not in (await client.get("/")).text


async def test_a_move_without_a_decision_on_record_says_so(
    client: AsyncClient, loaded: Desk[Store]
):
    await show(loaded, MOVED.model_copy(update={"decision": None, "reason": None}))

    found = text(box((await client.get(MOVING_OUT)).text))

    assert "変わった理由 記載なし 決めたところ 決定の記録なし" in found


async def test_a_milestone_that_is_planned_no_more_says_why_and_lies_not_ahead(
    client: AsyncClient, loaded: Desk[Store]
):
    await show(loaded, PROMISED, CANCELLED)

    found = text(box((await client.get(MOVING_OUT)).text))

    assert "中止の前の期日 令和9年（2027年）9月 中止の理由 国の制度が変わったため" in found
    assert "岩沼市デジタル化推進本部（令和8年11月20日）" in found
    assert "これからの節目" not in (await client.get("/")).text


async def test_a_milestone_that_lost_its_date_says_why(client: AsyncClient, loaded: Desk[Store]):
    undated = {"due": None, "new_due": None, "undated_reason": "国の方針を待つため"}
    await show(loaded, MOVED.model_copy(update=undated))

    found = text(box((await client.get(MOVING_OUT)).text))

    assert "いまの期日 期日なし" in found
    assert "期日がない理由：国の方針を待つため" in found


async def test_a_reached_milestone_shows_the_day(client: AsyncClient, loaded: Desk[Store]):
    await show(loaded, REACHED)

    found = text(box((await client.get(MOVING_OUT)).text))

    assert found.index("達成") < found.index("年")


async def test_a_milestone_stands_only_beside_the_procedures_that_it_is_for(
    client: AsyncClient, loaded: Desk[Store]
):
    await show(loaded, MOVED)

    assert box((await client.get("/procedures/certificate.seal")).text) == ""


async def test_the_front_page_leads_to_the_procedures_and_to_the_plan(client: AsyncClient):
    html = (await client.get("/")).text

    assert {"/procedures", "/plan", "/procedures#certificate"} <= set(
        re.findall(r'href="([^"]+)"', html)
    )
    assert "これからの節目" not in html


async def test_the_front_page_shows_the_milestones_ahead(client: AsyncClient, loaded: Desk[Store]):
    await show(loaded, PROMISED, MOVED)

    page = text((await client.get("/")).text)

    assert "計画の、これからの節目 標準化対応期限 令和9年（2027年）12月 期日が変わりました" in page


@pytest.mark.parametrize("path", ["/", "/about", "/procedures", MOVING_OUT])
async def test_a_page_is_public_strict_and_not_fetched_twice(client: AsyncClient, path: str):
    first = await client.get(path)

    again = await client.get(path, headers={"If-None-Match": first.headers["etag"]})

    assert "default-src 'none'" in first.headers["content-security-policy"]
    assert "<script" not in first.text
    assert first.text.count("<h1") == 1
    assert again.status_code == 304


@pytest.mark.parametrize("path", ["/procedures/residence.move-to-mars", "/mars"])
async def test_what_is_not_there_is_a_page_that_leads_on(client: AsyncClient, path: str):
    answer = await client.get(path)

    assert answer.status_code == 404
    assert 'href="/procedures"' in answer.text
    assert "UnknownProcedure" not in answer.text


@pytest.mark.parametrize("path", ["/", "/procedures"])
async def test_the_look_is_served_below_the_procedures(client: AsyncClient, path: str):
    html = (await client.get(path)).text
    (style,) = set(re.findall(r'href="(/procedures/_pages/[^"]+/machi\.css)"', html))

    answer = await client.get(style)

    assert answer.status_code == 200
    assert "immutable" in answer.headers["cache-control"]


async def test_before_anything_is_loaded_the_pages_say_so(unloaded: AsyncClient):
    pages = [text((await unloaded.get(path)).text) for path in ("/", "/procedures")]

    assert all("手続はまだ読み込まれていません" in page for page in pages)


async def test_what_stands_at_the_foot_of_a_page_exists(client: AsyncClient):
    html = (await client.get("/procedures")).text
    foot = re.findall(r'href="(/about[^"]*)"', html[html.index("<footer") :])

    about = (await client.get("/about")).text

    assert foot == ["/about", "/about#accessibility", "/about#data"]
    assert all(f'id="{path.partition("#")[2]}"' in about for path in foot if "#" in path)


async def test_nothing_is_said_to_conform_that_was_not_tried(client: AsyncClient):
    about = text((await client.get("/about")).text)

    assert "配慮" in about
    assert "準拠" not in about
