"""A plan that is sent: looked at, answered, confirmed, or refused with all that is wrong."""

from asyncio import create_task
from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from httpx2 import ASGITransport, AsyncClient, Response
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
IMPORTS = "/api/roadmap/imports"
FIRST, SECOND = (
    (FILES / name).read_text(encoding="utf-8") for name in ("plan_r1.yaml", "plan_r2.yaml")
)
DECISION: dict[str, Any] = {
    "decision": {"body": "見本市長", "taken_on": "2026-11-20", "chosen": "計画を改訂する"},
    "reason": "制度が変わったため",
}


@pytest.fixture
async def other_city(desk: Desk[Store]) -> Desk[Store]:
    """The made-up city, with its first plan."""
    desk = replace(desk, speaker=Speaker("roadmap", "999999"))
    async with desk.open(MONDAY) as (store, say):
        plan = read_plan(FIRST, "plan_r1.yaml")
        await handlers.load_plan(plan, store, say=say, now=MONDAY, city="999999")
    return desk


@pytest.fixture
async def sender(other_city: Desk[Store], issuer: Issuer) -> AsyncIterator[AsyncClient]:
    """Somebody who may send and confirm plans."""
    signin = SignIn(ISSUER, AUDIENCE, str(issuer.keys))
    transport = ASGITransport(app.http(other_city, Settings(), signin))
    headers = {"Authorization": f"Bearer {issuer.token('editor', 'approver')}"}
    async with AsyncClient(
        transport=transport, base_url="http://roadmap", headers=headers
    ) as client:
        yield client


async def send(client: AsyncClient, text: str | bytes, kind: str = "application/yaml") -> Response:
    return await client.post(IMPORTS, content=text, headers={"Content-Type": kind})


async def rows(desk: Desk[Store]) -> int:
    return await desk.pool.fetchval("select count(*) from node_text")


async def test_a_look_tells_what_would_change_and_changes_nothing(
    sender: AsyncClient, other_city: Desk[Store]
):
    before = await rows(other_city)

    answer = await send(sender, SECOND)

    assert answer.status_code == 201
    kinds = {change["kind"] for change in answer.json()["changes"]}
    assert {"moved", "added"} <= kinds
    assert await rows(other_city) == before


async def test_the_same_plan_again_would_change_nothing(sender: AsyncClient):
    answer = await send(sender, FIRST)

    assert answer.status_code == 200
    assert (answer.json()["import_id"], answer.json()["changes"]) == (None, [])


def unrelated(seen: dict[str, Any]) -> dict[str, Any]:
    gone = [question["gone"] for question in seen["questions"]]
    return {"answers": [{"kind": "unrelated", "old": [each]} for each in gone]}


async def test_what_nobody_can_compute_is_answered_before_it_is_loaded(sender: AsyncClient):
    seen = (await send(sender, SECOND)).json()
    path = f"{IMPORTS}/{seen['import_id']}"
    given = {"fingerprint": seen["fingerprint"], **DECISION}

    refused = await sender.post(f"{path}/confirm", json=given)
    answered = await sender.post(f"{path}/answers", json=unrelated(seen))
    stale = await sender.post(f"{path}/confirm", json=given)
    loaded = await sender.post(
        f"{path}/confirm", json={"fingerprint": answered.json()["fingerprint"], **DECISION}
    )
    twice = await sender.post(
        f"{path}/confirm", json={"fingerprint": answered.json()["fingerprint"], **DECISION}
    )

    assert seen["questions"]
    assert (refused.status_code, refused.json()["code"]) == (409, "questions-open")
    assert answered.json()["questions"] == []
    assert (stale.status_code, stale.json()["code"]) == (409, "overtaken")
    assert loaded.status_code == 201, loaded.json()
    assert (twice.status_code, twice.json()["code"]) == (409, "confirmed-already")


async def test_a_loaded_revision_is_told_with_what_it_changed_and_who_decided(
    sender: AsyncClient, other_city: Desk[Store]
):
    seen = (await send(sender, SECOND)).json()
    path = f"{IMPORTS}/{seen['import_id']}"
    answered = (await sender.post(f"{path}/answers", json=unrelated(seen))).json()

    await sender.post(f"{path}/confirm", json={"fingerprint": answered["fingerprint"], **DECISION})

    told = await other_city.pool.fetchrow(
        """
        select payload::jsonb -> 'changes' as changes, payload::jsonb ->> 'reason' as reason
          from outbox
         where headers::jsonb ->> 'type' = 'machi.roadmap.plan.revised.v1'
         order by id desc
         limit 1
        """
    )
    assert told
    assert '"kind": "moved"' in told["changes"]
    assert told["reason"] == "制度が変わったため"


async def test_a_dry_run_that_was_overtaken_is_not_loaded(
    sender: AsyncClient, other_city: Desk[Store]
):
    seen = (await send(sender, SECOND)).json()
    path = f"{IMPORTS}/{seen['import_id']}"
    answered = (await sender.post(f"{path}/answers", json=unrelated(seen))).json()
    await other_city.pool.execute("update node set version = version + 1 where kind = 'milestone'")

    refused = await sender.post(
        f"{path}/confirm", json={"fingerprint": answered["fingerprint"], **DECISION}
    )

    now = (await sender.get(path)).json()
    assert (refused.status_code, refused.json()["code"]) == (409, "overtaken")
    assert now["fingerprint"] in refused.json()["detail"]


