"""The log, read by itself: from one offset to another, in no group and without a trace."""

from collections.abc import AsyncIterator, Mapping

from aiokafka import AIOKafkaConsumer, TopicPartition

from chassis.messages import Record
from contracts.topics import PARTITIONS

BATCH, PATIENCE_MS = 500, 1000


async def read_log(
    kafka: str,
    topic: str,
    *,
    starts: Mapping[int, int] | None = None,
    ends: Mapping[int, int] | None = None,
) -> AsyncIterator[list[Record]]:
    """The records of a topic from these offsets (or its beginning) up to these (or its end of now).

    Each partition comes in its order. KafkaError when broker or topic are away.
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
        while left := [place for place in places if await consumer.position(place) < last[place]]:
            found = await consumer.getmany(*left, timeout_ms=PATIENCE_MS, max_records=BATCH)
            for place, records in found.items():
                yield [record for record in records if record.offset < last[place]]
    finally:
        await consumer.stop()
