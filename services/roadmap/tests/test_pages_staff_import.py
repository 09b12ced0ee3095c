"""The staff's page that loads a plan: a file is chosen, looked at, answered about and confirmed."""

import re
from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import UTC, datetime
from html import unescape
from pathlib import Path

import pytest
from httpx2 import ASGITransport, AsyncClient, Response
from tokens import AUDIENCE, ISSUER, Issuer

from chassis.saying import Desk, Speaker
from roadmap import app, handlers
from roadmap.domain import read_plan
from roadmap.settings import Settings
from roadmap.store import Store
from web.signin import SignIn

pytestmark = pytest.mark.real

MONDAY = datetime(2026, 11, 23, 3, 0, tzinfo=UTC)
FILES = Path(__file__).parents[3] / "examples" / "plans" / "999999"
FIRST, SECOND = (
    (FILES / name).read_text(encoding="utf-8") for name in ("plan_r1.yaml", "plan_r2.yaml")
)
LATER = SECOND.replace('{text: 令和8年3月, edtf: "2026-03"', '{text: 令和8年12月, edtf: "2026-12"')
"""The second plan, adopted after tracking began, so that a decision is needed."""
IMPORT = "/plan/staff/import"
HERE = {"Origin": "http://roadmap"}
DECIDED = {
    "body": "見本市デジタル会議",
    "taken_on": "令和8年11月20日",
    "chosen": "計画を改訂する",
    "reason": "調達が遅れたため",
}
REPORTED = {
    "subject_id": "ms-write-free",
    "attr": "reported",
    "asserter": "mic",
    "value": "2028-03",
    "evidence": [{"source": "国の調査", "url": "https://example.jp/survey"}],
}
WRITE_FREE = "became.write-free"
BOTH_APPLY = {
    "became.apply.apply-and-result": "yes",
    "became.notify-result.apply-and-result": "yes",
}


@pytest.fixture
async def town(desk: Desk[Store]) -> Desk[Store]:
    """The made-up city, with its first plan."""
    desk = replace(desk, speaker=Speaker("roadmap", "999999"))
    async with desk.open(MONDAY) as (store, say):
        plan = read_plan(FIRST, "plan_r1.yaml")
        await handlers.load_plan(plan, store, say=say, now=MONDAY, city="999999")
    return desk


@pytest.fixture
async def clerk(town: Desk[Store], issuer: Issuer) -> AsyncIterator[AsyncClient]:
    """The browser of somebody who may send plans and confirm them."""
    signin = SignIn(ISSUER, AUDIENCE, str(issuer.keys))
    transport = ASGITransport(app.http(town, Settings(), signin))
    headers = {**HERE, "Cookie": f"machi_staff={issuer.token('editor', 'approver')}"}
    async with AsyncClient(
        transport=transport, base_url="http://roadmap", headers=headers
    ) as client:
        yield client


async def send(clerk: AsyncClient, body: str | bytes, text: str = "") -> Response:
    """Choose a file, and leave a text in the box below."""
    return await clerk.post(
        IMPORT, data={"text": text}, files={"file": ("plan_r2.yaml", body, "text/yaml")}
    )


async def waiting(clerk: AsyncClient, body: str = LATER) -> str:
    """Where a plan that was sent stands."""
    return (await send(clerk, body)).headers["Location"]


def text(html: str) -> str:
    """What is read: without markup, spaces folded."""
    return " ".join(unescape(re.sub(r"<[^>]+>", " ", html)).split())


async def confirm(clerk: AsyncClient, path: str, **typed: str) -> Response:
    """Send the form below what would change, as it stands there."""
    (version,) = re.findall('name="version" value="([0-9a-f]+)"', (await clerk.get(path)).text)
    return await clerk.post(path, data={"version": version, "step": "publish", **typed})


async def answered(clerk: AsyncClient, path: str) -> str:
    """The page after each question was answered as the plan's comments tell it."""
    split = {f"{WRITE_FREE}.write-free-hall": "yes", f"{WRITE_FREE}.write-free-branches": "yes"}
    renamed = {"became.advisers.visiting-advisers": "yes"}
    given = {**split, **BOTH_APPLY, **renamed}
    answer = await clerk.post(f"{path}/answers", data=given)
    assert answer.headers["Location"] == path
    return (await clerk.get(path)).text


async def test_a_plan_that_was_chosen_is_shown_with_what_it_would_change(
    clerk: AsyncClient, town: Desk[Store]
):
    page = text((await clerk.get(await waiting(clerk))).text)

    assert "動いた（6）" in page
    assert (
        "期日 令和7年度第2四半期（令和7年7月〜9月） 令和8年度第4四半期（令和9年1月〜3月）" in page
    )
    assert "施策「まちのデータ」 場所 「市役所の視点」の下 「データの視点」の下" in page
    assert "名前 キャッシュレス決済の導入 キャッシュレス決済の拡大" in page
    assert "視点「データの視点」 計画への記載 なし あり" in page
    assert "指標「転入の手続にかかる時間」 目標 15分（令和10年度（2028年度）まで）" in page
    assert "指標の値「転入の手続にかかる時間」（令和6年1月" in page
    assert "計画のほかの記載「期間を延ばす理由」 計画への記載 なし あり" in page
    assert await town.pool.fetchval("select count(*) from revision") == 1


