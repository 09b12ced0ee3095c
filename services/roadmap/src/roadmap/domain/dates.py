"""How a Japanese date of a plan is read, and why some are refused."""

import re
from dataclasses import dataclass
from datetime import date
from typing import NamedTuple
from unicodedata import normalize

from contracts.values import PartialDate, Refusal, UnreadableEdtf

_EDTF = re.compile(r"[0-9./-]+")
_POINT = re.compile(
    r"(?:(?P<era>令和|平成|昭和)(?P<nth>元|[0-9]{1,2})|(?P<western>[0-9]{4}))(?P<unit>年度|年)?"
    r"(?:\((?P<seen>[0-9]{4})(?P<seen_unit>年度|年)\))?"
    r"(?:(?P<month>[0-9]{1,2})月(?:(?P<day>[0-9]{1,2})日)?)?"
    r"(?:\((?P<late>[0-9]{4})年\))?"
    r"(?P<words>末?(?:時点)?(?:から|より|まで|以降)?)"
)
_YEARLESS = re.compile(r"(?P<month>[0-9]{1,2})月(?:(?P<day>[0-9]{1,2})日)?.*")
_WORD = re.compile("末|時点|から|より|まで|以降")
_BETWEEN = ("~", "〜", "から")  # NFKC folds ～ to ~, but leaves 〜 alone

NOT_A_DATE = "日付として読めません"
NO_YEAR = "年が書かれていません"
NO_UNIT = "年か年度かが書かれていません"
NO_SUCH_DAY = "暦にない月日です"
OUTSIDE_ERA = "{era}の期間の外です"
NO_YEAR_ZERO = "{era}に 0 年はありません"
YEARS_DIFFER = "元号年 ({era}) と西暦 ({western}) が一致しません"
UNITS_DIFFER = "元号と西暦の一方が年、もう一方が年度です"
MONTH_IN_FISCAL_YEAR = "年度に月は付けられません"
WRONG_WAY = "終わりが始まりより前です"


class UnreadableDate(Refusal):
    """The text is not a date that can be read without guessing."""

    def __init__(self, text: str, reason: str, suggestion: str | None = None) -> None:
        """Keep the reason, and what may have been meant, in words for a clerk."""
        super().__init__(f"{text}: {reason}")
        self.text = text
        self.reason = reason
        self.suggestion = suggestion

    @property
    def said(self) -> str:
        """The reason and the suggestion as one Japanese sentence."""
        return f"{self.reason}。{self.suggestion}" if self.suggestion else self.reason


class _Era(NamedTuple):
    before: int  # the western year before its first
    first: date
    last: date


