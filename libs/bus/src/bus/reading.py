"""Reading: the records of a topic, and past those that Kafka's client cannot read."""

from collections.abc import AsyncIterator, Mapping
from typing import TypeAlias

from aiokafka import AIOKafkaConsumer, ConsumerRecord, TopicPartition
from aiokafka.errors import KafkaError

from contracts.topics import PARTITIONS

Record: TypeAlias = "ConsumerRecord[bytes, bytes]"

BATCH, PATIENCE_MS = 500, 1000


class Shorter(KafkaError):
    """The log was made anew while it was read: what was to be read is not there any more."""


async def read_log(
    kafka: str,
    topic: str,
    *,
    starts: Mapping[int, int] | None = None,
    ends: Mapping[int, int] | None = None,
) -> AsyncIterator[list[Record]]:
    """The records of a topic from these offsets (or its beginning) up to these (or its end of now).

    Each partition comes in its order. KafkaError when broker or topic are away, Shorter when the
    topic is made anew meanwhile.
    """
    consumer = AIOKafkaConsumer(
        bootstrap_servers=kafka, enable_auto_commit=False, auto_offset_reset="earliest"
    )
    await consumer.start()
    try:
        places = [TopicPartition(topic, number) for number in range(PARTITIONS)]
        consumer.assign(places)
        first = await consumer.beginning_offsets(places)
        last = await consumer.end_offsets(places)
        for place in places:
            consumer.seek(place, max((starts or {}).get(place.partition, 0), first[place]))
            if ends is not None:
                last[place] = min(last[place], ends.get(place.partition, 0))
        while left := {
            place: position
            for place in places
            if (position := await consumer.position(place)) < last[place]
        }:
            found = await read_on(consumer, left, timeout_ms=PATIENCE_MS, limit=BATCH)
            if not found:
                await _expect_up_to(consumer, {place: last[place] for place in left})
            for place, records in found.items():
                yield [record for record in records if record.offset < last[place]]
    finally:
        await consumer.stop()


async def _expect_up_to(consumer: AIOKafkaConsumer, last: Mapping[TopicPartition, int]) -> None:
    """Or what will never come would be waited for, by somebody who holds a lock."""
    ends = await consumer.end_offsets(list(last))
    if any(ends[place] < end for place, end in last.items()):
        raise Shorter(*{place.topic for place in last})


async def read_on(
    consumer: AIOKafkaConsumer,
    positions: Mapping[TopicPartition, int],
    *,
    timeout_ms: int,
    limit: int,
) -> dict[TopicPartition, list[Record]]:
    """What comes next in the partitions that are read up to these positions.

    Where a header's name is no UTF-8, aiokafka raises, tells not which record it was, and drops
    others with it: all are read again, one by one, and a blank stands for that record.
    """
    try:
        return await consumer.getmany(*positions, timeout_ms=timeout_ms, max_records=limit)
    except UnicodeDecodeError:
        for place, position in positions.items():
            consumer.seek(place, position)
    found = {
        place: await _one_by_one(consumer, place, timeout_ms=timeout_ms, limit=limit)
        for place in positions
    }
    return {place: records for place, records in found.items() if records}


async def _one_by_one(
    consumer: AIOKafkaConsumer, place: TopicPartition, *, timeout_ms: int, limit: int
) -> list[Record]:
    records: list[Record] = []
    while len(records) < limit:
        try:
            found = await consumer.getmany(place, timeout_ms=timeout_ms, max_records=1)
        except UnicodeDecodeError:
            offset = await consumer.position(place)
            consumer.seek(place, offset + 1)
            blank: Record = ConsumerRecord(*place, offset, 0, 0, None, None, None, -1, -1, ())
            found = {place: [blank]}
        if not found:
            break
        records += found[place]
    return records
