# pyright: basic, reportMissingImports=false
"""Consumers made with other libraries: FastStream one by one, confluent-kafka."""

import asyncio
import logging
from uuid import uuid4

import asyncpg
from confluent_kafka import Consumer
from faststream import AckPolicy
from faststream.kafka import KafkaBroker

from bench.city import SHOW, NoticeIssued
from bench.contest import Reading, Task, Watch
from bench.hearing.by_hand import BATCH


async def faststream(task: Task) -> Reading:
    """One message, one transaction, one commit: the safe mode that its documents show."""
    quiet = logging.getLogger("quiet")
    quiet.setLevel(logging.ERROR)
    broker = KafkaBroker(task.kafka, logger=quiet)
    watch, done, heard = Watch(), asyncio.Event(), 0
    pool = await asyncpg.create_pool(task.database, min_size=1)

    @broker.subscriber(
        task.topic,
        group_id=f"bench-{uuid4()}",
        auto_offset_reset="earliest",
        ack_policy=AckPolicy.REJECT_ON_ERROR,
    )
    async def show(event: NoticeIssued) -> None:
        nonlocal heard
        watch.start()
        async with pool.acquire() as connection, connection.transaction():
            await connection.execute(SHOW, *event.row)
        heard += 1
        if heard >= task.events:
            done.set()

    await broker.start()
    await done.wait()
    reading = watch.stop(heard)
    await broker.stop()
    await pool.close()
    return reading


async def confluent(task: Task) -> Reading:
    """What librdkafka alone costs, its threads included."""
    watch, heard = Watch(), 0
    consumer = Consumer(
        {
            "bootstrap.servers": task.kafka,
            "group.id": f"bench-{uuid4()}",
            "auto.offset.reset": "earliest",
            "enable.auto.commit": False,
        }
    )
    consumer.subscribe([task.topic])
    while heard < task.events:
        messages = consumer.consume(BATCH, 1)
        if messages:
            watch.start()
            for message in messages:
                NoticeIssued.model_validate_json(message.value() or b"")
            heard += len(messages)
            consumer.commit(asynchronous=False)
    reading = watch.stop(heard)
    consumer.close()
    return reading
