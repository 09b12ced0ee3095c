"""Postgres and Kafka of one's own, which can be broken and start again without a pause."""

import asyncio
import os
import secrets
import signal
from collections.abc import AsyncGenerator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

from local import jars, kafka, place, ports, postgres
from local.program import Program
from local.settings import Settings
from local.supervisor import Kept, Supervisor
from local.terminal import Terminal
from local.trouble import Trouble

# A crash of the machine is not tried; what the server itself says is committed must stay so.
OPTIONS = ("fsync=off", "full_page_writes=off", "max_connections=300")


class NoParts(Exception):
    """A Postgres and a Kafka of one's own cannot be had here."""


@dataclass(slots=True)
class Breakable:
    """The two parts."""

    supervisor: Supervisor
    postgres: postgres.Server
    kafka: kafka.Broker

    async def stop_postgres(self) -> None:
        """Stop it at once, with every connection, as a power cut does; it recovers."""
        await self._break(postgres.program(self.postgres, OPTIONS), signal.SIGQUIT)

    async def kill_kafka(self) -> None:
        """Kill -9 the broker; returns when the next one answers, some seconds later."""
        await self._break(kafka.program(self.kafka), signal.SIGKILL)

    async def _break(self, program: Program, sign: signal.Signals) -> None:
        """The supervisor itself would wait longer each time before it starts it again."""
        kept = self._kept(program.name)
        if kept.pid:
            os.kill(kept.pid, sign)
        await kept.stop()
        self.supervisor.kept.remove(kept)
        await self.supervisor.start(program)

    def _kept(self, name: str) -> Kept:
        return next(kept for kept in self.supervisor.kept if kept.program.name == name)


@asynccontextmanager
async def breakable(directory: Path) -> AsyncGenerator[Breakable]:
    """Both parts, on free ports, with their data and log in this directory."""
    with (directory / "parts.log").open("a") as log:
        supervisor = Supervisor(Terminal(out=log))
        try:
            yield await _start(directory, supervisor)
        finally:
            _kill_all(supervisor)
            await supervisor.stop()
            await asyncio.to_thread(place.remove_outside, directory)


async def _start(directory: Path, supervisor: Supervisor) -> Breakable:
    port, *others = ports.free(3)
    try:
        server, broker = await asyncio.gather(
            asyncio.to_thread(_server, directory, port),
            asyncio.to_thread(_broker, directory, others),
        )
        await asyncio.gather(
            supervisor.start(postgres.program(server, OPTIONS)),
            supervisor.start(kafka.program(broker)),
        )
    except (Trouble, OSError) as trouble:
        raise NoParts(str(trouble)) from trouble
    return Breakable(supervisor, server, broker)


def _kill_all(supervisor: Supervisor) -> None:
    """Nobody wants the data: so nobody waits until it is written."""
    for kept in supervisor.kept:
        if kept.pid:
            os.kill(kept.pid, signal.SIGQUIT if kept.program.name == "postgres" else signal.SIGKILL)


def _server(directory: Path, port: int) -> postgres.Server:
    where, password = place.choose(directory), secrets.token_urlsafe(24)
    postgres.initialise(where, password)
    return postgres.Server(place=where, port=port, password=password)


def _broker(directory: Path, port: Sequence[int]) -> kafka.Broker:
    """The jars are those of `make up`, so that they are fetched once."""
    library = kafka.library(Settings.read(os.environ))
    broker = kafka.Broker(
        home=directory / "kafka",
        jars=jars.ensure(library, jars.pinned()),
        archive=library.archive,
        port=port[0],
        controller=port[1],
    )
    kafka.initialise(broker)
    return broker
