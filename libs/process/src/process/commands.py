"""The commands that every service has: its tables, what is parked, its views, its topic."""

import argparse
import asyncio
import json
import sys
from collections.abc import AsyncGenerator, Callable, Coroutine, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Any

import asyncpg
from aiokafka.errors import KafkaError
from pydantic import ValidationError

from chassis.database import SQL, Connection
from chassis.saying import Speaker
from contracts.topics import topic
from process.migrating import migrate
from process.settings import NoSignIn, ServiceSettings
from tending.rebuild import Views, rebuild
from tending.republish import republish

PROGRESS = 10_000
STATES = ("undecodable", "failed", "waiting", "retry", "done", "discarded")
SETTLING = {
    "retry": "hear them again: the service does it within a second, then those waiting behind",
    "discard": "give them up; those waiting behind are heard",
}


class CannotDo(Exception):
    """A command was understood and cannot be done; nothing was changed."""


class NotParked(CannotDo):
    """No message of this number is parked."""

    def __str__(self) -> str:
        return f"no message {self.args[0]} is parked; nothing was changed"


class CannotSettle(CannotDo):
    """The state of the message does not allow it."""

    def __str__(self) -> str:
        number, state = self.args
        more = {
            "undecodable": ": its headers cannot be read, or later events of its subject were heard",
            "waiting": ": it goes on by itself when the one before it does",
        }
        return f"{number} is {state}{more.get(state, '')}; nothing was changed"


class NoOwner(CannotDo):
    """The command changes what only the owner of the tables may change."""

    def __str__(self) -> str:
        return "MACHI_DATABASE_OWNER: the address with the owner's role is not set"


@dataclass(frozen=True, slots=True, kw_only=True)
class Own:
    """A command that only this service has: how it is asked, and what it does; 0 when it did it."""

    help: str
    options: Callable[[argparse.ArgumentParser], object]
    do: Callable[[argparse.Namespace], Coroutine[None, None, int]]


def main(name: str, views: Views[Any], *, start: Callable[[], None], own: Mapping[str, Own]) -> int:
    """Run one command of a service, or without one the service; 0 when it did what it should."""
    parser = argparse.ArgumentParser(
        prog=name, description=f"`python -m {name}` runs the service; its commands prepare it."
    )
    commands = parser.add_subparsers(dest="command", metavar="command")
    offer(commands.add_parser)
    for command, each in own.items():
        each.options(commands.add_parser(command, help=each.help))
    given = parser.parse_args()
    try:
        if given.command in own:
            return asyncio.run(own[given.command].do(given))
        if given.command:
            return tell(asyncio.run(do(given, ServiceSettings(name=name), views)))
        start()
    except _CANNOT as refused:
        return tell(_why(refused), failed=True)
    return 0


def tell(lines: Sequence[str], *, failed: bool = False) -> int:
    """Tell whoever gave the command; the status that it ends with."""
    (sys.stderr if failed else sys.stdout).writelines(f"{line}\n" for line in lines)
    return int(failed)


_CANNOT = (CannotDo, NoSignIn, KafkaError, OSError, ValueError, asyncpg.PostgresError)


def _why(refused: Exception) -> list[str]:
    match refused:
        case ValidationError():
            errors = refused.errors()
            return [f"MACHI_{each['loc'][0]}".upper() + f": {each['msg']}" for each in errors]
        case CannotDo() | NoSignIn():
            return [str(refused)]
        case KafkaError():
            return [f"Kafka cannot be used: {refused!r}"]
        case _:
            return [f"the database cannot be used: {refused}"]


def offer(add_parser: Callable[..., argparse.ArgumentParser]) -> None:
    """Add them to a service's own."""
    add_parser("migrate", help="bring the database up to date, as its owner")
    parked = add_parser("parked", help="messages that could not be handled")
    actions = parked.add_subparsers(dest="action", required=True, metavar="action")
    listed = actions.add_parser("list", help="those that are not settled, oldest first")
    listed.add_argument("--state", choices=STATES, help="those in this state instead")
    shown = actions.add_parser("show", help="one of them, whole, as JSON")
    shown.add_argument("id", type=int)
    for action, told in SETTLING.items():
        each = actions.add_parser(action, help=told)
        each.add_argument("ids", type=int, nargs="+", metavar="id")
    add_parser("rebuild", help="make what is shown of others again, from the log")
    add_parser("republish", help="make the service's topic again, from its outbox")


