"""Rows of the change log as an event stream has them, and who wants which."""

import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any

from sse_starlette import ServerSentEvent

from roadmap.domain import Change

PAGE = 100
"""So many rows are read, and sent, together."""


@dataclass(frozen=True, slots=True)
class Frame:
    """A row of the log as it is sent; no text when it is no event."""

    seq: int
    type: str | None
    about: frozenset[str]
    """The ids of what it is about, and of the headings above."""
    text: bytes


@dataclass(frozen=True, slots=True)
class Wanted:
    """What a reader wants to hear; without words, everything."""

    types: frozenset[str] = frozenset()
    about: frozenset[str] = frozenset()

    def has(self, frame: Frame) -> bool:
        """Whether it is for this reader."""
        kind = not self.types or frame.type in self.types
        return kind and (not self.about or not self.about.isdisjoint(frame.about))


def frame(change: Change, source: str) -> Frame:
    """A row as it is sent; where the text was taken out the event is named, without its data."""
    if change.event_id is None:
        return Frame(change.seq, None, frozenset(), b"")
    about, body = {change.subject or ""}, change.body
    if body is None:
        body = _stub(change, source)
    else:
        about |= _headings(json.loads(body)["data"])
    sent = ServerSentEvent(body, id=str(change.event_id), event=change.type, sep="\n")
    return Frame(change.seq, change.type, frozenset(about), sent.encode())


def _headings(data: dict[str, Any]) -> set[str]:
    """The ids of other nodes that an event names; whatever else a later one may hold there is none."""
    named = [*(data.get("parents") or ()), *(data.get("about") or ())]
    return {each for each in named if isinstance(each, str)}


def _stub(change: Change, source: str) -> str:
    named: dict[str, Any] = {"specversion": "1.0", "id": str(change.event_id), "source": source}
    return json.dumps({**named, "type": change.type, "subject": change.subject, "blanked": True})


@dataclass(slots=True)
class Recent:
    """The newest frames, without a gap."""

    seq: int
    """Of the row before the first of them."""
    frames: list[Frame] = field(default_factory=list[Frame])
    bytes: int = 0

    @property
    def head(self) -> int:
        """The row of the last of them."""
        return self.seq + len(self.frames)

    def add(self, frames: Iterable[Frame], *, rows: int, most_bytes: int) -> None:
        """Take in what follows, and forget the oldest of what is more than this; refuses what does not follow."""
        for each in frames:
            if each.seq != self.head + 1:
                detail = f"{each.seq} after {self.head}"
                raise ValueError(detail)
            self.frames.append(each)
            self.bytes += len(each.text)
        gone = 0
        while len(self.frames) - gone > rows or self.bytes > most_bytes:
            self.bytes -= len(self.frames[gone].text)
            gone += 1
        self.seq += gone
        del self.frames[:gone]

    def after(self, seq: int) -> Sequence[Frame] | None:
        """Some of those after a row; None when the first of these is not among them any more."""
        begin = seq - self.seq
        return self.frames[begin : begin + PAGE] if begin >= 0 else None
