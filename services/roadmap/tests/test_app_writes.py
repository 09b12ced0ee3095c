"""Who may change something in roadmap: each door, as a program and as a browser."""

from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from fastapi import FastAPI
from httpx2 import ASGITransport, AsyncClient
from tokens import AUDIENCE, ISSUER, Issuer
from writes import Write, doors, here, send, send_by_browser, wrongly_answered

from chassis.saying import Desk
from roadmap import app, handlers
from roadmap.domain import read_plan
from roadmap.settings import Settings
from roadmap.store import Store
from web.signin import SignIn

pytestmark = pytest.mark.real

MONDAY = datetime(2026, 11, 23, 3, 0, tzinfo=UTC)
R8 = Path(app.__file__).parent / "data" / "042111" / "plan_r8.yaml"
NEXT = (
    R8.read_text(encoding="utf-8")
    .replace("id: R8\n", "id: R9\n")
    .replace("supersedes: R3\n", "supersedes: R8\n")
    .replace('{text: 令和８年 3 月, edtf: "2026-03"', '{text: 令和８年 10 月, edtf: "2026-10"', 1)
)
"""The plan that is shipped, adopted once more, so that it is a revision that waits."""
DECISION = {
    "body": "岩沼市デジタル化推進本部",
    "taken_on": "2026-11-20",
    "chosen": "期限を令和9年12月に改める",
}
MOVE = {
    "subject_id": "ms-std20",
    "attr": "due",
    "value": "令和9年12月",
    "reason": "移行の確認に時間が要るため",
    "decision": DECISION,
}
SENT = {"version": "1", "step": "publish", "reason": "移行の確認のため", **DECISION}
REPORT = {
    "subject": "ms-std20",
    "source": "国の調査",
    "asserter": "mic",
    "value": "令和10年3月",
    "as_of": "令和8年10月",
}
PAGE = "/plan/staff/import"
IMPORTS = "/api/roadmap/imports"
STAFF = "/plan/staff/milestones/{milestone_id}"
WRITES = {
    ("POST", "/api/roadmap/assertions"): Write(
        path="/api/roadmap/assertions",
        roles=("editor",),
        done=201,
        sent={"json": MOVE},
        headers={"If-Match": "*"},
    ),
    ("POST", "/api/roadmap/assertions/{assertion_id}/correct"): Write(
        path="/api/roadmap/assertions/1/correct",
        roles=("editor",),
        done=201,
        sent={"json": {"value": "令和3年度から令和11年度まで", "reason": "写し間違い"}},
        headers={"If-Match": "*"},
    ),
    ("POST", "/api/roadmap/decisions"): Write(
        path="/api/roadmap/decisions",
        roles=("editor", "approver"),
        done=201,
        sent={"json": {**DECISION, "effect": "none", "reason": "様子を見るため"}},
    ),
    ("POST", IMPORTS): Write(
        path=IMPORTS,
        roles=("editor",),
        done=201,
        sent={"content": NEXT},
        headers={"Content-Type": "application/yaml"},
    ),
    ("POST", IMPORTS + "/{import_id}/answers"): Write(
        path=IMPORTS + "/{import_id}/answers",
        roles=("editor",),
        done=200,
        sent={"json": {"answers": []}},
    ),
    ("POST", IMPORTS + "/{import_id}/confirm"): Write(
        path=IMPORTS + "/{import_id}/confirm",
        roles=("approver",),
        done=201,
        sent={"json": {"decision": DECISION, "reason": "制度が変わったため"}},
    ),
    ("POST", PAGE): Write(
        path=PAGE,
        roles=("editor",),
        done=303,
        sent={"files": {"file": ("plan_r9.yaml", NEXT, "application/yaml")}},
    ),
    ("POST", PAGE + "/{import_id}/answers"): Write(
        path=PAGE + "/{import_id}/answers",
        roles=("editor",),
        done=303,
        sent={"data": {"became.nothing.-": "yes"}},
    ),
    ("POST", PAGE + "/{import_id}"): Write(
        path=PAGE + "/{import_id}",
        roles=("approver",),
        done=303,
        sent={"data": SENT},
    ),
    ("POST", STAFF + "/reschedule"): Write(
        path="/plan/staff/milestones/ms-std20/reschedule",
        roles=("editor",),
        done=303,
        sent={"data": {**SENT, "due": "令和9年12月"}},
    ),
    ("POST", STAFF + "/stop"): Write(
        path="/plan/staff/milestones/ms-std20/stop",
        roles=("editor",),
        done=303,
        sent={"data": SENT},
    ),
    ("POST", STAFF + "/reach"): Write(
        path="/plan/staff/milestones/ms-std20/reach",
        roles=("editor",),
        done=303,
        sent={"data": {**SENT, "actual": "2026-11-20", "source": "推進本部会議の議事録"}},
    ),
    ("POST", STAFF + "/report"): Write(
        path="/plan/staff/milestones/ms-std20/report",
        roles=("editor",),
        done=303,
        sent={"data": {**SENT, **REPORT}},
    ),
    ("POST", STAFF + "/correct"): Write(
        path="/plan/staff/milestones/ms-std20/correct",
        roles=("editor",),
        done=200,  # which statement is wrong is chosen from what is known: the form comes again
        sent={"data": {**SENT, "step": "edit"}},
    ),
    ("POST", "/plan/staff/decisions"): Write(
        path="/plan/staff/decisions",
        roles=("editor", "approver"),
        done=303,
        sent={"data": {**SENT, "version": "", "about.ms-std20": "yes", "effect": "none"}},
    ),
}
EACH = pytest.mark.parametrize("door", WRITES, ids=" ".join)


