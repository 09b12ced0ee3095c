import re
from typing import Any

import pytest
from httpx2 import AsyncClient, Response
from tokens import Issuer

from chassis.saying import Desk
from contracts.envelope import Event
from contracts.registry import EVENTS
from contracts.roadmap import (
    AssertionCorrected,
    DecisionTaken,
    MilestoneCancelled,
    MilestoneReached,
    MilestoneRescheduled,
)
from roadmap.store import Store

pytestmark = pytest.mark.real

STD20 = "/plan/staff/milestones/ms-std20"
HERE = {"Origin": "http://roadmap"}
DECIDED = {
    "reason": "国の制度が変わり、要らなくなったため",
    "body": "岩沼市デジタル化推進本部",
    "taken_on": "令和8年11月20日",
    "chosen": "標準化対応期限を取りやめる",
}
DONE = {
    "source": "第3回推進本部会議の議事録",
    "url": "https://example.jp/3",
    "actual": "令和8年11月",
}
DECISION = {**DECIDED, "version": "", "effect": "none", "chosen": "いまは何も変えない"}


@pytest.fixture
def clerk(client: AsyncClient, issuer: Issuer) -> AsyncClient:
    """The browser of somebody who may change dates and record decisions."""
    client.headers["Cookie"] = f"machi_staff={issuer.token('editor', 'approver')}"
    return client


async def send(clerk: AsyncClient, path: str, **typed: str) -> Response:
    return await clerk.post(path, data={"version": "1", "step": "publish", **typed}, headers=HERE)


async def last_said(desk: Desk[Store], kind: type[Event]) -> Any:
    payload = await desk.pool.fetchval("select payload from outbox order by id desc limit 1")
    return EVENTS[kind.ce_type].model_validate_json(payload)


async def statement(clerk: AsyncClient) -> str:
    """The number of the statement that stands in the form as the only one."""
    (number,) = re.findall(
        r'name="assertion" type="radio" value="([0-9]+)"',
        (await clerk.get(f"{STD20}/correct")).text,
    )
    return number


def text(html: str) -> str:
    """What is read: without markup, spaces folded."""
    return " ".join(re.sub(r"<[^>]+>", " ", html).split())


async def test_a_milestone_ends_by_a_decision_after_it_was_shown(
    clerk: AsyncClient, desk: Desk[Store]
):
    shown = text((await send(clerk, f"{STD20}/stop", step="preview", **DECIDED)).text)
    answer = await send(clerk, f"{STD20}/stop", **DECIDED)

    said = await last_said(desk, MilestoneCancelled)
    assert "標準化対応期限：中止" in shown
    assert "状況 予定 中止 変わります" in shown
    assert answer.status_code == 303
    assert (said.status, said.reason, said.old_due.edtf) == (
        "cancelled",
        DECIDED["reason"],
        "2027-09",
    )
    assert said.decision.body == DECIDED["body"]
    assert "ms-std20/stop" not in (await clerk.get("/plan/staff")).text


async def test_what_has_ended_cannot_be_ended_again(clerk: AsyncClient):
    await send(clerk, f"{STD20}/stop", **DECIDED)

    again = await send(clerk, f"{STD20}/stop", **{**DECIDED, "version": "2", "decision": "new"})

    assert again.status_code == 422
    assert "もう中止になっています" in again.text


@pytest.mark.parametrize("seen", ["0001-01-01T00:00:00+09:00", "9999-12-31T23:59:59-09:00", "x"])
async def test_an_instant_that_nobody_saw_does_no_harm(clerk: AsyncClient, seen: str):
    stale = {**DECIDED, "version": "0", "seen": seen, "due": "令和9年12月"}

    answer = await send(clerk, f"{STD20}/reschedule", **stale)

    assert answer.status_code == 422
    assert "入力している間に変わりました" in answer.text


