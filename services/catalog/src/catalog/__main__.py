"""`python -m catalog` runs the service; its commands prepare it."""

import argparse
import sys
from pathlib import Path

from catalog import handlers
from catalog.consumers import VIEWS
from catalog.domain import read_procedures
from catalog.settings import Settings
from catalog.store import Store
from chassis.saying import Cause
from contracts.values import Refusal
from documents import Unreadable
from process import commands
from process.commands import Own, tell
from process.desk import open_desk
from process.settings import ServiceSettings

NONE_SHIPPED = (
    "no procedures are shipped for {}: its catalogue begins empty; machi catalog load FILE fills it"
)


def main() -> int:
    """Run one command; 0 when it did what it should."""
    own = {
        "load": Own(
            help="load procedure files; the shipped one by default", options=_files, do=_load
        )
    }
    return commands.main("catalog", VIEWS, start=_start, own=own)


def _start() -> None:
    from catalog import app  # noqa: PLC0415 the doors take seconds to load, and jobs need none

    app.main()


def _files(load: argparse.ArgumentParser) -> None:
    load.add_argument("files", nargs="*", type=Path, help="procedures as YAML")


async def _load(given: argparse.Namespace) -> int:
    settings = ServiceSettings(name="catalog")
    chosen = given.files or Settings().files(settings.municipality)
    if not chosen:
        return tell([NONE_SHIPPED.format(settings.municipality)])
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
                return tell([str(refused), f"{file.name}: nothing was loaded"], failed=True)
            known = "known already, nothing changed" if told is None else f"{len(told)} events said"
            tell([f"{file.name}: {len(catalogue.drafts)} procedures, {known}"])
    return 0


if __name__ == "__main__":
    sys.exit(main())
