"""Reads procedures.yaml: every record and its sources, or every error with its line."""

from collections.abc import Iterator
from typing import get_args

from catalog.domain.file_rows import ChannelField, ProcedureField, ProceduresFile
from catalog.domain.loading import Catalogue
from documents import Document, Loc, Problem, Unreadable, Value, parse

TWICE = "この id は、この並びに 2 回書かれています"
NO_SUCCESSOR = "この id の手続はこのファイルにありません"
NO_SOURCE = "この名前の出典は、ファイルの初めの sources にありません"
NOT_SOURCED = "「{field}」の出典がありません（すぐ下の sources に書いてください）"


def read_procedures(text: str | bytes, name: str) -> Catalogue:
    """Read drafts in the file's order; raises `Unreadable` with all problems at once."""
    document = parse(text, name)
    file, misfits = document.validate(ProceduresFile)
    problems = [*misfits, *_twice(document), *_unknown(document), *_not_sourced(document)]
    if file is None or problems:
        raise Unreadable(problems)
    return file.catalogue()


def _twice(document: Document) -> Iterator[Problem]:
    """Ids that stand more than once in one list."""
    met: set[tuple[Loc, str]] = set()
    for loc, value in _texts(document, "id"):
        here = (loc[:-2], value)
        if here in met:
            yield document.problem(loc, TWICE)
        met.add(here)


def _unknown(document: Document) -> Iterator[Problem]:
    """Successors and sources that the file does not have."""
    ids = {value for loc, value in _texts(document, "id") if loc[:-2] == ("procedures",)}
    for loc, value in _texts(document, "superseded_by"):
        if value not in ids:
            yield document.problem(loc, NO_SUCCESSOR)
    for loc, value in _texts(document, "source"):
        if ("sources", value) not in document.places:
            yield document.problem(loc, NO_SOURCE)


def _not_sourced(document: Document) -> Iterator[Problem]:
    """Values that do not say where they come from."""
    for loc, value in _values(document.value):
        *inside, field = loc
        if value and _needs_source(loc) and (*inside, "sources", field) not in document.places:
            yield document.problem(loc, NOT_SOURCED.format(field=field))


def _needs_source(loc: Loc) -> bool:
    match loc:
        case ("procedures", int(), field):
            return field in get_args(ProcedureField)
        case ("procedures", int(), "channels", int(), field):
            return field in get_args(ChannelField)
        case _:
            return False


def _texts(document: Document, key: str) -> Iterator[tuple[Loc, str]]:
    """Every text that stands under this key, wherever it is."""
    for loc, value in _values(document.value):
        if loc[-1] == key and isinstance(value, str):
            yield loc, value


def _values(value: Value, loc: Loc = ()) -> Iterator[tuple[Loc, Value]]:
    """Everything inside, with its place; it does not mind what the model would refuse."""
    for part, inside in _parts(value):
        yield (*loc, part), inside
        yield from _values(inside, (*loc, part))


def _parts(value: Value) -> Iterator[tuple[str | int, Value]]:
    if isinstance(value, dict):
        yield from value.items()
    if isinstance(value, list):
        yield from enumerate(value)
