"""A process that would do harm does not start, and says what to do."""

from pathlib import Path

import asyncpg
import pytest
import topics_for_tests
from boards import noticeboard_of
from databases import Database
from forks import until
from notes import Notes
from rounds import SUBJECTS, all_sent, running, say_rounds

from chassis.relay import Relay
from chassis.saying import Desk

pytestmark = pytest.mark.real

TOPIC = "machi.notify.v1"
ROLES = "http,relay,consume"


async def ended(database: Database, kafka: str, log: Path) -> int | None:
    async with noticeboard_of(database.url, kafka, log, ROLES) as board:
        return await board.ended()


def last_words(log: Path) -> str:
    (line,) = [line for line in log.read_text().splitlines() if line.startswith("CRITICAL")]
    return line


async def test_a_database_restored_from_a_backup_keeps_it_from_starting_and_the_remedy_is_told(
    desk: Desk[Notes], database: Database, kafka: str, log: Path
):
    await say_rounds(desk, 0)
    async with running(Relay(database.url, kafka, TOPIC).run):
        await until(lambda: all_sent(desk.pool))
    owner = await asyncpg.connect(database.owner)
    await owner.execute("truncate spoken, outbox, sent_until cascade")
    await owner.close()
    await say_rounds(desk, 1)

    status = await ended(database, kafka, log)

    assert status == 1
    assert "was it restored from a backup? `machi republish notify` takes them back" in last_words(
        log
    )
    assert await desk.pool.fetchval("select count(*) from unsent") == len(SUBJECTS)


async def test_a_topic_with_another_number_of_partitions_keeps_it_from_starting(
    database: Database, kafka: str, log: Path
):
    await topics_for_tests.make(kafka, TOPIC, partitions=3)

    status = await ended(database, kafka, log)

    assert status == 1
    assert f"{TOPIC} has 3 partitions, not 6" in last_words(log)
