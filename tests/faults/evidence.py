"""The evidence: what lies in the ledgers, in both databases and on the log when all is done."""

import json
from dataclasses import dataclass
from uuid import UUID

from aiokafka import AIOKafkaConsumer, TopicPartition
from houses import HEARS, SAYS, QuestionAsked
from ledger import Noted

from bus.reading import Record, read_log
from chassis.database import Pool
from contracts.envelope import header
from contracts.topics import PARTITIONS, topic

FOREIGN = b"foreign"
"""How the value of a record begins that is none of anyone's events."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """A row of an outbox."""

    topic: str
    key: str
    sequence: int
    event_id: str
    label: str
    asks: bool = False
    """It is to be answered."""
    waits: bool = False
    """The relay has still to send it, as far as it knows."""
    said_at: str = ""
    """The time of day, as in the logs of the processes."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Mark:
    """What the relay takes for the last record of a partition."""

    topic: str
    partition: int
    offset: int
    event_id: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Logged:
    """A record on the log."""

    topic: str
    partition: int
    offset: int
    key: str
    sequence: int
    event_id: str
    foreign: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Effect:
    """A row that a handler wrote."""

    number: int
    key: str
    label: str
    by: str
    """The process that it was written in."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Parked:
    """A message that was put aside."""

    topic: str
    partition: int
    offset: int
    key: str
    state: str
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Evidence:
    """All of it; each list in the order in which it came about."""

    noted: list[Noted]
    said: list[Row]
    answered: list[Row]
    log: list[Logged]
    marks: list[Mark]
    effects: list[Effect]
    parked: list[Parked]


async def rows(database: Pool) -> list[Row]:
    """The whole outbox of a service."""
    waits = "exists (select from unsent where unsent.id = outbox.id) as waits"
    found = await database.fetch(f"select *, {waits} from outbox order by id")  # noqa: S608 ours
    return [
        Row(
            topic=row["topic"],
            key=row["key"],
            sequence=row["sequence"],
            event_id=str(row["event_id"]),
            label=json.loads(row["payload"])["label"],
            asks=json.loads(row["headers"])["type"] == QuestionAsked.ce_type,
            waits=row["waits"],
            said_at=f"{row['said_at'].astimezone():%H:%M:%S.%f}",
        )
        for row in found
    ]


async def marks(database: Pool) -> list[Mark]:
    """How far the relay of a service has come."""
    found = await database.fetch(
        'select topic, partition, "offset", event_id::text from sent_until'
    )
    return [Mark(**dict(row)) for row in found]


async def effects(database: Pool, city: str) -> list[Effect]:
    """All effects, in the order in which they were written."""
    found = await database.fetch("select * from effect order by number")
    return [
        Effect(
            number=row["number"], key=f"{city}/{row['subject']}", label=row["label"], by=row["by"]
        )
        for row in found
    ]


async def parked(database: Pool) -> list[Parked]:
    """All that was ever parked, in that order."""
    columns = 'topic, partition, "offset", key, state, reason'
    found = await database.fetch(f"select {columns} from parked order by id")  # noqa: S608 ours
    return [Parked(**dict(row)) for row in found]


async def end_of_log(kafka: str) -> int:
    """How many records all partitions that are heard have together."""
    consumer = AIOKafkaConsumer(bootstrap_servers=kafka)
    await consumer.start()
    try:
        places = [TopicPartition(topic(SAYS), number) for number in range(PARTITIONS)]
        return sum((await consumer.end_offsets(places)).values())
    finally:
        await consumer.stop()


async def log(kafka: str) -> list[Logged]:
    """The whole log of both services, partition by partition in order."""
    return [
        _logged(record)
        for service in (SAYS, HEARS)
        async for records in read_log(kafka, topic(service))
        for record in records
    ]


def _logged(record: Record) -> Logged:
    foreign = (record.value or b"").startswith(FOREIGN)
    return Logged(
        topic=record.topic,
        partition=record.partition,
        offset=record.offset,
        key=(record.key or b"").decode(errors="replace"),
        sequence=0 if foreign else int(header(record.headers, "ce_sequence") or 0),
        event_id="" if foreign else str(UUID(header(record.headers, "ce_id"))),
        foreign=foreign,
    )
