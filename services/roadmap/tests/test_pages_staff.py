import re
from html import unescape

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
    "step": "publish",
    "due": "令和9年12月",
    "reason": "移行の確認に<時間>が要るため",
    "body": "岩沼市デジタル化推進本部",
    "taken_on": "令和8年11月20日",
    "chosen": "期限を令和9年12月に改める",
}
TITLES = "select payload::jsonb ->> 'title' as title from outbox order by id desc limit 2"


def text(html: str) -> str:
    """What is read: without markup, spaces folded."""
    return " ".join(
        re.sub(r"<[^>]+>", " ", html.replace("<strong>", "").replace("</strong>", "")).split()
    )


@pytest.fixture
def clerk(client: AsyncClient, issuer: Issuer) -> AsyncClient:
    """The browser of an editor who has signed in."""
    client.headers["Cookie"] = f"machi_staff={issuer.token('editor')}"
    return client


async def fill_in(clerk: AsyncClient, **typed: str) -> Response:
    return await clerk.post(FORM, data={**TYPED, **typed}, headers={"Origin": "http://roadmap"})


def told_at(field: str, told: str) -> str:
    """The field at which it is told: the missing name of an address is missing at the name."""
    return "source" if "根拠の名前も" in told else field


async def kept(desk: Desk[Store]) -> tuple[int, int, int]:
    """How many decisions, statements and events there are."""
    counts = [
        await desk.pool.fetchval(f"select count(*) from {table}")  # noqa: S608 names of this test
        for table in ("decision", "assertion", "outbox")
    ]
    return counts[0], counts[1], counts[2]


async def test_the_staff_see_what_may_be_moved_and_nobody_else_does(
    client: AsyncClient, issuer: Issuer
):
    stranger = await client.get("/plan/staff")
    clerk = {"Cookie": f"machi_staff={issuer.token('editor')}"}

    page = await client.get("/plan/staff", headers=clerk)

    assert stranger.status_code == 401
    assert "職員のログインが必要です" in stranger.text
    assert f'href="{FORM}"' in page.text
    assert "ms-std-national/reschedule" not in page.text
    assert "ms-std-national/correct" in page.text
    assert "計画や決定が変わったときは改訂、記録が誤っていたときは訂正です" in text(page.text)
    assert "/plan/staff/decisions" in page.text
    assert "職員としてログインしています（clerk-1）" in page.text
    assert page.headers["cache-control"] == "no-store"


async def test_the_form_shows_the_present_date_and_asks_for_the_decision(clerk: AsyncClient):
    page = await clerk.get(FORM)

    assert page.status_code == 200
    assert '<time datetime="2027-09">' in page.text
    assert [name for name in TYPED if f'name="{name}"' not in page.text] == []
    assert page.text.index('name="source"') < page.text.index('name="due"')
    assert 'name="status"' not in page.text


async def test_before_anything_is_published_it_is_shown_and_nothing_is_kept(
    clerk: AsyncClient, desk: Desk[Store]
):
    before = await kept(desk)

    answer = await fill_in(clerk, step="preview", not_chosen="期限を変えない\n業務を減らす")

    page = text(answer.text)
    assert answer.status_code == 200
    assert "標準化対応期限：令和9年9月 → 令和9年12月" in page
    assert "期日 令和9年（2027年）9月 令和9年（2027年）12月 変わります" in page
    assert "はじめの期日からのずれ なし +3か月 変わります" in page
    assert "移行の確認に&lt;時間&gt;が要るため" in answer.text
    assert await kept(desk) == before


async def test_what_was_shown_is_published_by_the_second_button(
    clerk: AsyncClient, desk: Desk[Store]
):
    shown = await fill_in(clerk, step="preview", source="第3回会議の議事録")
    hidden = dict(re.findall(r'<input type="hidden" name="([^"]*)" value="([^"]*)">', shown.text))

    answer = await clerk.post(
        FORM,
        data={name: unescape(value) for name, value in hidden.items()} | {"step": "publish"},
        headers={"Origin": "http://roadmap"},
    )

    events = [row["title"] for row in await desk.pool.fetch(TITLES)]
    assert answer.status_code == 303
    assert [title in shown.text for title in events] == [True, True]
    assert await desk.pool.fetchval("select decision_id from decision") == 1


