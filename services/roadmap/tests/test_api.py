from typing import Any

import pytest
from httpx2 import AsyncClient, Response
from tokens import Issuer, unsigned

from chassis.saying import Desk
from contracts.roadmap import MilestoneRescheduled
from roadmap.store import Store

pytestmark = pytest.mark.real

MOVE: dict[str, Any] = {
    "subject_id": "ms-std20",
    "attr": "due",
    "value": "令和9年12月",
    "reason": "移行の確認に時間が要るため",
    "decision": {
        "body": "岩沼市デジタル化推進本部",
        "taken_on": "2026-11-20",
        "chosen": "期限を令和9年12月に改める",
    },
}


async def post(
    client: AsyncClient, token: str | None, body: Any = MOVE, **headers: str
) -> Response:
    named = {"If-Match": '"1"', **{name.replace("_", "-"): text for name, text in headers.items()}}
    if token is not None:
        named["Authorization"] = f"Bearer {token}"
    return await client.post("/api/roadmap/assertions", json=body, headers=named)


async def version(client: AsyncClient) -> int:
    return (await client.get("/api/roadmap/milestones/ms-std20")).json()["version"]


async def test_an_editor_moves_a_date_and_gets_the_event_to_wait_for(
    client: AsyncClient, issuer: Issuer, desk: Desk[Store]
):
    answer = await post(client, issuer.token("editor"))

    assert answer.status_code == 201
    event = answer.json()["event"]
    assert (event["topic"], event["key"], event["sequence"]) == (
        "machi.roadmap.v1",
        "042111/ms-std20",
        2,
    )
    payload = await desk.pool.fetchval(
        "select payload from outbox where event_id = $1", event["event_id"]
    )
    said = MilestoneRescheduled.model_validate_json(payload)
    assert said.new_due
    assert said.new_due.edtf == "2027-12"
    assert answer.json()["milestone"]["version"] == 2
    assert await desk.pool.fetchval("select entered_by from decision") == "clerk-1"


async def test_the_old_date_stays_in_the_history(client: AsyncClient, issuer: Issuer):
    await post(client, issuer.token("editor"))

    history = (await client.get("/api/roadmap/milestones/ms-std20/history")).json()["history"]

    assert [row["value"]["edtf"] for row in history] == ["2027-09", "2027-09", "2027-12"]


@pytest.mark.parametrize(
    ("kind", "status", "code"),
    [
        ("none at all", 401, "token-missing"),
        ("expired", 401, "token-expired"),
        ("alg none", 401, "token-not-valid"),
        ("of another city", 401, "token-not-valid"),
        ("no token", 401, "token-not-valid"),
        ("without the role", 403, "role-missing"),
    ],
)
async def test_whoever_may_not_write_moves_nothing(
    client: AsyncClient, issuer: Issuer, kind: str, status: int, code: str
):
    tokens = {
        "none at all": None,
        "expired": issuer.expired("editor"),
        "alg none": unsigned("editor"),
        "of another city": issuer.token("editor", aud="elsewhere"),
        "no token": "x.y.z",
        "without the role": issuer.token("approver"),
    }

    answer = await post(client, tokens[kind])

    assert (answer.status_code, answer.json()["code"]) == (status, code)
    assert answer.headers["content-type"] == "application/problem+json"
    assert await version(client) == 1


@pytest.mark.parametrize(
    ("change", "status", "code"),
    [
        ({"subject_id": "ms-mars"}, 404, "unknown-milestone"),
        ({"subject_id": "ms-convenience"}, 409, "no-due-date"),
        ({"value": "令和9年9月"}, 409, "same-date"),
        ({"subject_id": "ms-std-national"}, 409, "nations-date"),
        ({"value": "平成9年12月"}, 422, "over-already"),
        ({"value": "2月30日"}, 422, "unreadable-date"),
        ({"value": "平成31年6月"}, 422, "unreadable-date"),
        ({"value": "令和9年（2026年）9月"}, 422, "unreadable-date"),
        ({"value": "9月"}, 422, "unreadable-date"),
        ({"value": None}, 422, "no-reason-for-no-date"),
        ({"valid_from": "2026-02-01"}, 422, "too-early-to-hold"),
        ({"reason": "  "}, 422, "invalid-input"),
        ({"reason": None}, 422, "invalid-input"),
        ({"status": "on track"}, 422, "invalid-input"),
        ({"attr": "forecast"}, 422, "invalid-input"),
        ({"decision": None}, 422, "invalid-input"),
        ({"decision": {**MOVE["decision"], "taken_on": "2030-01-01"}}, 422, "not-decided-yet"),
    ],
)
async def test_what_cannot_be_done_is_named_and_refused(
    client: AsyncClient, issuer: Issuer, change: dict[str, Any], status: int, code: str
):
    answer = await post(client, issuer.token("editor"), {**MOVE, **change})

    assert (answer.status_code, answer.json()["code"]) == (status, code)
    assert await version(client) == 1


