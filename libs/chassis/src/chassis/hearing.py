"""Hearing: a batch from the log, its effects and the new positions are one transaction."""

import json
import logging
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Generic, TypeAlias, TypeVar

from aiokafka import ConsumerRecord
from pydantic import ValidationError

from chassis.database import SQL
from chassis.hears import Line
from chassis.patience import UNAVAILABLE
from chassis.saying import Cause, Desk, Saying
from contracts.envelope import Event

log = logging.getLogger(__name__)
S = TypeVar("S")
Record: TypeAlias = "ConsumerRecord[bytes, bytes]"
Place: TypeAlias = tuple[str, int]  # topic, partition
Subject: TypeAlias = tuple[str, str]  # topic, key

TRIES = 3
FEW = 20
BAD_DEPLOY = 5  # so many parked one after the other are not bad messages, but bad code


class Overtaken(Exception):
    """Another consumer has moved on from here: this one was replaced and begins anew."""


class Undecodable(Exception):
    """The data of a message is not that of its type; no retry can mend it."""


class BadDeploy(Exception):
    """Message after message could not be handled: stop, rather than park the whole log."""


@dataclass(frozen=True, slots=True)
class Message:
    """A record whose outside is that of one of our events; its data is not decoded yet."""

    record: Record
    subject: Subject
    id: str
    type: str
    municipality: str
    sequence: int
    hops: int


def read(record: Record) -> Message | None:
    """The message, or None when the outside is none of ours. Never raises; needs five headers."""
    found = {name: value or b"" for name, value in record.headers}
    try:
        key, number = (record.key or b"").decode(), int(found["ce_sequence"])
        kind, city = found["ce_type"].decode(), found["ce_municipality"].decode()
        identity, hops = found["ce_id"].decode(), int(found["ce_hops"])
    except (KeyError, ValueError):
        return None
    if not key or "\x00" in key or not 0 < number < 2**63:
        return None
    return Message(record, (record.topic, key), identity, kind, city, number, hops)


