"""At which moment the plan is looked at: what was in force when, by what was known when."""

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Literal, TypeAlias
from zoneinfo import ZoneInfo

from contracts.values import PartialDate, Refusal
from roadmap.domain.dates import UnreadableDate, read_date_or_edtf

Boundary: TypeAlias = Literal["certain", "uncertain"]

TOKYO = ZoneInfo("Asia/Tokyo")
SETTLED = timedelta(hours=1)
"""After so long no transaction is under way any more that could still add to what was known."""
FIRST_YEAR = 1900
"""Before it nothing was known, whatever instant is asked for."""
_PRECISE = ("day", "month", "year", "fiscal_year", "quarter")


class UnreadableMoment(Refusal):
    """`valid` takes a day, month or year (2026-06-01, 2026-06, 2026), `known` a day or an instant (2026-06-01, 2026-06-01T09:00:00+09:00)."""


class NotKnownYet(Refusal):
    """`known` lies in the future: nobody can say yet what will be known then."""


@dataclass(frozen=True, slots=True, kw_only=True)
class At:
    """A moment on both clocks; `known` is None for all that is known by now."""

    day: date
    """What was in force on this day, which is the last one of what was asked."""
    known: datetime | None = None
    valid_asked: str | None = None
    known_asked: str | None = None

    @property
    def asked(self) -> bool:
        """Whether somebody asked for another moment than the present."""
        return bool(self.valid_asked or self.known_asked)

    @property
    def past(self) -> bool:
        """Whether it is looked at by what was known then, which nobody can change any more."""
        return self.known is not None

    def settled(self, now: datetime) -> bool:
        """Whether the answer can never change again."""
        return bool(self.valid_asked and self.known and self.known < now - SETTLED)


LATEST = At(day=date.max)
"""The last that was decided, also where it is in force only later."""


def present(now: datetime) -> At:
    """Today, by all that is known."""
    return At(day=now.astimezone(TOKYO).date())


def read_at(valid: str | None, known: str | None, now: datetime) -> At:
    """Read what was asked; refuses what is no moment, and what cannot be known yet."""
    return At(
        day=_last_day(valid) if valid else present(now).day,
        known=_instant(known, now) if known else None,
        valid_asked=valid or None,
        known_asked=known or None,
    )


def _last_day(valid: str) -> date:
    detail = f"valid={valid[:100]}"
    try:
        value = read_date_or_edtf(valid)
    except UnreadableDate as unread:
        raise UnreadableMoment(detail) from unread
    if value.precision not in _PRECISE or value.hi is None:
        raise UnreadableMoment(detail)
    return value.hi


def _instant(known: str, now: datetime) -> datetime | None:
    """The instant meant: of a day its end. Today is not over, so it means all that is known."""
    detail = f"known={known[:100]}"
    try:
        if len(known) <= len("2026-06-01"):
            day = date.fromisoformat(known)
            return _end_of(max(day, date(FIRST_YEAR, 1, 1)), now)
        instant = datetime.fromisoformat(known.replace(" ", "+"))  # an address may lose its plus
    except ValueError:
        raise UnreadableMoment(detail) from None
    if instant.tzinfo is None or instant.year < FIRST_YEAR:
        raise UnreadableMoment(detail)
    if instant > now:
        raise NotKnownYet(detail)
    return instant


def _end_of(day: date, now: datetime) -> datetime | None:
    today = now.astimezone(TOKYO).date()
    if day > today:
        detail = f"known={day}"
        raise NotKnownYet(detail)
    if day == today:
        return None
    following = datetime.combine(day + timedelta(days=1), time(), TOKYO)
    return following - timedelta(microseconds=1)


def boundary(adopted: PartialDate, day: date) -> Boundary:
    """Whether a day lies inside the span in which a revision began, so that either may have held."""
    inside = adopted.lo and adopted.hi and adopted.lo <= day < adopted.hi
    return "uncertain" if inside else "certain"