@pytest.mark.parametrize(
    ("form", "field", "typed", "told"),
    [
        ("stop", "taken_on", "1026-11-20", "明治より前の日付です"),
        ("reach", "actual", "2026-11-01/2027-03", "まだ来ていない日です"),
        ("reach", "actual", "1026-11", "明治より前の日付です"),
    ],
)
async def test_a_day_that_cannot_be_is_told_at_its_field(
    clerk: AsyncClient, form: str, field: str, typed: str, told: str
):
    answer = await send(clerk, f"{STD20}/{form}", **{**DECIDED, **DONE, field: typed})

    assert answer.status_code == 422
    assert told in answer.text
    assert f'aria-describedby="{field}-' in answer.text or f'href="#{field}"' in answer.text


async def test_a_date_moves_by_a_decision_that_is_on_record(clerk: AsyncClient, desk: Desk[Store]):
    about = {"about.2-1": "yes", "effect": "revise"}
    await send(clerk, "/plan/staff/decisions", **{**DECISION, **about})
    page = text((await clerk.get(f"{STD20}/reschedule")).text)

    missing = await send(clerk, f"{STD20}/reschedule", due="令和9年12月")
    unwritten = await send(clerk, f"{STD20}/reschedule", due="令和9年12月", decision="new")
    answer = await send(clerk, f"{STD20}/reschedule", due="令和9年12月", decision="1")

    said = await last_said(desk, MilestoneRescheduled)
    assert "岩沼市デジタル化推進本部の決定（令和8年11月20日）：いまは何も変えない" in page
    assert "もとになる決定を選んでください" in missing.text
    assert "決めたところを入力してください" in unwritten.text
    assert answer.status_code == 303
    assert (said.decision_id, said.reason) == (1, DECIDED["reason"])
    assert await desk.pool.fetchval("select count(*) from decision") == 1


async def test_a_milestone_is_reached_with_the_evidence_that_is_asked_first(
    clerk: AsyncClient, desk: Desk[Store]
):
    page = (await clerk.get(f"{STD20}/reach")).text
    shown = text((await send(clerk, f"{STD20}/reach", step="preview", **DONE)).text)
    answer = await send(clerk, f"{STD20}/reach", **DONE)

    said = await last_said(desk, MilestoneReached)
    assert page.index('name="source"') < page.index('name="actual"')
    assert "状況 予定 達成 変わります" in shown
    assert answer.headers["location"] == "/plan/milestones/ms-std20"
    assert (said.actual.edtf, said.on_time) == ("2026-11", "yes")
    assert (await clerk.get(f"{STD20}/reach")).status_code == 409


@pytest.mark.parametrize(
    ("field", "typed", "told"),
    [
        ("source", "", "根拠の名前を入力してください"),
        ("actual", "", "達成した日を入力してください"),
        ("actual", "令和9年1月", "まだ来ていない日です"),
        ("actual", "../2026", "いつからか分かるように入力してください"),
        ("actual", "去年", "日付として読めません"),
    ],
)
async def test_what_is_reached_needs_evidence_and_a_day_that_has_come(
    clerk: AsyncClient, field: str, typed: str, told: str
):
    answer = await send(clerk, f"{STD20}/reach", **{**DONE, "url": "", field: typed})

    assert answer.status_code == 422
    assert f'<a href="#{field}">' in answer.text
    assert told in answer.text


async def test_a_statement_is_chosen_and_put_right(clerk: AsyncClient, desk: Desk[Store]):
    wrong = {"assertion": await statement(clerk), "value": "令和9年8月", "reason": "写し間違い"}
    page = text((await clerk.get(f"{STD20}/correct")).text)

    shown = text((await send(clerk, f"{STD20}/correct", step="preview", **wrong)).text)
    answer = await send(clerk, f"{STD20}/correct", **wrong)

    said = await last_said(desk, AssertionCorrected)
    assert "期日：令和9年9月（令和8年3月1日から有効、岩沼市デジタル化推進計画" in page
    assert "訂正：標準化対応期限（令和9年9月 → 令和9年8月）" in shown
    assert "期日が変わった回数 0回 0回" in shown
    assert "誤っていた記録 期日：令和9年9月" in shown
    assert answer.status_code == 303
    assert (said.before.value.edtf, said.after.value.edtf) == ("2027-09", "2027-08")


