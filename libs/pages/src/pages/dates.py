"""Dates as residents of Japan read them, never more exact than they are known."""

import re
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta, timezone
from typing import Final, NamedTuple, Protocol, TypeAlias

from markupsafe import Markup

# No summer time since 1951, so this needs no time zone database on the machine.
TOKYO: Final = timezone(timedelta(hours=9), "Asia/Tokyo")
WEEKDAYS: Final = "月火水木金土日"
ERAS: Final = (
    (date(2019, 5, 1), "令和"),
    (date(1989, 1, 8), "平成"),
    (date(1926, 12, 25), "昭和"),
)
MONTHS: Final = re.compile(r"((\d{4})-(\d\d))/((\d{4})-(\d\d))")
HALVES: Final = {
    ("04", "09", 0): "度上半期",
    ("10", "03", 1): "度下半期",
    ("01", "06", 0): "上半期",
    ("07", "12", 0): "下半期",
}
BOUND: Final = re.compile(r"(?P<year>\d{4})(-(?P<month>0[1-9]|1[0-2])(-(?P<day>\d\d))?)?")
HALF_NAMED: Final = re.compile("[上下]半?期")
APRIL: Final = 4
SEVERAL: Final = 2  # twelve months that somebody named are no 年度
DECEMBER: Final = 12


class Partial(Protocol):
    """A date that may be known only to its month, its 年度 or one of its ends."""

    @property
    def edtf(self) -> str:
        """The value in ISO 8601-2."""
        ...

    @property
    def precision(self) -> str:
        """How exact it is: one of the keys of `_WRITERS`, or a word of tomorrow."""
        ...

    @property
    def qualifier(self) -> str | None:
        """A word that belongs to it: から, まで, 末, 時点, 以降."""
        ...

    @property
    def lo(self) -> date | None:
        """The first possible day."""
        ...

    @property
    def hi(self) -> date | None:
        """The last possible day."""
        ...


class Piece(NamedTuple):
    """A bit of a written date; `machine` is None where `<time>` can hold no such value."""

    text: str
    machine: str | None = None


@dataclass(frozen=True, slots=True)
class Manner:
    """How a date is written."""

    both: bool
    """Both calendars, for the first mention on a page."""
    weekday: bool
    western: bool = False
    """The western calendar alone, for readers who do not know the eras."""


Dated: TypeAlias = "date | datetime | Partial"
Writer: TypeAlias = Callable[[Partial, Manner], list[Piece]]


def japanese_date(value: Dated, *, both: bool = False, weekday: bool = True) -> Markup:
    """Write a date with `<time>`; `both` adds the western year, for the first mention."""
    written = Markup()
    for piece in _pieces(value, Manner(both, weekday)):
        if piece.machine is None:
            written += piece.text
        else:
            written += Markup('<time datetime="{}">{}</time>').format(piece.machine, piece.text)
    return written


def japanese_text(value: Dated, *, both: bool = False, weekday: bool = True) -> str:
    """Write a date without markup, where none is possible: titles and attributes."""
    return "".join(piece.text for piece in _pieces(value, Manner(both, weekday)))


def western_text(value: Dated, *, weekday: bool = True) -> str:
    """Write a date in the western calendar alone, without markup: 2027年9月."""
    manner = Manner(both=False, weekday=weekday, western=True)
    return "".join(piece.text for piece in _pieces(value, manner))


def iso_text(value: Dated) -> str:
    """Write a date as machines read it (ISO 8601-2), at its own precision: 2027-09."""
    match value:
        case datetime():
            return _moment(value, Manner(both=False, weekday=False)).machine or ""
        case date():
            return value.isoformat()
        case _:
            return value.edtf


def _pieces(value: Dated, manner: Manner) -> list[Piece]:
    match value:
        case datetime():
            return [_moment(value, manner)]
        case date():
            return [_day(value, manner)]
        case _:
            return _WRITERS.get(value.precision, _as_it_stands)(value, manner)


def _era_year(day: date) -> str:
    """The year of the era that `day` lies in; before 昭和 the western year stands alone."""
    for first, era in ERAS:
        if day >= first:
            number = day.year - first.year + 1
            return f"{era}{'元' if number == 1 else number}年"
    return f"{day.year}年"


def _year(day: date, manner: Manner) -> str:
    """The era's year, with the western one behind it where both are wanted."""
    western = f"{day.year}年"
    era = western if manner.western else _era_year(day)
    return f"{era}（{western}）" if manner.both and era != western else era


def _day(day: date, manner: Manner) -> Piece:
    weekday = f"（{WEEKDAYS[day.weekday()]}）" if manner.weekday else ""
    return Piece(f"{_year(day, manner)}{day.month}月{day.day}日{weekday}", day.isoformat())


def _moment(moment: datetime, manner: Manner) -> Piece:
    """A moment is shown on the city's clock; one without a time zone is nobody's moment."""
    if moment.tzinfo is None:
        naive = f"A moment needs its time zone: {moment.isoformat()}"
        raise ValueError(naive)
    local = moment.astimezone(TOKYO)
    text = f"{_day(local.date(), manner).text}{local:%H:%M}"
    return Piece(text, local.isoformat(timespec="minutes"))


def _bound(edtf: str, manner: Manner) -> Piece:
    """One end of a value, written as exactly as it is given."""
    found = BOUND.fullmatch(edtf)
    if found is None:
        return Piece(edtf)
    year, month, day = (int(found[name] or 0) for name in ("year", "month", "day"))
    if day:
        return _day(date(year, month, day), manner)
    # A year is named by its last day (2019 is 令和元年), a month by its first (平成31年4月).
    if not month:
        return Piece(_year(date(year, DECEMBER, 31), manner), edtf)
    return Piece(f"{_year(date(year, month, 1), manner)}{month}月", edtf)


