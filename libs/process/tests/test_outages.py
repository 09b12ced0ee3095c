import asyncio
import re
import signal
import time
from collections import Counter
from pathlib import Path

import httpx2
import noticeboard
import pytest
from boards import answers, noticeboard_of, visitor
from databases import Database
from forks import tell, until
from logs import texts_by_subject, whole_log
from notes import Notes
from rounds import SUBJECTS, noted, said, say_rounds, until_noted
from wires import wire

from chassis.database import Pool
from chassis.saying import Desk

pytestmark = pytest.mark.real

AWAY_SECONDS = 10
LINE = re.compile(r"^(?:DEBUG|INFO|WARNING|ERROR|CRITICAL) ([\w.]+): ", re.MULTILINE)
MOST_LINES = 40
"""In ten seconds; a hot loop writes thousands."""


def lines(log: Path) -> Counter[str]:
    """How many lines each logger wrote."""
    return Counter(LINE.findall(log.read_text()))


@pytest.mark.parametrize("part", ["database", "broker"])
async def test_a_part_that_is_away_for_ten_seconds_costs_nothing_but_time(
    desk: Desk[Notes], database: Database, kafka: str, log: Path, part: str
):
    async with wire(database.url) as (to_database, url), wire(kafka) as (to_broker, brokers):
        away = to_database if part == "database" else to_broker
        async with noticeboard_of(url, brokers, log):
            await say_rounds(desk, 0)
            await until_noted(desk.pool, len(SUBJECTS))
            away.cut()
            before = lines(log)
            for number in range(1, AWAY_SECONDS + 1):
                await say_rounds(desk, number)
                await asyncio.sleep(1)
            meanwhile = lines(log) - before
            await away.mend()
            await until_noted(desk.pool, (AWAY_SECONDS + 1) * len(SUBJECTS))

    tell(f"{part} away for {AWAY_SECONDS} s: {dict(meanwhile)}, after it {dict(lines(log))}")
    assert await noted(desk.pool) == said(AWAY_SECONDS + 1)
    assert await desk.pool.fetchval("select count(*) from parked") == 0
    assert meanwhile.total() < MOST_LINES


async def test_told_to_stop_under_load_it_finishes_and_loses_nothing(
    desk: Desk[Notes], database: Database, kafka: str, log: Path
):
    async with (
        noticeboard_of(database.url, kafka, log, "http,relay,consume") as board,
        visitor() as client,
    ):
        await until(lambda: answers(client))
        async with client.stream("GET", "/tell") as stream:
            told = asyncio.create_task(lines_of(stream))
            issuing = [asyncio.create_task(issue(client, subject)) for subject in SUBJECTS]
            await until_noted(desk.pool, 40)
            board.send(signal.SIGTERM)
            status = await board.ended()
            issued = dict(zip(SUBJECTS, await asyncio.gather(*issuing), strict=True))

    assert status == 0
    assert await told == ["data: 平常", ""]
    async with noticeboard_of(database.url, kafka, log):
        await until(lambda: all_noted(desk.pool))
    effects = await noted(desk.pool)
    assert texts_by_subject(await whole_log(kafka)) == effects
    for subject, texts in issued.items():
        assert effects[subject][: len(texts)] == texts  # one more may be there, its answer lost
        assert len(effects[subject]) <= len(texts) + 1


@pytest.mark.parametrize("path", ["/tell", "/read"])
async def test_told_to_stop_with_an_answer_in_hand_it_ends_that_and_says_nothing_of_it(
    desk: Desk[Notes], database: Database, kafka: str, log: Path, path: str
):
    async with (
        noticeboard_of(database.url, kafka, log, "http") as board,
        visitor() as client,
    ):
        await until(lambda: answers(client))
        async with client.stream("GET", path) as stream:
            began = time.monotonic()
            board.send(signal.SIGTERM)
            told = await lines_of(stream)
            status = await board.ended()

    tell(f"{path}: ended {time.monotonic() - began:.1f} s after it was told to stop")
    assert status == 0
    assert len(told) == {"/tell": 2, "/read": noticeboard.PAGES}[path]
    assert complaints(log) == []


def complaints(log: Path) -> list[str]:
    """What is in the log beside the lines of an ordinary day."""
    return [line for line in log.read_text().splitlines() if not line.startswith("INFO ")]


async def lines_of(stream: httpx2.Response) -> list[str]:
    """All lines, until the other side ends it as it should."""
    return [line async for line in stream.aiter_lines()]


async def issue(client: httpx2.AsyncClient, subject: str) -> list[str]:
    """Issue notices until the door is shut; those that were answered with a yes."""
    issued: list[str] = []
    while True:
        try:
            answer = await client.post(f"/issue/{subject}/{len(issued)}")
        except httpx2.TransportError:
            return issued
        if not answer.is_success:
            return issued
        issued.append(f"{len(issued)}")


async def all_noted(pool: Pool) -> bool:
    return await pool.fetchval(
        "select (select count(*) from note) >= (select count(*) from outbox)"
    )
