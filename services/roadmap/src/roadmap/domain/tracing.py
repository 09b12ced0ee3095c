"""What the record tells of a node itself: how often it changed, and when it did so last."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time

from roadmap.domain.asof import TOKYO, At


@dataclass(frozen=True, slots=True, kw_only=True)
class Trace:
    """How a node came to be as it is; by what was known at a moment, so it never changes afterwards."""

    changes: int
    """How often something was recorded about it after the first time, or came into force, up to the last visible change.

    What only states the same again counts when something changes after it, so the number never falls.
    """
    changed: datetime
    """When it was changed visibly the last time."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Held:
    """What was held for true of one part of a node: its text, or one date by one asserter."""

    node_id: str
    part: str
    since: datetime
    until: datetime | None
    """Until when it was held for true; None: it still is."""
    valid_since: date
    valid_until: date | None
    """The first day on which it is in force no more; None: nothing ends it."""
    words: str
    """What it says, so that two rows say the same where their words do."""

    def seen(self, at: datetime, day: date) -> bool:
        """Whether somebody who looked at an instant at what is in force on a day was shown it."""
        held = self.since <= at and (self.until is None or at < self.until)
        return (
            held
            and self.valid_since <= day
            and (self.valid_until is None or day < self.valid_until)
        )

    def instants(self, at: At) -> Iterator[datetime]:
        """When it may have changed what is seen: it was recorded, held no more, or a day had come."""
        days = [day for day in (self.valid_since, self.valid_until) if day and day <= at.day]
        come = [datetime.combine(day, time(), TOKYO) for day in days]
        while_held = [
            day for day in come if self.since < day and not (self.until and self.until <= day)
        ]
        for instant in (self.since, self.until, *while_held):
            if instant and (at.known is None or instant <= at.known):
                yield instant


def traced(rows: Iterable[Held], at: At) -> dict[str, Trace]:
    """How each node came to be as it was at a moment."""
    found: defaultdict[str, list[Held]] = defaultdict(list)
    for row in rows:
        found[row.node_id].append(row)
    return {node_id: _trace(own, at) for node_id, own in found.items()}


def _trace(rows: Sequence[Held], at: At) -> Trace:
    ordered = sorted({instant for row in rows for instant in row.instants(at)})
    trace, before = Trace(changes=0, changed=ordered[0]), _shown(rows, ordered[0], at.day)
    for number, instant in enumerate(ordered):
        now = _shown(rows, instant, at.day)
        if now != before:
            trace, before = Trace(changes=number, changed=instant), now
    return trace


def _shown(rows: Sequence[Held], at: datetime, day: date) -> list[tuple[str, str]]:
    """What was seen at an instant, part by part."""
    seen_of = min(at.astimezone(TOKYO).date(), day)
    return sorted((row.part, row.words) for row in rows if row.seen(at, seen_of))
