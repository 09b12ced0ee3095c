"""Who may change something in roadmap: each door, as a program and as a browser."""

from collections.abc import AsyncIterator

import pytest
from fastapi import FastAPI
from httpx2 import ASGITransport, AsyncClient
from tokens import AUDIENCE, ISSUER, Issuer
from writes import Write, doors, here, send, send_by_browser, wrongly_answered

from chassis.saying import Desk
from roadmap import app
from roadmap.settings import Settings
from roadmap.store import Store
from web.signin import SignIn

pytestmark = pytest.mark.real

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
        roles=("approver",),
        done=201,
        sent={"json": {**DECISION, "effect": "none", "reason": "様子を見るため"}},
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
    ("POST", STAFF + "/correct"): Write(
        path="/plan/staff/milestones/ms-std20/correct",
        roles=("editor",),
        done=200,  # which statement is wrong is chosen from what is known: the form comes again
        sent={"data": {**SENT, "step": "edit"}},
    ),
    ("POST", "/plan/staff/decisions"): Write(
        path="/plan/staff/decisions",
        roles=("approver",),
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


async def test_each_door_that_changes_something_stands_in_the_table(house: FastAPI):
    assert doors(house) == set(WRITES), "add a row to WRITES: who may do it, and with what"


@EACH
async def test_whoever_may_not_is_refused(
    client: AsyncClient, issuer: Issuer, door: tuple[str, str]
):
    assert await wrongly_answered(client, door, WRITES[door], issuer) == {}


@EACH
async def test_a_program_does_it_with_the_role(
    client: AsyncClient, issuer: Issuer, door: tuple[str, str]
):
    answer = await send(client, door, WRITES[door], issuer.token(WRITES[door].roles[0]))

    assert answer.status_code == WRITES[door].done


@EACH
async def test_a_browser_does_it_from_a_page_of_ours(
    client: AsyncClient, issuer: Issuer, door: tuple[str, str]
):
    token = issuer.token(WRITES[door].roles[0])

    answer = await send_by_browser(client, door, WRITES[door], token, origin=here(client))

    assert answer.status_code == WRITES[door].done
