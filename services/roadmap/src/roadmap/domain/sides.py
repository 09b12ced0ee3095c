"""Which moments are set side by side: days, instants, or versions of the plan by their names."""

from collections.abc import Sequence
from datetime import datetime

from roadmap.domain.asof import TOKYO, At, present, read_at
from roadmap.domain.plan import Revision


def moment_of(words: str, known: Sequence[Revision], now: datetime) -> At:
    """Read one side: R8 is its first day in force, an instant is meant on both clocks.

    Refuses what is no moment, and what cannot be known yet.
    """
    named = next((each for each in known if each.revision_id == words), None)
    if named:
        return _first_day(named)
    if "T" not in words:
        return read_at(words, None, now)
    instant = read_at(None, words, now)
    day = (instant.known or now).astimezone(TOKYO).date()
    return read_at(day.isoformat(), words, now)


def before_newest(known: Sequence[Revision], now: datetime) -> At:
    """The version before the newest; the present, where there is none before."""
    return _first_day(known[1]) if len(known) > 1 else present(now)


def _first_day(revision: Revision) -> At:
    day = revision.in_force_from
    return At(day=day, valid_asked=day.isoformat())
