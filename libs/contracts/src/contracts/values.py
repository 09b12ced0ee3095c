"""What several events carry: a date as exact as it was stated, a municipality, a refusal."""

import inspect
import re
from calendar import monthrange
from datetime import date
from functools import lru_cache
from typing import Annotated, Literal, Self, TypeAlias

from pydantic import BaseModel, ConfigDict, StringConstraints, model_validator

Municipality: TypeAlias = Annotated[str, StringConstraints(pattern=r"^[0-9]{6}$")]
"""A local government code (全国地方公共団体コード) as six digits of text, for it may begin with 0."""

Order: TypeAlias = Literal["before", "after", "same", "unknown"]
OnTime: TypeAlias = Literal["yes", "no", "unknown"]
Span: TypeAlias = tuple[date | None, date | None]

_ONE_DATE = re.compile(r"([1-9][0-9]{3})(?:-([0-9]{2}))?(?:-([0-9]{2}))?")
_OPEN_END = ".."
_PRECISION_BY_LENGTH = {4: "year", 7: "month", 10: "day"}
_KNOWN = frozenset(
    ["day", "month", "quarter", "year", "fiscal_year", "fiscal_year_end", "interval", "open"]
)
_MONTHS_IN = {"fiscal_year": 12, "quarter": 3}


class Refusal(Exception):
    """What was asked cannot be done."""

    def __init__(self, detail: str = "") -> None:
        """Keep the id or the reason; the sentence is the docstring of the class."""
        super().__init__(detail)
        self.detail = detail

    def __str__(self) -> str:
        sentence = inspect.cleandoc(type(self).__doc__ or type(self).__name__)
        return f"{sentence} ({self.detail})" if self.detail else sentence


class UnreadableEdtf(Refusal):
    """The text is not a date of the calendar in the part of EDTF (ISO 8601-2) that is used here."""


class PartialDate(BaseModel):
    """A date or span, exactly as exact as its source: a month stays a month.

    A fiscal year has no EDTF of its own and is written as the interval of its months, so only
    `precision` tells it from twelve months that somebody happened to name.
    """

    model_config = ConfigDict(frozen=True, use_attribute_docstrings=True)

    edtf: str
    """The span in ISO 8601-2: 2027, 2027-09, 2027-09-30, 2021-04/2029-03, 2015/.. or ../2015."""
    lo: date | None
    """The first day it can mean; null: open."""
    hi: date | None
    """The last day it can mean, inclusive, which is its deadline day; null: open."""
    precision: str
    """day, month, quarter, fiscal_year, fiscal_year_end, year, interval or open."""
    qualifier: str | None = None
    """The word at the date: から, まで, 末, 時点, 以降; null: none."""
    original: str | None = None
    """The date as its source wrote it; null: it was never text."""

    @model_validator(mode="after")
    def _is_a_date(self) -> Self:
        """Refuse what no calendar has; a precision of tomorrow passes."""
        try:
            if self.precision in _KNOWN:
                _checked(self.precision, self.edtf, _span(self.edtf))
        except UnreadableEdtf as refused:
            raise ValueError(str(refused)) from None
        return self

    @classmethod
    def from_edtf(
        cls,
        edtf: str,
        *,
        precision: str | None = None,
        qualifier: str | None = None,
        original: str | None = None,
    ) -> Self:
        """Read EDTF; a stated precision must fit its shape, else `UnreadableEdtf`."""
        lo, hi = _span(edtf)
        precise = _checked(precision, edtf, (lo, hi)) if precision else _precision(edtf)
        return cls(
            edtf=edtf, lo=lo, hi=hi, precision=precise, qualifier=qualifier, original=original
        )

    @property
    def deadline(self) -> date | None:
        """The last day that still keeps a promise of this date; null: no end was named."""
        return self.hi

    def compare(self, other: "PartialDate") -> Order:
        """Say which is earlier, or `unknown` where the spans overlap and differ."""
        if (self.lo, self.hi) == (other.lo, other.hi):
            return "same"
        if _ends_before(self, other):
            return "before"
        return "after" if _ends_before(other, self) else "unknown"

    def on_time(self, due: "PartialDate") -> OnTime:
        """Whether this, as what happened, kept the date that was due."""
        if due.hi is None:
            return "unknown"
        if self.hi is not None and self.hi <= due.hi:
            return "yes"
        return "no" if self.lo is not None and self.lo > due.hi else "unknown"


def _ends_before(one: PartialDate, other: PartialDate) -> bool:
    return one.hi is not None and other.lo is not None and one.hi < other.lo


# The same few dates are read for row after row.
@lru_cache(maxsize=10_000)
def _span(edtf: str) -> Span:
    start, slash, end = edtf.partition("/")
    if not slash:
        return _days(start, edtf)
    if start == end == _OPEN_END:
        raise UnreadableEdtf(edtf)
    lo = None if start == _OPEN_END else _days(start, edtf)[0]
    hi = None if end == _OPEN_END else _days(end, edtf)[1]
    if lo and hi and lo > hi:
        raise UnreadableEdtf(edtf)
    return lo, hi


def _days(text: str, edtf: str) -> tuple[date, date]:
    """The first and last day of one year, month or day."""
    found = _ONE_DATE.fullmatch(text)
    if not found:
        raise UnreadableEdtf(edtf)
    year, month, day = found.groups()
    try:
        lo = date(int(year), int(month or 1), int(day or 1))
    except ValueError:
        raise UnreadableEdtf(edtf) from None
    if day:
        return lo, lo
    last = lo.month if month else 12
    return lo, date(lo.year, last, monthrange(lo.year, last)[1])


def _precision(edtf: str) -> str:
    if _OPEN_END in edtf:
        return "open"
    return "interval" if "/" in edtf else _PRECISION_BY_LENGTH[len(edtf)]


def _checked(precision: str, edtf: str, span: Span) -> str:
    fits = precision == _precision(edtf) or _fits(precision, edtf, span)
    if not fits:
        detail = f"{edtf}: {precision}"
        raise UnreadableEdtf(detail)
    return precision


def _fits(precision: str, edtf: str, span: Span) -> bool:
    """Whether the shape is that of a precision for which EDTF has no form."""
    if precision == "fiscal_year_end":
        return len(edtf) == len("2023-03") and edtf.endswith("-03")
    lo, hi = span
    of_months = len(edtf) == len("2028-04/2029-03")
    if lo is None or hi is None or not of_months or precision not in _MONTHS_IN:
        return False
    months = (hi.year - lo.year) * 12 + hi.month - lo.month + 1
    return months == _MONTHS_IN[precision] and lo.month in _starts(precision)


def _starts(precision: str) -> tuple[int, ...]:
    """The months in which such a span begins: a fiscal year in April."""
    return (4,) if precision == "fiscal_year" else (1, 4, 7, 10)
