"""How a Japanese date of a plan is read, and why some are refused."""

import re
from dataclasses import dataclass
from datetime import date
from typing import NamedTuple
from unicodedata import normalize

from contracts.values import PartialDate, Refusal, UnreadableEdtf

_EDTF = re.compile(r"[0-9./-]+")
_END = r"(?:(?:(?:令和|平成|昭和)(?:元|[0-9]{1,2})|[0-9]{4})年)?[0-9]{1,2}"
_POINT = re.compile(
    r"(?:(?P<era>令和|平成|昭和)(?P<nth>元|[0-9]{1,2})|(?P<western>[0-9]{4}))(?P<unit>年度|年)?"
    r"(?:\((?P<seen>[0-9]{4})(?P<seen_unit>年度|年)\))?"
    r"(?:の?(?:第(?P<quarter>[0-9一二三四])四半期|(?P<half>[上下])半?期)"
    r"|(?P<month>[0-9]{1,2})月(?:(?P<day>[0-9]{1,2})日(?:\((?P<weekday>[月火水木金土日])\))?)?)?"
    r"(?:\((?P<late>[0-9]{4})年\))?"
    rf"(?:\((?P<since>{_END})月?-(?P<until>{_END})月\))?"
    r"(?P<words>末?(?:時点)?(?:から|より|まで|以降)?)"
)
_MONTHS = re.compile(r"(?<=[度期])\(([^()~〜]+?)(?:~|〜|から)([^()~〜]+月)(?:まで)?\)")
_AIDED = re.compile(r"(?P<months>.+)\((?P<name>[^()]+[上下]半期)\)")
_YEARLESS = re.compile(r"(?P<month>[0-9]{1,2})月(?:(?P<day>[0-9]{1,2})日)?.*")
_YEARLESS_PART = re.compile(r"(?:第[0-9一二三四]四半期|[上下]半?期).*")
_INEXACT = re.compile(
    r"(?P<exact>.*?[年度月期末])の?(?P<word>(?:上旬|中旬|下旬|中頃|半ば|前半|後半|当初|初頭|初め|頃|ごろ"
    r"|前後|春|夏|秋|冬|中|内){1,3})(?:から|より|まで|以降|に){0,3}"
)
_WORD = re.compile("末|時点|から|より|まで|以降")
_BETWEEN = ("~", "〜", "から")  # NFKC folds ～ to ~, but leaves 〜 alone
_QUARTERS = {"1": 0, "2": 1, "3": 2, "4": 3, "一": 0, "二": 1, "三": 2, "四": 3}
_WEEKDAYS = "月火水木金土日"

LONGEST = 200  # characters; no date of a plan has a quarter of them
NOT_A_DATE = "日付として読めません"
NO_YEAR = "年が書かれていません"
NO_UNIT = "年か年度かが書かれていません"
NO_SUCH_DAY = "暦にない月日です"
NO_SUCH_QUARTER = "四半期は第1から第4までです"
OUTSIDE_ERA = "{era}の期間の外です"
NO_YEAR_ZERO = "{era}に 0 年はありません"
YEARS_DIFFER = "元号年 ({era}) と西暦 ({western}) が一致しません"
UNITS_DIFFER = "元号と西暦の一方が年、もう一方が年度です"
MONTHS_DIFFER = "かっこの中の月と期間が一致しません"
WEEKDAY_DIFFERS = "日付と曜日が一致しません"
MONTH_IN_FISCAL_YEAR = "年度に月は付けられません"
NOT_EXACT = "「{word}」の付いた日付は、範囲を一つに決められません"
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
    if len(text) > LONGEST:
        raise UnreadableDate(text[:LONGEST], NOT_A_DATE)
    folded = _folded(text)
    if aided := _AIDED.fullmatch(folded):
        return _aided(text, aided["months"], aided["name"])
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
    return inner if whole else _MONTHS.sub(r"(\1-\2)", folded)


def _aided(text: str, months: str, name: str) -> PartialDate:
    """Months with the name of half a year in brackets behind them, as pages write them."""
    value, named = read_date(months), read_date(name)
    if (value.lo, value.hi) != (named.lo, named.hi):
        raise UnreadableDate(text, MONTHS_DIFFER)
    return value.model_copy(update={"original": text})


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
    if start.words or not {"末", "まで"}.issuperset(end.words):
        raise UnreadableDate(text, NOT_A_DATE)
    edtf, qualifier = f"{start.start}/{end.end}", "末" if "末" in end.words else None
    try:
        return PartialDate.from_edtf(edtf, precision="interval", qualifier=qualifier, original=text)
    except UnreadableEdtf:
        raise UnreadableDate(text, WRONG_WAY) from None


