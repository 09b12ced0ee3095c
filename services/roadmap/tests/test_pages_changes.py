"""What changed, and two moments side by side."""

import re
from html import unescape
from pathlib import Path
from typing import Any

import pytest
from httpx2 import AsyncClient
from tokens import Issuer

from chassis.saying import Desk
from roadmap import app, handlers
from roadmap.domain import read_observations
from roadmap.store import Store

pytestmark = pytest.mark.real

MOVE: dict[str, Any] = {
    "subject_id": "ms-std20",
    "attr": "due",
    "value": "2027-12",
    "reason": "移行の<確認>に時間が要るため",
    "decision": {
        "body": "岩沼市デジタル化推進本部",
        "taken_on": "2026-11-20",
        "chosen": "期限を改める",
    },
}
ACTUAL: dict[str, Any] = {
    "subject_id": "ms-online29",
    "attr": "actual",
    "value": "2023-03",
    "evidence": [{"source": "市の広報", "url": "https://example.jp/koho"}],
}


NOTHING: dict[str, Any] = {
    "body": "岩沼市デジタル化推進本部",
    "taken_on": "2026-11-20",
    "chosen": "いまは何も変えない",
    "not_chosen": ["期限を改める"],
    "effect": "none",
    "reason": "国の見込みがまだ出ないため",
    "about": ["ms-std20", "ms-online29"],
}
STD20 = "/plan/milestones/ms-std20"
OBSERVED = Path(app.__file__).parent / "data" / "042111" / "observations.yaml"


def text(html: str) -> str:
    return " ".join(re.sub(r"<[^>]+>", " ", html).split())


def link(html: str, words: str) -> str:
    found = re.search(rf'href="([^"]+)"[^>]*>{words}', html)
    assert found, words
    return unescape(found[1])


async def post(client: AsyncClient, issuer: Issuer, body: dict[str, Any], to: str = "") -> Any:
    token = {"Authorization": f"Bearer {issuer.token('editor')}", "If-Match": "*"}
    answer = await client.post(f"/api/roadmap/assertions{to}", json=body, headers=token)
    assert answer.status_code == 201, answer.text
    return answer.json()


async def newest(client: AsyncClient) -> int:
    rows = (await client.get("/api/roadmap/milestones/ms-std20/history")).json()["history"]
    return rows[-1]["assertion_id"]


def part(html: str, head: str) -> str:
    """What stands below a heading, until the next of its rank."""
    return text(html.partition(f"<h2>{head}</h2>")[2].partition("<h2")[0])


async def test_revisions_and_corrections_stand_apart_with_their_reasons(
    client: AsyncClient, issuer: Issuer
):
    await post(client, issuer, MOVE)
    wrong = await newest(client)
    await post(client, issuer, {"value": "2027-11", "reason": "入力の誤り"}, f"/{wrong}/correct")
    await post(client, issuer, ACTUAL)

    html = (await client.get("/plan/changes")).text

    assert "変更前 令和9年（2027年）9月 変更後 令和9年（2027年）12月" in part(html, "改訂")
    assert "期限を改める" in part(html, "改訂")
    assert "移行の&lt;確認&gt;に時間が要るため" in part(html, "改訂")
    assert "訂正前 令和9年（2027年）12月 訂正後 令和9年（2027年）11月" in part(html, "訂正")
    assert "訂正の理由：入力の誤り" in part(html, "訂正")
    assert "市の広報" in part(html, "実績と報告")
    assert 'href="https://example.jp/koho"' in html


async def test_a_decision_that_changed_no_date_is_listed_with_what_was_not_chosen(
    client: AsyncClient, issuer: Issuer
):
    token = {"Authorization": f"Bearer {issuer.token('editor', 'approver')}"}
    answer = await client.post("/api/roadmap/decisions", json=NOTHING, headers=token)
    assert answer.status_code == 201, answer.text
    await post(client, issuer, MOVE)

    found = part((await client.get("/plan/changes")).text, "改訂")

    _, _, alone = found.partition("期日を変えていない決定")
    assert "いまは何も変えない（何も変えない）" in alone
    assert "選ばなかった案：期限を改める" in alone
    assert "対象：標準化対応期限、" in alone
    assert "の決定：期限を改める" not in alone


async def test_why_a_statement_was_taken_back_is_told(client: AsyncClient, issuer: Issuer):
    await post(client, issuer, {**ACTUAL, "subject_id": "ms-std20", "value": "2026-10"})
    wrong = await newest(client)
    await post(client, issuer, {"value": None, "reason": "別の節目の日だった"}, f"/{wrong}/correct")

    changes = part((await client.get("/plan/changes")).text, "訂正")
    rows = (await client.get("/api/roadmap/milestones/ms-std20/history")).json()["history"]

    assert "取り消しの理由：別の節目の日だった" in changes
    assert "取り消しの理由：別の節目の日だった" in (await client.get(STD20)).text
    assert [row["taken_back"] for row in rows if row["attr"] == "actual"] == ["別の節目の日だった"]


async def test_what_one_source_reports_of_many_things_is_one_entry(
    client: AsyncClient, loaded: Desk[Store]
):
    observations = read_observations(OBSERVED.read_bytes(), OBSERVED.name)
    async with loaded.open(loaded.now()) as (store, _):
        assert await handlers.observe(observations, store, by="operator") == 15

    html = (await client.get("/plan/changes")).text

    assert html.count("ほかからの報告：報告を記録しました") == 1
    assert "ほか14件" in part(html, "実績と報告")
    plan = (await client.get("/plan")).text
    assert "ほか14件（節目「" in part(plan, "最近の変更")
    assert f'<a href="{STD20}">標準化対応期限</a>」の対象）' in plan


