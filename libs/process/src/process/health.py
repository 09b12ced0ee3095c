"""Health: alive, ready, flowing; and how far this service has heard, for those who wait on it."""

import asyncio
from collections.abc import Mapping
from contextlib import suppress
from typing import Any

from aiokafka import TopicPartition
from aiokafka.errors import KafkaError
from starlette.requests import Request
from starlette.responses import JSONResponse
from starlette.routing import Route

from chassis.database import SQL
from chassis.hearing import Hearing
from chassis.listening import Listening
from chassis.saying import Desk
from patience.waiting import UNAVAILABLE, until
from process.migrating import pending

WATCH_SECONDS, STUCK_SECONDS = 5.0, 60.0


class Stuck(Exception):
    """There is something to hear, broker and database answer, and nothing was heard: start again."""


class Flow:
    """The numbers that tell whether events flow: of the database, and of this process."""

    NAMES = ("unsent", "oldest_unsent_seconds", "parked", "lag", "gaps", "loop_lag_seconds")

    def __init__(self, desk: Desk[Any], hearing: Hearing[Any], listening: Listening | None) -> None:
        self._desk, self._hearing, self._listening = desk, hearing, listening
        self.stopped = ""  # why this process hears nothing any more
        self.numbers: dict[str, float] = {}

    async def look(self) -> Mapping[str, float]:
        """The numbers of now; lag is absent while the broker is away, and while nothing is assigned."""
        async with self._desk.pool.acquire(timeout=WATCH_SECONDS) as connection:
            row = await connection.fetchrow(SQL["flow"], self._desk.now())
        self.numbers |= {**dict(row or {}), "gaps": self._hearing.gaps}
        self.numbers.pop("lag", None)
        with suppress(KafkaError, TimeoutError):
            if behind := await self._behind():
                self.numbers["lag"] = sum(behind.values())
        return self.numbers

    async def _behind(self) -> Mapping[TopicPartition, int]:
        if not self._listening:
            return {}
        async with asyncio.timeout(WATCH_SECONDS):
            return await self._listening.behind()

    async def watch(
        self,
        stopping: asyncio.Event,
        *,
        every: float = WATCH_SECONDS,
        patience: float = STUCK_SECONDS,
    ) -> None:
        """Look now and then, for the metrics. Stuck is raised when nothing moves that could."""
        now = asyncio.get_running_loop().time
        before, since = dict(self._hearing.positions), now()
        while not stopping.is_set():
            due = now() + every
            await until(stopping, every)
            if stopping.is_set():
                return  # a consumer that ends would not answer any more
            self.numbers["loop_lag_seconds"] = max(0.0, now() - due)
            waits = await self._something_waits()
            if not waits or self.stopped or before != self._hearing.positions:
                before, since = dict(self._hearing.positions), now()
            elif now() - since > patience and not await self._waits_for_a_lock():
                raise Stuck(before)

    async def _waits_for_a_lock(self) -> bool:
        """Somebody holds us up, and will let go: a rebuild, as a rule."""
        return await self._desk.pool.fetchval(SQL["waits_for_a_lock"])

    async def _something_waits(self) -> bool:
        """There is something to hear, as far as database and broker can be asked."""
        try:
            return bool((await self.look()).get("lag"))
        except UNAVAILABLE:
            return False


def routes(desk: Desk[Any], flow: Flow) -> list[Route]:
    """The paths that operators and neighbours ask."""

    async def alive(_: Request) -> JSONResponse:
        return JSONResponse({"alive": True})

    async def ready(_: Request) -> JSONResponse:
        """Pages need no broker, so it is not asked."""
        async with desk.pool.acquire(timeout=WATCH_SECONDS) as connection:
            todo = await pending(connection, desk.speaker.service)
        return JSONResponse({"ready": not todo, "pending": todo}, 503 if todo else 200)

    async def flowing(_: Request) -> JSONResponse:
        return JSONResponse({**await flow.look(), "hearing": flow.stopped or "as it should"})

    async def heard(request: Request) -> JSONResponse:
        topic, key = (
            request.query_params.get(name, "").replace("\x00", "\ufffd")
            for name in ("topic", "key")
        )
        sequence = await desk.pool.fetchval(SQL["heard"], topic, key)
        return JSONResponse({"topic": topic, "key": key, "sequence": sequence or 0})

    own = f"/api/{desk.speaker.service}/heard"
    answers = {"/healthz": alive, "/readyz": ready, "/flowz": flowing, own: heard}
    return [Route(path, answer) for path, answer in answers.items()]


async def away(_: Request, error: Exception) -> JSONResponse:
    """What is asked while the database is away."""
    return JSONResponse({"ready": False, "because": f"database: {error!r}"}, 503)
