"""The ways to file a procedure: since when, at what hours, and what one needs for it."""

from dataclasses import dataclass
from datetime import date
from typing import Literal, TypeAlias

from catalog.domain.sourced import Sourced
from contracts.values import PartialDate

ChannelKind: TypeAlias = Literal[
    "mynaportal", "convenience", "eltax", "web", "counter", "post", "phone", "agent"
]
Usable: TypeAlias = Literal["yes", "not_yet", "unknown"]
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
    def needed(self) -> list[str]:
        """What one must have at hand, as far as that is known."""
        known = self.requires
        return [each for each in (known.card, known.certificate) if each] if known else []

    @property
    def online(self) -> bool:
        """Whether it needs no visit anywhere, not even to a shop."""
        return self.kind in ONLINE

    def usable(self, today: date) -> Usable:
        """Whether it has begun; unknown when nobody confirmed it, or its date is too vague."""
        begun = self.since.compare(PartialDate.from_edtf(today.isoformat())) if self.since else None
        match begun:
            case "before" | "same":
                return "yes"
            case "after":
                return "not_yet"
            case _:
                return "unknown"
