"""By hand with aiokafka: nothing is kept before the message is handed over."""

from datetime import UTC, datetime

import asyncpg
from aiokafka import AIOKafkaProducer

from bench.city import NoticeIssued, notice
from bench.contest import Reading, Task
from bench.hearing.by_hand import consumer_of, decoded
from bench.latency.delays import NOTE_AT, SEE
from bench.latency.pace import paced
from contracts.envelope import encode


async def speak(task: Task) -> Reading:
    """The message alone; when it was handed over is noted afterwards."""
    pool = await asyncpg.create_pool(task.database)
    producer = AIOKafkaProducer(bootstrap_servers=task.kafka, acks="all", enable_idempotence=True)
    await producer.start()

    async def write(number: int) -> None:
        said: NoticeIssued = notice(number, "notice")
        begun = datetime.now(UTC)
        await producer.send_and_wait(task.topic, encode(said).encode(), str(number).encode())
        await pool.execute(NOTE_AT, number, begun)

    reading = await paced(task, write)
    await producer.stop()
    return reading


async def listen(task: Task) -> Reading:
    """One transaction per batch, then the offsets; until the process is ended."""
    connection = await asyncpg.connect(task.database)
    consumer = await consumer_of(task)
    while True:
        found = await consumer.getmany(timeout_ms=200, max_records=200)
        if found:
            async with connection.transaction():
                await connection.executemany(SEE, [(event.number,) for event in decoded(found)])
            await consumer.commit()
