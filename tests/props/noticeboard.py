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

PAGES = 20


def doors(desk: Desk[Notes]) -> Starlette:
    """One to issue a notice, one that tells without an end, one that takes its time and has an end."""

    async def issue(request: Request) -> PlainTextResponse:
        about, text = (request.path_params[name] for name in ("about", "text"))
        async with desk.open(desk.now()) as (_, say):
            await say(notice(about, text))
        return PlainTextResponse("issued")

    async def tell(_: Request) -> StreamingResponse:
        return StreamingResponse(_without_end(), media_type="text/event-stream")

    async def read(_: Request) -> StreamingResponse:
        return StreamingResponse(_slowly())

    paths = {"/tell": tell, "/read": read}
    issuing = Route("/issue/{about}/{text}", issue, methods=["POST"])
    return Starlette(routes=[issuing, *(Route(path, door) for path, door in paths.items())])


async def _without_end() -> AsyncGenerator[str]:
    yield "data: 平常\n\n"
    await asyncio.Event().wait()


async def _slowly() -> AsyncGenerator[str]:
    for number in range(PAGES):
        yield f"{number}\n"
        await asyncio.sleep(0.1)


def main() -> None:
    """Run until told to stop."""
    run(
        ServiceSettings(name="notify"),
        Service(store=Notes, hears=[view(NoticeIssued, keep)], work=[], http=doors),
    )