async def test_all_that_is_wrong_is_told_at_once_with_its_lines(
    sender: AsyncClient, other_city: Desk[Store]
):
    wrong = SECOND.replace("machi_plan: 1", "machi_plan: 2").replace("kind: bar", "kind: bart", 1)

    answer = await send(sender, wrong)

    assert answer.status_code == 422
    assert len(answer.json()["errors"]) >= 2
    assert all(int(each["line"]) > 0 for each in answer.json()["errors"])
    assert await other_city.pool.fetchval("select count(*) from import_run") == 0


@pytest.mark.parametrize(
    ("body", "kind", "status"),
    [
        (b"a: &a [*a, *a]", "application/yaml", 422),
        (b"!!python/object:os.system x", "application/yaml", 422),
        ("municipality: 岩沼".encode("shift_jis"), "application/yaml", 422),
        (b"x" * 2_100_000, "application/yaml", 413),
        (b"," * 2_100_000, "text/csv", 413),
        (b"{}", "application/json", 415),
        (b"", "application/yaml", 422),
    ],
)
async def test_what_is_no_plan_is_refused(sender: AsyncClient, body: bytes, kind: str, status: int):
    answer = await send(sender, body, kind)

    assert answer.status_code == status
    assert answer.headers["Content-Type"] == "application/problem+json"


async def test_the_plan_of_another_city_is_refused(sender: AsyncClient):
    answer = await send(sender, FIRST.replace('"999999"', '"042111"'))

    assert (answer.status_code, answer.json()["code"]) == (422, "other-city")


def larger(bars: int, label: str, plan: str = SECOND) -> str:
    """The plan with so many bars more, each with this label and a number."""
    one = '  - {{id: b{n}, kind: bar, parent: counter, label: {label}{n}, mark: "S", lines: "9", extent: null}}\n'
    more = "".join(one.format(n=n, label=label) for n in range(bars))
    return plan.replace("\nindicators:", f"\n{more}\nindicators:", 1)


async def test_a_plan_of_which_an_event_cannot_tell_is_refused_when_it_is_looked_at(
    sender: AsyncClient, other_city: Desk[Store]
):
    answer = await send(sender, larger(3_000, "書かない窓口の導入" * 10))

    assert (answer.status_code, answer.json()["code"]) == (422, "plan-too-long")
    assert "> 900,000 bytes" in answer.json()["detail"]
    assert await other_city.pool.fetchval("select count(*) from import_run") == 0


async def test_others_are_answered_while_a_large_plan_is_read(sender: AsyncClient):
    wrong = larger(4_000, "窓口の準備と確認").replace("better: lower", "better: blue")
    assert wrong != larger(4_000, "窓口の準備と確認")

    sent, answers = create_task(send(sender, wrong)), 0
    while not sent.done():
        answers += (await sender.get("/api/roadmap/changes")).is_success

    assert (await sent).status_code == 422
    assert answers > 2  # on the loop itself, the one that was under way


async def test_a_confirmation_under_a_key_is_done_once_and_answered_as_often_as_it_is_sent(
    sender: AsyncClient, other_city: Desk[Store]
):
    seen = (await send(sender, SECOND)).json()
    path, keys = f"{IMPORTS}/{seen['import_id']}", ({"Idempotency-Key": k} for k in ("a", "b"))
    first, second = keys

    answered = [
        await sender.post(f"{path}/answers", json=unrelated(seen), headers=first) for _ in range(2)
    ]
    given = {"fingerprint": answered[1].json()["fingerprint"], **DECISION}
    loaded = [await sender.post(f"{path}/confirm", json=given, headers=second) for _ in range(2)]
    other = await sender.post(f"{path}/confirm", json={**given, "reason": "別"}, headers=second)

    assert [answer.status_code for answer in (*answered, *loaded)] == [200, 200, 201, 201]
    assert answered[0].json() == answered[1].json()
    assert loaded[0].json() == loaded[1].json()
    assert (other.status_code, other.json()["code"]) == (422, "key-used-before")
    assert await other_city.pool.fetchval("select count(*) from revision") == 2


@pytest.mark.parametrize(
    ("about", "taken_on", "code"),
    [
        (["ms-apply"], "2026-11-20", "unfit-decision"),
        (["plan"], "2024-02-29", "decided-before"),
    ],
)
async def test_a_decision_on_record_that_cannot_have_revised_the_plan_does_not_load_it(
    sender: AsyncClient, about: list[str], taken_on: str, code: str
):
    decided = {**DECISION["decision"], "taken_on": taken_on, "effect": "revise", "about": about}
    await sender.post("/api/roadmap/decisions", json={**decided, "reason": "制度の変更"})
    seen = (await send(sender, SECOND)).json()
    path = f"{IMPORTS}/{seen['import_id']}"
    answered = (await sender.post(f"{path}/answers", json=unrelated(seen))).json()

    refused = await sender.post(
        f"{path}/confirm", json={"fingerprint": answered["fingerprint"], "decision_id": 1}
    )

    assert (refused.status_code, refused.json()["code"]) == (409, code)
