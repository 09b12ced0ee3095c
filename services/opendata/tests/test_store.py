from datetime import UTC, datetime, timedelta

import asyncpg
import pytest
from databases import Database

from chassis.saying import Desk
from opendata.domain import UnknownDataset, UnknownVersion, Waiting
from opendata.store import Store

pytestmark = pytest.mark.real

MONDAY = datetime(2026, 11, 23, 3, 0, tzinfo=UTC)
SECOND = timedelta(seconds=1)


async def test_what_waits_is_told_by_its_first_and_its_last_change(store: Store):
    await store.wait("milestones", at=MONDAY, event_id="moved", hops=3)
    await store.wait("procedures", at=MONDAY, event_id="published", hops=1)
    await store.wait("milestones", at=MONDAY + SECOND, event_id="reached", hops=1)
    await store.wait("milestones", at=MONDAY + 2 * SECOND)

    first, second = await store.waiting()

    assert first == Waiting(
        slug="milestones", first=MONDAY, last=MONDAY + 2 * SECOND, event_id="reached", hops=3
    )
    assert (second.slug, second.event_id) == ("procedures", "published")


async def test_a_data_set_waits_no_more_when_it_has_been_published(store: Store):
    await store.wait("milestones", "procedures", at=MONDAY)

    await store.waited("milestones")

    assert [each.slug for each in await store.waiting()] == ["procedures"]


async def test_versions_come_back_as_they_were_kept_the_newest_first(published: Desk[Store]):
    async with published.read() as store:
        second, first = await store.versions("042111_milestones")

        assert (first.number, second.number) == (1, 2)
        assert await store.version("042111_milestones", 1) == first
        assert await store.dataset("042111_milestones") == second
        assert [each.about.name for each in await store.current()] == [
            "042111_milestones",
            "042111_procedures",
        ]


async def test_the_bytes_of_an_old_version_stay(published: Desk[Store]):
    async with published.read() as store:
        second, first = await store.versions("042111_milestones")
        old, new = [await store.content(each, each.form("csv")) for each in (first, second)]

    assert "2027-12" not in old.decode()
    assert "2027-12" in new.decode()
    assert len(old) == first.form("csv").size


async def test_an_unknown_data_set_is_refused(store: Store):
    with pytest.raises(UnknownDataset, match="042111_toilets"):
        await store.dataset("042111_toilets")
    with pytest.raises(UnknownDataset, match="042111_toilets"):
        await store.versions("042111_toilets")
    with pytest.raises(UnknownVersion, match="042111_toilets 1"):
        await store.version("042111_toilets", 1)


@pytest.mark.parametrize(
    "statement",
    [
        "delete from version",
        "update version set body = '{}'",
        "delete from version_file",
        "update version_file set content = ''",
        "delete from shown_milestone",
        "update waiting set hops = 0",
    ],
)
async def test_the_role_at_run_time_cannot_rewrite_the_past(database: Database, statement: str):
    connection = await asyncpg.connect(database.url)

    with pytest.raises(asyncpg.InsufficientPrivilegeError):
        await connection.execute(statement)
    await connection.close()
