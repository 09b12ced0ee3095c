"""Consumers as one writes them with aiokafka: with a table, and with nothing."""

from collections.abc import Mapping, Sequence
from typing import TypeAlias
from uuid import uuid4

import asyncpg
from aiokafka import AIOKafkaConsumer, ConsumerRecord, TopicPartition

from bench.city import SHOW_ALL, NoticeIssued
from bench.contest import Reading, Task, Watch
from contracts.topics import PARTITIONS

Found: TypeAlias = "Mapping[TopicPartition, Sequence[ConsumerRecord[bytes, bytes]]]"
BATCH = 200  # as ours


def places(task: Task) -> list[TopicPartition]:
    """All partitions of the topic."""
    return [TopicPartition(task.topic, number) for number in range(PARTITIONS)]


async def consumer_of(task: Task) -> AIOKafkaConsumer:
    """A consumer of all partitions, with a group of its own to commit to."""
    consumer = AIOKafkaConsumer(
        bootstrap_servers=task.kafka,
        group_id=f"bench-{uuid4()}",
        auto_offset_reset="earliest",
        enable_auto_commit=False,
    )
    await consumer.start()
    consumer.assign(places(task))
    return consumer


def decoded(found: Found) -> list[NoticeIssued]:
    """The events of a batch, by the same decoder that all use."""
    return [
        NoticeIssued.model_validate_json(record.value or b"")
        for records in found.values()
        for record in records
    ]


async def batch(task: Task) -> Reading:
    """One transaction per batch; after a crash between the two commits it is done twice."""
    connection = await asyncpg.connect(task.database)
    watch, heard = Watch(), 0
    consumer = await consumer_of(task)
    while heard < task.events:
        found = await consumer.getmany(timeout_ms=25, max_records=BATCH)
        if found:
            watch.start()
            events = decoded(found)
            columns = zip(*(event.row for event in events), strict=True)
            async with connection.transaction():
                await connection.execute(SHOW_ALL, *map(list, columns))
            await consumer.commit()
            heard += len(events)
    reading = watch.stop(heard)
    await consumer.stop()
    await connection.close()
    return reading


async def no_database(task: Task) -> Reading:
    """What the client alone costs."""
    watch, heard = Watch(), 0
    consumer = await consumer_of(task)
    while heard < task.events:
        found = await consumer.getmany(timeout_ms=25, max_records=BATCH)
        if found:
            watch.start()
            heard += len(decoded(found))
            await consumer.commit()
    reading = watch.stop(heard)
    await consumer.stop()
    return reading
