"""A table that was given out and comes back: unchanged, changed, with new rows, and refused."""

import csv
import io
from typing import Any

import pytest
from clerks import Clerk
from httpx2 import AsyncClient, Response
from tokens import Issuer

from chassis.saying import Desk
from roadmap.exports.tables import COLUMNS, read, write
from roadmap.store import Store

pytestmark = pytest.mark.real

IMPORTS = "/api/roadmap/imports"
Rows = list[dict[str, str]]
DECISION: dict[str, Any] = {
    "decision": {
        "body": "岩沼市デジタル化推進本部",
        "taken_on": "2026-11-20",
        "chosen": "期限を改める",
    },
    "reason": "移行の確認に時間が要るため",
}
NEW = dict.fromkeys(COLUMNS["assertions"], "")
MOVED = {**NEW, "subject_id": "ms-std20", "attr": "due", "edtf": "令和9年12月"}
REPORTED = {
    **NEW,
    "subject_id": "ms-std20",
    "attr": "reported",
    "asserter": "mic",
    "edtf": "2028-03",
    "valid_from": "2026/11/1",
    "evidence": "総務省の調査",
}
REACHED = {
    **NEW,
    "subject_id": "ms-end",
    "attr": "actual",
    "edtf": "2026-11",
    "evidence": '[{"source": "議事録", "mark": "X", "url": "https://example.jp/minutes"}]',
}


@pytest.fixture
def clerk(client: AsyncClient, issuer: Issuer) -> AsyncClient:
    """Somebody who may send and confirm."""
    client.headers["Authorization"] = f"Bearer {issuer.token('editor', 'approver')}"
    return client


async def export(client: AsyncClient, table: str = "assertions") -> bytes:
    return (await client.get(f"/api/roadmap/export/{table}.csv")).content


async def rows(client: AsyncClient, table: str = "assertions") -> Rows:
    found = read(await export(client, table), COLUMNS[table]).rows
    return [dict(zip(COLUMNS[table], row, strict=True)) for row in found]


def file(changed: Rows, table: str = "assertions") -> bytes:
    return write(COLUMNS[table], [tuple(row.values()) for row in changed])


async def send(client: AsyncClient, body: bytes) -> Response:
    headers = {"Content-Type": "text/csv; charset=utf-8"}
    return await client.post(IMPORTS, content=body, headers=headers)


async def confirm(client: AsyncClient, looked: Response, **given: Any) -> Response:
    seen = looked.json()
    body = {"fingerprint": seen["fingerprint"], **given}
    return await client.post(f"{IMPORTS}/{seen['import_id']}/confirm", json=body)


@pytest.mark.parametrize("table", COLUMNS)
async def test_an_export_that_comes_back_as_it_went_changes_nothing(
    clerk: AsyncClient, issuer: Issuer, table: str
):
    await Clerk(clerk, issuer.token("editor")).decides("令和9年12月")

    answer = (await send(clerk, await export(clerk, table))).json()

    assert (answer["table"], answer["edits"], answer["absent"]) == (table, [], 0)
    assert answer["import_id"] is None
    assert answer["encoding"] == "UTF-8 with BOM"


async def test_a_file_as_a_spreadsheet_of_japan_saves_it_is_read_and_its_encoding_told(
    clerk: AsyncClient,
):
    text = (await export(clerk)).decode("utf-8-sig").replace("\r\n", "\n")

    answer = (await send(clerk, text.encode("cp932"))).json()

    assert (answer["encoding"], answer["edits"]) == ("Shift_JIS", [])


async def test_an_export_of_yesterday_says_nothing_about_what_moved_today(
    clerk: AsyncClient, issuer: Issuer
):
    before = await export(clerk)
    await Clerk(clerk, issuer.token("editor")).decides("令和9年12月")

    answer = (await send(clerk, before)).json()

    assert (answer["edits"], answer["absent"]) == ([], 2)


async def test_new_rows_are_shown_and_change_nothing_before_they_are_confirmed(
    clerk: AsyncClient, loaded: Desk[Store]
):
    count = "select (select count(*) from assertion), (select count(*) from decision), (select count(*) from outbox)"
    before = await loaded.pool.fetchrow(count)

    answer = await send(clerk, file([MOVED, REPORTED, REACHED]))

    told = [(each["kind"], each["node_id"], each["after"]) for each in answer.json()["edits"]]
    assert answer.status_code == 201, answer.text
    assert told == [
        ("rescheduled", "ms-std20", "2027-12"),
        ("reported", "ms-std20", "2028-03"),
        ("reached", "ms-end", "2026-11"),
    ]
    assert answer.json()["decision_needed"]
    assert await loaded.pool.fetchrow(count) == before


