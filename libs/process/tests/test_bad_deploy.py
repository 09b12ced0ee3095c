"""A release whose handler fails at every message parks nothing of the log."""

from functools import partial
from pathlib import Path
from typing import Any

import noticeboard
import pytest
from boards import answers, noticeboard_of, visitor
from databases import Database
from forks import until
from httpx2 import AsyncClient
from notes import Notes
from rounds import noted, said, say_rounds, until_noted

from chassis.saying import Desk

pytestmark = pytest.mark.real

ROLES = "http,relay,consume"
SUBJECTS = [f"{number}丁目" for number in range(1, 7)]


async def flow(client: AsyncClient) -> dict[str, Any]:
    return (await client.get("/flowz")).json()


async def test_it_stops_hearing_its_pages_stay_open_and_the_next_release_goes_on(
    desk: Desk[Notes], database: Database, kafka: str, log: Path
):
    await say_rounds(desk, 0, subjects=SUBJECTS)

    async def says_so() -> bool:
        return (await flow(client))["hearing"].startswith("stopped, message after message failed")

    bad = noticeboard_of(database.url, kafka, log, ROLES, main=noticeboard.bad_deploy)
    async with bad, visitor() as client:
        await until(lambda: answers(client))
        await until(says_so)
        issued = await client.post(f"/issue/{SUBJECTS[0]}/1")
        parked = (await flow(client))["parked"]
    async with noticeboard_of(database.url, kafka, log, ROLES):
        await until_noted(desk.pool, len(SUBJECTS) + 1)

    assert (issued.status_code, parked) == (200, 0)
    assert await noted(desk.pool) == said(1, SUBJECTS) | {SUBJECTS[0]: ["0", "1"]}


async def test_told_that_it_is_the_messages_it_parks_them_all(
    desk: Desk[Notes], database: Database, kafka: str, log: Path
):
    await say_rounds(desk, 0, subjects=SUBJECTS)

    async def has_parked_all() -> bool:
        return (await flow(client))["parked"] == len(SUBJECTS)

    start = partial(noticeboard_of, main=noticeboard.bad_deploy, MACHI_BAD_DEPLOY="0")
    async with start(database.url, kafka, log, ROLES), visitor() as client:
        await until(lambda: answers(client))
        await until(has_parked_all)
        told = await flow(client)

    assert told["hearing"] == "as it should"
    assert await noted(desk.pool) == {}
