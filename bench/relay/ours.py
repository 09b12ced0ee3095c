"""Our relay, as a service runs it, without the pauses."""

import asyncpg

from bench.contest import Reading, Task, Watch
from chassis.relay import open_producer, relay_once


async def relay(task: Task) -> Reading:
    """Until the outbox has nothing more for the log."""
    connection = await asyncpg.connect(task.database)
    producer = await open_producer(task.kafka, task.topic)
    watch, sent = Watch(), 0
    watch.start()
    while count := await relay_once(connection, producer):
        sent += count
    reading = watch.stop(sent)
    await producer.stop()
    await connection.close()
    return reading
