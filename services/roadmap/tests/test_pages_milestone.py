"""A milestone as people read it: what moved, what ended, and where each statement stands."""

import re
from datetime import UTC, datetime
from pathlib import Path

import pytest
from clerks import BODY, Clerk
from httpx2 import AsyncClient
from tokens import Issuer

from chassis.saying import Desk
from roadmap import app, handlers
from roadmap.domain import read_observations
from roadmap.store import Store

pytestmark = pytest.mark.real

MONDAY = datetime(2026, 11, 23, 3, 0, tzinfo=UTC)
OBSERVED = Path(app.__file__).parent / "data" / "042111" / "observations.yaml"

STD20, STEP2 = "/plan/milestones/ms-std20", "/plan/milestones/ms-step2"


def text(html: str) -> str:
    return " ".join(re.sub(r"<[^>]+>", " ", html).split())


def card(html: str, label: str) -> str:
    """What one of the four dates says."""
    return text(html.partition(f"<dt>{label}</dt>")[2].partition("</div>")[0])


def box(html: str) -> str:
    """What the notice above everything says."""
    return text(
        html.partition('<div class="m-notice" data-kind="warning">')[2].partition("<h2>")[0]
    )


@pytest.fixture
def clerk(client: AsyncClient, issuer: Issuer) -> Clerk:
    return Clerk(client, issuer.token("editor"))


@pytest.fixture
async def stopped(client: AsyncClient, clerk: Clerk) -> AsyncClient:
    """A client who reads of a milestone that was ended before it ever moved."""
    await clerk.decides(None, "ms-step2", effect="stop", undated_reason="ほかの節目と重なるため")
    return client


@pytest.fixture
async def corrected(client: AsyncClient, clerk: Clerk) -> AsyncClient:
    """A client who reads of a date that moved and was put right."""
    moved = await clerk.decides("2027-12")
    wrong = moved["milestone"]["milestone_id"]
    rows = (await client.get(f"/api/roadmap/milestones/{wrong}/history")).json()["history"]
    await clerk.corrects(rows[-1]["assertion_id"], "2027-11", "入力の誤り")
    return client


async def test_a_stop_says_so_and_by_whom_and_is_no_move(stopped: AsyncClient):
    html = (await stopped.get(STEP2)).text

    assert card(html, "いまの期日").startswith("中止 それまでの期日： 令和5年度")
    assert f"{BODY}の決定" in card(html, "いまの期日")
    assert f"{BODY}が、中止を決めました" in text(html)
    assert "変更後 中止" in text(html)
    assert "1回変更" not in html
    assert "中止になるまで、期日は一度も変わっていません" in html


async def test_a_date_that_a_decision_took_away_is_not_said_to_be_missing_in_the_plan(
    client: AsyncClient, clerk: Clerk
):
    await clerk.decides(None, undated_reason="国の日程を待つため")

    html = (await client.get(STD20)).text
    timetable = (await client.get("/plan/timetable")).text

    assert f"いまの状況：期日なし {BODY}が、期日を定めないことを決めました。" in text(html)
    assert "計画に書かれていません" not in html
    assert "記載なし" not in timetable.partition("標準化対応期限</")[2].partition("</tr>")[0]


async def test_a_date_without_an_end_is_not_said_to_be_missing_in_the_plan(
    client: AsyncClient, clerk: Clerk
):
    await clerk.decides("令和9年12月以降")

    html = (await client.get(STD20)).text

    assert "いまの状況：期日なし 期日に、終わりの日がありません。" in text(html)


async def test_the_plan_lists_what_was_stopped_with_the_date_it_had(stopped: AsyncClient):
    html = (await stopped.get("/plan")).text

    listed = text(html.partition("計画から外れた節目・中止した節目</h2>")[2].partition("<h2")[0])
    assert "第２ステップの期間 中止 それまでの期日： 令和5年度" in listed
    assert f"決定 令和8年11月20日（金） {BODY}の決定" in listed
    assert "回変更" not in listed


