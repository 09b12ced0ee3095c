"""What we do with a table that comes back: look at what its new and changed rows say, and take them over."""

from asyncio import to_thread
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from hashlib import sha256

import rfc8785

from chassis.saying import Say, Spoken
from contracts.values import PartialDate, Refusal
from documents import Problem, Unreadable
from roadmap import domain
from roadmap.domain import LATEST, At, Decision
from roadmap.domain.changing.cells import Cells, Where
from roadmap.domain.changing.earliest import decided_from
from roadmap.domain.changing.editing import Edit, edits, others
from roadmap.exports.labels import WHY
from roadmap.exports.tables import COLUMNS, Row, read, table_of
from roadmap.handlers.changing import correct, decided, reach, reschedule, tokyo_day
from roadmap.handlers.loading import waiting
from roadmap.handlers.observing import report
from roadmap.handlers.telling import tell
from roadmap.store import Store

OTHER_DOOR = {
    "nodes": "計画の中身は、この表では変えられません。計画のファイル（YAML）を読み込んでください",
    "decisions": "決定は、この表では加えられません。職員のページの「決定を記録する」で記録してください",
}
"""What is said of a changed row of the tables that only go out."""
CELLS: dict[str, tuple[type[Refusal], ...]] = {
    "edtf": (
        domain.SameDate,
        domain.StopHasNoDate,
        domain.OverAlready,
        domain.TooFarAhead,
        domain.TooLongAgo,
        domain.NotYet,
        domain.NoFirstDay,
        domain.NothingToCorrect,
    ),
    "valid_from": (domain.TooEarlyToHold,),
    "assertion_id": (
        domain.StatedAlready,
        domain.NotKnownAnyMore,
    ),
    "asserter": (domain.NoReporter,),
    "evidence": (domain.NoEvidence,),
    "undated_reason": (domain.NoReasonForNoDate,),
    "decision_id": (
        domain.UnknownDecision,
        domain.UnfitDecision,
    ),
}
"""Which cell a refusal belongs to; all others belong to the thing that the row is about."""


@dataclass(frozen=True, slots=True, kw_only=True)
class TableRun:
    """What a table that came back would change; nothing of it is kept."""

    table: str
    where: Where
    problems: tuple[Problem, ...]
    """What is wrong with its rows by themselves."""
    encoding: str
    rows: int
    """Those of the file."""
    absent: int
    """So many rows on record are not in the file; nothing is deleted by that."""
    edits: tuple[Edit, ...]
    decided_from: date | None
    """The decision is taken on this day at the earliest; None: it is not asked, or may be of any day."""
    fingerprint: str
    """Of the file, and of how often each thing that it changes has changed: a confirmation names it."""

    @property
    def moves(self) -> tuple[Edit, ...]:
        """The rows for which a decision is given when they are confirmed."""
        return tuple(e for e in self.edits if e.kind == "rescheduled" and not e.decision_id)


async def read_table(sent: tuple[bytes, str], store: Store, today: date) -> TableRun:
    """What the rows of a table, with its name, say that is new, and what is wrong with them; refuses what is no table."""
    file, name = sent
    table = table_of(file)
    sheet = await to_thread(read, file, COLUMNS[table])
    where = Where(name, {c: at + 1 for c, at in zip(COLUMNS[table], sheet.places, strict=True)})
    rows = _cells(table, sheet.rows)
    known = await store.doors.tables.all(table, At(day=today))
    if table == "assertions":
        by_number = {cells["assertion_id"]: cells for cells in known}
        made, problems = await to_thread(edits, rows, by_number, where)
    else:
        made = []
        problems = [where.problem(line, "", OTHER_DOOR[table]) for line in others(rows, known)]
    return TableRun(
        table=table,
        where=where,
        problems=tuple(problems),
        encoding=sheet.encoding,
        rows=len(rows),
        absent=_absent(table, rows, known),
        edits=tuple(made),
        decided_from=decided_from(made, known, today) if made else None,
        fingerprint=await _fingerprint(file, made, store),
    )


async def look_at_table(
    sent: tuple[bytes, str], store: Store, *, say: Say, now: datetime, by: str
) -> TableRun:
    """What a table, with its name, would change: it is done and taken back. Unreadable holds all that is refused."""
    await store.plans.lock_loading()
    run = await read_table(sent, store, tokyo_day(now))
    await store.plans.lock(*(each.subject_id for each in run.edits))
    given = _assumed(now) if run.moves else None
    async with store.trial():
        await take_table_over(run, store, say=say, now=now, by=(given, by))
    return run


async def take_table_over(
    run: TableRun,
    store: Store,
    *,
    say: Say,
    now: datetime,
    by: tuple[Decision | None, str],
) -> list[Spoken]:
    """Do what each row says, in their order, and tell it; Unreadable holds all that is refused."""
    decision, spoken = await _decided(run, store, say=say, now=now, by=by)
    problems = list(run.problems)
    for edit in run.edits:
        try:
            async with store.attempt():
                spoken += await _do(edit, store, say=say, now=now, by=(decision, by[1]))
        except Refusal as refused:
            problems.append(_problem(run.where, edit, refused))
    if problems:
        raise Unreadable(problems)
    return spoken