async def test_from_what_is_shown_one_can_go_back_and_nothing_typed_is_lost(clerk: AsyncClient):
    answer = await fill_in(clerk, step="edit")

    assert answer.status_code == 200
    assert [text for text in TYPED.values() if text[:5] not in answer.text] == ["publish"]


async def test_who_goes_back_keeps_the_version_that_was_seen(clerk: AsyncClient):
    await fill_in(clerk)

    answer = await fill_in(clerk, step="edit", due="令和10年3月")

    assert 'name="version" value="1"' in answer.text


async def test_who_clicks_twice_publishes_once_and_is_led_to_the_page(
    clerk: AsyncClient, desk: Desk[Store]
):
    await fill_in(clerk)
    once = await kept(desk)

    again = await fill_in(clerk)

    assert (again.status_code, again.headers["location"]) == (303, "/plan/milestones/ms-std20")
    assert await kept(desk) == once


async def test_who_leaves_out_the_step_publishes_nothing(clerk: AsyncClient, desk: Desk[Store]):
    before = await kept(desk)

    answer = await fill_in(clerk, step="")

    assert answer.status_code == 200
    assert await kept(desk) == before


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
        ("due", "令和99年9月", "30年より先の日付です"),
        ("due", "2027/9999", "30年より先の日付です"),
        ("due", "../2028", "いつからか分かるように"),
        ("url", "example.jp", "https:// か http:// から入力してください"),
        ("url", "https://example.jp/a", "根拠の名前も入力してください"),
        ("undated_reason", "国を待つため", "日付を入力したときは、ここを空欄にしてください"),
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

    kept = {
        name: each
        for name, each in TYPED.items()
        if name not in (field, "reason", "version", "step")
    }
    assert answer.status_code == 422
    assert "<title>エラー：" in answer.text
    assert f'<a href="#{told_at(field, told)}">' in answer.text
    assert f'aria-describedby="{told_at(field, told)}-error' in answer.text
    assert told in answer.text
    assert [name for name, each in kept.items() if f'value="{each}"' not in answer.text] == []
    assert "移行の確認に&lt;時間&gt;が要るため" in answer.text or field == "reason"


async def test_all_that_is_wrong_is_told_at_once(clerk: AsyncClient):
    answer = await clerk.post(FORM, data={"version": "1"}, headers={"Origin": "http://roadmap"})

    links = [f'<a href="#{name}">' for name in TYPED if name not in ("version", "step")]
    assert [link for link in links if link not in answer.text] == []


async def test_whoever_comes_second_sees_the_date_of_the_first(clerk: AsyncClient):
    await fill_in(clerk)

    again = await fill_in(clerk, due="令和10年3月")

    assert again.status_code == 422
    assert "入力している間に変わりました" in again.text
    assert 'name="version" value="2"' in again.text
    assert 'value="令和10年3月"' in again.text


async def test_who_is_told_of_a_change_meanwhile_sees_what_it_was(clerk: AsyncClient):
    shown = (await clerk.get(FORM)).text
    (seen,) = re.findall(r'name="seen" value="([^"]+)"', shown)
    await fill_in(clerk)

    for step in ("preview", "publish"):
        again = await fill_in(clerk, step=step, seen=unescape(seen), due="令和10年3月")

        told = text(again.text)
        assert again.status_code == 422
        assert "入力を始めたとき いま" in told
        assert "期日 令和9年（2027年）9月 令和9年（2027年）12月 変わります" in told


@pytest.mark.parametrize("seen", ["", "昨日", "2026-11-23", "0001-01-01T00:00:00+00:00"])
async def test_what_was_seen_may_be_nonsense(clerk: AsyncClient, seen: str):
    await fill_in(clerk)

    again = await fill_in(clerk, seen=seen, due="令和10年3月")

    assert again.status_code == 422
    assert "入力している間に変わりました" in again.text


async def test_a_date_can_be_taken_away_with_a_reason(clerk: AsyncClient, desk: Desk[Store]):
    answer = await fill_in(clerk, due="", undated_reason="国の方針を待つため")

    payload = await desk.pool.fetchval("select payload from outbox order by id desc limit 1")
    said = MilestoneRescheduled.model_validate_json(payload)
    assert answer.status_code == 303
    assert (said.new_due, said.undated_reason) == (None, "国の方針を待つため")


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
