"""Time: jobs that run when it has moved on, once across replicas, and workers that look for work."""

import asyncio
import logging
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Generic, TypeVar

from chassis.database import SQL
from chassis.saying import Desk, Saying
from patience.waiting import first_of, grace, patiently, until

log = logging.getLogger(__name__)
S = TypeVar("S")

LOOK_SECONDS, REST_SECONDS = 1.0, 30.0


@dataclass(frozen=True, slots=True)
class Job(Generic[S]):
    """Something to do each time an interval has passed; a new name means that it never ran."""

    name: str
    every: timedelta
    work: Callable[[S, Saying, datetime], Awaitable[None]]


@dataclass(frozen=True, slots=True)
class Worker(Generic[S]):
    """Something to do whenever there is work: in as many transactions as a turn needs.

    Each replica does it, so what one of them is at must be claimed in a row. A turn that is cut
    off in the middle leaves that row to others.
    """

    name: str
    turn: Callable[[Desk[S]], Awaitable[bool]]
    """Do what lies ready; tells whether there was any, and so may be more."""


async def run_if_due(job: Job[S], desk: Desk[S], now: datetime) -> bool:
    """Run the job if its interval has passed since it ran anywhere; tells whether it ran."""
    async with desk.open(now) as (store, say):
        claimed = await say.connection.fetchval(SQL["claim_job"], job.name, now, job.every)
        if claimed:
            await job.work(store, say, now)
    return bool(claimed)


async def keep_time(desk: Desk[S], jobs: Sequence[Job[S]], stopping: asyncio.Event) -> None:
    """Look at the clock until told to stop; a job that fails is tried again later, the others go on."""
    now, rests = asyncio.get_running_loop().time, dict[str, float]()
    while not stopping.is_set():
        for job in jobs:
            if rests.get(job.name, 0) <= now():
                try:
                    await run_if_due(job, desk, desk.now())
                except Exception:
                    log.exception("job %s failed", job.name, extra={"action": "job_failed"})
                    rests[job.name] = now() + REST_SECONDS
        await until(stopping, LOOK_SECONDS)


async def keep_working(worker: Worker[S], desk: Desk[S], stopping: asyncio.Event) -> None:
    """Turn after turn until told to stop, when the turn in hand may take some seconds more."""
    more = False

    async def turn() -> None:
        nonlocal more
        more = await patiently(worker.name, lambda: worker.turn(desk))

    while not stopping.is_set():
        try:
            await first_of(turn(), grace(stopping))
        except Exception:
            log.exception("work %s failed", worker.name, extra={"action": "work_failed"})
            await until(stopping, REST_SECONDS)
        if not more:
            await until(stopping, LOOK_SECONDS)
