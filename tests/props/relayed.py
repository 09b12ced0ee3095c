"""Records as a neighbour's relay writes them: for tests of what is heard."""

from collections import Counter
from datetime import UTC, datetime
from typing import Any
from uuid import uuid4

from aiokafka import ConsumerRecord

from bus.reading import Record
from contracts.envelope import Envelope, Event, attributes, encode, headers, numbered, service_of
from contracts.topics import topic_of

MONDAY = datetime(2026, 11, 23, 3, 0, tzinfo=UTC)


def outside(
    event: Event, *, city: str = "042111", hops: int = 0, recorded: datetime = MONDAY
) -> Envelope:
    """What stands on the outside of an event that its own service says."""
    return Envelope(
        type=event.ce_type,
        source=f"/machi/{city}/{service_of(event.ce_type)}",
        subject=event.subject,
        time=recorded,
        recordedtime=recorded,
        municipality=city,
        causationid=None,
        hops=hops,
    )


def record(
    event: Event,
    sequence: int,
    offset: int,
    *,
    envelope: Envelope | None = None,
    value: bytes | None = None,
) -> Record:
    """The record in partition 0 of its topic, with what a test wants otherwise."""
    envelope = envelope or outside(event)
    unused: dict[str, Any] = {"timestamp": 0, "timestamp_type": 0, "checksum": None}
    sizes = {"serialized_key_size": -1, "serialized_value_size": -1}
    return ConsumerRecord(
        topic=topic_of(type(event)),
        partition=0,
        offset=offset,
        key=envelope.key.encode(),
        value=encode(event).encode() if value is None else value,
        headers=headers(numbered(attributes(envelope), uuid4(), sequence)),
        **unused,
        **sizes,
    )


def records(*events: Event, times: int = 1) -> list[Record]:
    """Their records in the order in which they were said, each of them so many times."""
    counts: Counter[str] = Counter()
    numbers: list[int] = []
    for event in events:
        counts[event.subject] += 1
        numbers.append(counts[event.subject])
    told = zip(events, numbers, strict=True)
    again = [pair for pair in told for _ in range(times)]
    return [record(event, number, offset) for offset, (event, number) in enumerate(again)]
