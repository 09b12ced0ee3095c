"""Time: jobs that run when it has moved on, once across replicas and restarts."""

import asyncio
import logging
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Generic, TypeVar

from chassis.database import SQL
from chassis.saying import Desk, Saying
from patience.waiting import until

log = logging.getLogger(__name__)
S = TypeVar("S")

LOOK_SECONDS, REST_SECONDS = 1.0, 30.0


@dataclass(frozen=True, slots=True)
class Job(Generic[S]):
    """Something to do each time an interval has passed; a new name means that it never ran."""

    name: str
    every: timedelta
    work: Callable[[S, Saying, datetime], Awaitable[None]]


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