async def test_without_changes_the_versions_of_the_plan_are_what_there_is(client: AsyncClient):
    html = (await client.get("/plan/changes")).text

    assert "決定によって変わった期日の記録はありません" in part(html, "改訂")
    assert "ベンダーの人的リソース不足が深刻化" in part(html, "改訂")
    assert "決定の記録なし" in part(html, "改訂")
    assert "訂正した記録はありません" in part(html, "訂正")


async def test_a_change_leads_to_what_was_known_before_and_after_it(
    visitor: AsyncClient, issuer: Issuer
):
    await post(visitor, issuer, MOVE)
    html = (await visitor.get("/plan/changes")).text

    before = await visitor.get(link(html, "この変更の前の内容"))
    after = await visitor.get(link(html, "この変更の後の内容"))

    assert ("2027-12" in before.text, "2027-12" in after.text) == (False, True)


async def test_what_was_changed_later_is_not_told_of_an_earlier_moment(
    visitor: AsyncClient, issuer: Issuer
):
    permalink = link((await visitor.get("/plan/changes")).text, "いま見ている内容の固定リンク")
    await post(visitor, issuer, MOVE)

    kept, now = await visitor.get(permalink), await visitor.get("/plan/changes")

    assert ("2027-12" in kept.text, "2027-12" in now.text) == (False, True)


async def test_the_plan_shows_the_last_changes_and_every_page_the_head_of_the_log(
    client: AsyncClient, issuer: Issuer
):
    await post(client, issuer, MOVE)
    head = (await client.get("/api/roadmap/changes")).json()["head"]

    html = (await client.get("/plan")).text

    assert "標準化対応期限：令和9年9月から令和9年12月へ（+3か月）" in part(
        html, "最近の変更"
    ).replace(" ", "")
    assert str(head["hash"]) in html


async def test_too_few_changes_for_another_page_are_no_fault(client: AsyncClient):
    assert (await client.get("/plan/changes?page=99")).status_code == 200


async def test_a_page_without_revisions_does_not_deny_those_of_the_next(
    client: AsyncClient, issuer: Issuer
):
    await post(client, issuer, MOVE)
    report = {**ACTUAL, "attr": "reported", "value": "2028-03", "valid_from": "2026-11-01"}
    for number in range(50):
        await post(client, issuer, {**report, "asserter": f"vendor-{number}"})

    first = (await client.get("/plan/changes")).text
    second = (await client.get(link(first, "次"))).text

    assert part(first, "改訂").startswith("このページにはありません。")
    assert "変更前 令和9年（2027年）9月" in part(second, "改訂")
    assert part(second, "実績と報告").startswith("このページにはありません。")
    assert part(first, "訂正") == part(second, "訂正") == "訂正した記録はありません。"


async def test_two_moments_stand_side_by_side(client: AsyncClient, issuer: Issuer):
    await post(client, issuer, MOVE)

    page = text((await client.get("/plan/diff", params={"from": "R8", "to": ""})).text)

    assert "標準化対応期限 期日 令和9年9月" in page
    assert "+3か月" in page
    assert "国の標準準拠システムへの移行期限 状態 期限が近い 結果の記載なし" in page


async def test_what_moved_since_the_newest_version_is_what_is_set_side_by_side_by_default(
    client: AsyncClient, issuer: Issuer
):
    await post(client, issuer, MOVE)

    page = text((await client.get("/plan/diff")).text)

    assert "前の時点 令和8年（2026年）3月1日 に有効な内容 後の時点 いま有効な内容" in page
    assert "標準化対応期限 期日 令和9年9月" in page
    assert "R3 から R8 へ 、 R8 から いま へ" in page


async def test_what_cannot_be_compared_is_said_to_be_so(client: AsyncClient):
    page = text((await client.get("/plan/diff")).text)
    early = text((await client.get("/plan/diff?from=2026-01-01T00:00:00Z")).text)

    assert "令和3年（2021年）9月 の版（R3）は、本文が手元にありません" in page
    assert "推測では書きません" in page
    assert "まだ何も記録されていません" in early


async def test_a_moment_inside_the_month_in_which_a_version_began_is_said_to_be_uncertain(
    client: AsyncClient,
):
    page = text((await client.get("/plan/diff?from=2026-03-15")).text)

    assert "どちらの版が有効だったかは、判定できません" in page


async def test_two_moments_that_are_the_same_differ_in_nothing(client: AsyncClient):
    page = text((await client.get("/plan/diff?from=2026-11-23")).text)

    assert "違いはありません" in page


@pytest.mark.parametrize("query", ["from=R9", "to=きのう", "from=2999-01-01T00:00:00Z"])
async def test_what_is_no_moment_is_refused_with_examples(client: AsyncClient, query: str):
    answer = await client.get(f"/plan/diff?{query}")

    assert answer.status_code == 400
    assert "版の名前で指定します。例：" in answer.text


async def test_a_decision_is_told_in_the_words_in_which_the_form_asks_for_it(
    client: AsyncClient, issuer: Issuer
):
    token = {"Authorization": f"Bearer {issuer.token('editor', 'approver')}"}
    body = {**NOTHING, "chosen": "計画を改める", "effect": "replan"}
    answer = await client.post("/api/roadmap/decisions", json=body, headers=token)
    assert answer.status_code == 201, answer.text

    clerk = {"Cookie": f"machi_staff={issuer.token('editor')}"}
    asked = await client.get("/plan/staff/decisions", headers=clerk)

    assert "計画を作り直す" in asked.text
    assert "計画を改める（計画を作り直す）" in (await client.get("/plan/changes")).text
