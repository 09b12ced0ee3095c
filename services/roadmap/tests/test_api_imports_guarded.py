"""What a table that comes back cannot do either: what no form and no request may do is refused by its cell."""

import asyncio
import itertools
from typing import Any

import pytest
from httpx2 import AsyncClient, Response
from tokens import Issuer

from roadmap.exports.tables import COLUMNS, read, write

pytestmark = pytest.mark.real

IMPORTS = "/api/roadmap/imports"
Rows = list[dict[str, str]]
DECISION: dict[str, Any] = {
    "body": "岩沼市デジタル化推進本部",
    "taken_on": "2026-11-20",
    "chosen": "期限を改める",
}
NEW = dict.fromkeys(COLUMNS["assertions"], "")
MOVED = {**NEW, "subject_id": "ms-std20", "attr": "due", "edtf": "令和9年12月"}


@pytest.fixture
def clerk(client: AsyncClient, issuer: Issuer) -> AsyncClient:
    """Somebody who may send and confirm."""
    client.headers["Authorization"] = f"Bearer {issuer.token('editor', 'approver')}"
    return client


async def export(client: AsyncClient, table: str = "assertions") -> Rows:
    names = COLUMNS[table]
    file = (await client.get(f"/api/roadmap/export/{table}.csv")).content
    return [dict(zip(names, row, strict=True)) for row in read(file, names).rows]


async def send(client: AsyncClient, *rows: dict[str, str]) -> Response:
    body = write(COLUMNS["assertions"], [tuple(row.values()) for row in rows])
    return await client.post(IMPORTS, content=body, headers={"Content-Type": "text/csv"})


async def confirm(client: AsyncClient, looked: Response, **given: Any) -> Response:
    seen = looked.json()
    body = {"fingerprint": seen["fingerprint"], **given}
    return await client.post(f"{IMPORTS}/{seen['import_id']}/confirm", json=body)


def told(answer: Response) -> list[tuple[str, str]]:
    return [(each["line"], each["path"]) for each in answer.json()["errors"]]


async def test_whoever_looks_at_the_same_dates_at_once_waits_for_the_others(clerk: AsyncClient):
    """The rows stand in any order, files that wait are looked at again, and single dates move meanwhile."""
    moves = [{**MOVED, "subject_id": each} for each in ("ms-std20", "ms-end", "ms-step2")]
    waiting = (await send(clerk, *moves)).json()["import_id"]
    said = {"subject_id": "ms-end", "attr": "due", "value": "令和11年12月", "reason": "見直し"}
    single = {**said, "decision": DECISION}

    answers = await asyncio.gather(
        *(send(clerk, *order) for order in itertools.permutations(moves)),
        *(clerk.get(f"{IMPORTS}/{waiting}") for _ in range(4)),
        clerk.post("/api/roadmap/assertions", json=single, headers={"If-Match": "*"}),
    )

    assert {each.status_code for each in answers} == {200, 201}


async def test_a_decision_that_no_row_waits_for_is_refused(clerk: AsyncClient):
    kept = {"effect": "revise", "reason": "移行の確認", "about": ["ms-std20"], **DECISION}
    recorded = (await clerk.post("/api/roadmap/decisions", json=kept)).json()["decision"]
    looked = await send(clerk, {**MOVED, "decision_id": str(recorded["decision_id"])})

    answer = await confirm(clerk, looked, decision=DECISION, reason="別の決定")

    assert (answer.status_code, answer.json()["code"]) == (409, "unfit-decision")
    assert (await confirm(clerk, looked)).status_code == 201


@pytest.mark.parametrize(
    ("value", "code"),
    [
        ("2027/9999", "too-far-ahead"),
        ("2027-09/9999-12-31", "too-far-ahead"),
        ("../2028", "no-first-day"),
    ],
)
async def test_a_date_that_no_plan_reaches_comes_in_by_no_door(
    clerk: AsyncClient, value: str, code: str
):
    moved = {"subject_id": "ms-std20", "attr": "due", "value": value, "reason": "遅れ"}

    by_table = await send(clerk, {**MOVED, "edtf": value})
    by_request = await clerk.post(
        "/api/roadmap/assertions",
        json={**moved, "decision": DECISION},
        headers={"If-Match": "*"},
    )

    assert (by_table.status_code, told(by_table)) == (422, [("2", "edtf")])
    assert (by_request.status_code, by_request.json()["code"]) == (422, code)


async def test_a_report_about_an_item_of_a_list_comes_in_by_every_door(clerk: AsyncClient):
    nodes = await export(clerk, "nodes")
    item = next(each["node_id"] for each in nodes if each["kind"] == "item")
    said = {"subject_id": item, "attr": "reported", "asserter": "prefecture"}
    seen = [{"source": "総務省の調査"}]

    looked = await send(clerk, {**NEW, **said, "edtf": "2028-03", "evidence": seen[0]["source"]})
    by_table = await confirm(clerk, looked)
    by_request = await clerk.post(
        "/api/roadmap/assertions",
        json={**said, "asserter": "vendor", "value": "2028-04", "evidence": seen},
        headers={"If-Match": "*"},
    )

    kept = [row for row in await export(clerk) if row["subject_id"] == item]
    dates = {row["asserter"]: row["edtf"] for row in kept}
    assert (by_table.status_code, by_table.json()["events"]) == (201, [])
    assert (by_request.status_code, by_request.json()) == (201, {"milestone": None, "event": None})
    assert (dates["prefecture"], dates["vendor"]) == ("2028-03", "2028-04")


async def test_two_rows_that_contradict_each_other_are_not_both_done(clerk: AsyncClient):
    answer = await send(clerk, MOVED, {**MOVED, "edtf": "令和10年度"})

    assert (answer.status_code, told(answer)) == (422, [("3", "subject_id")])


async def test_the_look_names_the_earliest_day_of_the_decision(clerk: AsyncClient):
    before = (
        await confirm(clerk, await send(clerk, MOVED), decision=DECISION, reason="遅れ")
    ).status_code
    looked = await send(clerk, {**MOVED, "edtf": "令和10年度"})

    early = {**DECISION, "taken_on": "2026-11-19"}
    refused = await confirm(clerk, looked, decision=early, reason="さらに遅れ")
    taken = await confirm(clerk, looked, decision=DECISION, reason="さらに遅れ")

    assert (before, looked.json()["decided_from"]) == (201, "2026-11-20")
    assert (refused.status_code, taken.status_code) == (422, 201)
