"""Feeds of changes: Atom (RFC 4287, paged as in RFC 5005) and JSON Feed 1.1, an entry for each event."""

import json
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any
from uuid import UUID
from xml.etree.ElementTree import Element, SubElement, tostring

from contracts import roadmap as said
from contracts.envelope import Event
from pages.dates import TOKYO, western_text
from roadmap.domain import slip
from roadmap.exports.publishing import Outlet, Publisher
from roadmap.exports.wording import moved, on_day

ATOM = "application/atom+xml; charset=utf-8"
JSON_FEED = "application/feed+json; charset=utf-8"
NAMESPACE = "http://www.w3.org/2005/Atom"
VERSION = "https://jsonfeed.org/version/1.1"
NO_XML = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
"""Signs that no XML may hold."""
BEGINNING = datetime(2026, 1, 1, tzinfo=UTC)
"""When a feed without entries was last updated: a feed must say so, and now would change each time."""
BLANKED = "この記録の内容は、公開をやめました"
BACKFILL = "［過去の記録］"


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """One event, as it was told; its id is the one it has everywhere."""

    event_id: UUID
    type: str
    subject: str
    recorded: datetime
    event: Event | None
    """None: its text was taken out of the record."""

    @property
    def title(self) -> str:
        """One line; history told at the first load says that it is none of today's news."""
        past = BACKFILL if getattr(self.event, "backfill", False) else ""
        return past + (_title(self.event, self.recorded) if self.event else BLANKED)

    @property
    def summary(self) -> str:
        """Why, and who decided it."""
        return "\n".join(_summary(self.event)) if self.event else BLANKED

    @property
    def tags(self) -> list[str]:
        """Its type, and whether it is history told at the first load."""
        return [self.type] + ["backfill"] * bool(getattr(self.event, "backfill", False))

    def tag(self, publisher: Publisher) -> str:
        """Its id for ever (RFC 4151)."""
        return f"tag:{publisher.host},{self.recorded.year}:event/{self.event_id}"

    def page(self, publisher: Publisher) -> str:
        """The page about it, whole."""
        return publisher.address(self.event.page if self.event else "/plan")


def _title(event: Event, recorded: datetime) -> str:
    """A move in western years, with how far and how often: 標準化対応期限 2027年9月 → 12月（+3か月、2回目）."""
    if not isinstance(event, said.MilestoneRescheduled) or event.old_due is None:
        return event.title  # that alone tells what was stopped from what had no date
    old, new = event.old_due, event.new_due
    way = f"{slip(old, new).text}、" if old and new else ""
    return f"{event.label} {moved(old, new)}（{_only_from(event, recorded)}{way}{event.slip_count}回目）"


def _only_from(event: said.MilestoneRescheduled, recorded: datetime) -> str:
    """The day from which the new date holds, where that was still to come."""
    day = event.valid_from
    ahead = day and day > recorded.astimezone(TOKYO).date()
    return f"{western_text(day, weekday=False)}から、" if day and ahead else ""


def _summary(event: Event) -> Iterator[str]:
    match event:
        case said.MilestoneRescheduled(decision=decision) if decision:
            yield f"{on_day(decision.taken_on)} {decision.body}の決定：{decision.chosen}"
        case said.DecisionTaken():
            yield f"{on_day(event.taken_on)} {event.body}の決定：{event.chosen}"
        case _:
            yield event.title
    if reason := getattr(event, "reason", None):
        yield f"理由：{reason}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Page:
    """Entries of a feed, newest first, and the address of the older ones; None: these are the oldest."""

    entries: Sequence[Entry]
    following: str | None


def atom(outlet: Outlet, page: Page) -> bytes:
    """The feed as Atom."""
    root = Element("feed", {"xmlns": NAMESPACE, "xml:lang": "ja"})
    _text(root, "id", f"tag:{outlet.publisher.host},2026:changes/{outlet.topic}")
    _text(root, "title", f"{outlet.name}の変更")
    _text(SubElement(root, "author"), "name", outlet.publisher.city)
    _link(root, "self", outlet.address)
    _link(root, "alternate", outlet.about)
    if page.following:
        _link(root, "next", page.following)
    _text(root, "updated", _instant(max((e.recorded for e in page.entries), default=BEGINNING)))
    for entry in page.entries:
        _entry(SubElement(root, "entry"), entry, outlet.publisher)
    return tostring(root, encoding="utf-8", xml_declaration=True)


def _entry(element: Element, entry: Entry, publisher: Publisher) -> None:
    _text(element, "id", entry.tag(publisher))
    _text(element, "title", entry.title)
    _link(element, "alternate", entry.page(publisher))
    for name in ("published", "updated"):
        _text(element, name, _instant(entry.recorded))
    _text(element, "summary", entry.summary)
    for tag in entry.tags:
        SubElement(element, "category", {"term": tag})


def _text(parent: Element, name: str, text: str) -> None:
    SubElement(parent, name).text = NO_XML.sub("\ufffd", text)


def _link(parent: Element, relation: str, address: str) -> None:
    SubElement(parent, "link", {"rel": relation, "href": address})


def json_feed(outlet: Outlet, page: Page) -> bytes:
    """The feed as JSON."""
    feed: dict[str, Any] = {
        "version": VERSION,
        "title": f"{outlet.name}の変更",
        "language": "ja",
        "home_page_url": outlet.about,
        "feed_url": outlet.address,
        "authors": [{"name": outlet.publisher.city}],
        "items": [_item(entry, outlet.publisher) for entry in page.entries],
    }
    following = {"next_url": page.following} if page.following else {}
    return json.dumps(feed | following, ensure_ascii=False).encode()


def _item(entry: Entry, publisher: Publisher) -> dict[str, Any]:
    return {
        "id": entry.tag(publisher),
        "url": entry.page(publisher),
        "title": entry.title,
        "content_text": entry.summary,
        "date_published": _instant(entry.recorded),
        "tags": entry.tags,
        "_machi": {
            "about": publisher.address("/plan"),
            "event_id": str(entry.event_id),
            "type": entry.type,
            "subject": entry.subject,
        },
    }


def _instant(moment: datetime) -> str:
    return moment.astimezone(UTC).isoformat(timespec="seconds").replace("+00:00", "Z")
