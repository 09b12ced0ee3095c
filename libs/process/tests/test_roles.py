"""A process does what its roles say, and nothing else."""

import signal
from pathlib import Path

import pytest
from boards import answers, noticeboard_of, visitor
from databases import Database
from forks import until
from notes import Notes
from rounds import SUBJECTS, all_sent, running, say_rounds, until_noted

from chassis.database import Pool
from chassis.relay import Relay
from chassis.saying import Desk

pytestmark = pytest.mark.real

TOPIC = "machi.notify.v1"
MANY = len(SUBJECTS)
DONE = {
    "relay": {"unsent": 0, "noted": 0, "greeted": 0},
    "consume": {"unsent": MANY, "noted": MANY, "greeted": 0},
    "work": {"unsent": MANY + 1, "noted": 0, "greeted": 1},
}


@pytest.fixture
async def to_do(desk: Desk[Notes], database: Database, kafka: str, log: Path) -> Pool:
    """Notices to hear, as many to send, and a job that is due."""
    await say_rounds(desk, 0)
    async with running(Relay(database.url, kafka, TOPIC).run):
        await until(lambda: all_sent(desk.pool))
    await say_rounds(desk, 1)
    return desk.pool


async def done(pool: Pool) -> dict[str, int]:
    return dict(
        await pool.fetchrow(
            "select (select count(*) from unsent) as unsent,"
            "       (select count(*) from note) as noted,"
            "       (select count(*) from clock) as greeted"
        )
        or {}
    )


@pytest.mark.parametrize("role", DONE)
async def test_a_process_with_one_role_does_that_alone_and_opens_no_door(
    to_do: Pool, database: Database, kafka: str, log: Path, role: str
):
    async def is_done() -> bool:
        return await done(to_do) == DONE[role]

    async with noticeboard_of(database.url, kafka, log, role) as board, visitor() as client:
        await until(is_done)
        is_open = await answers(client)
        board.send(signal.SIGTERM)
        status = await board.ended()

    assert (status, is_open) == (0, False)
    assert await is_done()


async def test_what_roles_do_apart_they_do_together(
    to_do: Pool, database: Database, kafka: str, log: Path
):
    async with (
        noticeboard_of(database.url, kafka, log, "relay"),
        noticeboard_of(database.url, kafka, log, "consume"),
        noticeboard_of(database.url, kafka, log, "work"),
    ):
        await until_noted(to_do, 2 * MANY + 1)

    assert await done(to_do) == {"unsent": 0, "noted": 2 * MANY + 1, "greeted": 1}
