"""The Atom feed of notices (RFC 4287)."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from urllib.parse import urlsplit
from xml.etree.ElementTree import Element, SubElement, tostring

from notify.domain import Notice

MEDIA_TYPE = "application/atom+xml; charset=utf-8"
NAMESPACE = "http://www.w3.org/2005/Atom"
NO_XML = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
"""Signs that no XML may hold."""
BEGINNING = datetime(2026, 1, 1, tzinfo=UTC)
"""When a feed without entries was last updated: a feed must say so, and now would change each time."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Feed:
    """Whose feed it is, and where it lies."""

    title: str
    author: str
    base: str
    """The address of the site, without a slash at its end."""


def atom(feed: Feed, notices: Sequence[Notice]) -> bytes:
    """The feed, newest first as the notices are; an entry's id is for ever that of its notice."""
    root = Element("feed", {"xmlns": NAMESPACE, "xml:lang": "ja"})
    _text(root, "id", f"tag:{_host(feed)},2026:notices")
    _text(root, "title", feed.title)
    _text(SubElement(root, "author"), "name", feed.author)
    _link(root, "self", f"{feed.base}/notices/feed.atom")
    _link(root, "alternate", f"{feed.base}/notices")
    newest = max((notice.issued_at for notice in notices), default=BEGINNING)
    _text(root, "updated", _instant(newest))
    for notice in notices:
        _entry(root, feed, notice)
    return tostring(root, encoding="utf-8", xml_declaration=True)


def _entry(root: Element, feed: Feed, notice: Notice) -> None:
    entry = SubElement(root, "entry")
    _text(entry, "id", f"tag:{_host(feed)},2026:notice/{notice.notice_id}")
    _text(entry, "title", notice.title)
    _link(entry, "alternate", feed.base + notice.page)
    _text(entry, "published", _instant(notice.issued_at))
    _text(entry, "updated", _instant(notice.issued_at))
    _text(entry, "summary", notice.summary)
    for topic in notice.topics:
        SubElement(entry, "category", {"term": topic})


def _text(parent: Element, name: str, text: str) -> None:
    SubElement(parent, name).text = NO_XML.sub("\ufffd", text)


def _link(parent: Element, relation: str, address: str) -> None:
    SubElement(parent, "link", {"rel": relation, "href": address})


def _host(feed: Feed) -> str:
    return urlsplit(feed.base).hostname or "localhost"


def _instant(moment: datetime) -> str:
    return moment.astimezone(UTC).isoformat(timespec="seconds").replace("+00:00", "Z")
