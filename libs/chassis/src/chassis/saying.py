"""Saying: an event is written into the outbox in the transaction of the change that it tells."""

import json
from collections.abc import AsyncGenerator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import datetime
from typing import Generic, Protocol, TypeVar
from uuid import UUID

from chassis.database import SQL, Connection, Pool
from contracts.envelope import MAX_HOPS, Envelope, Event, attributes, encode, source, too_long
from contracts.topics import topic, topic_of
from telemetry import tracing

S = TypeVar("S")

BUSY_SECONDS = 10
"""So long a door waits for a free connection."""


class TooLong(Exception):
    """An event longer than the broker takes, or about a subject with too long an id, was refused."""


class Circle(Exception):
    """An event that is the consequence of too many consequences was refused: it is a circle."""


class NotOurs(Exception):
    """A service says its own events only; the event of another was refused."""


@dataclass(frozen=True, slots=True)
class Spoken:
    """What was said: enough for a caller to wait until a neighbour has heard it."""

    event_id: UUID
    topic: str
    key: str
    sequence: int


@dataclass(frozen=True, slots=True)
class Cause:
    """The event or request because of which something is said, and the hops of what is said."""

    id: str
    hops: int = 0
    recorded: datetime | None = None  # when the event was


@dataclass(frozen=True, slots=True)
class Speaker:
    """Who says it: one service of one municipality."""

    service: str
    municipality: str


class Say(Protocol):
    """Says events in the transaction of whoever holds it; after its commit they get on the log."""

    async def __call__(self, *events: Event) -> list[Spoken]:
        """Say them in this order."""
        ...


@dataclass(frozen=True, slots=True)
class Saying:
    """`say`, bound to one transaction, one moment and one cause."""

    connection: Connection
    speaker: Speaker
    now: datetime
    cause: Cause | None = None

    async def __call__(self, *events: Event) -> list[Spoken]:
        """Say them in this order; refuses what is too long, and what goes in circles."""
        said = [self._envelope(event) for event in events]
        outsides = [json.dumps(attributes(envelope), ensure_ascii=False) for envelope in said]
        payloads = [encode(event) for event in events]
        keys, own = [envelope.key for envelope in said], topic(self.speaker.service)
        if any(map(too_long, keys, outsides, payloads)):
            raise TooLong([event.subject[:100] for event in events])
        rows = await self.connection.fetch(SQL["say"], own, keys, outsides, payloads, self.now)
        return [Spoken(*row.values()) for row in rows]

    def _envelope(self, event: Event) -> Envelope:
        city, service = self.speaker.municipality, self.speaker.service
        cause = self.cause or Cause("", 0)
        if topic_of(type(event)) != topic(service):
            raise NotOurs(service, event.ce_type)
        if cause.hops > MAX_HOPS:
            raise Circle(event.ce_type, event.subject, cause.id)
        return Envelope(
            type=event.ce_type,
            source=source(city, service),
            subject=event.subject,
            time=self.now,
            recordedtime=self.now,
            municipality=city,
            causationid=cause.id or None,
            hops=cause.hops,
            traceparent=tracing.traceparent(),
        )


@dataclass(frozen=True, slots=True)
class Desk(Generic[S]):
    """What a door opens so that a handler can work: a store and `say` on one transaction."""

    pool: Pool
    store: Callable[[Connection], S]
    speaker: Speaker
    clock: Callable[[], datetime]
    committed: Callable[[], None] = lambda: None
    """Called after each commit: the relay looks at once instead of at its next round."""

    def now(self) -> datetime:
        """The moment, in UTC; only doors ask."""
        return self.clock()

    @asynccontextmanager
    async def open(
        self, now: datetime, cause: Cause | None = None
    ) -> AsyncGenerator[tuple[S, Saying]]:
        """One transaction for one handler: it commits at the end, or nothing of it happened."""
        waiting = self.pool.acquire(timeout=BUSY_SECONDS)
        async with waiting as connection, connection.transaction():
            yield self.store(connection), Saying(connection, self.speaker, now, cause)
        self.committed()

    @asynccontextmanager
    async def read(self) -> AsyncGenerator[S]:
        """One consistent look at what is kept; it can change nothing."""
        async with (
            self.pool.acquire(timeout=BUSY_SECONDS) as connection,
            connection.transaction(isolation="repeatable_read", readonly=True),
        ):
            yield self.store(connection)
