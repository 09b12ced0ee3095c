"""A plan that takes longer to read than the database lets a transaction wait: every door takes it."""

from collections.abc import AsyncIterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import asyncpg
import pytest
from databases import Database
from httpx2 import ASGITransport, AsyncClient
from tokens import AUDIENCE, ISSUER, Issuer

from chassis.saying import Desk, Speaker
from roadmap import app, handlers
from roadmap.domain import read_plan
from roadmap.settings import Settings
from roadmap.store import Store
from web.signin import SignIn

pytestmark = pytest.mark.real

MONDAY = datetime(2026, 11, 23, 3, 0, tzinfo=UTC)
FILES = Path(__file__).parents[3] / "examples" / "plans" / "999999"
FIRST, SECOND = (
    (FILES / name).read_text(encoding="utf-8") for name in ("plan_r1.yaml", "plan_r2.yaml")
)
ITEM = '  - {{id: set-{n}, kind: item, parent: open-sets, code: n{n}, label: データ{n}, aliases: [{names}], mark: "S", lines: "37"}}\n'
IMPORTS, PAGES = "/api/roadmap/imports", "/plan/staff/import"
IMPATIENT = {"idle_in_transaction_session_timeout": "200"}
"""Milliseconds: the long file takes several times as long, and what is done with its nodes far less."""
DECISION: dict[str, Any] = {
    "decision": {"body": "見本市長", "taken_on": "2026-11-20", "chosen": "計画を改訂する"},
    "reason": "制度が変わったため",
}


def long_file() -> str:
    """The second plan, with many names to read of few things."""
    names = [", ".join(f"別の名前{n}の{k}" for k in range(50)) for n in range(1_000)]
    more = "".join(ITEM.format(n=n, names=each) for n, each in enumerate(names))
    return SECOND.replace("\nindicators:", f"\n{more}\nindicators:", 1)


@pytest.fixture
async def sender(own_database: Database, issuer: Issuer) -> AsyncIterator[AsyncClient]:
    """Whoever sends and confirms plans where no transaction may wait for long."""
    pool = await asyncpg.create_pool(own_database.url, min_size=0, server_settings=IMPATIENT)
    desk = Desk(pool, Store, Speaker("roadmap", "999999"), lambda: MONDAY)
    async with desk.open(MONDAY) as (store, say):
        plan = read_plan(FIRST, "plan_r1.yaml")
        await handlers.load_plan(plan, store, say=say, now=MONDAY, city="999999")
    transport = ASGITransport(
        app.http(desk, Settings(), SignIn(ISSUER, AUDIENCE, str(issuer.keys)))
    )
    token = issuer.token("editor", "approver")
    headers = {
        "Authorization": f"Bearer {token}",
        "Origin": "http://roadmap",
        "Cookie": f"machi_staff={token}",
    }
    async with AsyncClient(
        transport=transport, base_url="http://roadmap", headers=headers
    ) as client:
        yield client
    await pool.close()


async def test_a_plan_that_takes_long_to_read_is_looked_at_answered_and_loaded(
    sender: AsyncClient,
):
    yaml = {"Content-Type": "application/yaml"}
    sent = await sender.post(IMPORTS, content=long_file(), headers=yaml)
    path, gone = f"{IMPORTS}/{sent.json()['import_id']}", sent.json()["questions"]

    seen = await sender.get(path)
    given = {"answers": [{"kind": "unrelated", "old": [each["gone"]]} for each in gone]}
    answered = await sender.post(f"{path}/answers", json=given)
    confirmation = {"fingerprint": answered.json()["fingerprint"], **DECISION}
    loaded = await sender.post(f"{path}/confirm", json=confirmation)

    codes = [each.status_code for each in (sent, seen, answered, loaded)]
    assert codes == [201, 200, 200, 201], loaded.text


async def test_a_plan_that_takes_long_to_read_is_shown_and_answered_about_on_its_page(
    sender: AsyncClient,
):
    file = {"file": ("plan_r2.yaml", long_file(), "text/yaml")}
    sent = await sender.post(PAGES, files=file)
    path = sent.headers["Location"]

    seen = await sender.get(path)
    answered = await sender.post(f"{path}/answers", data={"step": "edit"})
    asked = await sender.post(path, data={"step": "preview"})

    codes = [each.status_code for each in (sent, seen, answered, asked)]
    assert codes == [303, 200, 303, 422]  # nothing was typed about the decision