async def do(given: argparse.Namespace, settings: ServiceSettings, views: Views[Any]) -> list[str]:
    """Do what was given; what is to be told. CannotDo when it cannot be done."""
    match given.command:
        case "migrate":
            return await migrate(_owner(settings), settings.name)
        case "rebuild":
            return await _rebuild(settings, views)
        case "republish":
            return await _republish(settings)
        case _:
            async with _connection(settings) as connection:
                return await _parked(given, connection)


@asynccontextmanager
async def _connection(settings: ServiceSettings) -> AsyncGenerator[Connection]:
    connection = await asyncpg.connect(settings.database)
    try:
        yield connection
    finally:
        await connection.close()


async def _parked(given: argparse.Namespace, connection: Connection) -> list[str]:
    match given.action:
        case "list":
            rows = await connection.fetch(SQL["list_parked"], given.state)
            return [_line(row) for row in rows] or ["nothing is parked"]
        case "show":
            row = await connection.fetchrow(SQL["show_parked"], given.id)
            if row is None:
                raise NotParked(given.id)
            return [json.dumps(_whole(row), ensure_ascii=False, indent=2, default=str)]
        case _:
            async with connection.transaction():
                await connection.execute(SQL["pause_hearing"])
                return [await _settle(given.action, each, connection) for each in given.ids]


def _line(row: asyncpg.Record) -> str:
    place = f"{row['topic']}[{row['partition']}]@{row['offset']}"
    reason = " ".join(row["reason"].split())[:100]
    when = f"{row['parked_at']:%Y-%m-%d %H:%M}"
    return f"{row['id']:>6}  {row['state']:<11}  {when}  {row['key']}  {place}  {reason}"


def _whole(row: asyncpg.Record) -> dict[str, object]:
    payload: bytes = row["payload"] or b""
    return {
        **dict(row),
        "headers": dict(json.loads(row["headers"])),
        "payload": payload.decode(errors="backslashreplace"),
    }


async def _settle(action: str, number: int, connection: Connection) -> str:
    """Mark one; when one of several cannot be marked, none is."""
    if await connection.fetchval(SQL[f"{action}_parked"], number):
        return f"{number}: {'will be heard again' if action == 'retry' else 'discarded'}"
    row = await connection.fetchrow(SQL["show_parked"], number)
    if row is None:
        raise NotParked(number)
    raise CannotSettle(number, row["state"])


async def _rebuild(settings: ServiceSettings, views: Views[Any]) -> list[str]:
    if not views.tables:
        return [f"{settings.name} shows nothing of others: there is nothing to rebuild"]
    told = 0

    def progress(count: int) -> None:
        nonlocal told
        if count - told >= PROGRESS:
            told = count
            print(f"{count} events", file=sys.stderr, flush=True)  # noqa: T201 progress, for whoever waits

    same = await rebuild(
        _owner(settings), settings.kafka, views, municipality=settings.municipality, tell=progress
    )
    return [f"{table}: {'as before' if each else 'changed'}" for table, each in same.items()]


async def _republish(settings: ServiceSettings) -> list[str]:
    own = topic(settings.name)
    done = await republish(
        _owner(settings), settings.kafka, Speaker(settings.name, settings.municipality)
    )
    kept = f"{own} holds events of other municipalities too: its old records stay before ours"
    return [
        *_lost(done.taken_back),
        f"{own} was emptied" if done.emptied else kept,
        f"{done.unsent} events go there again, as soon as {settings.name} runs",
    ]


def _lost(taken_back: Sequence[tuple[str, str]]) -> list[str]:
    if not taken_back:
        return []
    lines = [f"  {key}  {kind}" for kind, key in taken_back]
    told = f"{len(lines)} events were taken back from the topic; their changes are not in this database:"
    return [told, *lines, "look at each, and enter again what still holds"]


def _owner(settings: ServiceSettings) -> str:
    if not settings.database_owner:
        raise NoOwner
    return settings.database_owner
