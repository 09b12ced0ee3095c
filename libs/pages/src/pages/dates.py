"""Dates as residents of Japan read them, never more exact than they are known."""

import re
from collections.abc import Callable
from dataclasses import dataclass
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
BOUND: Final = re.compile(r"(?P<year>\d{4})(-(?P<month>0[1-9]|1[0-2])(-(?P<day>\d\d))?)?")
APRIL: Final = 4
MARCH: Final = 3
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
    era = _era_year(day)
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


def _fiscal_era(first_year: int) -> str:
    """A 会計年度 runs from April to March and is named by its first year; 2019 is 令和元年度."""
    return f"{_era_year(date(first_year, DECEMBER, 31))}度"


def _fiscal(first_year: int) -> str:
    return f"{_fiscal_era(first_year)}（{first_year}年度）"


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
    written = [Piece(_fiscal(year))]
    if manner.both and end:
        span = [_western_month(start), Piece("〜"), _western_month(end)]
        written = [Piece(f"{_fiscal_era(year)}（"), *span, Piece("）")]
    return _qualified(written, value.qualifier)


def _western_month(edtf: str) -> Piece:
    year, _, month = edtf.partition("-")
    return Piece(f"{int(year)}年{int(month)}月", edtf) if month.isdigit() else Piece(edtf)


def _fiscal_year_end(value: Partial, manner: Manner) -> list[Piece]:
    """The end of a 年度 is its March, which lies in the next calendar year."""
    found = BOUND.fullmatch(value.edtf)
    if found is None:
        return _as_it_stands(value, manner)
    end = Piece(f"{_fiscal(int(found['year']) - 1)}末", value.edtf)
    return _qualified([end], (value.qualifier or "").replace("末", ""))


def _interval(value: Partial, manner: Manner) -> list[Piece]:
    start, _, end = value.edtf.partition("/")
    if start.endswith(f"-0{APRIL}") and end.endswith(f"-0{MARCH}"):
        first, last = _fiscal(int(start[:4])), _fiscal(int(end[:4]) - 1)
        ends = [Piece(first, start), Piece(last, end)]
    else:
        ends = [_bound(start, manner), _bound(end, manner)]
    return _qualified([ends[0], Piece("〜"), ends[1]], value.qualifier)


def _quarter(value: Partial, manner: Manner) -> list[Piece]:
    """A quarter is written by its first and last month: nobody has to know which one is meant."""
    if value.lo is None or value.hi is None:
        return _as_it_stands(value, manner)
    ends = [_bound(f"{day:%Y-%m}", manner) for day in (value.lo, value.hi)]
    return _qualified([ends[0], Piece("〜"), ends[1]], value.qualifier)


def _open(value: Partial, manner: Manner) -> list[Piece]:
    """A value with one end: から or まで says which, unless it has a word of its own."""
    start, _, end = value.edtf.partition("/")
    if start in ("", ".."):
        return _qualified([_bound(end, manner)], value.qualifier or "まで")
    return _qualified([_bound(start, manner)], value.qualifier or "から")


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
