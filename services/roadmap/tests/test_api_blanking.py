"""A word that somebody typed into every field of every door out of which words come is nowhere when it was blanked."""

from typing import Any
from uuid import uuid4

import asyncpg
import pytest
from httpx2 import AsyncClient
from tokens import Issuer

from chassis.saying import Desk
from roadmap import handlers
from roadmap.exports.tables import COLUMNS, write
from roadmap.store import Store

pytestmark = pytest.mark.real

API = "/api/roadmap"
NAME, ADDRESS = "烏山鶴子", "karasuyama-tsuruko"
FROM_PLAN = 14  # so many rows of the log tell what the plan states
READS = (
    f"{API}/changes", f"{API}/export/assertions.csv", f"{API}/export/decisions.csv",
    f"{API}/export/nodes.csv", f"{API}/milestones", f"{API}/milestones/ms-std20",
    f"{API}/milestones/ms-std20/history", f"{API}/milestones/ms-online29/history",
    f"{API}/milestones/ms-end/history", f"{API}/plan", f"{API}/feed.json", f"{API}/feed.atom", f"{API}/nodes/ms-std20", f"{API}/calendar.ics", "/plan", "/plan/changes",
    "/plan/milestones/ms-std20", "/plan/milestones/ms-online29", "/plan/milestones/ms-end",
)  # fmt: skip


def seen(field: str) -> list[dict[str, str]]:
    return [
        {
            "source": f"{NAME}の{field}の資料",
            "url": f"https://example.jp/{ADDRESS}/{len(field)}",
            "lines": f"{NAME}の{field}の行",
        }
    ]


def decision(field: str, **more: Any) -> dict[str, Any]:
    return {
        "body": f"{NAME}の{field}の会議", "taken_on": "2026-11-20", "chosen": f"{NAME}の{field}の案",
        "not_chosen": [f"{NAME}の{field}の別の案"], **more,
    }  # fmt: skip


def moved(field: str, **given: Any) -> dict[str, Any]:
    return {
        "subject_id": "ms-std20", "attr": "due", "evidence": seen(field),
        "reason": f"{NAME}の{field}のわけ", "decision": decision(field), **given,
    }  # fmt: skip


@pytest.fixture
def clerk(client: AsyncClient, issuer: Issuer) -> AsyncClient:
    """Somebody who may do everything."""
    client.headers["Authorization"] = f"Bearer {issuer.token('editor', 'approver')}"
    return client


async def send(clerk: AsyncClient, door: str, given: dict[str, Any]) -> Any:
    headers = {"If-Match": "*", "Idempotency-Key": str(uuid4())}
    sent = await clerk.post(f"{API}/{door}", json=given, headers=headers)
    assert sent.status_code == 201, sent.text
    return sent.json()


async def known(clerk: AsyncClient, subject: str, attr: str) -> int:
    """The number of the statement that is believed now."""
    history = (await clerk.get(f"{API}/milestones/{subject}/history")).json()["history"]
    return [e["assertion_id"] for e in history if e["attr"] == attr and not e["recorded"]["until"]][
        -1
    ]


async def put_right(clerk: AsyncClient, subject: str, attr: str, **given: Any) -> None:
    row = await known(clerk, subject, attr)
    await send(clerk, f"assertions/{row}/correct", {"reason": f"{NAME}の写し間違い", **given})


async def look_at(clerk: AsyncClient, name: str = "", **cells: str) -> dict[str, Any]:
    """Send a table of one row, and see what it would change."""
    row = {**dict.fromkeys(COLUMNS["assertions"], ""), **cells}
    looked = await clerk.post(
        f"{API}/imports",
        params={"name": f"{name}.csv"},
        content=write(COLUMNS["assertions"], [tuple(row.values())]),
        headers={"Content-Type": "text/csv; charset=utf-8"},
    )
    assert looked.status_code == 201, looked.text
    return looked.json()


async def take_over(clerk: AsyncClient, **cells: str) -> None:
    seen = await look_at(clerk, NAME, **cells)
    said = {"decision": decision("表"), "reason": f"{NAME}の表のわけ"} if seen.get("moves") else {}
    given = {"fingerprint": seen["fingerprint"], **said}
    await send(clerk, f"imports/{seen['import_id']}/confirm", given)


async def type_everywhere(clerk: AsyncClient) -> None:
    evidence = str(seen("表")).replace("'", '"').replace("{", '{"mark": "X", ')
    report = {"attr": "reported", "asserter": "mic", "value": "2028-03"}
    await put_right(clerk, "ms-std20", "due", value="2027-10", evidence=seen("計画"))
    await send(clerk, "assertions", moved("改訂", value="2027-12"))
    await send(clerk, "assertions", {"subject_id": "ms-std20", **report, "evidence": seen("報告")})
    await put_right(clerk, "ms-std20", "reported", value=None)
    await put_right(clerk, "ms-end", "due", value=None, undated_reason=f"{NAME}の日付なし")
    reached = {"subject_id": "ms-online29", "attr": "actual", "value": "2023-03"}
    await send(clerk, "assertions", {**reached, "evidence": seen("達成")})
    await put_right(clerk, "ms-online29", "actual", value="2023-02", evidence=seen("達成の訂正"))
    stop = decision("中止", effect="stop")
    gone = moved("中止", value=None, undated_reason=f"{NAME}の中止", decision=stop)
    await send(clerk, "assertions", gone)
    alone = decision("決定", effect="none", reason=f"{NAME}の決定のわけ", about=["ms-std20"])
    await send(clerk, "decisions", alone)
    await take_over(
        clerk, subject_id="ms-end", attr="reported", asserter="mic", edtf="2028-03",
        precision="month", evidence=evidence,
    )  # fmt: skip