async def test_a_text_that_is_pasted_counts_where_no_file_is_chosen(clerk: AsyncClient):
    windows = LATER.replace("\n", "\r\n")

    pasted = await clerk.post(IMPORT, data={"text": windows}, files={"file": ("", b"")})

    assert pasted.status_code == 303
    assert pasted.headers["Location"] == await waiting(clerk)


async def test_all_that_is_wrong_is_told_at_once_with_the_words_of_the_file(clerk: AsyncClient):
    wrong = LATER.replace("machi_plan: 1", "machi_plan: 2").replace("kind: bar", "kind: bart", 1)

    answer = await send(clerk, wrong)

    line = wrong[: wrong.index("kind: bart")].count("\n") + 1
    assert answer.status_code == 422
    assert "<title>エラー：" in answer.text
    assert '<a href="#flaw-2">' in answer.text
    assert re.search(rf"{line} \d+ nodes\[\d+\]\S* \S*bart", text(answer.text))
    assert wrong in unescape(answer.text)


@pytest.mark.parametrize(
    ("body", "status", "told"),
    [
        (b"", 422, "計画のファイルを選ぶか、中身を貼り付けてください"),
        (b"x" * 2_000_001, 413, "大きすぎます"),
        (b"x" * 5_000_000, 413, "大きすぎます"),
        ("municipality: 岩沼".encode("shift_jis"), 422, "UTF-8 で保存し直してください"),
        (FIRST.replace('"999999"', '"042111"').encode(), 422, "ほかの自治体の計画です"),
        (
            FIRST.replace("くらしの視点", "暮らしの視点").encode(),
            422,
            "違う内容で読み込まれています",
        ),
        (FIRST.encode(), 200, "変わるところはありません"),
    ],
)
async def test_what_cannot_be_loaded_is_told_where_a_file_is_chosen(
    clerk: AsyncClient, town: Desk[Store], body: bytes, status: int, told: str
):
    answer = await send(clerk, body)

    assert answer.status_code == status
    assert told in text(answer.text)
    assert await town.pool.fetchval("select count(*) from import_run") == 0


async def test_a_large_file_may_come_beside_the_text_of_the_one_before(clerk: AsyncClient):
    large = f"{LATER}# {'x' * 1_900_000}\n"

    answer = await send(clerk, large, large.replace("\n", "\r\n"))

    assert answer.status_code == 303


async def test_what_nobody_can_compute_is_answered_on_the_page(clerk: AsyncClient):
    path = await waiting(clerk)
    before = (await clerk.get(path)).text

    after = await answered(clerk, path)

    assert "答えていない質問が4つあります" in before
    assert 'name="version"' not in before
    assert "分かれた（1）" in after
    assert "「書かない窓口（庁舎）の導入」「書かない窓口（支所）の導入」" in after
    assert "「申込の電子化」「結果通知の電子化」 「申込と結果通知の電子化」" in text(after)
    assert 'name="became.apply.apply-and-result" type="checkbox" value="yes" checked' in after


async def test_answers_that_contradict_each_other_are_told_and_kept_in_the_form(
    clerk: AsyncClient,
):
    path, gone = await waiting(clerk), {f"{WRITE_FREE}.-": "yes"}

    both = await clerk.post(
        f"{path}/answers", data={f"{WRITE_FREE}.write-free-hall": "yes", **gone}
    )
    kept = await clerk.post(f"{path}/answers", data=gone)

    assert both.status_code == 422
    assert '<a href="#became.write-free">' in both.text
    assert 'name="became.write-free.-" type="checkbox" value="yes" checked' in both.text
    assert kept.status_code == 303
    assert "答えていない質問が3つあります" in (await clerk.get(path)).text


async def test_answers_that_do_not_go_together_are_told(clerk: AsyncClient):
    other = "  - {id: apply-more, kind: bar, parent: children, label: 申込の電子化の拡大, mark: S, lines: '18', extent: null}\n"
    path = await waiting(
        clerk, LATER.replace("  - id: apply-and-result\n", f"{other}  - id: apply-and-result\n")
    )

    answer = await clerk.post(
        f"{path}/answers", data={**BOTH_APPLY, "became.apply.apply-more": "yes"}
    )

    assert answer.status_code == 422
    assert '<a href="#questions">' in answer.text
    assert 'name="became.apply.apply-more" type="checkbox" value="yes" checked' in answer.text


async def test_what_is_on_record_is_not_dropped_by_an_answer(clerk: AsyncClient):
    await clerk.post("/api/roadmap/assertions", json=REPORTED, headers={"If-Match": "*"})
    path = await waiting(clerk, LATER.replace("id: ms-write-free\n", "id: ms-no-forms\n"))

    answer = await clerk.post(f"{path}/answers", data={"became.ms-write-free.-": "yes"})

    assert answer.status_code == 422
    assert "記録のあるものは、なくなったことにできません" in answer.text


