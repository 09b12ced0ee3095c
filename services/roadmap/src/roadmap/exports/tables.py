"""Tables as CSV (RFC 4180): UTF-8 with a BOM, CRLF, and no cell that a spreadsheet takes for a formula.

What is written here and read again is the same, byte by byte.
"""

import csv
import io
import json
import re
from collections.abc import Iterable, Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass
from typing import TypeAlias, cast

from contracts.values import Refusal

MEDIA_TYPE = "text/csv; charset=utf-8"
BOM = "\ufeff"
FORMULA = re.compile(r"'*[=+\-@\t\r]")
"""How a cell begins that a spreadsheet would compute, and one that was quoted for it."""
SEPARATORS = {";": "semicolons", "\t": "tabs"}
"""What a spreadsheet may part columns by instead, and what it is called."""
Row: TypeAlias = tuple[str, ...]

COLUMNS: dict[str, Row] = {
    "nodes": (
        "node_id",
        "kind",
        "parent_id",
        "place",
        "label",
        "mark",
        "lines",
        "actor",
        "note",
        "revision_id",
    ),
    "assertions": (
        "assertion_id",
        "subject_id",
        "attr",
        "asserter",
        "edtf",
        "precision",
        "qualifier",
        "original",
        "undated_reason",
        "mark",
        "evidence",
        "valid_from",
        "valid_until",
        "recorded_from",
        "recorded_until",
        "revision_id",
        "decision_id",
        "corrects",
        "why",
    ),
    "decisions": (
        "decision_id",
        "body",
        "taken_on",
        "effect",
        "chosen",
        "not_chosen",
        "reason",
        "about",
    ),
}
"""The columns of each table, in their order; the same out and in."""

# By default a cell of 131,072 characters ends the reading, and the sources of one statement may
# fill more. How long a file may be is bounded where it is sent.
csv.field_size_limit(2**31 - 1)


class UnknownTable(Refusal):
    """There are the tables nodes, assertions and decisions, and the list milestones; none of another name."""


class UnreadableTable(Refusal):
    """The file is no CSV in UTF-8 or Shift_JIS."""


class OtherColumns(Refusal):
    """The file has other columns than the table."""


class EmptyTable(Refusal):
    """The file is empty: send the whole table with its head, as it was given out."""


class OtherSeparator(Refusal):
    """The columns are not parted by commas: save the file as comma-separated (CSV)."""


class UnevenRow(Refusal):
    """A row has more or fewer cells than there are columns."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Sheet:
    """What was read from a file, in the order of the columns, and how it was written."""

    rows: tuple[Row, ...]
    encoding: str
    """UTF-8, UTF-8 with BOM, or Shift_JIS."""
    places: tuple[int, ...]
    """Where each column stands in the file, from 0."""


def write(columns: Sequence[str], rows: Iterable[Row]) -> bytes:
    """A file with a head and these rows."""
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\r\n")
    writer.writerow(columns)
    writer.writerows([_quoted(cell) for cell in row] for row in rows)
    return f"{BOM}{text.getvalue()}".encode()


def read(data: bytes, columns: Sequence[str]) -> Sheet:
    """The rows of a file, whatever the order of its columns and the ends of its lines."""
    text, encoding = _decoded(data)
    try:
        head, *rows = list(csv.reader(io.StringIO(text, newline=""), strict=True)) or [[]]
    except csv.Error as wrong:
        raise UnreadableTable(str(wrong)) from wrong
    places = _places(head, columns)
    for number, row in enumerate(rows, start=2):
        if len(row) != len(head):
            detail = f"row {number}: {len(row)}, not {len(head)}"
            raise UnevenRow(detail)
    return Sheet(
        rows=tuple(tuple(_plain(row[place]) for place in places) for row in rows),
        encoding=encoding,
        places=tuple(places),
    )


def texts(data: bytes) -> Iterator[str]:
    """Whatever stands in a file as somebody meant it: cell by cell, and of a cell in JSON each text in it."""
    for row in csv.reader(io.StringIO(_decoded(data)[0], newline="")):
        for cell in row:
            yield _plain(cell)
            with suppress(ValueError, RecursionError):
                yield from _texts(json.loads(cell))


def _texts(said: object) -> Iterator[str]:
    match said:
        case dict():
            yield from _texts([*cast("dict[str, object]", said).values()])
        case list():
            for each in cast("list[object]", said):
                yield from _texts(each)
        case _:
            yield str(said)


def table_of(data: bytes) -> str:
    """Which table a file is, or is most like, by its head."""
    text, _ = _decoded(data)
    try:
        head = next(csv.reader(io.StringIO(text, newline="")), list[str]())
    except csv.Error as wrong:
        raise UnreadableTable(str(wrong)) from wrong
    if not text.strip():
        raise EmptyTable
    for separator, called in SEPARATORS.items():
        if len(head) == 1 and separator in head[0]:
            detail = f"parted by {called}; most like the table {_likest(head[0].split(separator))}"
            raise OtherSeparator(detail)
    return _likest(head)


def _likest(head: Sequence[str]) -> str:
    there = {name.strip('" ') for name in head}
    return max(COLUMNS, key=lambda name: len(there & set(COLUMNS[name])))


def _decoded(data: bytes) -> tuple[str, str]:
    """The text, and in which encoding it was: what Excel saves in Japan is cp932, called Shift_JIS."""
    for name, told in (("utf-8", "UTF-8"), ("cp932", "Shift_JIS")):
        try:
            text = data.decode(name)
        except UnicodeDecodeError:
            continue
        if "\0" in text:  # UTF-16, or no text at all
            break
        bom = text.startswith(BOM)
        return text.removeprefix(BOM), f"{told} with BOM" if bom else told
    raise UnreadableTable


def _places(head: Sequence[str], columns: Sequence[str]) -> list[int]:
    """Where each column stands; refuses a head that has others, and says which."""
    if sorted(head) != sorted(columns):
        missing = [f"-{name}" for name in columns if name not in head]
        more = [f"+{name[:64]}" for name in head if name not in columns]
        raise OtherColumns(", ".join(missing + more) or "a column stands twice")
    return [head.index(name) for name in columns]


def _quoted(cell: str) -> str:
    return f"'{cell}" if FORMULA.match(cell) else cell


def _plain(cell: str) -> str:
    return cell[1:] if cell.startswith("'") and FORMULA.match(cell) else cell