def _named(year: int, manner: Manner) -> str:
    """A year by its last day, so that a 年度, whose December lies in it, is named by it too."""
    return _year(date(year, DECEMBER, 31), replace(manner, both=False))


def _fiscal(first_year: int, manner: Manner) -> str:
    """A 会計年度 runs from April to March and is named by its first year; 2019 is 令和元年度."""
    western = "" if manner.western else f"（{first_year}年度）"
    return f"{_named(first_year, manner)}度{western}"


def _qualified(pieces: list[Piece], qualifier: str | None) -> list[Piece]:
    words = "".join((qualifier or "").split())
    return [*pieces, Piece(words)] if words else pieces


def _single(value: Partial, manner: Manner) -> list[Piece]:
    return _qualified([_bound(value.edtf, manner)], value.qualifier)


def _fiscal_year(value: Partial, manner: Manner) -> list[Piece]:
    """A 年度 has no `<time>`: where both calendars are wanted its two months say what it spans."""
    start, _, end = value.edtf.partition("/")
    first = BOUND.fullmatch(start)
    if first is None:
        return _as_it_stands(value, manner)
    year = int(first["year"])
    if manner.both and end:
        written = _spelt(f"{_named(year, manner)}度", (start, end), manner)
    else:
        written = [Piece(_fiscal(year, manner))]
    return _qualified(written, value.qualifier)


def _spelt(name: str, ends: tuple[str, str], manner: Manner) -> list[Piece]:
    """A name for some months, and in brackets the months: nobody has to know what it means."""
    brief = replace(manner, both=False, western=manner.both or manner.western)
    first, last = (_bound(end, brief) for end in ends)
    year, _, _ = first.text.partition("年")
    last = Piece(last.text.removeprefix(f"{year}年"), last.machine)
    return [Piece(f"{name}（"), first, Piece("〜"), last, Piece("）")]


def _fiscal_year_end(value: Partial, manner: Manner) -> list[Piece]:
    """The end of a 年度 is its March, which lies in the next calendar year."""
    found = BOUND.fullmatch(value.edtf)
    if found is None:
        return _as_it_stands(value, manner)
    end = Piece(f"{_fiscal(int(found['year']) - 1, manner)}末", value.edtf)
    return _qualified([end], (value.qualifier or "").replace("末", ""))


def _interval(value: Partial, manner: Manner) -> list[Piece]:
    start, _, end = value.edtf.partition("/")
    found = MONTHS.fullmatch(value.edtf)
    half = _half(found, manner) if found else None
    if half:
        return _half_a_year(value, half, manner)
    written = _in_years(found, manner) if found else None
    if written is None:
        written = [_bound(start, manner), Piece("〜"), _bound(end, manner)]
    return _qualified(written, value.qualifier)


def _half(found: re.Match[str], manner: Manner) -> str | None:
    """The name of half a year; None: any other months."""
    _, first, month, _, last, until = found.groups()
    half = HALVES.get((month, until, int(last) - int(first)))
    return f"{_named(int(first), manner)}{half}" if half else None


def _half_a_year(value: Partial, name: str, manner: Manner) -> list[Piece]:
    """The months, and their name behind them as an aid; before them only where the source names it so."""
    start, _, end = value.edtf.partition("/")
    if HALF_NAMED.search(getattr(value, "original", None) or ""):
        return _qualified(_spelt(name, (start, end), manner), value.qualifier)
    months = [_bound(start, manner), Piece("〜"), _bound(end, manner)]
    return [*_qualified(months, value.qualifier), Piece(f"（{name}）")]


def _in_years(found: re.Match[str], manner: Manner) -> list[Piece] | None:
    """Several 年度 by their names; None: any other months."""
    start, first, month, end, last, until = found.groups()
    years = int(last) - int(first)
    if (month, until) != ("04", "03") or years < SEVERAL:
        return None
    named = Piece(_fiscal(int(first), manner), start), Piece(_fiscal(int(last) - 1, manner), end)
    return [named[0], Piece("〜"), named[1]]


def _quarter(value: Partial, manner: Manner) -> list[Piece]:
    """A quarter counts from April, as the 年度 does."""
    if value.lo is None or value.hi is None:
        return _as_it_stands(value, manner)
    year = value.lo.year - (value.lo.month < APRIL)
    nth = (value.lo.month - APRIL) % 12 // 3 + 1
    ends = f"{value.lo:%Y-%m}", f"{value.hi:%Y-%m}"
    name = f"{_named(year, manner)}度第{nth}四半期"
    return _qualified(_spelt(name, ends, manner), value.qualifier)


def _open(value: Partial, manner: Manner) -> list[Piece]:
    """A value with one end: 以降 or まで says which, unless it has a word of its own."""
    start, _, end = value.edtf.partition("/")
    if start in ("", ".."):
        return _qualified([_bound(end, manner)], value.qualifier or "まで")
    return _qualified([_bound(start, manner)], value.qualifier or "以降")


def _as_it_stands(value: Partial, _manner: Manner) -> list[Piece]:
    """A precision of tomorrow: better the bare value than a wrong date or no page."""
    return [Piece(value.edtf)]


_WRITERS: Final[dict[str, Writer]] = {
    "day": _single,
    "month": _single,
    "year": _single,
    "quarter": _quarter,
    "fiscal_year": _fiscal_year,
    "fiscal_year_end": _fiscal_year_end,
    "interval": _interval,
    "open": _open,
}
