"""The ways to file a procedure: since when, at what hours, and what one needs for it."""

from dataclasses import dataclass
from typing import Literal, TypeAlias

from catalog.domain.sourced import Sourced
from contracts.values import PartialDate

ChannelKind: TypeAlias = Literal[
    "mynaportal", "convenience", "eltax", "web", "counter", "post", "phone", "agent"
]
ONLINE: frozenset[ChannelKind] = frozenset({"mynaportal", "eltax", "web"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Hours:
    """The hours of a day, as 06:30; 24:00 is the day's end."""

    opens: str
    closes: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Closure:
    """Days on which a way is closed, as 12-29/01-03 of every year."""

    label: str
    days: str | None  # None: they are announced each time


@dataclass(frozen=True, slots=True, kw_only=True)
class Requires:
    """What one must have at hand to use a way."""

    card: str | None
    certificate: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Channel:
    """One way to file one procedure."""

    channel_id: str
    kind: ChannelKind
    label: str
    since: PartialDate | None  # None: nobody has confirmed that it is open
    hours: Hours | None  # None: not known
    closures: tuple[Closure, ...]
    requires: Requires | None  # None: not known
    url: str | None
    sources: tuple[Sourced, ...]

    @property
    def online(self) -> bool:
        """Whether it needs no visit anywhere, not even to a shop."""
        return self.kind in ONLINE
