"""A revision that takes decisions back says so at every door before it is loaded, and in what it tells afterwards."""

import asyncio
import os
import re
import sys
from html import unescape
from pathlib import Path
from typing import Any

import pytest
from clerks import BODY, Clerk
from databases import Database
from httpx2 import AsyncClient
from icalendar import Calendar
from tokens import Issuer

from chassis.saying import Desk
from roadmap.store import Store

pytestmark = pytest.mark.real

R8 = Path(__file__).parents[1] / "src" / "roadmap" / "data" / "042111" / "plan_r8.yaml"
R9 = (
    R8.read_text(encoding="utf-8")
    .replace("id: R8\n  supersedes: R3", "id: R9\n  supersedes: R8")
    .replace('令和８年 3 月, edtf: "2026-03"', '令和８年 12 月, edtf: "2026-12"', 1)
)
TEXT = {"Content-Type": "application/yaml"}
DECISION = {"body": BODY, "taken_on": "2026-11-22", "chosen": "計画を改訂する"}
MOVE = {"value": "2027-03", "milestone": "ms-online29"}
STOP = {"milestone": "ms-step2", "effect": "stop", "undated_reason": "国の方針が変わったため"}


@pytest.fixture
async def sender(client: AsyncClient, issuer: Issuer) -> AsyncClient:
    """Somebody who may send plans and confirm them, after one date was moved and one milestone stopped."""
    clerk = Clerk(client, issuer.token("editor"))
    await clerk.decides(**MOVE)
    await clerk.decides(None, **STOP)
    client.headers["Authorization"] = f"Bearer {issuer.token('editor', 'approver')}"
    return client


async def test_the_answer_names_each_decision_and_what_its_date_goes_back_to(sender: AsyncClient):
    seen = (await sender.post("/api/roadmap/imports", content=R9, headers=TEXT)).json()

    moved, stopped = seen["undoes"]
    decided = {"body": BODY, "taken_on": "2026-11-20", "chosen": "期限を改める"}
    assert moved == {
        "node_id": "ms-online29",
        "label": "29手続のオンライン申請",
        "decision_id": 1,
        **decided,
        "before": "2027-03",
        "after": "2023-03",
        "revives": False,
    }
    assert stopped == {
        "node_id": "ms-step2",
        "label": "第２ステップの期間",
        "decision_id": 2,
        **decided,
        "before": "中止",
        "after": "2023-04/2028-03",
        "revives": True,
    }
    changes = [(each["kind"], each["node_id"], each["before"]) for each in seen["changes"]]
    assert changes == [("moved", "ms-online29", "2027-03"), ("moved", "ms-step2", "中止")]


async def test_what_comes_back_is_told_as_no_longer_stopped(
    sender: AsyncClient, loaded: Desk[Store]
):
    seen = (await sender.post("/api/roadmap/imports", content=R9, headers=TEXT)).json()
    given = {"fingerprint": seen["fingerprint"], "decision": DECISION, "reason": "見直しのため"}

    answer = await sender.post(f"/api/roadmap/imports/{seen['import_id']}/confirm", json=given)

    assert answer.status_code == 201, answer.text
    told = await loaded.pool.fetch(
        "select payload::jsonb ->> 'title' as title from outbox order by id desc limit 2"
    )
    assert {row["title"] for row in told} == {
        "29手続のオンライン申請：令和9年3月 → 令和4年度（2022年度）末から（令和8年12月1日から）",
        "第２ステップの期間：中止 → 令和5年度（2023年度）〜令和9年度（2027年度）（令和8年12月1日から）",
    }
    feed = (await sender.get("/api/roadmap/feed.json")).text
    assert "第２ステップの期間：中止 → " in feed


async def test_the_page_says_it_before_anybody_confirms(sender: AsyncClient):
    seen = (await sender.post("/api/roadmap/imports", content=R9, headers=TEXT)).json()
    token = sender.headers.pop("Authorization").removeprefix("Bearer ")
    cookie = {"Cookie": f"machi_staff={token}"}

    html = (await sender.get(f"/plan/staff/import/{seen['import_id']}", headers=cookie)).text

    page = " ".join(unescape(re.sub(r"<[^>]+>", " ", html)).split())
    assert "決定で改めた期日が、この版の文に替わります" in page
    assert "節目「29手続のオンライン申請」：令和9年3月 → 令和4年度（2022年度）末から" in page
    assert "（中止でなくなり、計画に戻ります）" in page
    assert f"{BODY}の決定（番号1）：期限を改める" in page
    assert html.index('id="undoes"') < html.index('id="changes"')


async def sequences(client: AsyncClient) -> dict[str, int]:
    """How often each entry of the calendar changed by the end of the year, by its milestone."""
    asked = {"layer": "periods", "valid": "2026-12-31"}
    answer = await client.get("/api/roadmap/calendar.ics", params=asked)
    calendar = Calendar.from_ical(answer.content)
    assert isinstance(calendar, Calendar)
    events: list[Any] = list(calendar.events)
    return {str(each.uid).partition("@")[0]: each["SEQUENCE"] for each in events}


async def test_only_entries_of_the_calendar_that_a_revision_changes_are_newer(sender: AsyncClient):
    before = await sequences(sender)
    seen = (await sender.post("/api/roadmap/imports", content=R9, headers=TEXT)).json()
    given = {"fingerprint": seen["fingerprint"], "decision": DECISION, "reason": "見直しのため"}
    await sender.post(f"/api/roadmap/imports/{seen['import_id']}/confirm", json=given)

    after = await sequences(sender)

    newer = {uid for uid, number in after.items() if number > before[uid]}
    assert newer == {"ms-online29", "ms-step2"}
    assert all(number >= before[uid] for uid, number in after.items())


async def looked(database: Database, file: Path) -> list[str]:
    """What the command says of a plan that is only looked at."""
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "roadmap", "import", "--dry-run", str(file)),
        env=os.environ | {"MACHI_DATABASE": database.url},
        stdout=asyncio.subprocess.PIPE,
    )
    return (await process.communicate())[0].decode().splitlines()


@pytest.mark.usefixtures("sender")
async def test_the_command_says_it_before_all_else(own_database: Database, tmp_path: Path):
    (tmp_path / "plan_r9.yaml").write_text(R9, encoding="utf-8")

    said = await looked(own_database, tmp_path / "plan_r9.yaml")

    by = f"(2026-11-20 {BODY}: 期限を改める)"
    assert said[:4] == [
        f"undoes decision-1 {by} ms-online29 2027-03 → 2023-03",
        f"undoes decision-2 {by} ms-step2 中止 → 2023-04/2028-03, comes back into the plan",
        "moved ms-online29 2027-03 → 2023-03",
        "moved ms-step2 中止 → 2023-04/2028-03",
    ]
