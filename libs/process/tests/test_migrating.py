import asyncpg
import pytest
from databases import Database

from process.migrating import Changed, migrate, migrations, pending

pytestmark = pytest.mark.real

DELETIONS = [
    "delete from spoken",
    "delete from outbox",
    "delete from heard",
    "delete from parked",
    "delete from migration",
]


async def test_migrations_run_once(database: Database):
    assert await migrate(database.owner, "chassis") == []


async def test_a_migration_that_was_edited_after_it_ran_is_refused(database: Database):
    owner = await asyncpg.connect(database.owner)
    await owner.execute("update migration set sha256 = 'as it was'")

    with pytest.raises(Changed, match=r"chassis/0001_pre_spine\.sql"):
        await pending(owner, "chassis")
    await owner.close()


async def test_the_role_at_run_time_can_delete_nothing_of_what_was_said(database: Database):
    connection = await asyncpg.connect(database.url)

    for statement in DELETIONS:
        with pytest.raises(asyncpg.InsufficientPrivilegeError):
            await connection.execute(statement)
    await connection.close()


def test_a_service_has_the_spine_before_its_own_tables():
    names = [name for name, _ in migrations("roadmap")]

    assert names[0] == "chassis/0001_pre_spine.sql"
    assert [name.partition("/")[0] for name in names] == [*["chassis"] * 3, "roadmap"]
