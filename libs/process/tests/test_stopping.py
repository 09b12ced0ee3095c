"""Told to stop, a process ends by itself, whatever is away."""

import asyncio
import signal
import time
from itertools import product
from pathlib import Path

import asyncpg
import noticeboard
import pytest
from boards import answers, noticeboard_of, visitor
from databases import Database
from forks import tell, until
from notes import Notes
from rounds import SUBJECTS, say_rounds, until_noted
from wires import wire

from chassis.saying import Desk
from patience.waiting import patiently

pytestmark = pytest.mark.real

ALL = "http,relay,consume,work"


AWAY = pytest.mark.parametrize(
    ("part", "how"), list(product(["database", "broker"], ["cut", "freeze"]))
)


@AWAY
async def test_while_a_part_is_away_it_ends_by_itself(
    desk: Desk[Notes], database: Database, kafka: str, log: Path, part: str, how: str
):
    async with wire(database.url) as (to_database, url), wire(kafka) as (to_broker, brokers):
        async with noticeboard_of(url, brokers, log, ALL) as board:
            await say_rounds(desk, 0)
            await until_noted(desk.pool, len(SUBJECTS))
            getattr(to_database if part == "database" else to_broker, how)()
            await say_rounds(desk, 1)
            began = time.monotonic()
            board.send(signal.SIGTERM)
            status = await board.ended()

    tell(f"{part}, {how}: ended {time.monotonic() - began:.1f} s after it was told to stop")
    assert status == 0


async def test_told_to_stop_twice_it_finishes_what_is_in_hand_all_the_same(
    desk: Desk[Notes], database: Database, kafka: str, log: Path
):
    async with noticeboard_of(database.url, kafka, log, ALL) as board, visitor() as client:
        await until(lambda: answers(client))
        async with client.stream("GET", "/read") as answer:
            told: list[str] = []
            async for line in answer.aiter_lines():
                told.append(line)
                if len(told) in {1, 5}:
                    board.send(signal.SIGTERM)
        status = await board.ended()

    assert status == 0
    assert len(told) == noticeboard.PAGES


async def test_who_is_cancelled_while_the_connection_breaks_ends_and_does_not_try_again(
    database: Database,
):
    connection, in_hand = await asyncpg.connect(database.url), asyncio.Event()

    async def work() -> None:
        async with connection.transaction():
            in_hand.set()
            await asyncio.Event().wait()

    works = asyncio.create_task(patiently("relay", work))
    await in_hand.wait()
    connection.terminate()
    works.cancel()
    ended, _ = await asyncio.wait({works}, timeout=20)
    works.cancel()

    assert ended


@AWAY
async def test_it_ends_by_itself_although_a_part_was_never_there(
    database: Database, kafka: str, log: Path, part: str, how: str
):
    async with wire(database.url) as (to_database, url), wire(kafka) as (to_broker, brokers):
        getattr(to_database if part == "database" else to_broker, how)()
        async with noticeboard_of(url, brokers, log, ALL) as board, visitor() as client:
            await until(lambda: answers(client))
            board.send(signal.SIGTERM)
            status = await board.ended()

    assert status == 0