async def confirm_table(
    command: domain.Confirmation, store: Store, *, say: Say, now: datetime, by: str
) -> tuple[TableRun, list[Spoken]]:
    """Take a table over as its dry run showed it; refused when anything changed since."""
    sent = await waiting(command.import_id, store)
    await store.plans.lock_all()
    run = await read_table((sent.body, sent.name), store, tokyo_day(now))
    if run.fingerprint != command.fingerprint:
        raise domain.Overtaken(run.fingerprint)
    spoken = await take_table_over(run, store, say=say, now=now, by=(command.decision, by))
    await store.imports.confirm(command.import_id, by=by, now=now)
    return run, spoken


def _assumed(now: datetime) -> Decision:
    """What stands in a dry run for the decision that is given when it is confirmed."""
    later = "（確かめるときに入力）"
    return Decision(body=later, taken_on=tokyo_day(now), chosen=later, reason=later)


async def _decided(
    run: TableRun, store: Store, *, say: Say, now: datetime, by: tuple[Decision | None, str]
) -> tuple[Decision | None, list[Spoken]]:
    """The decision behind all dates that move: kept once, about all of them."""
    given, who = by
    if not run.moves:
        if given:
            raise domain.UnfitDecision(given.chosen)
        return None, []
    if given is None:
        raise domain.DecisionNeeded(run.table)
    if run.decided_from and given.taken_on < run.decided_from:
        raise domain.TooEarlyToHold(domain.naming("taken_on", given.taken_on))
    if given.decision_id:
        return given, []
    domain.refuse_incomplete(given, tokyo_day(now))
    about = tuple(dict.fromkeys(e.subject_id for e in run.moves))
    texts = await store.plans.texts(LATEST, about)
    kept, news = await decided(
        replace(given, about=tuple(each for each in about if each in texts)),
        store,
        now=now,
        by=who,
    )
    return kept, await tell(store, say, *news) if news else []


async def _do(
    edit: Edit, store: Store, *, say: Say, now: datetime, by: tuple[Decision | None, str]
) -> list[Spoken]:
    today, (decision, who) = tokyo_day(now), by
    if edit.kind == "corrected":
        wrong = domain.Correct(
            assertion_id=edit.corrects or 0,
            value=edit.value,
            undated_reason=edit.undated_reason,
            reason=edit.why,
            today=today,
            evidence=edit.evidence,
        )
        return [(await correct(wrong, store, say=say, now=now, by=who)).spoken]
    if edit.kind == "rescheduled":
        recorded = await store.decisions.one(edit.decision_id) if edit.decision_id else decision
        if recorded is None:
            raise domain.DecisionNeeded(edit.subject_id)
        moved = await reschedule(_move(edit, recorded, now), store, say=say, now=now, by=who)
    elif edit.kind == "reported":
        await report(_report(edit, now), store, say=say, now=now, by=who)
        return []
    else:
        moved = await reach(_reach(edit, now), store, say=say, now=now, by=who)
    return [moved.spoken]


def _move(edit: Edit, decision: Decision, now: datetime) -> domain.Reschedule:
    return domain.Reschedule(
        milestone_id=edit.subject_id,
        value=edit.value,
        undated_reason=edit.undated_reason,
        valid_from=domain.speaks_on(edit.valid_from, tokyo_day(now)) if edit.valid_from else None,
        today=tokyo_day(now),
        decision=decision,
        evidence=edit.evidence,
    )


def _reach(edit: Edit, now: datetime) -> domain.Reach:
    return domain.Reach(
        milestone_id=edit.subject_id,
        asserter=edit.asserter,
        value=_dated(edit),
        today=tokyo_day(now),
        evidence=edit.evidence,
    )


def _report(edit: Edit, now: datetime) -> domain.Report:
    today = tokyo_day(now)
    return domain.Report(
        subject_id=edit.subject_id,
        asserter=edit.asserter,
        value=_dated(edit),
        valid_from=domain.speaks_on(edit.valid_from, today) if edit.valid_from else today,
        today=today,
        evidence=edit.evidence,
    )


def _dated(edit: Edit) -> PartialDate:
    if edit.value is None:
        raise domain.NoFirstDay(edit.subject_id)
    return edit.value


def _problem(where: Where, edit: Edit, refused: Refusal) -> Problem:
    kind, named = type(refused), refused.detail.partition(":")[0]
    usual = next((cell for cell, kinds in CELLS.items() if kind in kinds), "subject_id")
    column = named if named in where.columns else usual
    return where.problem(edit.line, column, WHY.get(kind, str(refused)))


async def _fingerprint(file: bytes, made: Sequence[Edit], store: Store) -> str:
    texts = await store.plans.texts(LATEST, sorted({each.subject_id for each in made}))
    said = {
        "file": sha256(file).hexdigest(),
        "versions": {node_id: text.version for node_id, text in texts.items()},
    }
    return sha256(rfc8785.dumps(said)).hexdigest()


def _absent(table: str, rows: Sequence[Cells], known: Sequence[Cells]) -> int:
    key = COLUMNS[table][0]
    return len({cells[key] for cells in known} - {cells[key] for cells in rows})


def _cells(table: str, rows: Sequence[Row]) -> list[Cells]:
    return [dict(zip(COLUMNS[table], row, strict=True)) for row in rows]
