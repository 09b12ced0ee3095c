"""`python -m roadmap` runs the service; its commands prepare it."""

import argparse
import sys
from pathlib import Path

from chassis.saying import Cause
from contracts.values import Refusal
from documents import Unreadable
from process import commands
from process.commands import Own, tell
from process.desk import open_desk
from process.settings import ServiceSettings
from roadmap import handlers
from roadmap.consumers import VIEWS
from roadmap.domain import read_plan
from roadmap.settings import Settings
from roadmap.store import Store


def main() -> int:
    """Run one command; 0 when it did what it should."""
    own = {
        "load": Own(help="load plan files; the shipped ones by default", options=_files, do=_load)
    }
    return commands.main("roadmap", VIEWS, start=_start, own=own)


def _start() -> None:
    from roadmap import app  # noqa: PLC0415 the doors take seconds to load, and jobs need none

    app.main()


def _files(load: argparse.ArgumentParser) -> None:
    load.add_argument("files", nargs="*", type=Path, help="a plan as YAML")


async def _load(given: argparse.Namespace) -> int:
    settings = ServiceSettings(name="roadmap")
    chosen = given.files or Settings().files(settings.municipality)
    if not chosen:
        return tell([f"no plan is shipped for {settings.municipality}: name a file"], failed=True)
    async with open_desk(settings, Store) as desk:
        for file in chosen:
            try:
                plan = read_plan(file.read_bytes(), file.name)
                now = desk.now()
                async with desk.open(now, Cause(f"load:{file.name}")) as (store, say):
                    told = await handlers.load_plan(
                        plan, store, say=say, now=now, city=settings.municipality
                    )
            except (OSError, Unreadable, Refusal) as refused:
                return tell([str(refused), f"{file.name}: nothing was loaded"], failed=True)
            known = "known already, nothing changed" if told is None else f"{len(told)} events said"
            tell([f"{file.name}: {len(plan.nodes)} nodes, {known}"])
    return 0


if __name__ == "__main__":
    sys.exit(main())
