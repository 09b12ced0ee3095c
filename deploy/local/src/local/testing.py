"""Real Postgres and Kafka for a test session: given, from containers, or embedded."""

import asyncio
import contextlib
import os
import secrets
from collections.abc import AsyncGenerator, Iterable, Mapping
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TextIO

from local import jars, kafka, place, ports, postgres
from local.containers import can_run, containers
from local.settings import Settings
from local.supervisor import Supervisor
from local.terminal import Terminal
from local.trouble import Trouble


@dataclass(frozen=True, slots=True, kw_only=True)
class Parts:
    """A Postgres and a Kafka that nobody else uses."""

    name: str
    postgres: str
    """The superuser's address."""
    kafka: str
    """The bootstrap servers."""


class UnknownParts(Trouble):
    """MACHI_TEST_PARTS is neither containers nor embedded."""

    def __init__(self, value: str) -> None:
        super().__init__(f"MACHI_TEST_PARTS={value!r} is neither `containers` nor `embedded`.")


def resolve(
    directory: Path, environ: Mapping[str, str] = os.environ
) -> AbstractAsyncContextManager[Parts]:
    """Those that the environment names; else containers, where docker has them; else embedded."""
    match best(environ):
        case "given":
            return given(environ)
        case "containers":
            return started_containers()
        case "embedded":
            return embedded(directory)
        case value:
            raise UnknownParts(value)


@asynccontextmanager
async def given(environ: Mapping[str, str]) -> AsyncGenerator[Parts]:
    """Parts that run already, named by MACHI_TEST_POSTGRES and MACHI_TEST_KAFKA."""
    yield Parts(
        name="given by the environment",
        postgres=environ["MACHI_TEST_POSTGRES"],
        kafka=environ["MACHI_TEST_KAFKA"],
    )


@asynccontextmanager
async def started_containers() -> AsyncGenerator[Parts]:
    """Parts from images, started for this session and removed after it."""
    with contextlib.ExitStack() as stack:
        urls = await asyncio.to_thread(lambda: stack.enter_context(containers()))
        yield Parts(
            name="containers postgres:18, apache/kafka:4.3.0", postgres=urls[0], kafka=urls[1]
        )


@asynccontextmanager
async def embedded(
    directory: Path, options: Iterable[str] = (*postgres.CARELESS, "max_connections=300")
) -> AsyncGenerator[Parts]:
    """Parts from packages, on free ports, with their data and log in this directory; options are Postgres'."""
    with _log(directory) as log:
        supervisor = Supervisor(Terminal(out=log))
        try:
            async with asyncio.TaskGroup() as group:
                database = group.create_task(_postgres(directory, supervisor, options))
                broker = group.create_task(_kafka(directory, supervisor))
            yield Parts(
                name="embedded PostgreSQL 18, Apache Kafka 4.3",
                postgres=database.result(),
                kafka=broker.result(),
            )
        finally:
            await supervisor.stop()
            await asyncio.to_thread(place.remove_outside, directory)


async def _postgres(directory: Path, supervisor: Supervisor, options: Iterable[str]) -> str:
    where = place.choose(directory)
    password = secrets.token_urlsafe(24)
    await asyncio.to_thread(postgres.initialise, where, password)
    (port,) = ports.free(1)
    server = postgres.Server(place=where, port=port, password=password)
    await supervisor.start(postgres.program(server, options))
    return server.superuser


async def _kafka(directory: Path, supervisor: Supervisor) -> str:
    # The jars are those of `make up`, so that they are fetched once.
    library = kafka.library(Settings.read(os.environ))
    libraries = await asyncio.to_thread(jars.ensure, library, jars.pinned())
    port, controller = ports.free(2)
    broker = kafka.Broker(
        home=directory / "kafka",
        jars=libraries,
        archive=library.archive,
        port=port,
        controller=controller,
    )
    await asyncio.to_thread(kafka.initialise, broker)
    await supervisor.start(kafka.program(broker))
    return broker.bootstrap


def _log(directory: Path) -> TextIO:
    directory.mkdir(parents=True, exist_ok=True)
    return (directory / "parts.log").open("a")


def best(environ: Mapping[str, str]) -> str:
    """Which of them: `given`, `containers` or `embedded`."""
    if insisted := environ.get("MACHI_TEST_PARTS"):
        return insisted
    if environ.get("MACHI_TEST_POSTGRES") and environ.get("MACHI_TEST_KAFKA"):
        return "given"
    return "containers" if can_run() else "embedded"
