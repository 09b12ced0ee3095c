"""Writing: what goes to one partition goes batch after batch, so that nothing overtakes anything."""

import asyncio
from collections.abc import AsyncGenerator, Iterable, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from functools import lru_cache
from typing import TypeAlias

from aiokafka import AIOKafkaConsumer, AIOKafkaProducer, TopicPartition
from aiokafka.partitioner import DefaultPartitioner
from aiokafka.structs import RecordMetadata

from contracts.topics import PARTITIONS

Written: TypeAlias = tuple[bytes, bytes, Sequence[tuple[str, bytes]]]  # key, value, headers

BATCH_BYTES = 256 * 1024  # a longer event goes alone
TIMEOUT_MS = 5_000


class WrongPartitions(Exception):
    """A topic has another number of partitions than agreed: subjects would lose their order."""


@dataclass(frozen=True, slots=True)
class Log:
    """One topic: where records go, and where it ends."""

    topic: str
    producer: AIOKafkaProducer
    consumer: AIOKafkaConsumer

    async def send(
        self, partition: int, records: Iterable[Written]
    ) -> tuple[int, "asyncio.Future[RecordMetadata]"]:
        """Hand over as many as one batch holds: how many, and what the broker will say of the first.

        The next batch of a partition may follow when the broker has taken this one.
        """
        batch = self.producer.create_batch()
        for key, value, headers in records:
            if not batch.append(timestamp=None, key=key, value=value, headers=headers):
                break
        batch.close()
        going = await self.producer.send_batch(batch, self.topic, partition=partition)
        return batch.record_count(), going

    async def ends(self) -> dict[int, int]:
        """The offset that the next record of each partition will have."""
        places = [TopicPartition(self.topic, number) for number in range(PARTITIONS)]
        ends = await self.consumer.end_offsets(places)
        return {place.partition: end for place, end in ends.items()}


@asynccontextmanager
async def open_log(kafka: str, topic: str) -> AsyncGenerator[Log]:
    """A topic to be written, once it has the agreed number of partitions."""
    producer = AIOKafkaProducer(
        bootstrap_servers=kafka, acks="all", enable_idempotence=True,
        request_timeout_ms=TIMEOUT_MS, max_batch_size=BATCH_BYTES,
    )  # fmt: skip
    consumer = AIOKafkaConsumer(bootstrap_servers=kafka, request_timeout_ms=TIMEOUT_MS)
    try:
        await producer.start()
        await consumer.start()
        found = len(await producer.partitions_for(topic))
        if found != PARTITIONS:
            message = f"{topic} has {found} partitions, not {PARTITIONS}"
            raise WrongPartitions(message)
        yield Log(topic, producer, consumer)
    finally:
        await producer.stop()
        await consumer.stop()


@lru_cache(maxsize=100_000)
def partition_of(key: str) -> int:
    """The partition that every client of Kafka gives to this key."""
    return DefaultPartitioner()(key.encode(), range(PARTITIONS), range(PARTITIONS))