async def blank(desk: Desk[Store], seq: int) -> dict[str, list[str]]:
    """Take out what a row told; where its words are left."""
    async with desk.open(desk.now()) as (store, _):
        blanked = await handlers.blank(seq, store)
    return {word: [*places] for word, places in blanked.left.items()} if blanked else {}


async def blank_all(desk: Desk[Store]) -> dict[str, list[str]]:
    """Blank each row that is not the plan's; what is told as left at the last of them."""
    async with desk.read() as store:
        told = [each.seq for each in await store.log.after(FROM_PLAN, 100)]
    return [await blank(desk, seq) for seq in told][-1]


async def tables_with(owner: asyncpg.Connection, *words: str) -> dict[str, list[str]]:
    """Every row of every table in which one of these words stands, as text or as bytes."""
    spelt = [*words, *(word.encode().hex() for word in words)]
    tables = await owner.fetch(
        "select table_name from information_schema.tables"
        " where table_schema = 'public' and table_type = 'BASE TABLE'"
    )
    found: dict[str, list[str]] = {}
    for table in [row["table_name"] for row in tables]:
        rows = await owner.fetch(
            f'select said::text as text from "{table}" as said'  # noqa: S608 a table's own name
            " where exists (select from unnest($1::text[]) as word where strpos(said::text, word) > 0)",
            spelt,
        )
        found[table] = [row["text"] for row in rows]
    return {table: rows for table, rows in found.items() if rows}


async def reads_with(clerk: AsyncClient, *words: str) -> list[str]:
    answers = {path: await clerk.get(path) for path in READS}
    assert {path: a.status_code for path, a in answers.items()} == dict.fromkeys(READS, 200)
    return [path for path, a in answers.items() if any(word in a.text for word in words)]


async def test_what_was_typed_anywhere_is_nowhere_when_its_rows_were_blanked(
    clerk: AsyncClient, loaded: Desk[Store], owner: asyncpg.Connection
):
    stated = "select * from assertion where corrects is null and revision_id is not null"
    await type_everywhere(clerk)
    before = await owner.fetch(f"{stated} order by assertion_id")
    assert {
        "assertion",
        "change_log",
        "decision",
        "import_run",
        "outbox",
        "request",
        "withdrawal",
    } <= (await tables_with(owner, NAME, ADDRESS)).keys()
    assert await reads_with(clerk, NAME, ADDRESS)

    assert await blank_all(loaded) == {}

    assert await tables_with(owner, NAME, ADDRESS) == {}
    assert await reads_with(clerk, NAME, ADDRESS) == []
    assert await owner.fetch(f"{stated} order by assertion_id") == before


async def test_a_correction_that_took_its_source_over_from_the_plan_keeps_it(
    clerk: AsyncClient, loaded: Desk[Store], owner: asyncpg.Connection
):
    await put_right(clerk, "ms-std20", "due", value="2027-10")
    cited = "select array_agg(distinct evidence) from assertion where subject_id = 'ms-std20' and attr = 'due'"
    (before,) = await owner.fetchval(cited)

    assert await blank_all(loaded) == {}

    assert await owner.fetchval(cited) == [before]
    assert await tables_with(owner, NAME) == {}


async def test_a_name_is_told_wherever_it_is_left_but_no_common_word_of_the_plan(
    clerk: AsyncClient, loaded: Desk[Store]
):
    common = (await clerk.get(f"{API}/bodies")).json()["bodies"][0]["name"]
    given = {"taken_on": "2026-11-20", "effect": "none", "body": common, "reason": f"{NAME}のわけ"}
    for number in range(6):
        await send(clerk, "decisions", {**given, "chosen": f"{number}の案"})

    left = await blank(loaded, FROM_PLAN + 1)

    assert left == {
        f"{NAME}のわけ": [
            *(f"decision {number}" for number in range(2, 7)),
            *(f"row {FROM_PLAN + number}" for number in range(2, 7)),
        ]
    }


async def test_a_table_that_waits_with_a_name_in_it_is_forgotten_and_another_waits_on(
    clerk: AsyncClient, loaded: Desk[Store], owner: asyncpg.Connection
):
    reason = f"{NAME}の写し間違い"
    report = {"subject_id": "ms-end", "attr": "reported", "asserter": "mic", "edtf": "2028-03"}
    for source in (reason, "総務省の調査"):
        await look_at(clerk, **report, evidence=source)
    await put_right(clerk, "ms-std20", "due", value="2027-10")

    assert await blank_all(loaded) == {}

    assert await owner.fetchval("select count(*) from import_run") == 1
    assert await tables_with(owner, NAME) == {}
