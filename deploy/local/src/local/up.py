"""Machi from nothing to ready, in order, and back again."""

import asyncio
import os
import signal
from collections.abc import Awaitable, Callable, Coroutine, Sequence
from dataclasses import dataclass
from typing import Any

from local import caddy, jars, kafka, place, ports, postbox, postgres, roster, running, topics
from local.program import Program
from local.roster import SERVICES, Service
from local.settings import LOOPBACK, Settings
from local.supervisor import PATIENCE, Kept, Supervisor
from local.terminal import Terminal, welcome
from local.trouble import DidNotStart, Trouble


@dataclass(frozen=True, slots=True, kw_only=True)
class Parts:
    """What lies ready on the disk before the first program starts."""

    settings: Settings
    server: postgres.Server
    broker: kafka.Broker


def up(settings: Settings, terminal: Terminal) -> None:
    """Run until Ctrl-C or SIGTERM; data survives."""

    async def wait() -> None:
        terminal.text(welcome(settings, "Ctrl-C").splitlines())
        terminal.dismiss_herald()
        await asyncio.Event().wait()

    run(settings, terminal, wait)


def run(settings: Settings, terminal: Terminal, do: Callable[[], Awaitable[None]]) -> None:
    """Start everything, do this when all is ready, and stop everything; Ctrl-C or SIGTERM ends it early."""
    with running.only_one(settings.home):
        parts = prepare(settings, terminal)
        asyncio.run(_until_told(parts, terminal, do))


def prepare(settings: Settings, terminal: Terminal) -> Parts:
    """Put on the disk what is not there yet: jars, cluster, storage."""
    for name in running.sweep(settings.home):
        terminal.say(f"ended {name}, which an earlier start had left behind")
    ports.refuse_taken(settings)
    library = kafka.library(settings)
    libraries = jars.ensure(library, jars.pinned(), terminal.say)
    if not library.archive.exists():
        terminal.say("running Kafka once, so that it starts quickly from now on")
        kafka.record_classes(libraries, library.archive)
    server = postgres.Server(
        place=place.choose(settings.home),
        port=settings.ports["postgres"],
        password=postgres.password_file(settings.home / "secrets" / postgres.SUPERUSER),
    )
    broker = kafka.Broker(
        home=settings.home / "kafka",
        jars=libraries,
        archive=library.archive,
        port=settings.ports["kafka"],
        controller=settings.ports["kafka_controller"],
    )
    postgres.initialise(server.place, server.password)
    kafka.initialise(broker)
    return Parts(settings=settings, server=server, broker=broker)


async def _until_told(parts: Parts, terminal: Terminal, do: Callable[[], Awaitable[None]]) -> None:
    supervisor = Supervisor(terminal, lambda kept: _record(parts, kept, ready=False))
    told = _told_to_stop()
    try:
        await _start(parts, supervisor)
        supervisor.changed = lambda kept: _record(parts, kept, ready=True)
        supervisor.changed(supervisor.kept)
        await do()
    except asyncio.CancelledError:
        if not told.is_set():
            raise
    finally:
        await supervisor.stop()


def _told_to_stop() -> asyncio.Event:
    """Cancel the present task at the first signal; a second one must not break off the stopping."""
    told = asyncio.Event()
    task = asyncio.current_task()

    def tell() -> None:
        if task and not told.is_set():
            told.set()
            task.cancel()

    for sign in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        asyncio.get_running_loop().add_signal_handler(sign, tell)
    return told


async def _start(parts: Parts, supervisor: Supervisor) -> None:
    settings = parts.settings
    await _together(
        _start_kafka(parts, supervisor),
        _start_postgres_and_services(parts, supervisor),
        supervisor.start(_gateway(settings)),
        supervisor.start(postbox.program(settings)),
    )
    await _together(*(_reached(settings.gateway, each) for each in SERVICES))


async def _start_postgres_and_services(parts: Parts, supervisor: Supervisor) -> None:
    """A service needs its database to start; for the broker it waits."""
    await supervisor.start(postgres.program(parts.server))
    for each in SERVICES:
        passwords = roster.passwords(parts.settings, each.name)
        await postgres.ensure_service(parts.server.superuser, each.name, passwords)
    settings = parts.settings
    await _together(*(_start_service(settings, each, supervisor) for each in SERVICES))


async def _start_kafka(parts: Parts, supervisor: Supervisor) -> None:
    await supervisor.start(kafka.program(parts.broker))
    await topics.ensure(parts.broker.bootstrap, topics.declared())


async def _start_service(settings: Settings, service: Service, supervisor: Supervisor) -> None:
    name = service.name
    environment = {**os.environ, **roster.told_as_owner(settings, name)}
    for job in service.jobs:
        await supervisor.run(f"{name} {job}", roster.command(name, job), environment)
    await supervisor.start(roster.program(settings, name))


def _gateway(settings: Settings) -> Program:
    log = settings.home / "log"
    log.mkdir(mode=0o700, exist_ok=True)
    return caddy.program(settings, log / "access.log")


async def _reached(gateway: str, service: Service) -> None:
    try:
        await asyncio.wait_for(roster.reached(gateway, service), PATIENCE)
    except TimeoutError:
        raise DidNotStart(
            name=service.name, why=f"{gateway}{service.front} does not answer"
        ) from None


async def _together(*steps: Coroutine[Any, Any, None]) -> None:
    """Take steps at the same time; the first trouble ends them all."""
    troubles: Sequence[BaseException] = ()
    try:
        async with asyncio.TaskGroup() as group:
            for step in steps:
                group.create_task(step)
    except* Trouble as raised:
        troubles = raised.exceptions
    if troubles:
        raise troubles[0]


def _record(parts: Parts, kept: list[Kept], *, ready: bool) -> None:
    running.write(parts.settings.home, state(parts, kept, ready=ready))


def state(parts: Parts, kept: list[Kept], *, ready: bool) -> running.State:
    """All that `machi status` can tell, and what a service's own commands need."""
    settings = parts.settings
    names = [each.name for each in SERVICES]
    return {
        "ready": ready and all(each.state == "ready" for each in kept),
        "supervisor": {"pid": os.getpid(), "started": running.started(os.getpid())},
        "addresses": _addresses(settings, names),
        "kafka": settings.kafka,
        "database": {name: roster.database(settings, name, name) for name in names},
        "processes": {each.program.name: _process(each) for each in kept},
        "data": {"home": str(settings.home), "postgres": str(parts.server.place.data)},
        "environment": {name: roster.told_as_owner(settings, name) for name in names},
    }


def _addresses(settings: Settings, names: list[str]) -> dict[str, str]:
    services = {name: f"http://{LOOPBACK}:{settings.ports[name]}" for name in names}
    return {"gateway": settings.gateway, **services, "mailbox": settings.mailbox}


def _process(kept: Kept) -> dict[str, object]:
    return {
        "pid": kept.pid,
        "started": running.started(kept.pid) if kept.pid else None,
        "state": kept.state,
        "restarts": kept.restarts,
    }