@pytest.mark.parametrize(("named", "status"), [('"7"', 412), ("", 412), ('"1"', 201), ("*", 201)])
async def test_a_write_names_the_version_that_it_changes(
    client: AsyncClient, issuer: Issuer, named: str, status: int
):
    answer = await post(client, issuer.token("editor"), If_Match=named)

    assert answer.status_code == status


async def test_a_write_without_a_version_is_asked_for_it(client: AsyncClient, issuer: Issuer):
    authorization = {"Authorization": f"Bearer {issuer.token('editor')}"}

    answer = await client.post("/api/roadmap/assertions", json=MOVE, headers=authorization)

    assert (answer.status_code, answer.json()["code"]) == (428, "version-required")


async def test_the_same_request_again_gets_the_same_answer_and_moves_nothing(
    client: AsyncClient, issuer: Issuer
):
    token = issuer.token("editor")
    first = await post(client, token, Idempotency_Key="request-1")

    again = await post(client, token, Idempotency_Key="request-1")
    other = await post(client, token, {**MOVE, "value": "2028-03"}, Idempotency_Key="request-1")

    assert (again.status_code, again.json()) == (201, first.json())
    assert (other.status_code, other.json()["code"]) == (422, "key-used-before")
    assert await version(client) == 2


async def test_milestones_are_listed_page_by_page(client: AsyncClient):
    first = await client.get("/api/roadmap/milestones?limit=10")
    path = first.headers["link"].partition("<")[2].partition(">")[0]

    rest = await client.get(path)

    ids = [m["milestone_id"] for page in (first, rest) for m in page.json()["milestones"]]
    assert (len(ids), len(set(ids))) == (13, 13)
    assert "link" not in rest.headers


async def test_who_has_it_already_need_not_fetch_it_again(client: AsyncClient):
    first = await client.get("/api/roadmap/milestones/ms-std20")

    again = await client.get(
        "/api/roadmap/milestones/ms-std20", headers={"If-None-Match": first.headers["etag"]}
    )

    assert again.status_code == 304


async def test_an_unknown_milestone_is_a_problem(client: AsyncClient):
    answer = await client.get("/api/roadmap/milestones/ms-mars")

    assert (answer.status_code, answer.json()["code"]) == (404, "unknown-milestone")


async def test_a_body_of_five_megabytes_is_refused(client: AsyncClient, issuer: Issuer):
    answer = await post(client, issuer.token("editor"), {**MOVE, "reason": "あ" * 1_700_000})

    assert answer.status_code == 413


@pytest.mark.parametrize("path", ["/api/roadmap/milestones/%00", "/plan/milestones/ms%00"])
async def test_an_address_that_no_database_can_keep_is_not_found(client: AsyncClient, path: str):
    assert (await client.get(path)).status_code == 404


@pytest.mark.parametrize("sign", ["\x00", "\x07", "\x1b"])
async def test_signs_that_nobody_writes_are_refused(client: AsyncClient, issuer: Issuer, sign: str):
    answer = await post(client, issuer.token("editor"), {**MOVE, "reason": f"移行{sign}の遅れ"})

    assert (answer.status_code, answer.json()["code"]) == (422, "invalid-input")


async def test_without_its_database_a_page_asks_for_patience(
    client: AsyncClient, desk: Desk[Store]
):
    await desk.pool.close()

    answer, page = await client.get("/api/roadmap/milestones"), await client.get("/plan")

    assert (answer.status_code, answer.json()["code"]) == (503, "unavailable")
    assert (page.status_code, page.headers["retry-after"]) == (503, "5")