async def test_one_statement_has_one_mark_wherever_it_is_shown(corrected: AsyncClient):
    html = (await corrected.get(STD20)).text
    table = text((await corrected.get("/plan/timetable?part=2-1&show=milestones")).text)

    because = text(html.partition("状況は、次の記載から")[2].partition("<h2>")[0])
    history = text(html.partition('<ol class="m-history">')[2].partition("</li>")[0])
    said = f"{BODY}の決定（2026年11月20日）"
    assert f"決定 訂正 {said}" in card(html, "いまの期日")
    assert f"決定 訂正 {said}" in because
    assert f"決定 訂正 {said}" in history
    assert f"標準化対応期限 決定 {said}" in table


async def test_beside_a_corrected_date_stands_why_it_was_put_right(corrected: AsyncClient):
    told = box((await corrected.get(STD20)).text)

    assert "変更前 令和9年（2027年）9月 変更後 令和9年（2027年）11月" in told
    assert "訂正の理由：入力の誤り" in told
    assert f"期日を変えたのは、 令和8年11月20日（金） {BODY}の決定です" in told
    assert "期限を改める" not in told


@pytest.fixture
async def reported(client: AsyncClient, loaded: Desk[Store]) -> AsyncClient:
    """A client who reads what the nation expects of 15 of the 20 systems."""
    async with loaded.open(MONDAY) as (store, _):
        told = read_observations(OBSERVED.read_bytes(), OBSERVED.name)
        await handlers.observe(told, store, by="operator")
    return client


def items(html: str) -> dict[str, str]:
    """What is reported of each item, by its name."""
    table = html.partition("対象ごとの報告</span>")[2].partition("</table>")[0]
    found = re.findall(r'<tr><th scope="row">(.*?)</th>(.*?)</tr>', table)
    return {name: text(cells) for name, cells in found}


@pytest.mark.parametrize("path", [STD20, "/plan/initiatives/2-1"])
async def test_each_item_of_a_list_shows_what_is_reported_of_it(reported: AsyncClient, path: str):
    html = (await reported.get(path)).text

    found = items(html)
    assert "出典1： 特定移行支援システムの該当見込み一覧（令和7年12月末時点）" in text(html)
    assert len(found) == 20
    assert found["住民基本台帳"] == "令和8年4月1日（水） 以降 令和7年12月31日 時点 外部 出典1"
    assert found["戸籍"] == "報告なし ― ―"


async def test_a_report_says_of_what_it_is_and_as_of_when(reported: AsyncClient):
    told = card((await reported.get(STD20)).text, "ほかからの報告")

    assert "基幹系２０業務の20件のうち15件についての報告" in told
    assert "令和7年12月31日 時点" in told


async def test_the_timetable_says_about_how_many_items_a_report_is(reported: AsyncClient):
    asked = {"part": "2-1", "show": "milestones"}
    table = text((await reported.get("/plan/timetable", params=asked)).text)
    drawing = text((await reported.get("/plan/timetable.svg", params=asked)).text)

    assert "標準化対応期限：ほかからの報告（20件のうち15件） 外部" in table
    assert "標準化対応期限：ほかからの報告（20件のうち" in drawing


async def test_what_was_reached_is_listed_with_the_day_on_which_it_was(
    client: AsyncClient, clerk: Clerk
):
    await clerk.saw("2023-02", "ms-online29")

    listed = text((await client.get("/plan")).text.partition("達成した節目</h2>")[2])
    assert "29手続のオンライン申請 達成： 令和5年（2023年）2月 （期日： 令和4年度" in listed


async def test_a_list_without_reports_says_so(client: AsyncClient):
    page = text((await client.get("/plan/initiatives/2-1")).text)

    assert "基幹系２０業務の20件のうち、ほかからの報告がある対象はありません" in page


async def test_one_table_of_differences_has_one_minus(client: AsyncClient, clerk: Clerk):
    await clerk.decides("2026-12")

    table = (await client.get(STD20)).text.partition('id="slips"')[2].partition("</table>")[0]

    assert "−273日" in text(table)
    assert not re.search(r"-\d", text(table))