class Hearing(Generic[S]):
    """How far one process has heard, and how it goes on."""

    def __init__(self, desk: Desk[S], hears: Iterable[Line[S]]) -> None:
        self._desk = desk
        self._lines = {line.event.ce_type: line for line in hears}
        self._parked_in_a_row = 0
        self.positions: dict[Place, int] = {}
        self.gaps = 0  # events never seen, although later ones of their subject were

    async def begin(self, ends: Mapping[Place, int]) -> dict[Place, int]:
        """Where to go on in the partitions just assigned, by this service's own books and their ends.

        A log that ends before a position was lost or made anew: hear it from its beginning, for
        the numbers of the subjects tell what is news.
        """
        rows = await self._desk.pool.fetch(
            SQL["begin_hearing"], *_columns(3, [(*place, end) for place, end in ends.items()])
        )
        self.positions = {(row["topic"], row["partition"]): row["next_offset"] for row in rows}
        return self.positions

    async def hear(self, records: Sequence[Record]) -> dict[Place, int]:
        """Hear what is new among them, at once or, when one fails, one by one; the positions reached.

        What is the database's trouble is raised: the same batch may then be handed in again.
        """
        ahead = [each for each in records if each.offset >= self._position(each)]
        if not ahead:
            return {}
        try:
            return await self._transaction(ahead, careful=False)
        except (*UNAVAILABLE, Overtaken):
            raise
        except Exception as failed:  # noqa: BLE001 a handler may raise anything
            log.info("one by one: %r", failed, extra={"action": "hearing_one_by_one"})
        return await self._transaction(ahead, careful=True)

    def _position(self, record: Record) -> int:
        return self.positions.get((record.topic, record.partition), 2**63)  # not ours: far ahead

    async def _transaction(self, records: Sequence[Record], *, careful: bool) -> dict[Place, int]:
        reached = {(record.topic, record.partition): record.offset + 1 for record in records}
        pairs = [(record, read(record)) for record in records]
        subjects = {message.subject for _, message in pairs if message}
        async with self._desk.open(self._desk.now()) as (store, say):
            await self._move(say, reached)
            known = await say.connection.fetch(SQL["known"], *_columns(2, sorted(subjects)))
            before = {(row["topic"], row["key"]): row["sequence"] for row in known}
            blocked = {(row["topic"], row["key"]) for row in known if row["blocked"]}
            batch = _Batch(store, say, dict(before), blocked)
            for record, message in pairs:
                await self._one(batch, record, message, careful=careful)
            news = [(*subject, n) for subject, n in batch.heard.items() if n > before[subject]]
            await say.connection.execute(SQL["keep_heard"], *_columns(3, news))
        self.positions.update(reached)
        self.gaps += sum(batch.gaps)
        return reached

    async def _move(self, say: Saying, reached: dict[Place, int]) -> None:
        rows = [(*place, self.positions.get(place, -1), end) for place, end in reached.items()]
        moved = await say.connection.execute(SQL["move_on"], *_columns(4, sorted(rows)))
        if moved != f"UPDATE {len(rows)}":
            raise Overtaken(sorted(reached))

    async def _one(
        self, batch: "_Batch[S]", record: Record, message: Message | None, *, careful: bool
    ) -> None:
        """A record is foreign, of another city, known already, waiting behind a parked one, or news."""
        if message is None:
            return await batch.park(record, "undecodable", "its headers are not those of an event")
        last = batch.heard[message.subject]
        if message.municipality != self._desk.speaker.municipality or message.sequence <= last:
            return None
        line = self._lines.get(message.type)
        if line and message.subject in batch.blocked:
            await batch.park(record, "waiting", "an earlier event of its subject is parked")
        elif line:
            await (self._carefully if careful else self._call)(batch, message, line)
        batch.gaps.append(message.sequence - last - 1)
        batch.heard[message.subject] = message.sequence
        return None

    async def _call(self, batch: "_Batch[S]", message: Message, line: Line[S]) -> None:
        event = _decode(message, line)
        say = replace(batch.say, cause=Cause(message.id, message.hops + 1))
        await line(event, batch.store, say=say, now=say.now)
        self._parked_in_a_row = 0

    async def _carefully(self, batch: "_Batch[S]", message: Message, line: Line[S]) -> None:
        """Try it under savepoints; what fails each time is parked, and blocks its subject."""
        failure = ""
        for _ in range(TRIES):
            try:
                async with batch.say.connection.transaction():
                    return await self._call(batch, message, line)
            except UNAVAILABLE:
                raise
            except Undecodable as wrong:
                return await batch.park(message.record, "undecodable", str(wrong))
            except Exception as failed:  # noqa: BLE001 a handler may raise anything
                failure = repr(failed)
        self._parked_in_a_row += 1
        if self._parked_in_a_row >= BAD_DEPLOY:
            raise BadDeploy(failure)
        batch.blocked.add(message.subject)
        return await batch.park(message.record, "failed", failure)


@dataclass(frozen=True, slots=True)
class _Batch(Generic[S]):
    """One batch in its transaction, and what the books say about its subjects."""

    store: S
    say: Saying
    heard: dict[Subject, int]
    blocked: set[Subject]
    gaps: list[int] = field(default_factory=list[int])

    async def park(self, record: Record, state: str, reason: str) -> None:
        """Put a record aside, whole, with the reason; what cannot be decoded is escaped for people."""
        place = (record.topic, record.partition, record.offset)
        key = (record.key or b"").decode(errors="backslashreplace").replace("\x00", "\\0")
        headers = [
            [name, (value or b"").decode(errors="replace")] for name, value in record.headers
        ]
        why = (state, reason.replace("\x00", "\\0")[:2000], TRIES if state == "failed" else 0)
        row = (*place, key, json.dumps(headers), record.value, self.say.now, *why)
        await self.say.connection.execute(SQL["park"], *row)
        log.error(
            "%s %s %s: %s",
            state,
            place,
            key[:200],
            reason[:500],
            extra={"action": f"parked_{state}"},
        )


def _decode(message: Message, line: Line[S]) -> Event:
    value = message.record.value or b""
    if b"\\u0000" in value:
        reason = "it holds a NUL, which no database keeps"
        raise Undecodable(reason)
    try:
        return line.event.model_validate_json(value)
    except ValidationError as wrong:
        many = wrong.error_count() > FEW  # one may have as many errors as it has bytes
        told = f"{wrong.error_count()} errors" if many else str(wrong)
        reason = f"its data is not that of {message.type}: {told}"
        raise Undecodable(reason) from wrong


def _columns(width: int, rows: Iterable[tuple[object, ...]]) -> list[list[object]]:
    """Rows as the columns that `unnest` takes."""
    return [list(column) for column in zip(*rows, strict=True)] or [[] for _ in range(width)]