async def test_it_can_be_put_right_that_there_was_no_date(clerk: AsyncClient, desk: Desk[Store]):
    answer = await send(
        clerk,
        f"{STD20}/correct",
        assertion=await statement(clerk),
        undated_reason="計画に期日は書かれていなかった",
        reason="別の節目の期日を写したため",
    )

    said = await last_said(desk, AssertionCorrected)
    assert answer.status_code == 303
    assert (said.after.value, said.milestone.status) == (None, "undated")


@pytest.mark.parametrize(
    ("typed", "field", "told"),
    [
        ({"assertion": ""}, "assertion", "誤っていた記録を選んでください"),
        ({"assertion": "1"}, "assertion", "誤っていた記録を選んでください"),
        ({"assertion": "x\u0660"}, "assertion", "誤っていた記録を選んでください"),
        ({"value": ""}, "value", "正しい日付か、日付がない理由を入力してください"),
        ({"undated_reason": "記載なし"}, "undated_reason", "ここを空欄にしてください"),
        ({"value": "令和9年9月"}, "value", "記録と同じです"),
        ({"reason": ""}, "reason", "何が誤っていたかを入力してください"),
    ],
)
async def test_what_is_wrong_with_a_correction_is_told_at_its_field(
    clerk: AsyncClient, typed: dict[str, str], field: str, told: str
):
    right = {"assertion": await statement(clerk), "value": "令和9年8月", "reason": "写し間違い"}

    answer = await send(clerk, f"{STD20}/correct", **{**right, **typed})

    assert answer.status_code == 422
    assert f'<a href="#{field}">' in answer.text
    assert told in answer.text


async def test_only_the_statements_of_the_milestone_that_are_believed_can_be_chosen(
    clerk: AsyncClient,
):
    first = await statement(clerk)
    await send(clerk, f"{STD20}/correct", assertion=first, value="令和9年8月", reason="写し間違い")

    assert await statement(clerk) != first


async def test_to_change_nothing_is_recorded_as_a_decision_with_what_was_not_chosen(
    clerk: AsyncClient, desk: Desk[Store]
):
    about = {"about.ms-std20": "yes", "about.2-1": "yes", "about.ms-mars": "yes"}
    path, typed = (
        "/plan/staff/decisions",
        {**DECISION, **about, "not_chosen": "改める\r\n\r\nやめる"},
    )

    shown = (await send(clerk, path, step="preview", **typed)).text
    answer = await send(clerk, path, **typed)

    said = await last_said(desk, DecisionTaken)
    assert "岩沼市デジタル化推進本部の決定：いまは何も変えない" in shown
    assert 'name="about.2-1" value="yes"' in shown
    assert "決定によって変わること 何も変えない" in text(shown)
    assert (said.effect, said.not_chosen) == ("none", ["改める", "やめる"])
    assert sorted(said.about) == ["2-1", "ms-std20"]
    assert "決定を記録しました" in (await clerk.get(answer.headers["location"])).text


async def test_what_a_decision_may_be_about_stands_in_the_order_of_the_plan_with_its_numbers(
    clerk: AsyncClient,
):
    page = text((await clerk.get("/plan/staff/decisions")).text)

    numbers = re.findall(r"施策：([0-9]+)-([0-9]+) ", page)
    assert len(numbers) == page.count("施策：")
    assert numbers == sorted(numbers, key=lambda pair: (int(pair[0]), int(pair[1])))


async def test_a_decision_is_about_something_and_changes_something_or_nothing(clerk: AsyncClient):
    answer = await send(clerk, "/plan/staff/decisions", **{**DECISION, "effect": "magic"})

    assert answer.status_code == 422
    assert "何についての決定かを選んでください" in answer.text
    assert "決定によって変わることを選んでください" in answer.text


async def test_who_may_only_decide_sees_no_forms_for_dates(client: AsyncClient, issuer: Issuer):
    client.headers["Cookie"] = f"machi_staff={issuer.token('approver')}"

    page = (await client.get("/plan/staff")).text

    assert 'href="/plan/staff/decisions"' in page
    assert "/reschedule" not in page
    assert (await client.get(f"{STD20}/stop")).status_code == 403
