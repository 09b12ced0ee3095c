"""Statements that machines make: what is moved, reached, reported and put right, and what is refused."""

from typing import Any

import pytest
from httpx2 import AsyncClient, Response
from tokens import Issuer

from chassis.saying import Desk
from roadmap.store import Store

pytestmark = pytest.mark.real

ASSERTIONS = "/api/roadmap/assertions"
SEEN = [{"source": "推進本部会議録", "url": "https://example.jp/minutes"}]
DECISION = {
    "body": "岩沼市デジタル化推進本部",
    "taken_on": "2026-11-20",
    "chosen": "期限を令和9年12月に改める",
    "not_chosen": ["対象の業務を減らす"],
}
MOVED = {
    "subject_id": "ms-std20",
    "attr": "due",
    "value": "令和9年12月",
    "reason": "移行の確認に時間が要るため",
    "decision": DECISION,
}
REACHED = {"subject_id": "ms-std20", "attr": "actual", "value": "2026-11-20", "evidence": SEEN}
REPORTED = {
    "subject_id": "ms-std20",
    "attr": "reported",
    "asserter": "mic",
    "value": "2028-03",
    "evidence": SEEN,
}


@pytest.fixture
def clerk(client: AsyncClient, issuer: Issuer) -> AsyncClient:
    """Somebody who may change dates and record decisions."""
    token = issuer.token("editor", "approver")
    client.headers["Authorization"] = f"Bearer {token}"
    return client


async def send(client: AsyncClient, given: dict[str, Any], version: str = "*") -> Response:
    return await client.post(ASSERTIONS, json=given, headers={"If-Match": version})


async def types(desk: Desk[Store], count: int) -> list[str]:
    rows = await desk.pool.fetch(
        "select headers::jsonb ->> 'type' as type from outbox order by id desc"
    )
    return [row["type"].split(".", 2)[2] for row in rows][:count][::-1]


async def state(client: AsyncClient, **asked: str) -> dict[str, Any]:
    return (await client.get("/api/roadmap/milestones/ms-std20", params=asked)).json()


async def row_of(client: AsyncClient, attr: str) -> int:
    """The number of the statement that is known now."""
    history = (await client.get("/api/roadmap/milestones/ms-std20/history")).json()["history"]
    (row,) = [
        each for each in history if each["attr"] == attr and each["recorded"]["until"] is None
    ][-1:]
    return row["assertion_id"]


async def correct(client: AsyncClient, row: int, **given: Any) -> Response:
    body = {"reason": "写し間違い", **given}
    return await client.post(f"{ASSERTIONS}/{row}/correct", json=body, headers={"If-Match": "*"})


async def test_a_move_tells_the_decision_and_then_the_move(clerk: AsyncClient, loaded: Desk[Store]):
    answer = await send(clerk, MOVED)

    milestone = answer.json()["milestone"]
    assert answer.status_code == 201, answer.text
    assert (milestone["slip_count"], milestone["total_slip"]["months"]) == (1, 3)
    assert milestone["decision"]["not_chosen"] == ["対象の業務を減らす"]
    assert await types(loaded, 2) == ["decision.taken.v1", "milestone.rescheduled.v1"]


async def test_a_move_may_name_a_decision_that_is_on_record(
    clerk: AsyncClient, loaded: Desk[Store]
):
    recorded = await clerk.post(
        "/api/roadmap/decisions",
        json={**DECISION, "effect": "revise", "reason": "遅れのため", "about": ["ms-std20"]},
    )
    number = recorded.json()["decision"]["decision_id"]

    given = {**MOVED, "decision_id": number}
    answer = await send(clerk, {k: v for k, v in given.items() if k not in ("decision", "reason")})

    assert answer.json()["milestone"]["decision"]["reason"] == "遅れのため"
    assert await types(loaded, 2) == ["decision.taken.v1", "milestone.rescheduled.v1"]


