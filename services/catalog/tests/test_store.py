from dataclasses import replace
from datetime import UTC, date, datetime

import asyncpg
import pytest
from databases import Database

from catalog.domain import Catalogue, Move, ShownMilestone, UnknownProcedure, publish
from catalog.store import Store
from chassis.saying import Desk
from contracts.values import PartialDate

pytestmark = pytest.mark.real

MONDAY = datetime(2026, 11, 23, 3, 0, tzinfo=UTC)
ONLINE = ShownMilestone(
    milestone_id="ms-online29",
    version=1,
    label="29手続のオンライン申請",
    due=PartialDate.from_edtf("2023-03", precision="fiscal_year_end", qualifier="まで"),
    undated_reason=None,
    actual=None,
    move=None,
    page="/plan/milestones/ms-online29",
)
MOVED = replace(
    ONLINE,
    version=2,
    due=PartialDate.from_edtf("2027-03"),
    move=Move(
        previous_due=ONLINE.due,
        reason="様式の見直しに時間が要るため",
        decided_by="岩沼市デジタル化推進本部",
        decided_on=MONDAY.date(),
    ),
)


async def keep(store: Store, catalogue: Catalogue) -> None:
    published = [publish(draft, after=None) for draft in catalogue.drafts]
    await store.keep_published(published, now=MONDAY)


async def test_procedures_come_back_as_they_were_published(store: Store, catalogue: Catalogue):
    await keep(store, catalogue)

    found = await store.procedures()

    assert {one.procedure_id: one for one in found} == {
        draft.procedure_id: publish(draft, after=None) for draft in catalogue.drafts
    }


async def test_procedures_come_by_their_ids(store: Store, catalogue: Catalogue):
    await keep(store, catalogue)

    ids = [one.procedure_id for one in await store.procedures()]

    assert ids == sorted(ids)
    assert list(await store.known_procedures()) == ids


async def test_an_unknown_procedure_is_refused(store: Store, catalogue: Catalogue):
    await keep(store, catalogue)

    with pytest.raises(UnknownProcedure, match="move-to-mars"):
        await store.procedure("residence.move-to-mars")


async def test_every_version_stays_on_record(loaded: Desk[Store]):
    async with loaded.open(MONDAY) as (store, _):
        first = await store.procedure("residence.move-out")
        second = publish(replace(first, summary="市外へ引っ越すとき"), after=first)
        await store.keep_published([second], now=MONDAY)

    rows = await loaded.pool.fetch(
        """
        select version, body->>'summary'
          from procedure_version
         where procedure_id = 'residence.move-out'
         order by version
        """
    )
    async with loaded.read() as store:
        assert await store.procedure("residence.move-out") == second
    assert [tuple(row) for row in rows] == [(1, None), (2, "市外へ引っ越すとき")]


async def test_a_version_cannot_be_kept_twice(store: Store, catalogue: Catalogue):
    await keep(store, catalogue)

    with pytest.raises(asyncpg.UniqueViolationError):
        await keep(store, catalogue)


async def test_what_is_decided_for_a_later_day_comes_back_too(store: Store):
    later = MOVED.only_from(date(2027, 4, 1), ONLINE)

    await store.keep_shown(later)

    assert await store.shown_milestones() == {"ms-online29": later}


async def test_a_milestone_comes_back_as_it_was_shown_last(store: Store):
    await store.keep_shown(ONLINE)
    await store.keep_shown(MOVED)

    assert await store.shown_milestones() == {"ms-online29": MOVED}


@pytest.mark.parametrize(
    "statement",
    [
        "delete from procedure",
        "delete from shown_milestone",
        "delete from procedure_version",
        "update procedure_version set body = '{}'",
    ],
)
async def test_the_role_at_run_time_cannot_rewrite_the_past(database: Database, statement: str):
    connection = await asyncpg.connect(database.url)

    with pytest.raises(asyncpg.InsufficientPrivilegeError):
        await connection.execute(statement)
    await connection.close()
