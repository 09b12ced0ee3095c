"""What a revision left out: by which name it went, and into what."""

import re
from dataclasses import replace
from datetime import UTC, date, datetime
from pathlib import Path

import pytest
from httpx2 import ASGITransport, AsyncClient
from tokens import AUDIENCE, ISSUER, Issuer

from chassis.saying import Desk, Speaker
from roadmap import app, handlers
from roadmap.domain import Answer, Decision, PlanConfirmation, read_plan
from roadmap.settings import Settings
from roadmap.store import Store
from web.signin import SignIn

pytestmark = pytest.mark.real

NOW = datetime(2026, 12, 23, 3, 0, tzinfo=UTC)
FILES = Path(__file__).parents[3] / "examples" / "plans" / "999999"
FIRST = (FILES / "plan_r1.yaml").read_bytes()
SECOND = (FILES / "plan_r2.yaml").read_text(encoding="utf-8")
LATER = SECOND.replace('{text: 令和8年3月, edtf: "2026-03"', '{text: 令和8年12月, edtf: "2026-12"')
ANSWERS = (
    Answer(kind="split", old=("write-free",), new=("write-free-hall", "write-free-branches")),
    Answer(kind="merged", old=("apply", "notify-result"), new=("apply-and-result",)),
    Answer(kind="unrelated", old=("advisers",)),
)
DECISION = Decision(
    body="見本市デジタル会議", taken_on=date(2026, 12, 20), chosen="計画を改訂する", reason="調達が遅れたため",
)  # fmt: skip


async def revised(desk: Desk[Store]) -> Desk[Store]:
    """The made-up city after its second plan was confirmed."""
    town = replace(desk, speaker=Speaker("roadmap", "999999"), clock=lambda: NOW)
    async with town.open(NOW) as (store, say):
        plan = read_plan(FIRST, "plan_r1.yaml")
        await handlers.load_plan(plan, store, say=say, now=NOW, city="999999")
    async with town.open(NOW) as (store, say):
        number = await store.imports.keep("plan_r2.yaml", LATER.encode(), by="clerk", now=NOW)
        plan, base = read_plan(LATER, "plan_r2.yaml"), await store.base()
        run = await handlers.look(plan, base, city="999999", answers=ANSWERS)
        await handlers.answer(number, ANSWERS, store, by="clerk")
        command = PlanConfirmation(
            import_id=number, fingerprint=run.fingerprint, decision=DECISION, run=run
        )
        await handlers.confirm(command, store, say=say, now=NOW, by="chief")
    return town


async def shown(town: Desk[Store], issuer: Issuer, path: str) -> str:
    transport = ASGITransport(
        app.http(town, Settings(), SignIn(ISSUER, AUDIENCE, str(issuer.keys)))
    )
    async with AsyncClient(transport=transport, base_url="http://roadmap") as client:
        answer = await client.get(path)
    assert answer.status_code == 200, answer.text
    return answer.text


def text(html: str) -> str:
    return " ".join(re.sub(r"<[^>]+>", " ", html).split())


async def test_what_a_revision_left_out_has_its_name_and_what_it_went_into(
    desk: Desk[Store], issuer: Issuer
):
    html = await shown(await revised(desk), issuer, "/plan/changes")

    assert "計画の改訂で、計画から外れました" in html
    assert ">write-free" not in html
    assert "書かない窓口の導入" in html
    assert "「書かない窓口（庁舎）の導入」「書かない窓口（支所）の導入」に分かれました。" in html


async def test_a_version_shows_the_decision_by_which_it_was_taken_over(
    desk: Desk[Store], issuer: Issuer
):
    html = await shown(await revised(desk), issuer, "/plan/changes")

    versions = text(html.partition("<h3>計画の版</h3>")[2].partition("<h2>")[0])
    newest, _, first = versions.partition(" 記録した後の計画")
    assert "令和8年12月20日（日） 見本市デジタル会議の決定：計画を改訂する（" in newest
    assert "理由：調達が遅れたため" in newest
    assert "決定の記録なし" not in newest
    assert "決定の記録なし" in first


async def test_what_a_revision_left_out_says_until_when_it_held_and_by_which_decision(
    desk: Desk[Store], issuer: Issuer
):
    html = await shown(await revised(desk), issuer, "/plan/changes")

    *_, gone = (each for each in html.split("<li>") if "計画から外れました" in each)
    assert re.search(r"有効： \S+ から \S+ の前日まで", text(gone))
    assert "の版（v2）にありません" in text(gone)
    assert "見本市デジタル会議の決定：計画を改訂する" in text(gone)
