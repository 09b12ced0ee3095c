"""When what has changed is published: after a moment of quiet, or when it has waited long enough."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

from opendata.domain.datasets import Slug

QUIET = timedelta(seconds=1)
# With the second that the clock may take to look, nobody waits longer than four.
LONGEST = timedelta(seconds=3)


@dataclass(frozen=True, slots=True, kw_only=True)
class Waiting:
    """A data set that has changed since it was published, and because of what."""

    slug: Slug
    first: datetime  # when the first change was heard
    last: datetime  # when the last one was
    event_id: str | None  # the last event that changed it; None: a look that no event asked for
    hops: int  # of what will be said because of it: the most that any of the changes has

    def is_ripe(self, now: datetime) -> bool:
        """Whether a burst is over, or has gone on for long enough."""
        return now - self.last >= QUIET or now - self.first >= LONGEST


def ripe(waiting: Iterable[Waiting], now: datetime) -> list[Waiting]:
    """Those that are to be published now."""
    return [each for each in waiting if each.is_ripe(now)]
