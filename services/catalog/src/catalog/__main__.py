"""`python -m catalog` runs the service; its commands prepare it."""

import argparse
import asyncio
import sys
from collections.abc import Sequence
from pathlib import Path

import asyncpg
from aiokafka.errors import KafkaError
from pydantic import ValidationError

from catalog import handlers
from catalog.consumers import VIEWS
from catalog.domain import read_procedures
from catalog.settings import Settings
from catalog.store import Store
from chassis.saying import Cause
from contracts.values import Refusal
from documents import Unreadable
from process.commands import CannotDo, do, offer
from process.desk import open_desk
from process.settings import ServiceSettings
from web.signin import NoSignIn


def main() -> int:
    """Run one command; 0 when it did what it should."""
    parser = argparse.ArgumentParser(prog="catalog", description=__doc__)
    commands = parser.add_subparsers(dest="command", metavar="command")
    offer(commands.add_parser)
    load = commands.add_parser("load", help="load procedure files; the shipped one by default")
    load.add_argument("files", nargs="*", type=Path, help="procedures as YAML")
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
            from catalog import app  # noqa: PLC0415 the doors take seconds to load, and jobs need none

            app.main()
            return 0
        case _:
            return _say(asyncio.run(do(given, ServiceSettings(name="catalog"), VIEWS)))


async def _load(files: Sequence[Path]) -> int:
    settings = ServiceSettings(name="catalog")
    chosen = files or Settings().files(settings.municipality)
    if not chosen:
        message = f"no procedures are shipped for {settings.municipality}: name a file"
        return _say([message], failed=True)
    async with open_desk(settings, Store) as desk:
        for file in chosen:
            now = desk.now()
            try:
                catalogue = read_procedures(file.read_bytes(), file.name)
                async with desk.open(now, Cause(f"load:{file.name}")) as (store, say):
                    told = await handlers.load_procedures(
                        catalogue, store, say=say, now=now, city=settings.municipality
                    )
            except (OSError, Unreadable, Refusal) as refused:
                return _say([str(refused), f"{file.name}: nothing was loaded"], failed=True)
            known = "known already, nothing changed" if told is None else f"{len(told)} events said"
            _say([f"{file.name}: {len(catalogue.drafts)} procedures, {known}"])
    return 0


def _say(lines: Sequence[str], *, failed: bool = False) -> int:
    (sys.stderr if failed else sys.stdout).writelines(f"{line}\n" for line in lines)
    return int(failed)


if __name__ == "__main__":
    sys.exit(main())
