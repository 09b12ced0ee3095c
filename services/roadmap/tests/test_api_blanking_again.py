"""A word that was told once more, in another place or written otherwise, is found when its row is blanked."""

import json
from pathlib import Path
from typing import Any, get_args, get_origin

import asyncpg
import pytest
from clerks import Clerk
from httpx2 import AsyncClient
from pydantic import BaseModel
from tokens import Issuer

from chassis.saying import Desk
from contracts import roadmap as said
from contracts.envelope import Event
from roadmap import handlers
from roadmap.api.assertions import CorrectedAnswer, DecidedAnswer, MovedAnswer
from roadmap.api.imports import ImportAnswer, LoadedAnswer
from roadmap.exports.tables import COLUMNS, write
from roadmap.store import Store

pytestmark = pytest.mark.real

API = "/api/roadmap"
NAME, LONG = "烏山鶴子の事情による", "烏山鶴子の事情による、" * 12
QUOTED = '佐藤"花子\\の資料'
NUMBER = "03-9999-8888"
REPORT: dict[str, Any] = {"subject_id": "ms-std20", "attr": "reported", "asserter": "mic"}
R8 = Path(__file__).parents[1] / "src" / "roadmap" / "data" / "042111" / "plan_r8.yaml"
R9 = (
    R8.read_text(encoding="utf-8")
    .replace("id: R8\n  supersedes: R3", "id: R9\n  supersedes: R8")
    .replace('令和８年 3 月, edtf: "2026-03"', '令和８年 12 月, edtf: "2026-12"', 1)
)
REVISE = {
    "decision": {"body": "推進本部", "taken_on": "2026-11-22", "chosen": "計画を改訂する"},
    "reason": "見直しのため",
}
ORDERS = ("machi.roadmap.milestone.rescheduled.v1", "machi.roadmap.plan.revised.v1")
TABLES = "assertion", "change_log", "decision", "import_run", "outbox", "request", "withdrawal"
THE_PLANS = {"label", "wording", "message"}
IDS = {
    "about", "asserter", "baseline", "event_id", "fingerprint", "gone", "key", "milestone_id", "new", "node_id",
    "others", "page", "parent", "parents", "path", "plan_id", "record_id", "revision", "revision_id", "sha256",
    "supersedes", "topic",
}  # fmt: skip
MARKS = {
    "attr", "basis", "direction", "effect", "fields", "kind", "mark", "on_time", "precision", "qualifier", "status",
    "what",
}  # fmt: skip
DATES = {"edtf", "original"}


@pytest.fixture
def clerk(client: AsyncClient, issuer: Issuer) -> AsyncClient:
    """Somebody who may do everything."""
    client.headers["Authorization"] = f"Bearer {issuer.token('editor', 'approver')}"
    return client


async def send(clerk: AsyncClient, path: str, given: dict[str, Any]) -> str:
    """What is answered to a request under a key; again to the same one."""
    headers = {"If-Match": "*", "Idempotency-Key": path}
    sent = await clerk.post(f"{API}/{path}", json=given, headers=headers)
    assert sent.status_code in (200, 201), sent.text
    return sent.text


async def look_at(clerk: AsyncClient, evidence: str) -> None:
    """A table of one row that waits."""
    row = {**dict.fromkeys(COLUMNS["assertions"], ""), **REPORT, "edtf": "2028-03"}
    row |= {"subject_id": "ms-end", "evidence": evidence}
    looked = await clerk.post(
        f"{API}/imports",
        content=write(COLUMNS["assertions"], [tuple(row.values())]),
        headers={"Content-Type": "text/csv; charset=utf-8"},
    )
    assert looked.status_code == 201, looked.text


async def undo(clerk: AsyncClient, issuer: Issuer, reason: str) -> str:
    """Take a date away, and load a plan that gives it back; the path of what was answered before."""
    await Clerk(clerk, issuer.token("editor")).decides(None, "ms-end", undated_reason=reason)
    text = {"Content-Type": "application/yaml"}
    looked = await clerk.post(f"{API}/imports", content=R9, headers=text)
    assert looked.status_code == 201, looked.text
    seen = looked.json()
    path = f"imports/{seen['import_id']}"
    assert reason in await send(clerk, f"{path}/answers", {"answers": []})
    await send(clerk, f"{path}/confirm", {"fingerprint": seen["fingerprint"], **REVISE})
    return f"{path}/answers"


async def blank(desk: Desk[Store], word: str, kind: str) -> handlers.Blanked:
    """Blank the only row of a kind in which a word stands."""
    rows = "select array_agg(seq) from change_log where type = $1 and strpos(body, $2) > 0"
    (seq,) = await desk.pool.fetchval(rows, kind, word)
    async with desk.open(desk.now()) as (store, _):
        blanked = await handlers.blank(seq, store)
    assert blanked
    return blanked


async def places_of(owner: asyncpg.Connection, word: str) -> list[str]:
    """The tables in which a word stands, in whatever way."""
    spelt = [word, word.encode().hex(), json.dumps(word)[1:-1]]
    query = "select exists (select from {} as said, unnest($1::text[]) as word where strpos(said::text, word) > 0)"
    return [table for table in TABLES if await owner.fetchval(query.format(table), spelt)]


