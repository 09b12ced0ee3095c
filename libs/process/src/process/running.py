"""Running: one process of a service, from its first line to its last."""

import asyncio
import gc
import importlib
import logging
import signal
import sys
from collections.abc import Callable, Coroutine, Generator, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from functools import partial
from typing import Any, Generic, TypeVar

import uvicorn
import uvloop
from starlette.applications import Starlette
from starlette.routing import Mount
from starlette.types import ASGIApp

from chassis.database import Connection
from chassis.hearing import BadDeploy, Hearing
from chassis.hears import Line
from chassis.listening import Listening
from chassis.relay import Relay
from chassis.saying import Desk, Speaker
from contracts.topics import topic, topic_of
from patience.waiting import UNAVAILABLE, cut_off, first_of
from process import health
from process.clock import Job, Worker, keep_time, keep_working
from process.desk import open_desk
from process.faults import reporting
from process.quiet import Quiet
from process.settings import ServiceSettings
from process.streams import ending
from telemetry import telling, tracing
from tending.comparing import compare

S = TypeVar("S")
log = logging.getLogger(__name__)

GRACE_SECONDS = 5  # so long an answer may still take when told to stop
GC_THRESHOLD = 50_000  # what lives long is frozen; a batch of messages is no reason to look


@dataclass(frozen=True, slots=True, kw_only=True)
class Service(Generic[S]):
    """What a service is made of; its `app.py` fills it in, and the chassis runs it."""

    store: Callable[[Connection], S]
    hears: Sequence[Line[S]]
    work: Sequence[Job[S] | Worker[S]]
    http: Callable[[Desk[S]], ASGIApp]

    @property
    def jobs(self) -> list[Job[S]]:
        """What is done when time has moved on."""
        return [each for each in self.work if isinstance(each, Job)]

    @property
    def workers(self) -> list[Worker[S]]:
        """What is done whenever there is work."""
        return [each for each in self.work if isinstance(each, Worker)]


class _Server(uvicorn.Server):
    """uvicorn, but for the signals: they are for the whole process, not for its HTTP door."""

    @contextmanager
    def capture_signals(self) -> Generator[None]:
        yield


def run(settings: ServiceSettings, service: Service[Any]) -> None:
    """Run until SIGTERM or Ctrl-C, then finish what is in hand. Ends with 1 when it cannot go on."""
    logging.basicConfig(level=settings.log_level, format="%(levelname)s %(name)s: %(message)s")
    for handler in logging.getLogger().handlers:
        handler.addFilter(Quiet())
        handler.addFilter(telling.discreet)
    if tracing.ON:
        importlib.import_module("telemetry.exporting").begin(settings.name)
    gc.collect()
    gc.freeze()
    gc.set_threshold(GC_THRESHOLD)
    with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
        runner.run(_run(settings, service))


async def _run(settings: ServiceSettings, service: Service[Any]) -> None:
    stopping = asyncio.Event()
    for signum in (signal.SIGTERM, signal.SIGINT):
        asyncio.get_running_loop().add_signal_handler(signum, stopping.set)
    speaker = Speaker(settings.name, settings.municipality)
    relay = Relay(
        settings.database,
        settings.kafka,
        topic(settings.name),
        compare=lambda connection: compare(connection, settings.kafka, speaker),
    )
    async with (
        open_desk(settings, service.store, relay.wake) as desk,
        cut_off(desk.pool, stopping),
    ):
        try:
            async with asyncio.TaskGroup() as tasks:
                for doing in _roles(settings, service, desk):
                    tasks.create_task(doing(stopping))
                if "relay" in settings.roles:
                    tasks.create_task(relay.run(stopping))
        except* Exception as ended:
            why = ended.exceptions[0]
            log.critical("cannot go on: %s", telling.words(why), exc_info=why)
            sys.exit(1)


def _roles(
    settings: ServiceSettings, service: Service[S], desk: Desk[S]
) -> Iterator[Callable[[asyncio.Event], Coroutine[None, None, None]]]:
    """What this process does, by its roles, each until it is told to stop."""
    hearing = Hearing(desk, service.hears, bad_deploy=settings.bad_deploy)
    listening: Listening | None = None
    if "consume" in settings.roles and service.hears:
        topics = {topic_of(line.event) for line in service.hears}
        listening = Listening(
            hearing,
            sorted(topics),
            kafka=settings.kafka,
            group=settings.group,
            member=settings.replica,
        )
    flow = health.Flow(desk, hearing, listening)
    yield flow.watch
    if listening:
        yield lambda stopping: _listen(listening, flow, stopping)
    if "work" in settings.roles:
        yield lambda stopping: keep_time(desk, service.jobs, stopping)
        yield from (partial(keep_working, each, desk) for each in service.workers)
    if "http" in settings.roles:
        yield lambda stopping: _serve(settings, _app(service, desk, flow), stopping)


async def _listen(listening: Listening, flow: health.Flow, stopping: asyncio.Event) -> None:
    """After a bad deploy nothing is heard any more, and the doors stay open."""
    try:
        await listening.run(stopping)
    except BadDeploy as bad:
        flow.stopped = f"stopped, message after message failed: {bad}"
        extra = {"action": "hearing_stopped"}
        log.critical("hearing %s; a restart tries again", flow.stopped, extra=extra)


def _app(service: Service[S], desk: Desk[S], flow: health.Flow) -> ASGIApp:
    routes = [*health.routes(desk, flow), Mount("/", app=service.http(desk))]
    app = reporting(
        Starlette(routes=routes, exception_handlers=dict.fromkeys(UNAVAILABLE, health.away))
    )
    if not tracing.ON:
        return app
    exporting = importlib.import_module("telemetry.exporting")
    exporting.gauges(flow.numbers, health.Flow.NAMES)
    return exporting.traced(app)


async def _serve(settings: ServiceSettings, app: ASGIApp, stopping: asyncio.Event) -> None:
    server = _Server(
        uvicorn.Config(
            ending(app, stopping),
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
