"""The chain of the public change log: whoever kept a head of it can prove what was changed later.

`digest` is SHA-256 over salt (16 random bytes) and body (the record as RFC 8785 JSON, in UTF-8).
`hash` is SHA-256 over the hash before (32 zero bytes before the first), seq, at, digest and label;
seq and at have 8 bytes each, big-endian and signed; at counts microseconds since 1970-01-01T00:00Z.
`label` is event_id, scheme, subject and type as RFC 8785 JSON; rows of scheme 1 have none.
"""

import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from typing import Any, Self
from uuid import UUID

import rfc8785

SALT_BYTES = 16
UNLABELLED = 1
"""The scheme of rows from before labels were hashed."""
BLANKED = "blanked"
"""The type of a row that tells, as its subject, of which row the text was taken out."""
EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class Head:
    """The last row of the log at some moment; keep one, and nobody can change what is before it."""

    seq: int
    hash: bytes

    @classmethod
    def read(cls, text: str) -> Self:
        """A head as it is written, `17:5f3a…`; ValueError when it is none."""
        seq, _, digits = text.partition(":")
        head = cls(int(seq), bytes.fromhex(digits))
        if len(head.hash) != len(GENESIS.hash):
            message = f"{text!r} is not a number, a colon and 64 hexadecimal digits"
            raise ValueError(message)
        return head

    def __str__(self) -> str:
        return f"{self.seq}:{self.hash.hex()}"


GENESIS = Head(0, bytes(32))
"""What the first row is chained to."""


@dataclass(frozen=True, slots=True)
class End:
    """What is kept of the log beside its rows: its last one, and how many were blanked."""

    head: Head
    at: datetime | None
    """None: there is no row."""
    blanked: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """One row of the log: an event that was said, or a record that is none and has no event id."""

    seq: int
    at: datetime
    event_id: UUID | None
    type: str | None
    subject: str | None
    digest: bytes
    prev: bytes
    hash: bytes
    salt: bytes | None
    body: str | None
    """RFC 8785 JSON; None: it was blanked."""
    scheme: int
    """How its hash was made: 1 without its label, 2 with it."""

    @property
    def head(self) -> Head:
        """The log's head when this was its last row."""
        return Head(self.seq, self.hash)


@dataclass(frozen=True, slots=True)
class Wrong:
    """The first row that does not hold, and why."""

    seq: int
    why: str

    def __str__(self) -> str:
        return f"row {self.seq}: {self.why}"


@dataclass(frozen=True, slots=True)
class Verified:
    """How far the chain holds, which rows on the way were blanked, and what is wrong, if anything."""

    head: Head = GENESIS
    blanked: tuple[int, ...] = ()
    wrong: Wrong | None = None
    at: datetime | None = None
    """When the last row was entered."""
    told: tuple[int, ...] = ()
    """The rows of which a later one tells that they were blanked."""


def canonical(record: Any) -> str:  # noqa: ANN401 - whatever JSON can hold
    """The record as RFC 8785 writes it; ValueError for a number that JSON does not keep exactly."""
    return rfc8785.dumps(record).decode()


def digest_of(salt: bytes, body: str) -> bytes:
    """What stays of a body when it was blanked: without its salt nobody can guess the text."""
    return sha256(salt + body.encode()).digest()


def hash_of(change: Change) -> bytes:
    """The hash that a row must have, over the one before, its number, time, digest and label."""
    micros = (change.at - EPOCH) // timedelta(microseconds=1)
    numbers = _eight(change.seq) + _eight(micros)
    return sha256(change.prev + numbers + change.digest + _label(change)).digest()


def _label(change: Change) -> bytes:
    """What a row is called, as far as its scheme hashes that."""
    if change.scheme == UNLABELLED:
        return b""
    event_id, kind, subject = _named(change)
    label = {"event_id": event_id, "scheme": change.scheme, "subject": subject, "type": kind}
    return canonical(label).encode()


def _eight(number: int) -> bytes:
    return number.to_bytes(8, "big", signed=True)


def verify(
    changes: Iterable[Change], kept: Sequence[Head] = (), since: Verified | None = None
) -> Verified:
    """Follow the chain through rows in their order; it stops at the first that is wrong.

    `kept` are heads that somebody kept: the rows of these numbers must have their hashes. `since`
    is where an earlier part of the same log ended.
    """
    so_far = since or Verified()
    for change in changes:
        if why := _fault(change, so_far.head, kept):
            return replace(so_far, wrong=Wrong(change.seq, why))
        gap = (change.seq,) if change.body is None else ()
        so_far = Verified(
            change.head, so_far.blanked + gap, at=change.at, told=so_far.told + _told_blank(change)
        )
    return so_far


def misfit(verified: Verified, end: End) -> Wrong | None:
    """What does not fit together in a log that was followed whole; None when all does."""
    head, gaps = verified.head, len(verified.blanked)
    odd = sorted(set(verified.blanked) ^ set(verified.told))
    if odd:
        torn = odd[0] in verified.blanked
        return Wrong(
            odd[0],
            "its text is gone, and no row tells why" if torn else "is told as blanked, and is not",
        )
    if end.blanked != gaps:
        return Wrong(head.seq, f"{gaps} rows were blanked, and {end.blanked} are counted")
    if (end.head, end.at) != (head, verified.at):
        return Wrong(head.seq, f"is not the last one: that is told to be {end.head} of {end.at}")
    return None


def _told_blank(change: Change) -> tuple[int, ...]:
    """The row of which this one tells that it was blanked."""
    subject = change.subject or ""
    return (int(subject),) if change.type == BLANKED and subject.isdecimal() else ()


def beyond(head: Head, kept: Iterable[Head]) -> Wrong | None:
    """A head that somebody kept and that the log does not reach any more."""
    lost = next((each for each in kept if each.seq > head.seq), None)
    return Wrong(lost.seq, f"is gone: the log ends at {head.seq}") if lost else None


def _fault(change: Change, before: Head, kept: Iterable[Head]) -> str | None:
    """Why a row does not hold; None when it does."""
    forked = any(each.seq == change.seq and each.hash != change.hash for each in kept)
    faults = (
        (change.seq != before.seq + 1, f"comes after row {before.seq}: what lay between is gone"),
        (change.prev != before.hash, "is not chained to the row before"),
        (
            change.hash != hash_of(change),
            "its hash is not that of its number, time, digest and name",
        ),
        (forked, "has another hash than the head that was kept"),
    )
    return next((why for wrong, why in faults if wrong), None) or _fault_in_text(change)


def _fault_in_text(change: Change) -> str | None:
    if change.body is None:
        return None
    if change.digest != digest_of(change.salt or b"", change.body):
        return "its text is not the one that was entered"
    if _named(change) != _told(change.body):
        return "its id, type or subject is not the one in its text"
    return None


def _named(change: Change) -> tuple[str | None, str | None, str | None]:
    return str(change.event_id) if change.event_id else None, change.type, change.subject


def _told(body: str) -> tuple[str | None, str | None, str | None]:
    record: dict[str, Any] = json.loads(body)
    return record.get("id"), record.get("type"), record.get("subject")