async def test_a_decision_to_stop_cancels_it(clerk: AsyncClient, loaded: Desk[Store]):
    stopped = {
        **MOVED,
        "value": None,
        "undated_reason": "国の制度が変わったため",
        "decision": {**DECISION, "effect": "stop"},
    }

    answer = await send(clerk, stopped)

    assert answer.json()["milestone"]["status"] == "cancelled"
    assert await types(loaded, 1) == ["milestone.cancelled.v1"]


async def test_what_was_reached_is_told_with_whether_it_was_in_time(
    clerk: AsyncClient, loaded: Desk[Store]
):
    answer = await send(clerk, REACHED)

    milestone = answer.json()["milestone"]
    assert (milestone["status"], milestone["on_time"]) == ("reached", "yes")
    assert await types(loaded, 1) == ["milestone.reached.v1"]


async def test_a_report_changes_how_it_stands_and_is_no_event(
    clerk: AsyncClient, loaded: Desk[Store]
):
    before = await types(loaded, 100)

    answer = await send(clerk, REPORTED)

    log = (await clerk.get("/api/roadmap/changes", params={"after": "14"})).json()["changes"]
    assert (answer.json()["milestone"]["status"], answer.json()["event"]) == ("late_reported", None)
    assert await types(loaded, 100) == before
    assert [(each["type"], each["subject"]) for each in log] == [("reported", "ms-std20")]


async def test_a_correction_changes_what_was_thought_and_not_how_often_it_moved(
    clerk: AsyncClient, loaded: Desk[Store]
):
    answer = await correct(clerk, await row_of(clerk, "due"), value="令和9年8月")

    now = await state(clerk)
    assert answer.status_code == 201, answer.text
    assert (now["due"]["value"]["edtf"], now["slip_count"], now["slip"]) == ("2027-08", 0, [])
    assert answer.json()["assertion"]["corrects"]
    assert await types(loaded, 1) == ["assertion.corrected.v1"]


async def test_what_was_never_reached_is_taken_back(clerk: AsyncClient):
    await send(clerk, REACHED)

    answer = await correct(clerk, await row_of(clerk, "actual"), value=None)

    assert answer.json()["assertion"] is None
    assert (await state(clerk))["status"] == "planned"


async def test_a_statement_that_was_replaced_cannot_be_corrected(clerk: AsyncClient):
    row = await row_of(clerk, "due")
    await correct(clerk, row, value="令和9年8月")

    answer = await correct(clerk, row, value="令和9年7月")

    assert (answer.status_code, answer.json()["code"]) == (409, "not-known-any-more")


