"""A row of a table while it is read: how each of its cells is written, and all that is wrong with them."""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from typing import TypeAlias, TypeVar
from unicodedata import normalize

from pydantic import TypeAdapter, ValidationError

from contracts.values import PartialDate
from documents import Problem
from roadmap.domain.assertions import Evidence
from roadmap.domain.changing.vouching import NO_EVIDENCE, refuse_unvouched
from roadmap.domain.dates import UnreadableDate, read_date_or_edtf
from roadmap.domain.statements import CONTROL, MOST_OF_WORDS

Cells: TypeAlias = Mapping[str, str]
"""A row by its columns."""
T = TypeVar("T")

EVIDENCE = TypeAdapter(tuple[Evidence, ...])
SHOWN = 40
DAY = re.compile(r"([0-9]{4})[-/]([0-9]{1,2})[-/]([0-9]{1,2})")
NUMBER = re.compile(r"[1-9][0-9]{0,17}")

NO_DAY = "年月日を 2026-11-20 か 令和8年11月20日 のように書いてください"
NO_NUMBER = "決定の番号を書いてください"
NOT_WORDS = f"{MOST_OF_WORDS:,}字までの文字で書いてください"


@dataclass(frozen=True, slots=True)
class Where:
    """How problems call a file, and in which of its columns each cell stands, counted from 1."""

    name: str
    columns: Mapping[str, int]

    def problem(self, line: int, column: str, message: str) -> Problem:
        """What is wrong with one cell; `line` is that of a spreadsheet."""
        return Problem(self.name, line, self.columns.get(column, 1), column, message)


@dataclass(slots=True)
class Row:
    """A row while it is read: all that is wrong with it is collected."""

    line: int
    cells: Cells
    where: Where
    problems: list[Problem] = field(default_factory=list[Problem])

    def wrong(self, column: str, message: str) -> None:
        """Note what is wrong with a cell."""
        value = self.cells[column][:SHOWN]
        problem = self.where.problem(self.line, column, message)
        self.problems.append(replace(problem, value=value))

    def read(self, column: str, how: Callable[[str], T]) -> T | None:
        """What a cell says; None when it is empty or wrong."""
        if not self.cells[column]:
            return None
        try:
            return how(self.cells[column])
        except UnreadableDate as unread:
            self.wrong(column, unread.said)
        except ValueError as wrong:
            self.wrong(column, str(wrong))
        return None


def same(name: str, cell: str, known: str) -> bool:
    """Whether a cell says what is on record: an earlier export did not know yet when a row ended."""
    if name == "recorded_until" and not cell:
        return True
    if name in ("valid_from", "valid_until") and DAY.fullmatch(cell):
        return _iso(cell) == known
    return cell == known


def words(text: str) -> str:
    """What a person wrote."""
    if len(text) > MOST_OF_WORDS or CONTROL.search(text) or not text.strip():
        raise ValueError(NOT_WORDS)
    return text


def _iso(text: str) -> str:
    """A day as it is written out, whatever a spreadsheet has made of it."""
    return "-".join(part.zfill(2) for part in re.split("[-/]", text))


def as_of(text: str) -> PartialDate:
    """A day, or a month or year as exact as it is known, as a person writes it."""
    return read_date_or_edtf(_iso(text) if DAY.fullmatch(text) else normalize("NFKC", text))


def day(text: str) -> PartialDate:
    """A day, and nothing less exact."""
    try:
        read = as_of(text)
    except UnreadableDate:
        raise ValueError(NO_DAY) from None
    if read.precision != "day":
        raise ValueError(NO_DAY)
    return read


def number(text: str) -> int:
    """The number of a decision."""
    if not NUMBER.fullmatch(text):
        raise ValueError(NO_NUMBER)
    return int(text)


def evidence_of(row: Row, known: str) -> tuple[Evidence, ...]:
    """Where it can be read: the name of a source alone, or sources as they are given out."""

    def read(text: str) -> tuple[Evidence, ...]:
        if not text.startswith("["):
            return (Evidence(source=words(text), mark="X"),)
        try:
            found = EVIDENCE.validate_json(text)
        except ValidationError:
            raise ValueError(NO_EVIDENCE) from None
        for each in found:
            words(each.source)
        refuse_unvouched(found, EVIDENCE.validate_json(known) if known else ())
        return found

    return row.read("evidence", read) or ()
