"""A calendar file written from its entries (RFC 5545, 7986), folded at 75 octets between characters."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Literal, TypeAlias

from icalendar import Alarm, Calendar, Component, Event, vText

from contracts.values import PartialDate
from roadmap.domain import Trace
from roadmap.exports.publishing import Outlet

Kept: TypeAlias = Literal["TENTATIVE", "CONFIRMED", "CANCELLED"]
REFRESH = timedelta(hours=6)
WARNED = timedelta(days=7)
"""So long before a deadline day a calendar program reminds of it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """One all-day event; `uid` is for ever."""

    uid: str
    summary: str
    value: PartialDate
    """When; both its ends are known."""
    status: Kept | None
    lines: tuple[str, ...]
    address: str
    """The page for people, whole."""
    trace: Trace
    warned: bool = False
    """Whether a calendar program reminds of it."""


def written(outlet: Outlet, told: str, entries: Iterable[Entry]) -> bytes:
    """The file, its entries by their ids; `told` is what a reader should know of it as a whole."""
    made = Calendar()
    _put(made, "VERSION", "2.0")
    _put(made, "PRODID", "-//Machi//roadmap//JA")
    _put(made, "CALSCALE", "GREGORIAN")
    for name in ("NAME", "X-WR-CALNAME"):
        _put(made, name, vText(outlet.name))
    for name in ("DESCRIPTION", "X-WR-CALDESC"):
        _put(made, name, vText(told))
    _put(made, "COLOR", "navy")
    _put(made, "URL", outlet.about)
    _put(made, "SOURCE", outlet.address, VALUE="URI")
    _put(made, "REFRESH-INTERVAL", REFRESH, VALUE="DURATION")
    _put(made, "X-PUBLISHED-TTL", vText("PT6H"))
    for entry in sorted(entries, key=lambda entry: entry.uid):
        made.add_component(_event(entry))
    return made.to_ical()


def _event(entry: Entry) -> Event:
    value, made = entry.value, Event()
    _put(made, "UID", entry.uid)
    _put(made, "SUMMARY", entry.summary)
    _put(made, "DTSTART", value.lo)
    if value.hi and value.hi < date.max:
        _put(made, "DTEND", value.hi + timedelta(days=1))  # the first day that is not part of it
    _put(made, "TRANSP", "TRANSPARENT")
    _put(made, "X-MACHI-EDTF", vText(value.edtf))
    _put(made, "SEQUENCE", entry.trace.changes)
    for name in ("DTSTAMP", "LAST-MODIFIED"):
        _put(made, name, entry.trace.changed)
    _put(made, "DESCRIPTION", "\n".join((*entry.lines, entry.address)))
    _put(made, "URL", entry.address)
    if entry.status:
        _put(made, "STATUS", entry.status)
    if entry.warned:
        made.add_component(_alarm(entry))
    return made


def _alarm(entry: Entry) -> Alarm:
    made = Alarm()
    _put(made, "ACTION", "DISPLAY")
    _put(made, "DESCRIPTION", f"1週間後です：{entry.summary}")
    _put(made, "TRIGGER", -WARNED)
    return made


def _put(component: Component, name: str, value: object, **parameters: str) -> None:
    component.add(name, value, parameters=parameters)  # pyright: ignore[reportUnknownMemberType] its value has no type
