"""How YAML text becomes values with lines: no tags, no anchors, no surprises, within limits."""

import re
from collections.abc import Iterator
from itertools import islice
from typing import Protocol

import yaml
from yaml.events import (
    AliasEvent,
    DocumentStartEvent,
    Event,
    MappingEndEvent,
    MappingStartEvent,
    NodeEvent,
    ScalarEvent,
    SequenceEndEvent,
    SequenceStartEvent,
    StreamEndEvent,
)

from documents.document import Document, Loc, Place, Problem, Unreadable, Value

MAX_BYTES = 2_000_000
MAX_DEPTH = 12
MAX_VALUES = 200_000

# The C parser is faster; a PyYAML built without it reads the same.
_LOADER = getattr(yaml, "CSafeLoader", yaml.SafeLoader)

# Only what YAML 1.2 means: `N`, `no`, 042111 and 2027-09-30 stay the text that was written.
_WORDS: dict[str, Value] = {"": None, "~": None, "null": None, "true": True, "false": False}
_INTEGER = re.compile(r"[-+]?(?:0|[1-9][0-9]{0,17})")
_DECIMAL = re.compile(r"[-+]?(?:0|[1-9][0-9]{0,17})\.[0-9]{1,17}")

_NOT_TEXT = re.compile("[^\t\n\r\x20-\x7e\x85\xa0-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
FIRST_TABS = 100  # are told; each is a look through the file
_TAB_INDENT = re.compile(r"^( *)\t", re.MULTILINE)

_TOO_LARGE = f"大きすぎます（{MAX_BYTES:,} バイトまで）"
_TOO_DEEP = f"入れ子が深すぎます（{MAX_DEPTH} 段まで）"
_TOO_MANY = f"値が多すぎます（{MAX_VALUES:,} 個まで）"
_NOT_UTF8 = "UTF-8 の文字として読めません。UTF-8 で保存し直してください"
_IN_OTHER = "{encoding} で書かれているようです。UTF-8 で保存し直してください"
_UTF16 = (b"\xff\xfe", b"\xfe\xff")
_BINARY = "文字のファイルではありません（使えない制御文字があります）"
_TAB = "字下げにタブがあります。半角の空白で字下げしてください"
_EMPTY = "ファイルに中身がありません"
_NOT_MAPPING = "いちばん外側は「項目: 値」の形で書いてください"
_SECOND = "一つのファイルに書ける文書は一つだけです（2 つ目の --- を除いてください）"
_NO_ALIAS = "参照（& や *）は使えません。値をそのまま書いてください"
_NO_TAG = "型の指定（! で始まる語）は使えません"
_PLAIN_KEY = "項目の名前は一つの語で書いてください"
_TWICE = "「{key}」が 2 回書かれています（最初は {line} 行目）"
_NO_YAML = "YAML として読めません。この行の前後の字下げ・括弧・引用符・コロンを確かめてください"


class _Mark(Protocol):
    """What both parsers of PyYAML give for a place, counted from 0."""

    @property
    def line(self) -> int: ...
    @property
    def column(self) -> int: ...


def parse(text: str | bytes, name: str) -> Document:
    """Read one mapping from YAML; `name` is how problems call the file. Raises `Unreadable`."""
    decoded = _decoded(text, name)
    _refuse_odd_characters(decoded, name)
    return _Reader(decoded, name).document()


def _decoded(text: str | bytes, name: str) -> str:
    raw = text.encode("utf-8", "surrogatepass") if isinstance(text, str) else text
    if len(raw) > MAX_BYTES:
        raise Unreadable([Problem(name, 1, 1, "", _TOO_LARGE)])
    if isinstance(text, str):
        return text.removeprefix("\ufeff")
    try:
        return raw.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = raw.count(b"\n", 0, error.start) + 1
        raise Unreadable([Problem(name, line, 1, "", _no_utf8(raw))]) from None


def _no_utf8(raw: bytes) -> str:
    """Say which encoding it may be instead: those that editors in Japan save by themselves."""
    if raw.startswith(_UTF16):
        return _IN_OTHER.format(encoding="UTF-16")
    if b"\0" in raw:
        return _BINARY
    try:
        raw.decode("cp932")
    except UnicodeDecodeError:
        return _NOT_UTF8
    return _IN_OTHER.format(encoding="Shift_JIS")


def _refuse_odd_characters(text: str, name: str) -> None:
    odd = _NOT_TEXT.search(text)
    if odd:
        raise Unreadable([Problem(name, *_place(text, odd.start()), "", _BINARY)])
    tabs = [
        _place(text, found.end() - 1) for found in islice(_TAB_INDENT.finditer(text), FIRST_TABS)
    ]
    if tabs:
        raise Unreadable(Problem(name, *tab, "", _TAB) for tab in tabs)


def _place(text: str, index: int) -> Place:
    return Place(text.count("\n", 0, index) + 1, index - text.rfind("\n", 0, index))


class _Reader:
    """One pass over the events of a file; it stops at what is unsafe, and collects the rest."""

    def __init__(self, text: str, name: str) -> None:
        self._name = name
        self._events: Iterator[Event] = yaml.parse(text, Loader=_LOADER)
        self._places: dict[Loc, Place] = {}
        self._keys: dict[Loc, Place] = {}
        self._problems: list[Problem] = []

    def document(self) -> Document:
        try:
            value = self._whole()
        except yaml.MarkedYAMLError as error:
            raise self._stop(_placed(error.problem_mark), _NO_YAML) from None
        if self._problems:
            raise Unreadable(self._problems)
        return Document(name=self._name, value=value, places=self._places, keys=self._keys)

    def _whole(self) -> dict[str, Value]:
        next(self._events)
        if not isinstance(next(self._events), DocumentStartEvent):
            raise self._stop(Place(1, 1), _EMPTY)
        value = self._value(next(self._events), ())
        if not isinstance(value, dict):
            raise self._stop(self._places[()], _EMPTY if value is None else _NOT_MAPPING)
        next(self._events)
        after = next(self._events)
        if not isinstance(after, StreamEndEvent):
            raise self._stop(_start(after), _SECOND)
        return value

    def _value(self, event: Event, loc: Loc) -> Value:
        self._refuse_unsafe(event, loc)
        self._places[loc] = _start(event)
        if isinstance(event, MappingStartEvent):
            return self._mapping(loc)
        if isinstance(event, SequenceStartEvent):
            return self._sequence(loc)
        return _scalar(event) if isinstance(event, ScalarEvent) else None

    def _mapping(self, loc: Loc) -> Value:
        found: dict[str, Value] = {}
        while not isinstance(event := next(self._events), MappingEndEvent):
            key = self._key(event, loc)
            if key in found:
                message = _TWICE.format(key=key, line=self._keys[*loc, key].line)
                self._problems.append(Problem(self._name, *_start(event), "", message))
            self._keys[*loc, key] = _start(event)
            found[key] = self._value(next(self._events), (*loc, key))
        return found

    def _key(self, event: Event, loc: Loc) -> str:
        self._refuse_unsafe(event, loc)
        if not isinstance(event, ScalarEvent):
            raise self._stop(_start(event), _PLAIN_KEY)
        return event.value

    def _sequence(self, loc: Loc) -> Value:
        found: list[Value] = []
        while not isinstance(event := next(self._events), SequenceEndEvent):
            found.append(self._value(event, (*loc, len(found))))
        return found

    def _refuse_unsafe(self, event: Event, loc: Loc) -> None:
        if isinstance(event, AliasEvent) or (isinstance(event, NodeEvent) and event.anchor):
            raise self._stop(_start(event), _NO_ALIAS)
        if getattr(event, "tag", None) is not None:
            raise self._stop(_start(event), _NO_TAG)
        if len(loc) > MAX_DEPTH:
            raise self._stop(_start(event), _TOO_DEEP)
        if len(self._places) > MAX_VALUES:
            raise self._stop(_start(event), _TOO_MANY)

    def _stop(self, place: Place, message: str) -> Unreadable:
        return Unreadable([*self._problems, Problem(self._name, *place, "", message)])


def _start(event: Event) -> Place:
    return _placed(event.start_mark)


def _placed(mark: _Mark | None) -> Place:
    return Place(mark.line + 1, mark.column + 1) if mark else Place(1, 1)


def _scalar(event: ScalarEvent) -> Value:
    """Only a plain word can be something else than text; what is quoted is text."""
    text: str = event.value
    if not event.implicit[0]:
        return text
    if text in _WORDS:
        return _WORDS[text]
    if _INTEGER.fullmatch(text):
        return int(text)
    return float(text) if _DECIMAL.fullmatch(text) else text