async def test_what_a_program_answered_without_being_asked_stays(clerk: AsyncClient):
    path = await waiting(clerk)
    given = {"kind": "replaced", "old": ["shop-data"], "new": ["visiting-advisers"]}
    sent = await clerk.post(
        f"/api/roadmap/imports/{path.rpartition('/')[2]}/answers", json={"answers": [given]}
    )

    await clerk.post(f"{path}/answers", data={f"{WRITE_FREE}.-": "yes"})

    page = text((await clerk.get(path)).text)
    assert sent.status_code == 200, sent.text
    assert "名前 商店街データの公開 デジタル相談員の派遣" in page
    assert "答えていない質問が2つあります" in page


async def test_a_plan_is_confirmed_by_a_decision_after_its_events_were_shown(
    clerk: AsyncClient, town: Desk[Store]
):
    path = await waiting(clerk)
    await answered(clerk, path)

    shown = text((await confirm(clerk, path, step="preview", **DECIDED)).text)
    untouched = await town.pool.fetchval("select count(*) from revision")
    answer = await confirm(clerk, path, **DECIDED)

    assert "見本市デジタル会議の決定：計画を改訂する" in shown
    assert "すべての窓口で書かない窓口を始める" in shown
    assert untouched == 1
    assert (answer.status_code, answer.headers["Location"]) == (303, "/plan/changes")
    assert await town.pool.fetchval("select count(*) from revision") == 2
    assert "この計画は、読み込まれています" in (await clerk.get(path)).text


async def test_whoever_clicks_twice_is_led_on_twice(clerk: AsyncClient, town: Desk[Store]):
    path = await waiting(clerk)
    version = re.findall('name="version" value="([0-9a-f]+)"', await answered(clerk, path))[0]
    sent = {"version": version, "step": "publish", **DECIDED}

    answers = [await clerk.post(path, data=sent) for _ in range(2)]

    assert [answer.status_code for answer in answers] == [303, 303]
    assert await town.pool.fetchval("select count(*) from decision") == 1


async def test_a_decision_is_needed_and_all_that_is_missing_of_it_is_told(clerk: AsyncClient):
    path = await waiting(clerk)
    await answered(clerk, path)

    answer = await confirm(clerk, path, body="見本市デジタル会議", taken_on="令和19年1月1日")

    assert answer.status_code == 422
    for field in ("chosen", "reason"):
        assert f'<a href="#{field}">' in answer.text
    assert 'value="見本市デジタル会議"' in answer.text


async def test_a_decision_on_record_is_chosen_instead(clerk: AsyncClient, town: Desk[Store]):
    about = {"about.plan": "yes", "effect": "replan", "version": "", "step": "publish"}
    await clerk.post("/plan/staff/decisions", data={**DECIDED, **about})
    path = await waiting(clerk)
    await answered(clerk, path)

    answer = await confirm(clerk, path, decision="1")

    assert answer.status_code == 303
    assert await town.pool.fetchval("select count(*) from decision") == 1


async def test_what_was_overtaken_is_shown_again_as_it_is_now(
    clerk: AsyncClient, town: Desk[Store]
):
    path = await waiting(clerk)
    (seen,) = re.findall('name="version" value="([0-9a-f]+)"', await answered(clerk, path))
    await town.pool.execute("update node set version = version + 1 where kind = 'milestone'")

    refused = await clerk.post(path, data={"version": seen, "step": "publish", **DECIDED})

    assert refused.status_code == 422
    assert "確かめている間に、計画か答えが変わりました" in refused.text
    assert DECIDED["chosen"] in refused.text
    assert (await confirm(clerk, path, **DECIDED)).status_code == 303


async def test_a_plan_from_before_tracking_began_needs_no_decision(clerk: AsyncClient):
    path = await waiting(clerk, SECOND)
    await answered(clerk, path)

    assert (await confirm(clerk, path)).status_code == 303


async def test_who_may_not_confirm_reads_who_does(clerk: AsyncClient, issuer: Issuer):
    path = await waiting(clerk)
    page = await answered(clerk, path)
    clerk.headers["Cookie"] = f"machi_staff={issuer.token('editor')}"

    read = (await clerk.get(path)).text

    assert 'name="body"' in page
    assert 'name="body"' not in read
    assert "読み込むには、承認する人が" in read
    assert f'href="{IMPORT}"' in (await clerk.get("/plan/staff")).text


async def test_who_may_only_confirm_reads_what_was_answered(clerk: AsyncClient, issuer: Issuer):
    path = await waiting(clerk)
    await answered(clerk, path)
    clerk.headers["Cookie"] = f"machi_staff={issuer.token('approver')}"

    page = (await clerk.get(path)).text

    assert 'type="checkbox"' not in page
    assert "工程「デジタル相談員の派遣」になった" in page
    overview = (await clerk.get("/plan/staff")).text
    assert f'href="{IMPORT}"' not in overview
    assert f'<a href="{path}">plan_r2.yaml' in overview