def _point(text: str, folded: str, *, unit_needed: bool = True) -> _Point:
    found = _POINT.fullmatch(folded)
    if not found:
        raise _no_point(text, folded)
    if not found["unit"] and (unit_needed or found["era"] or found["month"]):
        raise UnreadableDate(text, NO_UNIT, "2027年、2027年度のように書きます")
    year = _year(text, found)
    named = _fiscal_year(text, found, year) if found["unit"] == "年度" else _dated(found, year)
    point = _part(text, found, year) if found["quarter"] or found["half"] else named
    # 平成31年度第4四半期 lies outside 平成, but its 年度 was named so.
    _refuse_outside(text, found, named if found["unit"] == "年度" else point)
    _refuse_unlike(text, found, point)
    return point


def _no_point(text: str, folded: str) -> UnreadableDate:
    """Why this is no date at all: it may only lack its year, or not be exact."""
    if _YEARLESS_PART.fullmatch(folded):
        return UnreadableDate(text, NO_YEAR, "令和9年度第2四半期のように年度から書きます")
    found = _YEARLESS.fullmatch(folded)
    if not found:
        return _inexact(text, folded)
    month, day = int(found["month"]), int(found["day"] or 1)
    try:
        date(2000, month, day)  # a leap year: 2月29日 exists
    except ValueError:
        return UnreadableDate(text, NO_SUCH_DAY)
    return UnreadableDate(text, NO_YEAR, f"令和9年{month}月のように年から書きます")


def _inexact(text: str, folded: str) -> UnreadableDate:
    """Why 9月上旬 is refused; what is wrong with the date before such a word is said first."""
    found = _INEXACT.fullmatch(folded)
    if not found:
        return UnreadableDate(text, NOT_A_DATE)
    _point(text, found["exact"])
    suggestion = f"「{found['exact']}」か、始まりと終わりの日付で書きます"
    return UnreadableDate(text, NOT_EXACT.format(word=found["word"]), suggestion)


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
    start, end = f"{year:04}-04", f"{year + 1:04}-03"
    return _Point(start=start, end=end, precision="fiscal_year", words=_words(found))


def _part(text: str, found: re.Match[str], year: int) -> _Point:
    """A quarter or a half: of a 年度 from April on, of a 年 from January on."""
    if found["half"]:
        length, nth, precision = 6, "上下".index(found["half"]), "interval"
    elif found["quarter"] in _QUARTERS:
        length, nth, precision = 3, _QUARTERS[found["quarter"]], "quarter"
    else:
        raise UnreadableDate(text, NO_SUCH_QUARTER)
    first = year * 12 + nth * length + (3 if found["unit"] == "年度" else 0)
    start, end = (f"{n // 12:04}-{n % 12 + 1:02}" for n in (first, first + length - 1))
    return _Point(start=start, end=end, precision=precision, words=_words(found))


def _dated(found: re.Match[str], year: int) -> _Point:
    numbers = [int(part) for part in (found["month"], found["day"]) if part]
    edtf = "-".join((f"{year:04}", *(f"{number:02}" for number in numbers)))
    precision = ("year", "month", "day")[len(numbers)]
    return _Point(start=edtf, end=edtf, precision=precision, words=_words(found))


def _words(found: re.Match[str]) -> tuple[str, ...]:
    return tuple(_WORD.findall(found["words"]))


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


def _refuse_unlike(text: str, found: re.Match[str], point: _Point) -> None:
    """Refuse a bracket that contradicts the date it stands behind."""
    days = PartialDate.from_edtf(point.start).lo, PartialDate.from_edtf(point.end).hi
    for day, said in zip(days, (found["since"], found["until"]), strict=True):
        if said and day and said not in _names_of_month(day):
            raise UnreadableDate(text, MONTHS_DIFFER)
    weekday = _WEEKDAYS[days[0].weekday()] if found["weekday"] and days[0] else None
    if weekday != found["weekday"]:
        raise UnreadableDate(text, WEEKDAY_DIFFERS, f"{weekday}曜日ではありませんか")


def _names_of_month(day: date) -> tuple[str, str, str]:
    return f"{day.month}", f"{day.year}年{day.month}", f"{_era_year(day)}{day.month}"


def _in_its_era(day: date) -> str | None:
    year = _era_year(day)
    return f"{year}ではありませんか" if year else None


def _era_year(day: date) -> str | None:
    """The year as the era of that day names it."""
    for name, era in _ERAS.items():
        if era.first <= day <= era.last:
            nth = day.year - era.before
            return f"{name}{'元' if nth == 1 else nth}年"
    return None
