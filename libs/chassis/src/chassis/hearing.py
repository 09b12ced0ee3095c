"""Hearing: a batch from the log, its effects and the new positions are one transaction."""

import json
import logging
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Generic, TypeAlias, TypeVar, cast

from bus.reading import Record
from chassis import crash
from chassis.database import SQL, Connection
from chassis.gathering import Gathering
from chassis.hears import Line
from chassis.messages import Message, Subject, Undecodable, assemble, decode, read, show
from chassis.saying import Cause, Desk, Saying
from contracts.envelope import Event
from patience.waiting import UNAVAILABLE, no_outage
from telemetry import telling, tracing

log = logging.getLogger(__name__)
S = TypeVar("S")
Place: TypeAlias = tuple[str, int]  # topic, partition
Pair: TypeAlias = tuple[Record, Message | None]  # a record, and what it says if it is one of ours

TRIES = 3
BAD_DEPLOY = 5  # so many parked one after the other are not bad messages, but bad code


class Overtaken(Exception):
    """Another consumer has moved on from here, or the log is another: begin anew from the books."""


class BadDeploy(Exception):
    """Message after message could not be handled: stop, rather than park the whole log."""


class Hearing(Generic[S]):
    """How far one process has heard, and how it goes on."""

    def __init__(
        self, desk: Desk[S], hears: Iterable[Line[S]], *, bad_deploy: int = BAD_DEPLOY
    ) -> None:
        self.desk = desk
        self._lines = {line.event.ce_type: line for line in hears}
        self._bad_deploy = bad_deploy
        self._parked_in_a_row = 0
        self._logs: dict[Place, str] = {}  # which log it was that was heard
        self._just_begun: set[Place] = set()
        self.positions: dict[Place, int] = {}
        self.gaps = 0  # events never seen, although later ones of their subject were

    async def begin(self, assigned: Iterable[Place]) -> Mapping[Place, int]:
        """Where to read on in the partitions just assigned: one before our position.

        That record tells whether the log was filled anew meanwhile, also when nothing follows it.
        """
        rows = await self.desk.pool.fetch(SQL["begin_hearing"], *_columns(2, sorted(assigned)))
        self.positions = {(row["topic"], row["partition"]): row["next_offset"] for row in rows}
        self._logs = {(row["topic"], row["partition"]): row["log"] for row in rows}
        self._just_begun = set(self.positions)
        return {place: max(0, offset - 1) for place, offset in self.positions.items()}

    async def hear(self, records: Sequence[Record]) -> dict[Place, int]:
        """Hear what is new among them, at once or, when one fails, one by one; the positions reached.

        What is the database's trouble is raised: the same batch may then be handed in again.
        """
        pairs = [(each, read(each)) for each in records]
        await self._expect_the_same_log(pairs)
        ahead = [pair for pair in pairs if pair[0].offset >= self._position(_place(pair[0]))]
        if not ahead:
            return {}
        try:
            return await self._transaction(ahead, careful=False)
        except (*UNAVAILABLE, Overtaken):
            raise
        except Exception as failed:  # noqa: BLE001 a handler may raise anything
            why, extra = telling.words(failed), {"action": "hearing_one_by_one"}
            log.info("one by one: %s", why, extra=extra)
        return await self._transaction(ahead, careful=True)

    def _position(self, place: Place) -> int:
        return self.positions.get(place, 2**63)  # not ours: far ahead

    async def _expect_the_same_log(self, pairs: Sequence[Pair]) -> None:
        """A log that was made anew is heard from its beginning: numbers tell what of it is news."""
        first = {_place(record): record.offset for record, _ in reversed(pairs)}
        met = {place: self._logs.get(place, "") for place in first}
        for record, message in pairs:
            if message and message.log:  # seldom
                met[_place(record)] = max(met[_place(record)], message.log)
        anew = [
            (*place, self._position(place), met[place])
            for place, offset in sorted(first.items())
            if met[place] > self._logs.get(place, "")
            or offset < self.positions.get(place, 0) - (place in self._just_begun)
        ]
        self._just_begun -= first.keys()
        if anew:
            told = "made anew, heard from its beginning: %s"
            log.warning(told, anew, extra={"action": "log_anew"})
            await self.desk.pool.execute(SQL["begin_again"], *_columns(4, anew))
            raise Overtaken(anew)

    async def _transaction(self, pairs: Sequence[Pair], *, careful: bool) -> dict[Place, int]:
        traces = (each.traceparent for _, each in pairs if each and each.traceparent)
        reached = {_place(record): record.offset + 1 for record, _ in pairs}
        with tracing.span("hear", None, traces):
            async with self.desk.open(self.desk.now()) as (store, say):
                known = await self._move_on(say, reached, self._newest(pairs))
                batch = _Batch(self.desk, store, say, known, careful=careful)
                batch.parked_in_a_row = self._parked_in_a_row
                crash.at("hearing.moved")
                for record, message in pairs:
                    await self._one(batch, record, message)
                with no_outage(say.connection):
                    await batch.gathering.flush()
                crash.at("hearing.effects")
        crash.at("hearing.committed")
        self.positions.update(reached)
        self.gaps, self._parked_in_a_row = self.gaps + batch.gaps, batch.parked_in_a_row
        return reached

    def _newest(self, pairs: Iterable[Pair]) -> dict[Subject, int]:
        """The highest number of each subject of this city."""
        newest: dict[Subject, int] = {}
        for _, each in pairs:
            if each and each.municipality == self.desk.speaker.municipality:
                newest[each.subject] = max(each.sequence, newest.get(each.subject, 0))
        return newest

    async def _move_on(
        self, say: Saying, reached: Mapping[Place, int], newest: Mapping[Subject, int]
    ) -> "dict[Subject, _Known]":
        """Move positions and numbers; what the books said about these subjects.

        Overtaken when the positions were moved already.
        """
        rows = [(*place, self._position(place), next_) for place, next_ in sorted(reached.items())]
        news = [(*subject, number) for subject, number in newest.items()]
        columns = (*_columns(4, rows), *_columns(3, news))
        known = await say.connection.fetch(SQL["hear"], *columns)
        if known[0]["moved"] != len(rows):
            raise Overtaken(sorted(reached))
        return {
            (row["topic"], row["key"]): _Known(row["sequence"], row["blocked"])
            for row in known
            if row["topic"]
        }

    async def _one(self, batch: "_Batch[S]", record: Record, message: Message | None) -> None:
        """A record is foreign, of another city, known already, waiting behind a parked one, or news."""
        if message is None:
            return await batch.park(record, "undecodable", "its headers are not those of an event")
        known = batch.known.get(message.subject)  # None: it is of another city
        if known is None or message.sequence <= known.sequence:
            return None
        line = self._lines.get(message.type)
        if line and known.blocked:
            await batch.park(record, "waiting", "an earlier event of its subject is parked")
        elif line:
            await self._news(batch, record, message=message, line=line)
        batch.gaps += message.sequence - known.sequence - 1
        known.sequence = message.sequence
        return None

    async def _news(
        self, batch: "_Batch[S]", record: Record, *, message: Message, line: Line[S]
    ) -> None:
        state, reason = await batch.handle(message, line)
        if state == "done":
            batch.parked_in_a_row = 0
            return
        if state == "failed":
            batch.parked_in_a_row += 1
            if batch.parked_in_a_row == self._bad_deploy:
                raise BadDeploy(reason)
        batch.known[message.subject].blocked |= state == "failed"
        await batch.park(record, state, reason)

    async def drain(self) -> int:
        """Hear again what was parked and may go on now, each in a transaction of its own; how many."""
        count = 0
        while await self._drain_one():
            count += 1
        return count

    async def _drain_one(self) -> bool:
        async with self.desk.open(self.desk.now()) as (store, say):
            row = await say.connection.fetchrow(SQL["next_parked"])
            if row is None:
                return False
            headers = [(name, text.encode()) for name, text in json.loads(row["headers"])]
            message = assemble(
                row["topic"], row["key"].encode(), headers=headers, value=row["payload"]
            )
            line = self._lines.get(message.type) if message else None
            state, reason = "discarded", "this service does not hear it any more"
            if message and line:
                batch = _Batch(self.desk, store, say, {}, careful=True)
                state, reason = await batch.handle(message, line)
            crash.at("drain.handled")
            await say.connection.execute(SQL["settle_parked"], row["id"], state, reason, TRIES)
        log.info("parked %s: %s %s", row["id"], state, reason, extra={"action": f"parked_{state}"})
        return True