async def test_new_rows_are_taken_over_by_one_decision_and_told(clerk: AsyncClient):
    also = {**MOVED, "subject_id": "ms-step2", "edtf": "2028-03"}
    looked = await send(clerk, file([MOVED, also, REPORTED]))

    undecided = await confirm(clerk, looked)
    answer = await confirm(clerk, looked, **DECISION)
    again = await send(clerk, await export(clerk))

    now = (await clerk.get("/api/roadmap/milestones/ms-std20")).json()
    assert (undecided.status_code, undecided.json()["code"]) == (409, "decision-needed")
    assert answer.status_code == 201, answer.text
    assert (answer.json()["revision"], len(answer.json()["events"])) == (None, 3)
    assert now["due"]["value"]["edtf"] == "2027-12"
    assert [(r["asserter"], r["value"]["edtf"]) for r in now["reported"]][-1] == ("mic", "2028-03")
    (decision,) = await rows(clerk, "decisions")
    assert decision["about"] == '["ms-std20", "ms-step2"]'
    assert again.json()["edits"] == []


@pytest.mark.parametrize(("about", "status"), [("ms-std20", 201), ("ms-end", 422)])
async def test_a_decision_on_record_moves_only_what_it_is_about(
    clerk: AsyncClient, issuer: Issuer, about: str, status: int
):
    said = {
        **DECISION["decision"],
        "reason": DECISION["reason"],
        "about": [about],
        "effect": "revise",
    }
    headers = {"Authorization": f"Bearer {issuer.token('editor')}"}
    kept = await clerk.post("/api/roadmap/decisions", json=said, headers=headers)
    looked = await send(clerk, file([MOVED]))

    answer = await confirm(clerk, looked, decision_id=kept.json()["decision"]["decision_id"])

    assert answer.status_code == status, answer.text
    assert ("決定は、この節目の期日を" in answer.text) is (status == 422)


async def test_a_changed_row_with_its_why_puts_the_statement_right(clerk: AsyncClient):
    found = await rows(clerk)
    (due,) = [r for r in found if (r["subject_id"], r["attr"]) == ("ms-std20", "due")]
    due |= {"edtf": "2027-08", "why": "本文の写し間違い"}

    looked = await send(clerk, file(found))
    answer = await confirm(clerk, looked)

    (edit,) = looked.json()["edits"]
    now = (await clerk.get("/api/roadmap/milestones/ms-std20")).json()
    assert (edit["kind"], edit["before"], edit["after"]) == ("corrected", "2027-09", "2027-08")
    assert not looked.json()["decision_needed"]
    assert answer.status_code == 201, answer.text
    assert (now["due"]["value"]["edtf"], now["slip_count"]) == ("2027-08", 0)


async def test_all_that_is_wrong_is_told_at_once_by_line_and_column_and_nothing_is_kept(
    clerk: AsyncClient, loaded: Desk[Store]
):
    found = await rows(clerk)
    before = await loaded.pool.fetchval("select count(*) from assertion")
    line = next(n for n, r in enumerate(found, 2) if r["subject_id"] == "ms-std20")
    found[line - 2] |= {"edtf": "2027-08", "mark": "X"}
    wrong = [MOVED, MOVED, {**REPORTED, "asserter": "plan"}]

    answer = await send(clerk, file([*found, *wrong]))

    told = [(int(each["line"]), each["path"]) for each in answer.json()["errors"]]
    after = len(found) + 2
    assert answer.status_code == 422
    assert told == [
        (line, "mark"),
        (line, "why"),
        (after + 1, "subject_id"),
        (after + 2, "asserter"),
    ]
    assert "改訂ですか、訂正ですか" in answer.text
    assert await loaded.pool.fetchval("select count(*) from assertion") == before
    assert await loaded.pool.fetchval("select count(*) from import_run") == 0