@pytest.fixture
def house(loaded: Desk[Store], issuer: Issuer) -> FastAPI:
    """The application, as it is put together."""
    return app.http(loaded, Settings(), SignIn(ISSUER, AUDIENCE, str(issuer.keys)))


@pytest.fixture
async def client(house: FastAPI) -> AsyncIterator[AsyncClient]:
    """A client at its doors."""
    async with AsyncClient(transport=ASGITransport(house), base_url="http://roadmap") as client:
        yield client


@pytest.fixture
async def write(loaded: Desk[Store], door: tuple[str, str]) -> Write:
    """What is sent; where a plan waits to be loaded, its number, and what its dry run gives."""
    write = WRITES[door]
    if "{import_id}" not in write.path:
        return write
    async with loaded.open(MONDAY) as (store, _):
        import_id = await store.imports.keep("plan_r9.yaml", NEXT.encode(), by="e", now=MONDAY)
        run = await handlers.look(
            read_plan(NEXT, "plan_r9.yaml"), await store.base(), city="042111"
        )
    return replace(
        write,
        path=write.path.format(import_id=import_id),
        sent={how: _confirming(what, run.fingerprint) for how, what in write.sent.items()},
    )


def _confirming(sent: dict[str, Any], fingerprint: str) -> dict[str, Any]:
    """The same, with the fingerprint where it is confirmed: beside a reason, as each door names it."""
    if "reason" not in sent:
        return sent
    return {**sent, "version" if "step" in sent else "fingerprint": fingerprint}


async def test_each_door_that_changes_something_stands_in_the_table(house: FastAPI):
    assert doors(house) == set(WRITES), "add a row to WRITES: who may do it, and with what"


@EACH
async def test_whoever_may_not_is_refused(
    client: AsyncClient, issuer: Issuer, door: tuple[str, str], write: Write
):
    assert await wrongly_answered(client, door, write, issuer) == {}


@EACH
async def test_a_program_does_it_with_the_role(
    client: AsyncClient, issuer: Issuer, door: tuple[str, str], write: Write
):
    answer = await send(client, door, write, issuer.token(write.roles[0]))

    assert answer.status_code == write.done


@EACH
async def test_a_browser_does_it_from_a_page_of_ours(
    client: AsyncClient, issuer: Issuer, door: tuple[str, str], write: Write
):
    token = issuer.token(write.roles[0])

    answer = await send_by_browser(client, door, write, token, origin=here(client))

    assert answer.status_code == write.done
