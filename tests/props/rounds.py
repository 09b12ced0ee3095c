"""Rounds of notices: in each something about every subject, so that a loss, a copy or a swap is seen."""

import asyncio
from collections.abc import AsyncGenerator, Callable, Coroutine, Sequence
from contextlib import asynccontextmanager

from forks import until
from notes import MONDAY, Notes, notice

from chassis.database import Pool
from chassis.saying import Desk

SUBJECTS = ("玉浦", "本町", "西")
Effects = dict[str, list[str]]


@asynccontextmanager
async def running(
    *doings: Callable[[asyncio.Event], Coroutine[None, None, None]],
) -> AsyncGenerator[None]:
    """These are at work; at the end they are told to stop."""
    stopping = asyncio.Event()
    tasks = [asyncio.create_task(doing(stopping)) for doing in doings]
    try:
        yield
    finally:
        stopping.set()
        await asyncio.gather(*tasks)


async def say_rounds(desk: Desk[Notes], *rounds: int, subjects: Sequence[str] = SUBJECTS) -> None:
    """Each round in a transaction of its own."""
    for number in rounds:
        async with desk.open(MONDAY) as (_, say):
            await say(*(notice(subject, f"{number}") for subject in subjects))


def said(rounds: int, subjects: Sequence[str] = SUBJECTS) -> Effects:
    """What the effects should be after so many rounds."""
    return {subject: [f"{number}" for number in range(rounds)] for subject in subjects}


async def noted(pool: Pool) -> Effects:
    """Every effect, those of each subject in their order."""
    effects: Effects = {}
    for row in await pool.fetch("select subject, text from note order by number"):
        effects.setdefault(row["subject"], []).append(row["text"])
    return effects


async def until_noted(pool: Pool, count: int) -> None:
    """Wait for so many effects."""

    async def are_there() -> bool:
        return await pool.fetchval("select count(*) >= $1 from note", count)

    await until(are_there)


async def all_sent(pool: Pool) -> bool:
    """Nothing waits for the relay."""
    return not await pool.fetchval("select count(*) from unsent")
