from datetime import UTC, date, datetime

import asyncpg
import pytest
from databases import Database

from chassis.saying import Desk
from roadmap.domain import (
    LATEST,
    Assertion,
    Decision,
    Plan,
    Reschedule,
    UnknownMilestone,
    read_date_or_edtf,
    reschedule,
)
from roadmap.store import Store

pytestmark = pytest.mark.real

NOW = datetime(2026, 11, 23, 3, 0, tzinfo=UTC)


async def load(store: Store, plans: list[Plan]) -> None:
    for plan in plans:
        await store.keep_plan(plan)


async def move(store: Store, due: str, taken_on: date) -> None:
    decision = Decision(
        body="岩沼市デジタル化推進本部",
        taken_on=taken_on,
        chosen=f"期限を{due}に改める",
        reason="移行の遅れ",
    )
    kept = await store.decisions.keep(decision, by="clerk-1", now=NOW)
    command = Reschedule(
        milestone_id="ms-std20",
        value=read_date_or_edtf(due),
        valid_from=taken_on,
        today=date(2026, 11, 23),
        decision=kept,
    )
    milestone = await store.milestone_for_change("ms-std20")
    await store.keep_change("ms-std20", reschedule(milestone, command), by="clerk-1")


def edtf(assertion: Assertion | None) -> str | None:
    return assertion.value.edtf if assertion and assertion.value else None


def is_known_now(assertion: Assertion) -> bool:
    return bool(assertion.recorded and assertion.recorded.until is None)


async def test_the_plan_comes_back_as_its_file_states_it(store: Store, plans: list[Plan]):
    await load(store, plans)

    assert {node.node_id: node for node in await store.plans.nodes(LATEST)} == {
        node.node_id: node for node in plans[1].nodes
    }
    assert await store.plans.revisions(LATEST) == [
        plans[1].revision,
        plans[0].revision,
    ]


async def test_a_milestone_has_its_headings_from_the_plan_downwards(
    store: Store, plans: list[Plan]
):
    await load(store, plans)

    milestone = await store.milestone("ms-std20")

    assert [parent.node_id for parent in milestone.parents] == ["plan", "2", "2-1"]
    assert (milestone.kind, milestone.version, milestone.wording) == ("planned", 1, "目指します")
    assert edtf(milestone.due) == "2027-09"
    assert milestone.evidence[0].lines == "1133"


async def test_an_unknown_milestone_is_refused(store: Store, plans: list[Plan]):
    await load(store, plans)

    with pytest.raises(UnknownMilestone, match="ms-mars"):
        await store.milestone("ms-mars")


async def test_a_moved_date_leaves_every_earlier_row_on_record(store: Store, plans: list[Plan]):
    await load(store, plans)

    await move(store, "令和9年12月", date(2026, 11, 2))
    await move(store, "2028-03", date(2026, 11, 20))

    milestone = await store.milestone("ms-std20")
    rows = [
        (edtf(row), f"{row.valid.since}", row.valid.until is None, is_known_now(row))
        for row in await store.assertions.history("ms-std20")
    ]
    assert rows == [
        ("2027-09", "2026-03-01", True, False),
        ("2027-09", "2026-03-01", False, True),
        ("2027-12", "2026-11-02", True, False),
        ("2027-12", "2026-11-02", False, True),
        ("2028-03", "2026-11-20", True, True),
    ]
    assert (milestone.version, milestone.decision and milestone.decision.reason) == (
        3,
        "移行の遅れ",
    )


async def test_two_moves_in_one_transaction_are_recorded_one_after_the_other(
    store: Store, plans: list[Plan]
):
    await load(store, plans)

    await move(store, "2027-12", date(2026, 11, 2))
    await move(store, "2028-03", date(2026, 11, 2))

    milestone = await store.milestone("ms-std20")
    since = [
        row.recorded.since for row in await store.assertions.history("ms-std20") if row.recorded
    ]
    assert since == sorted(since)
    assert edtf(milestone.due) == "2028-03"


async def test_two_truths_at_once_are_refused_by_the_database(store: Store, plans: list[Plan]):
    await load(store, plans)
    due = (await store.milestone("ms-std20")).due
    assert due

    with pytest.raises(asyncpg.ExclusionViolationError):
        await store.assertions.keep([due], NOW)


@pytest.mark.parametrize(
    "statement",
    [
        "delete from assertion",
        "update assertion set edtf = '2030'",
        "update decision set body = ''",
    ],
)
async def test_the_role_at_run_time_cannot_rewrite_the_past(database: Database, statement: str):
    connection = await asyncpg.connect(database.url)

    with pytest.raises(asyncpg.InsufficientPrivilegeError):
        await connection.execute(statement)
    await connection.close()


async def test_nothing_is_locked_and_nothing_found_where_nothing_is_named(loaded: Desk[Store]):
    async with loaded.open(NOW) as (store, _), loaded.open(NOW) as (other, say):
        await say.connection.execute("set local lock_timeout = '9s'")  # it only ends a hang

        await store.plans.lock()
        await other.plans.lock_all()

        assert await store.assertions.reports() == {}
