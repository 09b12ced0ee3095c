"""What notify says: which notices were issued."""

from datetime import datetime
from typing import ClassVar

from contracts.envelope import Event


class NoticeIssued(Event):
    """A notice was issued to all who subscribe to one of its topics."""

    ce_type: ClassVar[str] = "machi.notify.notice.issued.v1"
    ce_subject: ClassVar[str] = "notice_id"

    notice_id: str
    kind: str
    """event: it follows from an event; more kinds will come."""
    summary: str
    """What changed, a line for each fact, written for the public."""
    topics: list[str]
    """`initiative:<number>`, or plan for everything."""
    caused_by: str | None
    """The id of the event that it follows from."""
    about: str
    """The page of what it is about: a path behind the gateway."""
    issued_at: datetime
    expires_at: datetime
    """From then on it is no news any more, and sent to nobody."""
