"""A whole process of a service which issues notices and keeps those that it hears: its own. Settings: MACHI_*."""

import asyncio
from collections.abc import AsyncGenerator
from datetime import datetime, timedelta

from notes import Notes, NoticeIssued, keep, notice
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import PlainTextResponse, StreamingResponse
from starlette.routing import Route

from chassis.hears import Line, view
from chassis.saying import Desk, Saying
from process.clock import Job
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


async def greet(_store: Notes, say: Saying, _now: datetime) -> None:
    """A job: issue a notice."""
    await say(notice("市", "おはようございます"))


async def fail(event: NoticeIssued, _store: Notes) -> None:
    """A view that can keep nothing."""
    raise ZeroDivisionError(event.text)


def main() -> None:
    """Run until told to stop."""
    _run(view(NoticeIssued, keep))


def bad_deploy() -> None:
    """The same in a release that cannot deal with any notice."""
    _run(view(NoticeIssued, fail))


def _run(line: Line[Notes]) -> None:
    work = [Job("greeting", timedelta(days=1), greet)]
    run(ServiceSettings(name="notify"), Service(store=Notes, hears=[line], work=work, http=doors))
