"""Whatever is touched in the log or beside it is found, and what was blanked is gone everywhere."""

from dataclasses import replace
from datetime import date, timedelta
from hashlib import sha256
from typing import Any

import asyncpg
import pytest

from chassis.saying import Desk
from roadmap import handlers
from roadmap.domain import (
    Correct,
    Decision,
    Evidence,
    Reach,
    Report,
    Reschedule,
    read_date_or_edtf,
)
from roadmap.domain.chain import EPOCH
from roadmap.store import Store

pytestmark = pytest.mark.real

NAME = "転入届の窓口の山田花子が休むため"
TODAY = date(2026, 11, 23)
DECISION = Decision(
    body="推進本部の山田花子", taken_on=TODAY, chosen="期限を改める（山田花子）", reason=NAME,
    not_chosen=("山田花子に任せる",),
)  # fmt: skip
PAPER = Evidence(source="山田花子のメモ", url="https://example.jp/yamada", mark="X")
MOVE = Reschedule(
    milestone_id="ms-std20", value=read_date_or_edtf("2027-12"), valid_from=TODAY, today=TODAY,
    decision=DECISION, evidence=(PAPER,),
)  # fmt: skip
REACH = Reach(
    milestone_id="ms-online29", value=read_date_or_edtf("2023-03"), today=TODAY, evidence=(PAPER,)
)
REPORT = Report(
    subject_id="ms-std20", asserter="mic", value=read_date_or_edtf("2023-03"),
    valid_from=TODAY, today=TODAY, evidence=(PAPER,),
)  # fmt: skip


async def move(desk: Desk[Store]) -> None:
    async with desk.open(desk.now()) as (store, say):
        await handlers.reschedule(MOVE, store, say=say, now=desk.now(), by="clerk")


async def blank(desk: Desk[Store], seq: int) -> set[str]:
    """Take out what a row told; where words of it are left."""
    async with desk.open(desk.now()) as (store, _):
        blanked = await handlers.blank(seq, store)
    assert blanked
    return {place for places in blanked.left.values() for place in places}


async def proved(desk: Desk[Store]) -> str:
    """What is wrong with the log; nothing when it holds."""
    async with desk.read() as store:
        return str((await handlers.prove(store)).wrong or "")


async def everything(owner: asyncpg.Connection) -> str:
    """All that the service keeps, but for what comes from a plan's file."""
    return await owner.fetchval(
        """
        select string_agg(said, ' ')
          from (select change_log::text as said from change_log
                 union all select decision::text from decision
                 union all select assertion::text from assertion
                 union all select outbox::text from outbox
                 union all select withdrawal::text from withdrawal
                 union all select request::text from request) as kept
        """
    )


@pytest.mark.parametrize(
    ("forgery", "first"),
    [
        ("update change_log set seq = 99 where seq = 5", 6),
        ("update change_log set at = at + interval '1 second' where seq = 5", 5),
        ("update change_log set event_id = uuidv7() where seq = 5", 5),
        ("update change_log set event_id = uuidv7() where seq = 3", 3),
        ("update change_log set type = 'machi.roadmap.milestone.missed.v1' where seq = 5", 5),
        ("update change_log set type = 'machi.roadmap.milestone.missed.v1' where seq = 3", 3),
        ("update change_log set subject = 'ms-std20' where seq = 5", 5),
        ("update change_log set subject = 'ms-online29' where seq = 3", 3),
        ("update change_log set subject = null where seq = 3", 3),
        ("update change_log set subject = '4' where type = 'blanked'", 15),
        ("update change_log set digest = sha256('') where seq = 5", 5),
        ("update change_log set digest = sha256('') where seq = 3", 3),
        ("update change_log set prev = hash where seq = 5", 5),
        ("update change_log set hash = digest where seq = 5", 5),
        ("update change_log set salt = sha256('') where seq = 5", 5),
        ("update change_log set body = replace(body, '9', '8') where seq = 5", 5),
        ("update change_log set salt = null, body = null where seq = 5", 5),
        ("update change_log set scheme = 1 where seq = 5", 5),
        ("update change_log set scheme = 1 where seq = 3", 3),
        ("delete from change_log where seq = 5", 6),
        ("delete from change_log where seq = 15", 15),
        ("update chain set seq = 14", 14),
        ("update chain set seq = 16", 16),
        ("update chain set at = at + interval '1 second'", 15),
        ("update chain set hash = sha256('')", 15),
        ("update chain set blanked = 0", 15),
        ("delete from chain", 15),
    ],
)
async def test_whatever_is_touched_by_whoever_may_do_anything_is_named(
    loaded: Desk[Store], owner: asyncpg.Connection, forgery: str, first: int
):
    assert await blank(loaded, 3) == set()
    assert await proved(loaded) == ""

    assert await owner.execute(forgery) in ("UPDATE 1", "DELETE 1")

    assert (await proved(loaded)).startswith(f"row {first}: ")


