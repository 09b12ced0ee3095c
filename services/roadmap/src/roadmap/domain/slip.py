"""How far a date has moved, and how sure that is."""

from dataclasses import dataclass
from datetime import date

from contracts.values import PartialDate
from roadmap.domain.assertions import Direction, direction

_MONTHS = frozenset(["month", "fiscal_year_end"])
_UNITS = {"quarter": (3, "四半期"), "fiscal_year": (12, "年"), "year": (12, "年")}
"""How many months one of them has, and how a number of them is told."""
_WORDS: dict[Direction, str] = {
    "later": "後ろ倒し",
    "earlier": "前倒し",
    "same": "変更なし",
    "unknown": "判定できません",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Slip:
    """How far a later statement of a date lies from an earlier one; ahead is positive."""

    direction: Direction
    days: int | None  # from deadline day to deadline day; None: one of them has no end
    months: int | None  # only where both are stated as a month
    bounds: tuple[int, int] | None  # the fewest and most days it can be; None: an end is open
    units: tuple[int, str] | None = None  # quarters or years, only where both are stated so

    @property
    def text(self) -> str:
        """In Japanese, as exact as both dates are: +3か月, +1四半期, −1日, +1日から+30日, 判定できません."""
        if self.direction in {"same", "unknown"}:
            return _WORDS[self.direction]
        if self.months is not None:
            return _signed(self.months, "か月")
        if self.units:
            return _signed(*self.units)
        return self.span or _WORDS[self.direction]

    @property
    def distance(self) -> str | None:
        """The days from deadline day to deadline day; None: one of them has no end."""
        return None if self.days is None else _signed(self.days, "日")

    @property
    def span(self) -> str | None:
        """The fewest and the most days that it can be; None: an end is open, so nobody can count."""
        if self.bounds is None:
            return None
        least, most = sorted(self.bounds, key=abs)
        if self.bounds[0] < 0 < self.bounds[1]:
            least, most = self.bounds
        ends = dict.fromkeys((_signed(least, "日"), _signed(most, "日")))
        return "から".join(ends)


def _signed(number: int, unit: str) -> str:
    sign = "−" if number < 0 else "+" if number else ""
    return f"{sign}{abs(number):,}{unit}"


def slip(old: PartialDate | None, new: PartialDate | None) -> Slip:
    """Measure the way from one date to another; None is a milestone without a date."""
    moved = direction(old, new)
    if old is None or new is None:
        return Slip(direction=moved, days=None, months=None, bounds=None)
    in_months = {old.precision, new.precision} <= _MONTHS
    least, most = _days(old.hi, new.lo), _days(old.lo, new.hi)
    return Slip(
        direction=moved,
        days=_days(old.deadline, new.deadline),
        months=months_between(old, new) if in_months else None,
        bounds=None if least is None or most is None else (least, most),
        units=_units(old, new),
    )


def _units(old: PartialDate, new: PartialDate) -> tuple[int, str] | None:
    """The way in quarters or years; None: not both are stated so."""
    months = months_between(old, new)
    if old.precision != new.precision or old.precision not in _UNITS or months is None:
        return None
    length, unit = _UNITS[old.precision]
    return months // length, unit


def months_between(old: PartialDate, new: PartialDate) -> int | None:
    """Count the months from one deadline to the other; None where one is a day or is open."""
    if not (old.hi and new.hi and _ends_with_a_month(old) and _ends_with_a_month(new)):
        return None
    return (new.hi.year - old.hi.year) * 12 + new.hi.month - old.hi.month


def _ends_with_a_month(value: PartialDate) -> bool:
    """Whether its end is known to a month or a year, and to no day."""
    return len(value.edtf.rpartition("/")[2]) < len("2027-09-30")


def _days(start: date | None, end: date | None) -> int | None:
    return None if start is None or end is None else (end - start).days
