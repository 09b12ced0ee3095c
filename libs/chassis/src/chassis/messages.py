"""Messages: what a record says on its outside, and the event inside."""

import re
from collections.abc import Awaitable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, TypeAlias

from pydantic import ValidationError

from bus.reading import Record
from chassis.hears import Line
from contracts.envelope import DIGITS, LOG, MAX_KEY_BYTES, Event, partition_key, source
from telemetry import telling

Subject: TypeAlias = tuple[str, str]  # topic, key

NUL = re.compile(rb"(?<!\\)(?:\\\\)*\\u0000")  # behind an escaped backslash it is text


class Undecodable(Exception):
    """The data of a message is not that of its type; no retry can mend it."""


@dataclass(frozen=True, slots=True)
class Message:
    """A record whose outside is that of one of our events; its data is not decoded yet."""

    subject: Subject
    id: str
    type: str
    municipality: str
    sequence: int
    hops: int
    time: datetime
    recorded: datetime
    traceparent: str | None
    log: str
    """Which filling of its topic it belongs to: text that grows from one to the next, '' the first."""
    value: bytes


def read(record: Record) -> Message | None:
    """The message in a record of the log, or None when its outside is none of ours."""
    return assemble(record.topic, record.key, headers=record.headers, value=record.value)


def assemble(
    topic: str,
    key: bytes | None,
    *,
    headers: Sequence[tuple[str, bytes | None]],
    value: bytes | None,
) -> Message | None:
    """The same from its parts; reads no header that it does not need. It never raises."""
    found: dict[str, Any] = dict(headers)  # a header may be null: that is caught as a wrong type
    try:
        number, hops = found["ce_sequence"], int(found["ce_hops"])
        city, about = found["ce_municipality"].decode(), found["ce_subject"].decode()
        kind, identity = found["ce_type"].decode(), found["ce_id"].decode()
        time = datetime.fromisoformat(found["ce_time"].decode())
        recorded = datetime.fromisoformat(found["ce_recordedtime"].decode())
        trace = found["traceparent"].decode() if "traceparent" in found else None
        log = found.get(LOG, b"").decode()
        subject, once = (key or b"").decode(), len(found) == len(headers)
        numbered = len(number) == DIGITS and number.isdigit() and int(number) > 0
        ours = found["ce_source"].decode() == source(city, topic.split(".")[1])
    except (AttributeError, IndexError, KeyError, TypeError, ValueError):
        return None
    whole = once and numbered and 0 <= hops < 2**31 and len(log) in (0, 36)
    fits, dated = len(key or b"") <= MAX_KEY_BYTES, time.tzinfo and recorded.tzinfo
    keyed = subject == partition_key(city, about) and "\x00" not in subject
    if not (ours and whole and fits and dated and keyed):
        return None
    about_it = (identity, kind, city, int(number), hops, time, recorded, trace, log)
    return Message((topic, subject), *about_it, value or b"")


def decode(message: Message, line: Line[Any]) -> Event:
    """The event inside; Undecodable with a short reason."""
    if NUL.search(message.value):
        reason = "it holds a NUL, which no database keeps"
        raise Undecodable(reason)
    try:
        return line.event.model_validate_json(message.value)
    except ValidationError as wrong:
        reason = f"its data is not that of {message.type}: {telling.fields(wrong)}"
        raise Undecodable(reason) from None


def show(event: Event, line: Line[Any], message: Message, *, store: object) -> Awaitable[None]:
    """Let a view see the event, with the time on its outside when it wants to know that."""
    when = {"at": message.time} if line.dated else {}
    return line.handler(event, store, **when)
