"""`python -m roadmap` runs the service; its commands prepare it."""

import argparse
import asyncio
import sys
from collections.abc import Sequence
from pathlib import Path

import asyncpg
from aiokafka.errors import KafkaError
from pydantic import ValidationError

from chassis.saying import Cause
from contracts.values import Refusal
from documents import Unreadable
from process.commands import CannotDo, do, offer
from process.desk import open_desk
from process.settings import ServiceSettings
from roadmap import handlers
from roadmap.consumers import VIEWS
from roadmap.domain import read_plan
from roadmap.settings import Settings
from roadmap.store import Store
from web.signin import NoSignIn


def main() -> int:
    """Run one command; 0 when it did what it should."""
    parser = argparse.ArgumentParser(prog="roadmap", description=__doc__)
    commands = parser.add_subparsers(dest="command", metavar="command")
    offer(commands.add_parser)
    load = commands.add_parser("load", help="load plan files; the shipped ones by default")
    load.add_argument("files", nargs="*", type=Path, help="a plan as YAML")
    given = parser.parse_args()
    try:
        return _do(given)
    except ValidationError as wrong:
        told = [
            f"MACHI_{error['loc'][0]}".upper() + f": {error['msg']}" for error in wrong.errors()
        ]
        return _say(told, failed=True)
    except (NoSignIn, CannotDo) as refused:
        return _say([str(refused)], failed=True)
    except KafkaError as away:
        return _say([f"Kafka cannot be used: {away!r}"], failed=True)
    except (OSError, ValueError, asyncpg.PostgresError) as away:
        return _say([f"the database cannot be used: {away}"], failed=True)


def _do(given: argparse.Namespace) -> int:
    match given.command:
        case "load":
            return asyncio.run(_load(given.files))
        case None:
            from roadmap import app  # noqa: PLC0415 the doors take seconds to load, and jobs need none

            app.main()
            return 0
        case _:
            return _say(asyncio.run(do(given, ServiceSettings(name="roadmap"), VIEWS)))


async def _load(files: Sequence[Path]) -> int:
    settings = ServiceSettings(name="roadmap")
    chosen = files or Settings().files(settings.municipality)
    if not chosen:
        return _say([f"no plan is shipped for {settings.municipality}: name a file"], failed=True)
    async with open_desk(settings, Store) as desk:
        for file in chosen:
            try:
                plan = read_plan(file.read_bytes(), file.name)
                async with desk.open(desk.now(), Cause(f"load:{file.name}")) as (store, say):
                    told = await handlers.load_plan(
                        plan, store, say=say, city=settings.municipality
                    )
            except (OSError, Unreadable, Refusal) as refused:
                return _say([str(refused), f"{file.name}: nothing was loaded"], failed=True)
            known = "known already, nothing changed" if told is None else f"{len(told)} events said"
            _say([f"{file.name}: {len(plan.nodes)} nodes, {known}"])
    return 0


def _say(lines: Sequence[str], *, failed: bool = False) -> int:
    (sys.stderr if failed else sys.stdout).writelines(f"{line}\n" for line in lines)
    return int(failed)


if __name__ == "__main__":
    sys.exit(main())