WRONG: list[tuple[dict[str, Any], int, str]] = [
    ({**MOVED, "value": "平成31年6月"}, 422, "平成"),
    ({**MOVED, "value": "令和元年4月"}, 422, "令和"),
    ({**MOVED, "value": "令和9年（2026年）9月"}, 422, "2027"),
    ({**MOVED, "value": "令和9年2月30日"}, 422, "暦にない"),
    ({**MOVED, "value": "9月"}, 422, "年が書かれていません"),
    ({**MOVED, "value": "令和0年9月"}, 422, "0 年"),
    ({**MOVED, "value": "令和7年13月"}, 422, "暦にない"),
    ({**MOVED, "value": None}, 422, "without a date"),
    ({k: v for k, v in MOVED.items() if k != "reason"}, 422, "reason"),
    ({k: v for k, v in MOVED.items() if k != "decision"}, 422, "decision"),
    ({**MOVED, "decision_id": 1}, 422, "decision"),
    ({**MOVED, "value": "令和9年9月"}, 409, "due then already"),
    ({**MOVED, "status": "reached"}, 422, "computed from"),
    ({**MOVED, "progress": 80}, 422, "computed from"),
    ({**MOVED, "colour": "green"}, 422, "computed from"),
    ({**MOVED, "subject_id": "ms-mars"}, 404, "no such milestone"),
    ({**MOVED, "subject_id": "ms-std-national"}, 409, "nation"),
    ({**REACHED, "evidence": []}, 422, "evidence"),
    ({**REACHED, "value": "2026-11-24"}, 422, "future"),
    ({**REACHED, "value": "../2015"}, 422, "first day"),
    ({**REACHED, "subject_id": "ms-convenience"}, 409, "already"),
    ({k: v for k, v in REPORTED.items() if k != "asserter"}, 422, "asserter"),
    ({**REPORTED, "asserter": "plan"}, 422, "asserter: plan"),
    ({**REPORTED, "valid_from": "9999-01-01"}, 422, "valid_from: 9999-01-01"),
    ({**REACHED, "value": "2026-11-01/2027-03"}, 422, "future"),
    ({**MOVED, "decision": {**DECISION, "taken_on": "0001-01-01"}}, 422, "taken_on: 0001-01-01"),
    ({**REPORTED, "attr": "forecast"}, 422, "attr"),
    ({**REPORTED, "decision_id": 1}, 422, "only of a due date"),
    ({**REACHED, "valid_from": "2026-11-01"}, 422, "from its own day"),
    ({**MOVED, "undated_reason": "未定"}, 422, "only of what has no date"),
    ({k: v for k, v in MOVED.items() if k != "decision"} | {"decision_id": 99}, 404, "decision"),
]


@pytest.mark.parametrize(("given", "status", "told"), WRONG, ids=range(len(WRONG)))
async def test_what_is_wrong_is_named_and_nothing_of_it_is_kept(
    clerk: AsyncClient, loaded: Desk[Store], given: dict[str, Any], status: int, told: str
):
    rows = "select (select count(*) from assertion), (select count(*) from decision), (select count(*) from outbox)"
    before = await loaded.pool.fetchrow(rows)

    answer = await send(clerk, given)

    assert answer.status_code == status, answer.text
    assert told in answer.text
    assert await loaded.pool.fetchrow(rows) == before


@pytest.mark.parametrize(
    ("wrong", "told"),
    [
        ({"about": ["ms-std20", "ms-mars"]}, "about: ms-mars"),
        ({"taken_on": "0001-01-01"}, "taken_on: 0001-01-01"),
        ({"taken_on": "2026-11-24"}, "taken_on: 2026-11-24"),
    ],
)
async def test_a_decision_that_cannot_be_is_refused_by_its_field(
    clerk: AsyncClient, wrong: dict[str, Any], told: str
):
    given = {**DECISION, "effect": "none", "reason": "様子を見るため", **wrong}

    answer = await clerk.post("/api/roadmap/decisions", json=given)

    assert answer.status_code == 422
    assert told in answer.json()["detail"]


async def test_what_was_stopped_is_not_reached(clerk: AsyncClient):
    end = {"value": None, "undated_reason": "国の制度が変わったため"}
    await send(clerk, {**MOVED, **end, "decision": {**DECISION, "effect": "stop"}})

    answer = await send(clerk, REACHED)

    assert (answer.status_code, answer.json()["code"]) == (409, "stopped")


async def test_overlapping_truth_asks_whether_to_revise_or_correct(clerk: AsyncClient):
    await send(clerk, REACHED)

    answer = await send(clerk, {**REACHED, "value": "2026-11-19"})

    assert answer.status_code == 409
    assert "revise or correct?" in answer.json()["title"]
    assert "推進本部会議録" in answer.json()["detail"]


async def test_a_change_of_what_somebody_else_changed_is_refused(clerk: AsyncClient):
    await send(clerk, MOVED, '"1"')

    stale = await send(clerk, {**MOVED, "value": "令和10年3月"}, '"1"')
    nameless = await clerk.post(ASSERTIONS, json=MOVED)

    assert (stale.status_code, stale.headers["ETag"]) == (412, '"2"')
    assert nameless.status_code == 428