@pytest.mark.parametrize("kinds", [ORDERS, ORDERS[::-1]], ids=["moved first", "revised first"])
@pytest.mark.parametrize("reason", [NAME, LONG], ids=["whole", "cut"])
async def test_what_a_revision_told_again_is_gone_with_both_rows(
    clerk: AsyncClient, loaded: Desk[Store], owner: asyncpg.Connection, issuer: Issuer, *,
    reason: str, kinds: tuple[str, str],
):  # fmt: skip
    path = await undo(clerk, issuer, reason)
    assert await places_of(owner, NAME) == ["assertion", "change_log", "outbox", "request"]

    first, second = [await blank(loaded, NAME, kind) for kind in kinds]

    (places,) = [at for word, at in first.left.items() if word.startswith(NAME)]
    assert [place for place in places if place.startswith("row ")]
    assert not [word for word in second.left if word.startswith(NAME)]
    assert await places_of(owner, NAME) == []
    assert NAME not in await send(clerk, path, {"answers": []})


async def test_a_number_of_a_telephone_is_no_date(
    clerk: AsyncClient, loaded: Desk[Store], owner: asyncpg.Connection
):
    given = {**REPORT, "value": "2028-03", "evidence": [{"source": NUMBER}]}
    assert NUMBER in await send(clerk, "assertions", given)
    await look_at(clerk, NUMBER)

    blanked = await blank(loaded, NUMBER, "reported")

    assert (blanked.left, len(blanked.forgotten)) == ({}, 1)
    assert NUMBER not in await send(clerk, "assertions", given)
    assert await places_of(owner, NUMBER) == []


@pytest.mark.parametrize(
    "written",
    [
        QUOTED,
        f"{QUOTED}の写し",
        json.dumps([{"source": QUOTED, "mark": "X"}], ensure_ascii=False),
        json.dumps([{"source": QUOTED, "mark": "X"}]),
    ],
    ids=["alone", "within", "as JSON", "as JSON in ASCII"],
)
async def test_a_table_that_waits_is_forgotten_however_it_writes_a_name(
    clerk: AsyncClient, loaded: Desk[Store], owner: asyncpg.Connection, written: str
):
    await look_at(clerk, written)
    given = {**REPORT, "value": "2028-03", "evidence": [{"source": QUOTED}]}
    await send(clerk, "assertions", given)

    blanked = await blank(loaded, "佐藤", "reported")

    assert (blanked.left, len(blanked.forgotten)) == ({}, 1)
    assert await owner.fetchval("select count(*) from import_run") == 0
    assert "佐藤" not in await send(clerk, "assertions", given)
    assert await places_of(owner, "佐藤") == []


async def test_a_table_that_waits_stays_when_a_short_word_only_stands_in_others(
    clerk: AsyncClient, loaded: Desk[Store]
):
    await look_at(clerk, "総務省の調査（3 ページ）")
    given = {**REPORT, "value": "2028-03", "evidence": [{"source": "調査", "url": None}]}
    await send(clerk, "assertions", given)

    assert (await blank(loaded, "調査", "reported")).forgotten == []


async def test_a_common_word_is_told_apart_from_a_name(clerk: AsyncClient, loaded: Desk[Store]):
    given = {"taken_on": "2026-11-20", "effect": "none", "chosen": "改める"}
    for number, body in enumerate((NAME, "推進本部", NAME)):
        sent = {**given, "body": body, "reason": f"理由{number}"}
        await clerk.post(f"{API}/decisions", json=sent)

    async with loaded.open(loaded.now()) as (store, _):
        blanked = await handlers.blank(15, store)

    assert blanked
    assert blanked.left == {
        "改める": ["decision 2", "decision 3", "row 16", "row 17"],
        NAME: ["decision 3", "row 17"],
    }


def texts_of(model: Any) -> set[str]:
    """The fields of a model, and of its parts, that are text."""
    if get_origin(model):
        return set[str]().union(*map(texts_of, get_args(model)))
    if not (isinstance(model, type) and issubclass(model, BaseModel)):
        return set()
    annotated = {name: field.annotation for name, field in model.model_fields.items()}
    own = {name for name, kind in annotated.items() if str in (kind, *flat(kind))}
    return own.union(*map(texts_of, annotated.values()))


def flat(kind: Any) -> list[Any]:
    """What a type is made of."""
    parts = [*get_args(kind)]
    return [*parts, *(each for part in parts for each in flat(part))]


async def test_each_field_of_what_is_told_and_answered_is_known_to_hold_words_or_none(
    owner: asyncpg.Connection,
):
    """A new field: does it say what somebody typed? Then it belongs into `is_words` (a migration), else here."""
    told = [each for each in vars(said).values() if isinstance(each, type)]
    events = [each for each in told if issubclass(each, Event) and hasattr(each, "ce_type")]
    answers = (MovedAnswer, CorrectedAnswer, DecidedAnswer, ImportAnswer, LoadedAnswer)

    fields = set[str]().union(*map(texts_of, (*events, *answers)))

    asked = "select array_agg(field) from unnest($1::text[]) as field where wordless(jsonb_build_object(field, 'x')) = jsonb_build_object(field, 'x')"
    assert set(await owner.fetchval(asked, sorted(fields))) == THE_PLANS | IDS | MARKS | DATES
