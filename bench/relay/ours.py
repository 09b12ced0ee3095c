"""Our relay, as a service runs it, without the pauses."""

import asyncpg

from bench.contest import Reading, Task, Watch
from bus.writing import open_log
from chassis.relay import relay_once


async def relay(task: Task) -> Reading:
    """Until the outbox has nothing more for the log."""
    connection = await asyncpg.connect(task.database)
    async with open_log(task.kafka, task.topic) as log:
        watch, sent = Watch(), 0
        watch.start()
        while count := await relay_once(connection, log):
            sent += count
        reading = watch.stop(sent)
    await connection.close()
    return reading