_ERAS = {
    "令和": _Era(2018, date(2019, 5, 1), date.max),
    "平成": _Era(1988, date(1989, 1, 8), date(2019, 4, 30)),
    "昭和": _Era(1925, date(1926, 12, 25), date(1989, 1, 7)),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class _Point:
    """One end of a date: from which EDTF it starts, with which it ends."""

    start: str
    end: str
    precision: str
    words: tuple[str, ...] = ()


def read_date(text: str) -> PartialDate:
    """Read one date or span as the plan writes them; a guess is refused (`UnreadableDate`)."""
    folded = _folded(text)
    for between in _BETWEEN:
        head, found, tail = folded.partition(between)
        if found and tail:
            return _between(text, head, tail)
    return _alone(text, folded)


def read_date_or_edtf(text: str) -> PartialDate:
    """Read what a person or a machine may send: 令和9年9月, 2027年9月, 2027-09."""
    if not _EDTF.fullmatch(text.strip()):
        return read_date(text)
    try:
        return PartialDate.from_edtf(text.strip(), original=text)
    except UnreadableEdtf:
        raise UnreadableDate(text, NOT_A_DATE, "2027-09 や令和9年9月のように書きます") from None


def _folded(text: str) -> str:
    """Fold widths, drop spaces and line breaks, and the brackets around the whole."""
    folded = "".join(normalize("NFKC", text).split())
    inner = folded[1:-1]
    whole = folded[:1] == "(" and folded[-1:] == ")" and not {"(", ")"} & set(inner)
    return inner if whole else folded


def _alone(text: str, folded: str) -> PartialDate:
    point = _point(text, folded)
    words = ["から" if word == "より" else word for word in point.words]
    precision = point.precision
    edtf = point.start if point.start == point.end else f"{point.start}/{point.end}"
    if "以降" in words:
        edtf, precision = f"{point.start}/..", "open"
    elif precision == "fiscal_year" and words[:1] == ["末"]:
        edtf, precision, words = point.end, "fiscal_year_end", words[1:]
    qualifier = " ".join(words) or None
    return PartialDate.from_edtf(edtf, precision=precision, qualifier=qualifier, original=text)


def _between(text: str, head: str, tail: str) -> PartialDate:
    start = _point(text, head, unit_needed=False)
    end = _point(text, tail, unit_needed=False)
    if start.words or end.words not in {(), ("まで",)}:
        raise UnreadableDate(text, NOT_A_DATE)
    try:
        return PartialDate.from_edtf(
            f"{start.start}/{end.end}", precision="interval", original=text
        )
    except UnreadableEdtf:
        raise UnreadableDate(text, WRONG_WAY) from None


def _point(text: str, folded: str, *, unit_needed: bool = True) -> _Point:
    found = _POINT.fullmatch(folded)
    if not found:
        raise _no_point(text, folded)
    if not found["unit"] and (unit_needed or found["era"] or found["month"]):
        raise UnreadableDate(text, NO_UNIT, "2027年、2027年度のように書きます")
    year = _year(text, found)
    point = _fiscal_year(text, found, year) if found["unit"] == "年度" else _dated(found, year)
    _refuse_outside(text, found, point)
    return point


def _no_point(text: str, folded: str) -> UnreadableDate:
    """Why this is no date at all: it may only lack its year."""
    found = _YEARLESS.fullmatch(folded)
    if not found:
        return UnreadableDate(text, NOT_A_DATE)
    month, day = int(found["month"]), int(found["day"] or 1)
    try:
        date(2000, month, day)  # a leap year: 2月29日 exists
    except ValueError:
        return UnreadableDate(text, NO_SUCH_DAY)
    return UnreadableDate(text, NO_YEAR, f"令和9年{month}月のように年から書きます")


def _year(text: str, found: re.Match[str]) -> int:
    """The western year; a bracketed one must agree with the era."""
    if not found["era"]:
        year = int(found["western"])
    else:
        year = _ERAS[found["era"]].before + _nth(text, found)
    for seen in (found["seen"], found["late"]):
        if seen and int(seen) != year:
            reason = YEARS_DIFFER.format(era=year, western=seen)
            raise UnreadableDate(text, reason, f"西暦 {year} 年ではありませんか")
    if found["seen_unit"] not in {None, found["unit"]}:
        raise UnreadableDate(text, UNITS_DIFFER)
    return year


def _nth(text: str, found: re.Match[str]) -> int:
    nth = 1 if found["nth"] == "元" else int(found["nth"])
    if nth == 0:
        reason = NO_YEAR_ZERO.format(era=found["era"])
        raise UnreadableDate(text, reason, f"{found['era']}元年ではありませんか")
    return nth


def _fiscal_year(text: str, found: re.Match[str], year: int) -> _Point:
    if found["month"]:
        raise UnreadableDate(text, MONTH_IN_FISCAL_YEAR, "令和10年3月は令和9年度の月です")
    words = tuple(_WORD.findall(found["words"]))
    return _Point(
        start=f"{year:04}-04", end=f"{year + 1:04}-03", precision="fiscal_year", words=words
    )


def _dated(found: re.Match[str], year: int) -> _Point:
    numbers = [int(part) for part in (found["month"], found["day"]) if part]
    edtf = "-".join((f"{year:04}", *(f"{number:02}" for number in numbers)))
    words = tuple(_WORD.findall(found["words"]))
    precision = ("year", "month", "day")[len(numbers)]
    return _Point(start=edtf, end=edtf, precision=precision, words=words)


def _refuse_outside(text: str, found: re.Match[str], point: _Point) -> None:
    """Refuse what no calendar has, and what lies wholly outside the era it names."""
    try:
        lo = PartialDate.from_edtf(point.start).lo or date.min
        hi = PartialDate.from_edtf(point.end).hi or date.max
    except UnreadableEdtf:
        raise UnreadableDate(text, NO_SUCH_DAY) from None
    if not found["era"]:
        return
    era = _ERAS[found["era"]]
    if hi < era.first or lo > era.last:
        reason = OUTSIDE_ERA.format(era=found["era"])
        raise UnreadableDate(text, reason, _in_its_era(lo))


def _in_its_era(day: date) -> str | None:
    """The year as the era of that day names it."""
    for name, era in _ERAS.items():
        if era.first <= day <= era.last:
            nth = day.year - era.before
            return f"{name}{'元' if nth == 1 else nth}年ではありませんか"
    return None