@dataclass(slots=True)
class _Known:
    """What the books say about a subject."""

    sequence: int
    blocked: bool


@dataclass(slots=True)
class _Batch(Generic[S]):
    """One batch in its transaction; a careful one tries each message by itself, under savepoints."""

    desk: Desk[S]
    store: S
    say: Saying
    known: dict[Subject, _Known]
    careful: bool
    gaps: int = 0
    parked_in_a_row: int = 0
    durable: bool = False
    gathering: Gathering = field(init=False)
    views: S = field(init=False)

    def __post_init__(self) -> None:
        self.gathering = Gathering(self.say.connection)
        connection = self.say.connection if self.careful else cast("Connection", self.gathering)
        self.views = self.desk.store(connection)

    async def handle(self, message: Message, line: Line[S]) -> tuple[str, str]:
        """Do what the line says; the state that it leaves the message in, and why."""
        try:
            event = decode(message, line)
        except Undecodable as wrong:
            return "undecodable", _clean(str(wrong))
        if not line.rebuilds and not self.durable:  # not under a savepoint, which may take it back
            await self.say.connection.execute(SQL["durable"])
            self.durable = True
        if self.careful:
            return await self._carefully(event, message, line)
        await self._call(event, message, line)
        return "done", ""

    async def _carefully(self, event: Event, message: Message, line: Line[S]) -> tuple[str, str]:
        failure = ""
        for _ in range(TRIES):
            try:
                async with self.say.connection.transaction():
                    await self._call(event, message, line)
            except UNAVAILABLE:
                raise
            except Exception as failed:  # noqa: BLE001 a handler may raise anything
                failure = telling.words(failed.__cause__ or failed)
            else:
                return "done", ""
        await self.say.connection.fetchval("select 1")  # or it was the database, after all
        return "failed", _clean(failure)

    async def _call(self, event: Event, message: Message, line: Line[S]) -> None:
        step = tracing.span(f"hear {message.type}", message.traceparent)
        with step, no_outage(self.say.connection):
            if line.rebuilds:
                return await show(event, line, message, store=self.views)
            await self.gathering.flush()
            say = replace(self.say, cause=Cause(message.id, message.hops + 1, message.recorded))
            return await line.handler(event, self.store, say=say, now=say.now)

    async def park(self, record: Record, state: str, reason: str) -> None:
        """Put a record aside, whole, with the reason; what cannot be decoded is escaped for people."""
        place = (*_place(record), record.offset)
        key = _clean((record.key or b"").decode(errors="backslashreplace"))
        headers = [
            [_plain(name), _plain((value or b"").decode(errors="replace"))]
            for name, value in record.headers
        ]
        tries = TRIES if state == "failed" else 0
        row = (*place, key, json.dumps(headers), record.value, self.say.now, state, reason, tries)
        await self.say.connection.execute(SQL["park"], *row)
        extra = {"action": f"parked_{state}"}
        log.error("%s %s %s: %s", state, place, key[:200], reason[:500], extra=extra)


def _place(record: Record) -> Place:
    return record.topic, record.partition


def _plain(text: str) -> str:
    return text.replace("\x00", "\\0")  # no database keeps a NUL


def _clean(text: str) -> str:
    return _plain(text)[:2000]


def _columns(width: int, rows: Iterable[tuple[object, ...]]) -> list[list[object]]:
    """Rows as the columns that `unnest` takes."""
    return [list(column) for column in zip(*rows, strict=True)] or [[] for _ in range(width)]
