"""How an event travels: the Event that services define, and its CloudEvents headers on Kafka."""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, ClassVar
from uuid import UUID

from pydantic import BaseModel, ConfigDict

TYPE = re.compile(
    r"^machi\.(?P<service>catalog|roadmap|opendata|notify)"
    r"\.[a-z]+\.([a-z]+ed|taken|withdrawn)\.v[1-9][0-9]*$"
)
MAX_BYTES = 900_000
"""The data of one event may be this long: brokers refuse a message of 1 MiB."""
MAX_OUTSIDE = 40_000
"""So long its attributes; with the key they still leave both together below 1 MiB."""
MAX_KEY_BYTES = 512
"""So long its key: an index of PostgreSQL takes no more than 2,700."""
DIGITS = 10
"""So many has a number, padded with zeros."""
LOG = "log"
"""The header of a record that tells which filling of its topic it belongs to; none in the first."""
MAX_HOPS = 6
"""An event may be the consequence of a consequence so many times: then it is a circle."""


class Event(BaseModel):
    """What a service says: something that happened, with enough state that nobody calls back.

    A subclass sets `ce_type` (its name outside the code) and `ce_subject` (the field that
    holds the id of what it is about). Unknown fields pass, so that a newer event can be read.
    """

    model_config = ConfigDict(frozen=True, extra="ignore", use_attribute_docstrings=True)

    ce_type: ClassVar[str]
    ce_subject: ClassVar[str]
    deprecated: ClassVar[bool] = False

    title: str
    """One line in Japanese, so that anyone can show an event which it does not know."""
    page: str
    """The page about it: a path behind the gateway."""

    @property
    def subject(self) -> str:
        """The id of what the event is about."""
        return str(getattr(self, self.ce_subject))


@dataclass(frozen=True, slots=True, kw_only=True)
class Envelope:
    """What is written on the outside of an event when it is said; id and number come with the row."""

    type: str
    source: str
    subject: str
    time: datetime
    """When it happened, if that is known to the second; else when it was recorded."""
    recordedtime: datetime
    municipality: str
    causationid: str | None
    """The event or request that caused it."""
    hops: int
    """0 when a person or the clock caused it, else one more than the event that did."""
    traceparent: str | None = None

    @property
    def key(self) -> str:
        """The Kafka key: events of one subject of one municipality stay in order."""
        return partition_key(self.municipality, self.subject)


def partition_key(municipality: str, subject: str) -> str:
    """The key `<municipality>/<subject>`, as in `042111/ms-std20`."""
    return f"{municipality}/{subject}"


def source(municipality: str, service: str) -> str:
    """Who says it: `/machi/<municipality>/<service>`."""
    return f"/machi/{municipality}/{service}"


def service_of(ce_type: str) -> str:
    """The service that says events of this type; ValueError when it is no type of ours."""
    match = TYPE.fullmatch(ce_type)
    if not match:
        message = f"{ce_type!r} does not read machi.<service>.<noun>.<past participle>.v<n>"
        raise ValueError(message)
    return match["service"]


def too_long(key: str, outside: str, payload: str) -> bool:
    """Whether broker or database would refuse an event with this key, outside and data."""
    limits = ((key, MAX_KEY_BYTES), (outside, MAX_OUTSIDE), (payload, MAX_BYTES))
    return any(len(text.encode()) > limit for text, limit in limits)


def encode(event: Event) -> str:
    """The event's data as JSON text, in UTF-8 when written to the topic."""
    return event.model_dump_json(exclude_computed_fields=True)


def _instant(moment: datetime) -> str:
    return moment.astimezone(UTC).isoformat(timespec="microseconds").replace("+00:00", "Z")


def attributes(envelope: Envelope) -> dict[str, str]:
    """The CloudEvents 1.0 attributes by their own names, as text; absent ones are left out."""
    present: dict[str, str | None] = {
        "specversion": "1.0",
        "type": envelope.type,
        "source": envelope.source,
        "subject": envelope.subject,
        "time": _instant(envelope.time),
        "recordedtime": _instant(envelope.recordedtime),
        "municipality": envelope.municipality,
        "partitionkey": envelope.key,
        "causationid": envelope.causationid,
        "hops": str(envelope.hops),
        "traceparent": envelope.traceparent,
    }
    return {name: value for name, value in present.items() if value is not None}


def numbered(named: Mapping[str, str], event_id: UUID, sequence: int) -> dict[str, str]:
    """The attributes with the event's id and its number among the events of its subject.

    Numbers run from 1 without gaps; zero-padded, because CloudEvents compares them as text.
    """
    return {**named, "id": str(event_id), "sequence": f"{sequence:0{DIGITS}d}"}


def structured(named: Mapping[str, str], data: object) -> dict[str, Any]:
    """The same event as one JSON object, as HTTP sends it (structured mode of CloudEvents 1.0)."""
    return {**named, "datacontenttype": "application/json", "data": data}


def headers(named: Mapping[str, str]) -> list[tuple[str, bytes]]:
    """Kafka headers of the binary mode: `ce_*`, the content type, and the plain trace parent."""
    encoded = [(f"ce_{name}", value.encode()) for name, value in named.items()]
    encoded.append(("content-type", b"application/json"))
    if "traceparent" in named:
        encoded.append(("traceparent", named["traceparent"].encode()))
    return encoded


def header(headers: Iterable[tuple[str, bytes | None]], name: str) -> str | None:
    """One header's text, or None when it is absent, null or no UTF-8; the others stay undecoded."""
    for key, value in headers:
        if key == name and value is not None:
            try:
                return value.decode()
            except UnicodeDecodeError:
                return None
    return None
