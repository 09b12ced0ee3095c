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
    ExtraChange,
    Head,
    NodeChange,
    RevisionIsFixed,
    Undoing,
    UnknownItem,
    edtf,
    in_words,
    read_observations,
    told_of,
)
from roadmap.settings import Settings
from roadmap.store import Store
from roadmap.store.imports import is_table

ANSWER = TypeAdapter(Answer)
SHOWN = 30  # characters of a word that is left
LONGEST = 2**63  # the first number that a row cannot have
NONE_SHIPPED = "no plan is shipped for {}: it begins without one; machi roadmap load FILE loads it"


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
        return tell([NONE_SHIPPED.format(settings.municipality)])
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
    plan, now = await handlers.read(await to_thread(file.read_bytes), file.name), desk.now()
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
    importing.add_argument(
        "file", type=Path, help="a plan as YAML, or a table that was given out as CSV"
    )
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
        type=_number,
        help="the decision on record by which it is loaded",
    )


def _number(text: str) -> int:
    """The number of a decision, as far as the record can count."""
    number = int(text)
    if not 0 < number < LONGEST:
        raise ValueError(text)
    return number


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
            if is_table(file.name):
                return tell(await _table(desk, file, given))
            plan = await handlers.read(await to_thread(file.read_bytes), file.name)
            async with desk.read() as store:
                base = await store.base()
            run = await handlers.look(
                plan, base, city=settings.municipality, answers=tuple(given.answer)
            )
            tell(_told(run))
            if given.dry_run or not run.news:
                return 0
            now = desk.now()
            async with desk.open(now, Cause(f"import:{file.name}")) as (store, say):
                await handlers.hold_still(store)
                run.refuse_overtaken(await store.plans.state(), run.answers)
                by = (
                    (await store.decisions.one(given.decision), "operator")
                    if given.decision
                    else None
                )
                said = await handlers.take_over(run, store, say=say, now=now, by=by)
        except (OSError, Unreadable, Refusal) as refused:
            return tell([str(refused), f"{file.name}: nothing was loaded"], failed=True)
    return tell([f"{file.name}: loaded, {len(said)} events said"])


async def _table(desk: Desk[Store], file: Path, given: argparse.Namespace) -> list[str]:
    """Take a table over, or only look at it; returns what there is to tell of it."""
    sent, now = (await to_thread(file.read_bytes), file.name), desk.now()
    async with desk.open(now, Cause(f"import:{file.name}")) as (store, say):
        run = await handlers.look_at_table(sent, store, say=say, now=now, by="operator")
        if given.dry_run or not run.edits:
            return _told_of_rows(run, given.decision)
        decision = await store.decisions.one(given.decision) if given.decision else None
        by = (decision, "operator")
        said = await handlers.take_table_over(run, store, say=say, now=now, by=by)
    return [
        *_told_of_rows(run, given.decision),
        f"{file.name}: taken over, {len(said)} events said",
    ]


def _told_of_rows(run: handlers.TableRun, decision: int | None) -> list[str]:
    """What the rows of a table would change, line by line."""
    read = f"{run.table}: {run.rows} rows, {run.encoding}"
    if not run.edits:
        return [read, "nothing would change"]
    rows = [
        f"row {each.line} {each.kind} {each.subject_id}: "
        f"{each.before or '-'} → {each.value.edtf if each.value else '-'}"
        for each in run.edits
    ]
    absent = [f"{run.absent} rows on record are not in the file; nothing is deleted"]
    needed = ["a decision is needed: --decision NUMBER"] if run.moves and not decision else []
    if needed and run.decided_from:
        needed.append(f"it was taken on {run.decided_from} or later")
    return [read, *(absent if run.absent else []), *rows, f"{len(rows)} changes", *needed]


def _told(run: DryRun) -> list[str]:
    """What a plan would change, line by line."""
    if not run.news:
        return ["known already, nothing would change"]
    changes = [" ".join((each.kind, *_named(each), _from_to(each))) for each in run.diff.all]
    questions = [
        f"? {each.gone}: became {' or '.join(each.new)}, or is gone" for each in run.diff.open
    ]
    warnings = [f"warning {warning}" for warning in run.plan.warnings]
    needed = [] if run.history else ["a decision is needed: --decision NUMBER"]
    undoes = list(map(_undone, run.undoes))
    return [*undoes, *warnings, *changes, *questions, f"{len(changes)} changes", *needed]


def _undone(undoing: Undoing) -> str:
    decision, before, after = (
        undoing.decision,
        *(in_words(each, edtf) or "-" for each in (undoing.before, undoing.after)),
    )
    by = f"{decision.record_id} ({decision.taken_on} {decision.body}: {decision.chosen})"
    comes_back = ", comes back into the plan" if undoing.revives else ""
    return f"undoes {by} {undoing.node.node_id} {before} → {after}{comes_back}"


def _named(change: NodeChange | ExtraChange) -> tuple[str, ...]:
    if isinstance(change, NodeChange):
        return (change.node_id, *change.others)
    return (change.what, change.extra_id)


def _from_to(change: NodeChange | ExtraChange) -> str:
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
        proved = await handlers.prove(store, kept)
    if proved.wrong:
        return tell([str(proved.wrong), "the change log is not what it was"], failed=True)
    gaps = [f"row {seq}: blanked" for seq in proved.blanked]
    rows = f"{proved.head.seq} rows, each chained to the one before"
    return tell([*gaps, rows, f"head {proved.head}"])


async def _blank(desk: Desk[Store], seq: int) -> int:
    async with desk.open(desk.now()) as (store, _):
        blanked = await handlers.blank(seq, store)
    if blanked is None:
        return tell([f"row {seq} has no text to take out; nothing was changed"], failed=True)
    gone = f"row {seq}: its text is gone; topic and neighbours have it still, see operations.md"
    again = [f"table {number} had words of it: send it again" for number in blanked.forgotten]
    left = [f"「{_shown(word)}」 is left: {', '.join(at)}" for word, at in blanked.left.items()]
    return tell([gone, *again, *left])


def _shown(word: str) -> str:
    """As much of a word in one line as tells a name from a common word."""
    line = " ".join(word.split())
    return line if len(line) <= SHOWN else f"{line[:SHOWN]}…"


if __name__ == "__main__":
    sys.exit(main())