async def test_what_a_row_may_not_say_is_told_together_with_what_the_record_refuses(
    clerk: AsyncClient,
):
    refused = {**MOVED, "edtf": "令和9年9月"}

    answer = await send(clerk, file([refused, {**REPORTED, "asserter": "nation", "evidence": ""}]))

    told = {(int(each["line"]), each["path"]) for each in answer.json()["errors"]}
    assert told == {(2, "edtf"), (3, "asserter"), (3, "evidence")}


async def test_a_report_as_of_the_end_of_a_month_speaks_on_its_last_day(
    clerk: AsyncClient, loaded: Desk[Store]
):
    looked = await send(clerk, file([{**REPORTED, "valid_from": "令和8年10月末"}]))
    answer = await confirm(clerk, looked)

    day = await loaded.pool.fetchval("select max(lower(valid)) from assertion")
    assert answer.status_code == 201, answer.text
    assert day.isoformat() == "2026-10-31"


@pytest.mark.parametrize(("table", "door"), [("nodes", "YAML"), ("decisions", "職員のページ")])
async def test_a_table_that_only_goes_out_is_refused_when_it_was_changed_with_the_door_that_changes_it(
    clerk: AsyncClient, issuer: Issuer, table: str, door: str
):
    await Clerk(clerk, issuer.token("editor")).decides("令和9年12月")
    found = await rows(clerk, table)
    found[0] |= {COLUMNS[table][4]: "ちがう言葉"}

    answer = await send(clerk, file(found, table))

    (error,) = answer.json()["errors"]
    assert (answer.status_code, error["line"]) == (422, "2")
    assert door in error["message"]


async def test_a_dry_run_that_was_overtaken_is_not_taken_over(clerk: AsyncClient, issuer: Issuer):
    looked = await send(clerk, file([REPORTED]))
    await Clerk(clerk, issuer.token("editor")).decides("令和9年12月")

    refused = await confirm(clerk, looked)
    now = (await clerk.get(f"{IMPORTS}/{looked.json()['import_id']}")).json()
    taken = await clerk.post(
        f"{IMPORTS}/{now['import_id']}/confirm", json={"fingerprint": now["fingerprint"]}
    )
    twice = await confirm(clerk, looked)

    assert (refused.status_code, refused.json()["code"]) == (409, "overtaken")
    assert taken.status_code == 201, taken.text
    assert (twice.status_code, twice.json()["code"]) == (409, "confirmed-already")
    assert "a table that was sent is taken over once" in twice.json()["detail"]


async def test_a_decision_that_moves_nothing_and_an_answer_that_nobody_asked_for_are_refused(
    clerk: AsyncClient,
):
    looked = await send(clerk, file([REPORTED]))

    decided = await confirm(clerk, looked, **DECISION)
    answered = await clerk.post(
        f"{IMPORTS}/{looked.json()['import_id']}/answers", json={"answers": []}
    )

    assert (decided.status_code, decided.json()["code"]) == (409, "unfit-decision")
    assert (answered.status_code, answered.json()["code"]) == (422, "answer-unfit")


@pytest.mark.parametrize(
    ("body", "code"),
    [
        (b"", "empty-table"),
        (";".join(COLUMNS["assertions"]).encode(), "other-separator"),
        ("\t".join(COLUMNS["assertions"]).encode(), "other-separator"),
        (b"node_id,label\r\n", "other-columns"),
        (b"\xff\xfe\x00\x01", "unreadable-table"),
        (b'"' + b"x" * 200_000, "unreadable-table"),
        (",".join(COLUMNS["decisions"]).encode() + b"\r\n1,2\r\n", "uneven-row"),
    ],
)
async def test_what_is_no_table_is_refused_whole(clerk: AsyncClient, body: bytes, code: str):
    answer = await send(clerk, body)

    assert (answer.status_code, answer.json()["code"]) == (422, code)


async def test_a_table_may_have_its_columns_in_another_order(clerk: AsyncClient):
    text = io.StringIO()
    names = sorted(COLUMNS["assertions"])
    writer = csv.DictWriter(text, names)
    writer.writeheader()
    writer.writerow({**REPORTED, "edtf": "9月"})

    answer = await send(clerk, text.getvalue().encode())

    (error,) = answer.json()["errors"]
    assert (error["line"], error["column"]) == ("2", str(names.index("edtf") + 1))
    assert "年が書かれていません" in error["message"]
