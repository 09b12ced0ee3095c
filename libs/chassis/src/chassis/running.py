"""Running: one process of a service, from its first line to its last."""

import asyncio
import logging
import signal
import sys
from collections.abc import Callable, Coroutine, Generator, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any, Generic, TypeVar

import uvicorn
import uvloop
from starlette.applications import Starlette
from starlette.routing import Mount
from starlette.types import ASGIApp

from chassis import health
from chassis.clock import Job, keep_time
from chassis.database import Connection
from chassis.hearing import Hearing
from chassis.hears import Line
from chassis.listening import Listening
from chassis.patience import first_of
from chassis.relay import Relay
from chassis.saying import Desk, open_desk
from chassis.settings import ServiceSettings
from contracts.topics import topic, topic_of

S = TypeVar("S")
log = logging.getLogger(__name__)

GRACE_SECONDS = 5  # open streams are ended after this; a reader resumes where it was


@dataclass(frozen=True, slots=True, kw_only=True)
class Service(Generic[S]):
    """What a service is made of; its `app.py` fills it in, and the chassis runs it."""

    store: Callable[[Connection], S]
    hears: Sequence[Line[S]]
    work: Sequence[Job[S]]
    http: Callable[[Desk[S]], ASGIApp]


class _Server(uvicorn.Server):
    """uvicorn, but for the signals: they are for the whole process, not for its HTTP door."""

    @contextmanager
    def capture_signals(self) -> Generator[None]:
        yield


def run(settings: ServiceSettings, service: Service[Any]) -> None:
    """Run until SIGTERM or Ctrl-C, then finish what is in hand. Ends with 1 when it cannot go on."""
    logging.basicConfig(level=settings.log_level, format="%(levelname)s %(name)s: %(message)s")
    with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
        runner.run(_run(settings, service))


async def _run(settings: ServiceSettings, service: Service[Any]) -> None:
    stopping = asyncio.Event()
    for signum in (signal.SIGTERM, signal.SIGINT):
        asyncio.get_running_loop().add_signal_handler(signum, stopping.set)
    relay = Relay(settings.database, settings.kafka, topic(settings.name))
    async with open_desk(settings, service.store, relay.wake) as desk:
        try:
            async with asyncio.TaskGroup() as tasks:
                for doing in _roles(settings, service, desk):
                    tasks.create_task(doing(stopping))
                if "relay" in settings.roles:
                    tasks.create_task(relay.run(stopping))
        except* Exception as ended:
            log.critical("cannot go on", exc_info=ended.exceptions[0])
            sys.exit(1)


def _roles(
    settings: ServiceSettings, service: Service[S], desk: Desk[S]
) -> Iterator[Callable[[asyncio.Event], Coroutine[None, None, None]]]:
    """What this process does, by its roles, each until it is told to stop."""
    hearing = Hearing(desk, service.hears)
    listening: Listening | None = None
    if "consume" in settings.roles and service.hears:
        topics = {topic_of(line.event) for line in service.hears}
        listening = Listening(settings, hearing, sorted(topics))
        yield listening.run
    if "work" in settings.roles and service.work:
        yield lambda stopping: keep_time(desk, service.work, stopping)
    if "http" in settings.roles:
        lag = listening.lag if listening else int
        paths = health.routes(desk, lambda: {"lag": lag(), "gaps": hearing.gaps})
        app = Starlette(routes=[*paths, Mount("/", app=service.http(desk))])
        yield lambda stopping: _serve(settings, app, stopping)


async def _serve(settings: ServiceSettings, app: ASGIApp, stopping: asyncio.Event) -> None:
    server = _Server(
        uvicorn.Config(
            app,
            host=settings.host,
            port=settings.port,
            log_config=None,
            access_log=False,  # the gateway logs, without query strings
            timeout_graceful_shutdown=GRACE_SECONDS,
            server_header=False,
        )
    )
    serving = asyncio.create_task(server.serve())
    await first_of(stopping.wait(), asyncio.shield(serving))
    server.should_exit = True
    await serving
