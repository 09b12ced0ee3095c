"""A whole process of a service which issues notices and keeps those that it hears: its own. Settings: MACHI_*."""

import asyncio
from collections.abc import AsyncGenerator

from notes import Notes, NoticeIssued, keep, notice
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import PlainTextResponse, StreamingResponse
from starlette.routing import Route

from chassis.hears import view
from chassis.saying import Desk
from process.running import Service, run
from process.settings import ServiceSettings


def doors(desk: Desk[Notes]) -> Starlette:
    """One to issue a notice, one that tells until nobody listens any more."""

    async def issue(request: Request) -> PlainTextResponse:
        about, text = (request.path_params[name] for name in ("about", "text"))
        async with desk.open(desk.now()) as (_, say):
            await say(notice(about, text))
        return PlainTextResponse("issued")

    async def tell(_: Request) -> StreamingResponse:
        async def lines() -> AsyncGenerator[str]:
            while True:
                yield "平常\n"
                await asyncio.sleep(0.05)

        return StreamingResponse(lines())

    return Starlette(
        routes=[Route("/issue/{about}/{text}", issue, methods=["POST"]), Route("/tell", tell)]
    )


def main() -> None:
    """Run until told to stop."""
    run(
        ServiceSettings(name="notify"),
        Service(store=Notes, hears=[view(NoticeIssued, keep)], work=[], http=doors),
    )
