import pytest
from httpx2 import AsyncClient, Response
from tokens import Issuer

from chassis.saying import Desk
from contracts.roadmap import MilestoneRescheduled
from roadmap.store import Store

pytestmark = pytest.mark.real

FORM = "/plan/staff/milestones/ms-std20/reschedule"
TYPED = {
    "version": "1",
    "due": "令和9年12月",
    "reason": "移行の確認に<時間>が要るため",
    "body": "岩沼市デジタル化推進本部",
    "taken_on": "令和8年11月20日",
    "chosen": "期限を令和9年12月に改める",
}


@pytest.fixture
def clerk(client: AsyncClient, issuer: Issuer) -> AsyncClient:
    """The browser of an editor who has signed in."""
    client.headers["Cookie"] = f"machi_staff={issuer.token('editor')}"
    return client


async def fill_in(clerk: AsyncClient, **typed: str) -> Response:
    return await clerk.post(FORM, data={**TYPED, **typed}, headers={"Origin": "http://roadmap"})


async def test_the_staff_see_what_may_be_moved_and_nobody_else_does(
    client: AsyncClient, issuer: Issuer
):
    stranger = await client.get("/plan/staff")
    clerk = {"Cookie": f"machi_staff={issuer.token('editor')}"}

    page = await client.get("/plan/staff", headers=clerk)

    assert stranger.status_code == 401
    assert "職員のログインが必要です" in stranger.text
    assert f'href="{FORM}"' in page.text
    assert "ms-std-national" not in page.text
    assert "職員としてログインしています（clerk-1）" in page.text
    assert page.headers["cache-control"] == "no-store"


async def test_the_form_shows_the_present_date_and_asks_for_the_decision(clerk: AsyncClient):
    page = await clerk.get(FORM)

    assert page.status_code == 200
    assert '<time datetime="2027-09">' in page.text
    assert [name for name in TYPED if f'name="{name}"' not in page.text] == []


async def test_the_date_moves_and_one_is_led_to_its_page(clerk: AsyncClient, desk: Desk[Store]):
    answer = await fill_in(clerk)

    page = await clerk.get(answer.headers["location"])
    payload = await desk.pool.fetchval("select payload from outbox order by id desc limit 1")
    said = MilestoneRescheduled.model_validate_json(payload)
    assert (answer.status_code, answer.headers["location"]) == (303, "/plan/milestones/ms-std20")
    assert "移行の確認に&lt;時間&gt;が要るため" in page.text
    assert said.new_due
    assert said.new_due.edtf == "2027-12"
    assert said.decision
    assert said.decision.taken_on.isoformat() == "2026-11-20"
    assert await desk.pool.fetchval("select entered_by from decision") == "clerk-1"


@pytest.mark.parametrize(
    ("field", "text", "told"),
    [
        ("due", "", "新しい期日を入力してください"),
        ("due", "来年", "新しい期日：日付として読めません（例：令和9年12月）"),
        ("due", "12月", "年が書かれていません。令和9年12月のように年から書きます"),
        ("due", "令和9年9月", "いまの期日と同じです"),
        ("due", "令和7年3月", "決めた日より前の期日です"),
        ("reason", " ", "理由を入力してください"),
        ("reason", "あ" * 2_001, "2,000字までの文字で"),
        ("reason", "移行\x00の遅れ", "2,000字までの文字で"),
        ("body", "", "決めたところを入力してください"),
        ("taken_on", "令和8年11月", "年月日まで入力してください"),
        ("taken_on", "令和8年13月1日", "暦にない月日です"),
        ("taken_on", "2026-11-24", "まだ来ていない日です"),
        ("taken_on", "2026-02-01", "いまの期日が決まる前の日です"),
        ("chosen", "", "決めたことを入力してください"),
    ],
)
async def test_what_is_wrong_is_told_at_its_field_and_nothing_typed_is_lost(
    clerk: AsyncClient, field: str, text: str, told: str
):
    answer = await fill_in(clerk, **{field: text})

    kept = {name: each for name, each in TYPED.items() if name not in (field, "reason", "version")}
    assert answer.status_code == 422
    assert "<title>エラー：" in answer.text
    assert f'<a href="#{field}">' in answer.text
    assert f'aria-describedby="{field}-error' in answer.text
    assert told in answer.text
    assert [name for name, each in kept.items() if f'value="{each}"' not in answer.text] == []
    assert "移行の確認に&lt;時間&gt;が要るため" in answer.text or field == "reason"


async def test_all_that_is_wrong_is_told_at_once(clerk: AsyncClient):
    answer = await clerk.post(FORM, data={"version": "1"}, headers={"Origin": "http://roadmap"})

    links = [f'<a href="#{name}">' for name in TYPED if name != "version"]
    assert [link for link in links if link not in answer.text] == []


async def test_whoever_comes_second_sees_the_date_of_the_first(clerk: AsyncClient):
    await fill_in(clerk)

    again = await fill_in(clerk, due="令和10年3月")

    assert again.status_code == 422
    assert "入力している間に変わりました" in again.text
    assert '<time datetime="2027-12">' in again.text
    assert 'name="version" value="2"' in again.text


async def test_full_width_digits_are_read(clerk: AsyncClient):
    answer = await fill_in(clerk, due="２０２７－１２", taken_on="令和８年１１月２０日")

    assert answer.status_code == 303


@pytest.mark.parametrize(
    ("milestone", "status"), [("ms-std-national", 409), ("ms-convenience", 409), ("ms-mars", 404)]
)
async def test_what_no_decision_of_the_city_can_move_has_no_form(
    clerk: AsyncClient, milestone: str, status: int
):
    answer = await clerk.get(f"/plan/staff/milestones/{milestone}/reschedule")

    assert answer.status_code == status
