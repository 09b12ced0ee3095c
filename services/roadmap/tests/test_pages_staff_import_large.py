"""The staff's page that loads a plan, with more of it than a form usually has."""

import re
from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest
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
FIRST = (FILES / "plan_r1.yaml").read_text(encoding="utf-8")
LATER = (
    FIRST.replace("id: v1\n", "id: v2\n")
    .replace("supersedes: null", "supersedes: v1")
    .replace('{text: 令和6年3月, edtf: "2024-03"', '{text: 令和8年3月, edtf: "2026-03"')
)
BAR = '  - {{id: {id}-{n}, kind: bar, parent: counter, label: {n}番の窓口の準備, mark: "S", lines: "9", extent: null}}\n'
MANY = 210
"""More questions than a form has fields elsewhere."""


def with_bars(plan: str, ids: str, count: int = MANY) -> str:
    bars = "".join(BAR.format(id=ids, n=n) for n in range(count))
    return plan.replace("\nindicators:", f"\n{bars}\nindicators:", 1)


@pytest.fixture
async def clerk(desk: Desk[Store], issuer: Issuer) -> AsyncIterator[AsyncClient]:
    """The browser of somebody of the made-up city, whose plan has many bars."""
    town = replace(desk, speaker=Speaker("roadmap", "999999"))
    plan = read_plan(with_bars(FIRST, "old"), "plan_r1.yaml")
    async with town.open(MONDAY) as (store, say):
        await handlers.load_plan(plan, store, say=say, now=MONDAY, city="999999")
    transport = ASGITransport(
        app.http(town, Settings(), SignIn(ISSUER, AUDIENCE, str(issuer.keys)))
    )
    cookie = f"machi_staff={issuer.token('editor', 'approver')}"
    headers = {"Origin": "http://roadmap", "Cookie": cookie}
    async with AsyncClient(
        transport=transport, base_url="http://roadmap", headers=headers
    ) as client:
        yield client


async def test_each_of_many_questions_is_answered_in_one_form(clerk: AsyncClient):
    file = {"file": ("plan_r2.yaml", with_bars(LATER, "new"), "text/yaml")}
    path = (await clerk.post("/plan/staff/import", files=file)).headers["Location"]
    boxes = re.findall(r'name="(became\.old-[0-9]+\.-)"', (await clerk.get(path)).text)

    answer = await clerk.post(f"{path}/answers", data=dict.fromkeys(boxes, "yes"))

    assert len(boxes) == MANY
    assert answer.headers["Location"] == path
    assert "答えていない質問" not in (await clerk.get(path)).text


async def test_a_plan_of_which_an_event_cannot_tell_is_said_where_a_file_is_chosen(
    clerk: AsyncClient,
):
    plan = with_bars(LATER, "old", 3_000).replace("番の窓口の準備", "番の窓口の準備" * 12)
    file = {"file": ("plan_r2.yaml", plan, "text/yaml")}

    answer = await clerk.post("/plan/staff/import", files=file)

    assert answer.status_code == 422
    assert "計画が大きすぎて、変更を知らせることができません" in answer.text
