"""Health: alive, ready, flowing; and how far this service has heard, for those who wait on it."""

from collections.abc import Callable
from typing import Any

from starlette.requests import Request
from starlette.responses import JSONResponse
from starlette.routing import Route

from chassis.database import SQL, pending
from chassis.patience import UNAVAILABLE
from chassis.saying import Desk


def routes(desk: Desk[Any], flow: Callable[[], dict[str, int]]) -> list[Route]:
    """The paths that operators and neighbours ask; `flow` adds this process's own counts."""

    async def alive(_: Request) -> JSONResponse:
        return JSONResponse({"alive": True})

    async def ready(_: Request) -> JSONResponse:
        """Pages need no broker, so it is not asked."""
        try:
            async with desk.pool.acquire(timeout=5) as connection:
                todo = await pending(connection, desk.speaker.service)
        except UNAVAILABLE as away:
            return JSONResponse({"ready": False, "because": f"database: {away!r}"}, 503)
        return JSONResponse({"ready": not todo, "pending": todo}, 503 if todo else 200)

    async def flowing(_: Request) -> JSONResponse:
        row = await desk.pool.fetchrow(SQL["flow"], desk.now())
        return JSONResponse({**dict(row or {}), **flow()})

    async def heard(request: Request) -> JSONResponse:
        topic, key = (
            request.query_params.get(name, "").replace("\x00", "") for name in ("topic", "key")
        )
        sequence = await desk.pool.fetchval(SQL["heard"], topic, key)
        return JSONResponse({"topic": topic, "key": key, "sequence": sequence or 0})

    own = f"/api/{desk.speaker.service}/heard"
    answers = {"/healthz": alive, "/readyz": ready, "/flowz": flowing, own: heard}
    return [Route(path, answer) for path, answer in answers.items()]
