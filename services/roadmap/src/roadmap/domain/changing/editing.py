"""What a table that was given out says when it comes back: which rows are new, and which were changed.

A changed row puts right what was recorded wrongly, and says why. What is promised, reported or reached
anew is a new row without a number: the two are never mixed.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Literal, TypeAlias

from contracts.values import PartialDate
from documents import Problem
from roadmap.domain.assertions import Evidence
from roadmap.domain.changing.cells import (
    Cells,
    Row,
    Where,
    as_of,
    day,
    evidence_of,
    number,
    same,
    words,
)
from roadmap.domain.changing.vouching import Unfit, dated, read_typed
from roadmap.domain.changing.witnessing import PROMISERS
from roadmap.domain.statements import ASSERTER, Attribute

EditKind: TypeAlias = Literal["rescheduled", "reported", "reached", "corrected"]

KINDS: dict[str, tuple[EditKind, Attribute]] = {
    "due": ("rescheduled", "due"),
    "reported": ("reported", "reported"),
    "actual": ("reached", "actual"),
}
BESIDE = ("precision", "qualifier", "original")
"""What stands beside a date."""
SAID_ANEW = (
    "edtf", "precision", "qualifier", "original", "undated_reason", "evidence", "why",
)  # fmt: skip
"""What a correction may say in another way."""
WRITTEN_HERE = (
    "mark",
    "valid_until",
    "recorded_from",
    "recorded_until",
    "revision_id",
    "corrects",
    "why",
)
"""What nobody writes into a new row: the service does."""
MOST_EDITS = 500
"""So many rows of a file may say something new: while they are taken over, nobody else can change these dates."""

UNKNOWN = "この番号の記載はありません。新しい行では、assertion_id を空欄にしてください"
TWICE = "同じ番号の行が、ほかにもあります"
REPLACED = "この記載は、もう置き換えられているか、直されています。いまの記載の行を変えてください"
FIXED = "この列は、読み込みでは変えられません"
WHICH = (
    "改訂ですか、訂正ですか。記録の誤りを直すときは、何が誤っていたかを why に書いてください。"
    "決定で変わったときは、この行を元に戻し、assertion_id が空欄の行を加えてください"
)
EMPTY = "新しい行では、空欄にしてください"
DATED = "日付がある行では、空欄にしてください"
HAPPENED = "達成した日から効力があります。空欄にしてください"
NO_ATTR = "due、reported、actual のどれかを書いてください"
NO_SUBJECT = "何についての記載かを、番号（node_id）で書いてください"
NO_SOURCE = "だれの報告かを、mic や digital-agency のように書いてください"
NOT_OURS = "計画と国の期日は、計画の本文に書かれています。報告した機関を書いてください"
NO_VALUE = "いつかを書いてください"
NO_EDTF = (
    "日付は、この列に 2027-09 か 令和9年9月 のように書いてください。"
    "original は、もとの資料の言葉を写すだけの列です"
)
NO_REASON = "日付をここに書くか、日付がない理由を undated_reason に書いてください"
NO_GROUND = "根拠の名前を書いてください"
CONTRADICTED = "{line}行目も、同じところの同じ記載を変えています。1つの表では1行だけにしてください"
TOO_MANY = (
    "新しい行と変えた行が{count:,}行あります。一度に読み込めるのは{most}行までです。"
    "表を分けて、順に読み込んでください"
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Edit:
    """One row that says something new; with `corrects` it puts right the statement of this number."""

    line: int
    subject_id: str
    attr: Attribute
    kind: EditKind
    asserter: str
    value: PartialDate | None
    undated_reason: str | None
    valid_from: PartialDate | None
    """As exact as it was written; of a move a day."""
    evidence: tuple[Evidence, ...]
    decision_id: int | None = None
    corrects: int | None = None
    why: str = ""
    before: str | None = None
    """The date that stood in the row, or that the new row replaces; None: there was none."""


def edits(
    rows: Sequence[Cells], known: Mapping[str, Cells], where: Where
) -> tuple[list[Edit], list[Problem]]:
    """The rows that say something new against those on record, and all that is wrong."""
    made, problems, seen = list[Edit](), list[Problem](), set[str]()
    now = {_said_by(cells): cells["edtf"] for cells in known.values() if not _over(cells)}
    about = dict[tuple[str, str, str], int]()
    for line, cells in enumerate(rows, start=2):
        row, number = Row(line, cells, where), cells["assertion_id"]
        if number in seen:
            row.wrong("assertion_id", TWICE)
        edit = _changed(row, known.get(number)) if number else _new(row, now)
        if edit and (first := about.get(_statement(edit))):
            row.wrong("assertion_id" if number else "subject_id", CONTRADICTED.format(line=first))
        seen |= {number} - {""}
        problems += row.problems
        if edit and not row.problems:
            made.append(edit)
            about[_statement(edit)] = line
    if len(made) > MOST_EDITS:
        many = TOO_MANY.format(count=len(made), most=MOST_EDITS)
        return [], [where.problem(made[MOST_EDITS].line, "", many)]
    return made, problems


def _statement(edit: Edit) -> tuple[str, str, str]:
    """What a file may say one thing of: two would be done one after the other, and both be told."""
    return edit.subject_id, edit.attr, edit.asserter


def others(rows: Sequence[Cells], known: Sequence[Cells]) -> Iterator[int]:
    """The lines of the rows that are not on record as they stand."""
    there = {tuple(cells.values()) for cells in known}
    for line, cells in enumerate(rows, start=2):
        if tuple(cells.values()) not in there:
            yield line


def _changed(row: Row, known: Cells | None) -> Edit | None:
    """A correction; None: nothing was changed, or it is not clear what is meant."""
    if known is None:
        row.wrong("assertion_id", UNKNOWN)
        return None
    changed = [name for name, cell in row.cells.items() if not same(name, cell, known[name])]
    if not changed:
        return None
    if known["recorded_until"]:
        row.wrong("assertion_id", REPLACED)
        return None
    _refuse_unclear(row, changed)
    attr = KINDS[known["attr"]][1]
    return Edit(
        line=row.line,
        subject_id=known["subject_id"],
        attr=attr,
        kind="corrected",
        asserter=known["asserter"],
        value=_value(row, changed),
        undated_reason=row.read("undated_reason", words),
        valid_from=None,
        evidence=evidence_of(row, known["evidence"]) if "evidence" in changed else (),
        corrects=int(known["assertion_id"]),
        why=row.read("why", words) or "",
        before=known["edtf"] or None,
    )


def _refuse_unclear(row: Row, changed: Sequence[str]) -> None:
    for name in changed:
        if name not in SAID_ANEW:
            row.wrong(name, FIXED)
    if "why" not in changed or not row.cells["why"]:
        row.wrong("why", WHICH)


def _said_by(cells: Cells) -> tuple[str, str, str]:
    return cells["subject_id"], cells["attr"], cells["asserter"]


def _over(cells: Cells) -> bool:
    """Whether a statement is believed no more, or in force only up to some day."""
    return bool(cells["recorded_until"] or cells["valid_until"])


def _new(row: Row, now: Mapping[tuple[str, str, str], str]) -> Edit | None:
    kind, attr = KINDS.get(row.cells["attr"], (None, None))
    if kind is None or attr is None:
        row.wrong("attr", NO_ATTR)
        return None
    _refuse_unfit(row, attr)
    asserter = _asserter(row, attr)
    return Edit(
        line=row.line,
        subject_id=row.cells["subject_id"],
        attr=attr,
        kind=kind,
        asserter=asserter,
        value=_value(row, ("edtf", *BESIDE)),
        undated_reason=row.read("undated_reason", words),
        valid_from=row.read("valid_from", day if attr == "due" else as_of),
        evidence=evidence_of(row, ""),
        decision_id=row.read("decision_id", number),
        before=now.get((row.cells["subject_id"], attr, asserter)) or None,
    )


def _refuse_unfit(row: Row, attr: Attribute) -> None:
    """A new row leaves out what the service writes, and says of what and when it speaks."""
    _refuse_missing(row, attr)
    for name in WRITTEN_HERE:
        if row.cells[name] and (name, row.cells[name]) not in (("mark", "X"), ("mark", "N")):
            row.wrong(name, EMPTY)
    if attr != "due" and row.cells["decision_id"]:
        row.wrong("decision_id", EMPTY)
    if attr == "actual" and row.cells["valid_from"]:
        row.wrong("valid_from", HAPPENED)


def _refuse_missing(row: Row, attr: Attribute) -> None:
    if not row.cells["subject_id"]:
        row.wrong("subject_id", NO_SUBJECT)
    if attr != "due" and not row.cells["evidence"]:
        row.wrong("evidence", NO_GROUND)
    if not row.cells["edtf"]:
        _refuse_no_date(row, attr)


def _refuse_no_date(row: Row, attr: Attribute) -> None:
    """A new row has its date where it is read; a promise may have a reason in its place."""
    if row.cells["original"]:
        row.wrong("edtf", NO_EDTF)
    elif attr != "due":
        row.wrong("edtf", NO_VALUE)
    elif not row.cells["undated_reason"]:
        row.wrong("edtf", NO_REASON)


def _asserter(row: Row, attr: Attribute) -> str:
    """Who says it: the plan promises, the city reaches; of a report it must be told."""
    own = {"due": "plan", "actual": "city", "reported": ""}[attr]
    said = row.cells["asserter"] or own
    if (own and said != own) or not re.fullmatch(ASSERTER, said):
        row.wrong("asserter", FIXED if own else NO_SOURCE)
    elif not own and said in PROMISERS:
        row.wrong("asserter", NOT_OURS)
    return said


def _value(row: Row, changed: Sequence[str]) -> PartialDate | None:
    """The date of a row; of the words beside it those stay that were not changed with it."""
    cells, anew = row.cells, "edtf" in changed
    if cells["edtf"] and cells["undated_reason"]:
        row.wrong("undated_reason", DATED)
    beside = {name: cells[name] if not anew or name in changed else "" for name in BESIDE}
    if cells["edtf"] and not {"edtf", *BESIDE} & set(changed):
        said = {name: word or None for name, word in beside.items()}
        return PartialDate.from_edtf(cells["edtf"], **said)
    said = row.read("edtf", read_typed)
    try:
        return dated(said, beside) if said else None
    except Unfit as unfit:
        row.wrong(unfit.column, str(unfit))
        return None
