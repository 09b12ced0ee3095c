"""When it is told that a deadline day comes near, or is over."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date

from roadmap.domain.milestones import Milestone

THRESHOLDS = (180, 90, 30, 7)
"""So many days before a deadline day it is told that it approaches."""
OVER = 0
"""The threshold that is passed when the deadline day is over."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Reminder:
    """What is to be told of a milestone now."""

    milestone: Milestone
    deadline: date
    threshold: int
    """The nearest that was passed."""
    passed: tuple[int, ...]
    """All that were; those before the nearest are not told any more, for there are fewer days left."""


def reminder(milestone: Milestone, told: Collection[int], today: date) -> Reminder | None:
    """What is to be told of a milestone on a day, given what was told of its deadline day before."""
    deadline, status = milestone.deadline, milestone.status(today)
    if deadline is None or status in ("cancelled", "reached", "reached_late", "unconfirmed"):
        return None
    left = (deadline - today).days
    passed = (OVER,) if left < 0 else tuple(days for days in THRESHOLDS if left <= days)
    if not passed or min(passed) in told:
        return None
    return Reminder(milestone=milestone, deadline=deadline, threshold=min(passed), passed=passed)
