"""The chain of the public change log: whoever kept a head of it can prove what was changed later.

`digest` is SHA-256 over salt (16 random bytes) and body (the record as RFC 8785 JSON, in UTF-8).
`hash` is SHA-256 over the hash before (32 zero bytes before the first), seq, at, and digest; seq
and at have 8 bytes each, big-endian and signed; at counts microseconds since 1970-01-01T00:00Z.
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


def canonical(record: Any) -> str:  # noqa: ANN401 - whatever JSON can hold
    """The record as RFC 8785 writes it; ValueError for a number that JSON does not keep exactly."""
    return rfc8785.dumps(record).decode()


def digest_of(salt: bytes, body: str) -> bytes:
    """What stays of a body when it was blanked: without its salt nobody can guess the text."""
    return sha256(salt + body.encode()).digest()


def hash_of(prev: bytes, seq: int, *, at: datetime, digest: bytes) -> bytes:
    """The hash of a row, over the one before, its number, its time and its digest."""
    micros = (at - EPOCH) // timedelta(microseconds=1)
    return sha256(prev + _eight(seq) + _eight(micros) + digest).digest()


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
        so_far = Verified(change.head, so_far.blanked + gap)
    return so_far


def beyond(head: Head, kept: Iterable[Head]) -> Wrong | None:
    """A head that somebody kept and that the log does not reach any more."""
    lost = next((each for each in kept if each.seq > head.seq), None)
    return Wrong(lost.seq, f"is gone: the log ends at {head.seq}") if lost else None


def _fault(change: Change, before: Head, kept: Iterable[Head]) -> str | None:
    """Why a row does not hold; None when it does."""
    forked = any(each.seq == change.seq and each.hash != change.hash for each in kept)
    hashed = hash_of(change.prev, change.seq, at=change.at, digest=change.digest)
    faults = (
        (change.seq != before.seq + 1, f"comes after row {before.seq}: what lay between is gone"),
        (change.prev != before.hash, "is not chained to the row before"),
        (change.hash != hashed, "its hash is not that of its number, time and digest"),
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
