"""What a neighbour told of one of its pages: enough to find it, and to show it as news."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from typing import Literal, TypeAlias
from zoneinfo import ZoneInfo

Service: TypeAlias = Literal["catalog", "roadmap", "opendata", "notify"]

TOKYO = ZoneInfo("Asia/Tokyo")


@dataclass(frozen=True, slots=True, kw_only=True)
class NeighbourPage:
    """A page as the last event about its subject told it."""

    service: str  # who said it
    subject: str
    type: str  # of the event
    page: str
    title: str
    text: str  # more words by which it can be found
    news: bool  # False: history told at the first load
    at: datetime
    until: datetime | None = None  # from then on it is no news any more; None: it says no end

    @property
    def day(self) -> date:
        """The day on which it was told, in Japan."""
        return self.at.astimezone(TOKYO).date()


def is_path(page: str) -> bool:
    """Whether it leads to a page of this site: a link to anywhere else is not shown."""
    return page.startswith("/") and not page.startswith(("//", "/\\"))


def news_of(service: Service, pages: Iterable[NeighbourPage], now: datetime) -> list[NeighbourPage]:
    """What a neighbour told that is still news, the last first."""
    told = [one for one in pages if one.service == service and one.news]
    fresh = [one for one in told if one.until is None or now < one.until]
    return sorted(fresh, key=lambda one: (one.at, one.page), reverse=True)