async def test_a_row_of_a_release_before_holds_and_its_gap_is_told(
    loaded: Desk[Store], owner: asyncpg.Connection
):
    """Its hash as that release made it, and no row that tells of a gap."""
    (old,) = await owner.fetch("select * from change_log where seq = 1")
    micros = (old["at"] - EPOCH) // timedelta(microseconds=1)
    numbers = (1).to_bytes(8, "big") + micros.to_bytes(8, "big")
    made = sha256(old["prev"] + numbers + old["digest"]).digest()
    await owner.execute("delete from change_log where seq > 1")
    await owner.execute("update change_log set scheme = 1, hash = $1", made)
    await owner.execute("update chain set seq = 1, at = $1, hash = $2", old["at"], made)

    await move(loaded)

    assert await proved(loaded) == ""
    schemes = await owner.fetch("select scheme from change_log order by seq")
    assert [row["scheme"] for row in schemes] == [1, 2, 2]


async def test_what_a_decision_carried_is_gone_wherever_it_stood(
    loaded: Desk[Store], owner: asyncpg.Connection
):
    await move(loaded)
    assert "花子" in await everything(owner)

    left = await blank(loaded, 15)
    assert left == {"row 16"}
    assert await blank(loaded, 16) == set()

    assert "花子" not in await everything(owner)
    assert "example.jp/yamada" not in await everything(owner)
    assert await proved(loaded) == ""


async def test_the_words_of_a_correction_and_of_a_stop_go_too(
    loaded: Desk[Store], owner: asyncpg.Connection
):
    stop = replace(MOVE, value=None, undated_reason=NAME, decision=replace(DECISION, effect="stop"))
    async with loaded.open(loaded.now()) as (store, say):
        by: dict[str, Any] = {"say": say, "now": loaded.now(), "by": "clerk"}
        await handlers.reschedule(stop, store, **by)
        row = (await store.assertions.history("ms-std20"))[-1]
        assert row.assertion_id
        wrong = Correct(
            assertion_id=row.assertion_id, value=read_date_or_edtf("2027-11"), reason=NAME,
            undated_reason=None, today=TODAY, evidence=(PAPER,),
        )  # fmt: skip
        await handlers.correct(wrong, store, **by)

    for seq in (15, 16, 17):
        await blank(loaded, seq)

    assert "花子" not in await everything(owner)


async def test_the_words_of_what_was_reached_and_reported_go_too(
    loaded: Desk[Store], owner: asyncpg.Connection
):
    async with loaded.open(loaded.now()) as (store, say):
        by: dict[str, Any] = {"say": say, "now": loaded.now(), "by": "clerk"}
        await handlers.reach(REACH, store, **by)
        await handlers.report(REPORT, store, **by)

    await blank(loaded, 15)
    await blank(loaded, 16)

    assert "花子" not in await everything(owner)
    assert await owner.fetchval("select count(*) from assertion where subject_id = 'ms-std20'") == 2


async def test_the_words_of_what_was_taken_back_go_too(
    loaded: Desk[Store], owner: asyncpg.Connection
):
    async with loaded.open(loaded.now()) as (store, say):
        by: dict[str, Any] = {"say": say, "now": loaded.now(), "by": "clerk"}
        await handlers.reach(REACH, store, **by)
        row = (await store.assertions.history("ms-online29"))[-1]
        assert row.assertion_id
        never = Correct(
            assertion_id=row.assertion_id, value=None, undated_reason=None, reason=NAME, today=TODAY
        )
        await handlers.correct(never, store, **by)

    assert await blank(loaded, 15) == {"row 16"}
    await blank(loaded, 16)

    assert "花子" not in await everything(owner)


async def test_what_the_plan_says_stays_when_an_event_of_it_is_blanked(
    loaded: Desk[Store], owner: asyncpg.Connection
):
    before = await owner.fetch("select * from assertion order by assertion_id")

    assert await blank(loaded, 4) == set()

    assert await owner.fetch("select * from assertion order by assertion_id") == before


async def test_at_run_time_nobody_takes_a_text_out_of_another_table(loaded: Desk[Store]):
    for said in (
        "update outbox set payload = '{}'",
        "select wordless('{}')",
        "select tell_of_gap(1)",
    ):
        with pytest.raises(asyncpg.InsufficientPrivilegeError):
            await loaded.pool.execute(said)
