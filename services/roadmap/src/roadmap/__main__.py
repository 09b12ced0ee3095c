"""`python -m roadmap` runs the service; its commands prepare it."""

import argparse
import sys
from asyncio import to_thread
from collections.abc import Sequence
from pathlib import Path

from pydantic import TypeAdapter

from chassis.saying import Cause, Desk
from contracts.values import Refusal
from documents import Unreadable
from process import commands
from process.commands import Own, tell
from process.desk import open_desk
from process.settings import ServiceSettings
from roadmap import handlers
from roadmap.consumers import VIEWS
from roadmap.domain import (
    Answer,
    DryRun,
    Head,
    NodeChange,
    RevisionIsFixed,
    UnknownItem,
    Verified,
    beyond,
    read_observations,
    read_plan,
    told_of,
    verify,
)
from roadmap.settings import Settings
from roadmap.store import Store

ANSWER = TypeAdapter(Answer)
PAGE = 1_000  # rows that are read at once


def main() -> int:
    """Run one command; 0 when it did what it should."""
    own = {
        "load": Own(help="load plan files; the shipped ones by default", options=_files, do=_load),
        "import": Own(
            help="look at what a plan would change, and load it",
            options=_import_options,
            do=_import,
        ),
        "log": Own(help="the public change log: prove it, blank a text", options=_actions, do=_log),
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
                tell(await _loaded(desk, file, settings.municipality))
            except (OSError, Unreadable, Refusal) as refused:
                # A newer release may ship what was read of the plan more exactly: what is loaded stays.
                known = isinstance(refused, RevisionIsFixed) and not given.files
                sentences = [str(refused), f"{file.name}: nothing was loaded"]
                if not known:
                    return tell(sentences, failed=True)
                tell([*sentences, "what was loaded stays as it is"])
        reports = [] if given.files else Settings().observations(settings.municipality)
        return await _observe(desk, reports)


async def _loaded(desk: Desk[Store], file: Path, city: str) -> list[str]:
    """Load one file; returns what there is to tell of it."""
    plan, now = read_plan(await to_thread(file.read_bytes), file.name), desk.now()
    async with desk.open(now, Cause(f"load:{file.name}")) as (store, say):
        told = await handlers.load_plan(plan, store, say=say, now=now, city=city)
    known = "known already, nothing changed" if told is None else f"{len(told)} events said"
    return [f"{file.name}: {len(plan.nodes)} nodes, {known}", *map(str, plan.warnings)]


async def _observe(desk: Desk[Store], files: Sequence[Path]) -> int:
    """Take over what outside sources report; what is known already changes nothing."""
    for file in files:
        try:
            observations = read_observations(file.read_bytes(), file.name)
            async with desk.open(desk.now(), Cause(f"load:{file.name}")) as (store, _):
                new = await handlers.observe(observations, store, by="operator")
        except UnknownItem as unknown:  # of a plan that was loaded before its lists were known
            tell([str(unknown), f"{file.name}: nothing was taken over"])
            continue
        except (OSError, Unreadable, Refusal) as refused:
            return tell([str(refused), f"{file.name}: nothing was taken over"], failed=True)
        tell([f"{file.name}: {len(observations)} observations, {new} new reports"])
    return 0


def _import_options(importing: argparse.ArgumentParser) -> None:
    importing.add_argument("file", type=Path, help="a plan as YAML")
    importing.add_argument(
        "--dry-run", action="store_true", help="tell what would change, and write nothing"
    )
    importing.add_argument(
        "--answer", metavar="'KIND OLD[,OLD] NEW[,NEW]'", type=_answer, action="append", default=[],
        help="what became of nodes that are gone: split, merged, replaced, or unrelated without NEW",
    )  # fmt: skip
    importing.add_argument(
        "--decision",
        metavar="NUMBER",
        type=int,
        help="the decision on record by which it is loaded",
    )


def _answer(text: str) -> Answer:
    kind, old, *new = text.split()
    return ANSWER.validate_python(
        {"kind": kind, "old": old.split(","), "new": new[0].split(",") if new else ()}
    )


async def _import(given: argparse.Namespace) -> int:
    settings = ServiceSettings(name="roadmap")
    file = given.file
    async with open_desk(settings, Store) as desk:
        try:
            plan = read_plan(file.read_bytes(), file.name)
            now = desk.now()
            async with desk.open(now, Cause(f"import:{file.name}")) as (store, say):
                run = await handlers.look(
                    plan, store, city=settings.municipality, answers=tuple(given.answer)
                )
                tell(_told(run))
                if given.dry_run or not run.news:
                    return 0
                by = (
                    (await store.decisions.one(given.decision), "operator")
                    if given.decision
                    else None
                )
                said = await handlers.take_over(run, store, say=say, now=now, by=by)
        except (OSError, Unreadable, Refusal) as refused:
            return tell([str(refused), f"{file.name}: nothing was loaded"], failed=True)
    return tell([f"{file.name}: loaded, {len(said)} events said"])


def _told(run: DryRun) -> list[str]:
    """What a plan would change, line by line."""
    if not run.news:
        return ["known already, nothing would change"]
    changes = [
        " ".join(filter(None, (each.kind, each.node_id, *each.others, _from_to(each))))
        for each in run.diff.changes
    ]
    questions = [
        f"? {each.gone}: became {' or '.join(each.new)}, or is gone" for each in run.diff.open
    ]
    warnings = [f"warning {warning}" for warning in run.plan.warnings]
    needed = [] if run.history else ["a decision is needed: --decision NUMBER"]
    return [*warnings, *changes, *questions, f"{len(changes)} changes", *needed]


def _from_to(change: NodeChange) -> str:
    before, after = told_of(change)
    return f"{before or '-'} → {after or '-'}"


def _actions(log: argparse.ArgumentParser) -> None:
    actions = log.add_subparsers(dest="action", required=True, metavar="action")
    verify = actions.add_parser("verify", help="follow the chain; 1 when something was changed")
    verify.add_argument(
        "--head", metavar="SEQ:HASH", type=Head.read, action="append", default=[],
        help="a head that you kept; may be given several times",
    )  # fmt: skip
    blank = actions.add_parser("blank", help="take the text out of a row, for ever")
    blank.add_argument("seq", type=int)


async def _log(given: argparse.Namespace) -> int:
    async with open_desk(ServiceSettings(name="roadmap"), Store) as desk:
        return await (
            _verify(desk, given.head) if given.action == "verify" else _blank(desk, given.seq)
        )


async def _verify(desk: Desk[Store], kept: list[Head]) -> int:
    async with desk.read() as store:
        heads, verified = [await store.log.head(), *kept], Verified()
        while not verified.wrong and (page := await store.log.after(verified.head.seq, PAGE)):
            verified = verify(page, heads, verified)
    if wrong := verified.wrong or beyond(verified.head, heads):
        return tell([str(wrong), "the change log is not what it was"], failed=True)
    gaps = [f"row {seq}: blanked" for seq in verified.blanked]
    return tell(
        [
            *gaps,
            f"{verified.head.seq} rows, each chained to the one before",
            f"head {verified.head}",
        ]
    )


async def _blank(desk: Desk[Store], seq: int) -> int:
    async with desk.open(desk.now()) as (store, _):
        if not await store.log.blank(seq):
            return tell([f"row {seq} has no text; nothing was changed"], failed=True)
    return tell([f"row {seq}: its text is gone; outbox and topic still have it, see operations.md"])


if __name__ == "__main__":
    sys.exit(main())
