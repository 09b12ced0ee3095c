import asyncpg
import pytest
from databases import Database

from chassis.database import SQL
from process.migrating import Changed, migrate, migrations, pending

pytestmark = pytest.mark.real

DELETIONS = [
    "delete from spoken",
    "delete from outbox",
    "update outbox set payload = '{}'",
    "delete from heard",
    "delete from parked",
    "delete from migration",
]

SAID_EARLIER = """
insert into outbox (topic, key, sequence, headers, payload, said_at, partition, "offset")
values ('t', 'k', 1, '{}', '{}', now(), 0, 6),
       ('t', 'k', 2, '{}', '{}', now(), 2, 5),
       ('t', 'k', 3, '{}', '{}', now(), 0, 7),
       ('t', 'k', 4, '{}', '{}', now(), null, null)
"""
MARKS = """
select partition, "offset", sequence
  from sent_until
  join outbox using (event_id)
 order by partition
"""


async def test_migrations_run_once(database: Database):
    assert await migrate(database.owner, "chassis") == []


async def test_a_migration_that_was_edited_after_it_ran_is_refused(database: Database):
    owner = await asyncpg.connect(database.owner)
    await owner.execute("update migration set sha256 = 'as it was'")

    with pytest.raises(Changed, match=r"chassis/0001_pre_spine\.sql"):
        await pending(owner, "chassis")
    await owner.close()


async def test_the_role_at_run_time_can_neither_delete_nor_change_what_was_said(database: Database):
    connection = await asyncpg.connect(database.url)

    for statement in DELETIONS:
        with pytest.raises(asyncpg.InsufficientPrivilegeError):
            await connection.execute(statement)
    await connection.close()


def test_a_service_has_the_spine_before_its_own_tables():
    names = [name for name, _ in migrations("roadmap")]

    assert names[0] == "chassis/0001_pre_spine.sql"
    whose = [name.partition("/")[0] for name in names]
    assert whose == sorted(whose)
    assert set(whose) == {"chassis", "roadmap"}


async def test_what_waited_for_an_earlier_relay_still_waits_and_its_last_marks_are_known(
    database: Database,
):
    owner = await asyncpg.connect(database.owner)
    first, second, *later = (sql for _, sql in migrations("chassis"))
    async with owner.transaction():
        await owner.execute("create schema earlier; set local search_path to earlier")
        await owner.execute("select set_config('machi.service', 'chassis', true)")
        await owner.execute(SQL["migration"] + first + second)
        await owner.execute(SAID_EARLIER)

        await owner.execute("".join(later))

        waits = await owner.fetch("select sequence from outbox join unsent using (id)")
        marks = await owner.fetch(MARKS)
    await owner.close()

    assert [row["sequence"] for row in waits] == [4]
    assert [tuple(row) for row in marks] == [(0, 7, 3), (2, 5, 2)]
