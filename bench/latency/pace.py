"""The pace of a writer: some writes until the other side is awake, then so many a second."""

import asyncio
from collections.abc import Awaitable, Callable

import asyncpg

from bench.contest import Reading, Task, Watch

Write = Callable[[int], Awaitable[None]]
AWAKE_SECONDS = 60.0


async def paced(task: Task, write: Write) -> Reading:
    """`task.events` writes, `task.more["rate"]` a second, whether or not the last one is through."""
    await _until_awake(task.more["seen"], write)
    loop, watch, rate = asyncio.get_running_loop(), Watch(), task.more["rate"]
    watch.start()
    begun = loop.time()
    async with asyncio.TaskGroup() as writes:
        for number in range(task.events):
            await asyncio.sleep(begun + number / rate - loop.time())
            writes.create_task(_write(write, number))
    return watch.stop(task.events)


async def _write(write: Write, number: int) -> None:
    await write(number)


async def _until_awake(seen: str, write: Write) -> None:
    """Writes with negative numbers, which are not counted, until twenty of them were seen."""
    connection = await asyncpg.connect(seen)
    try:
        async with asyncio.timeout(AWAKE_SECONDS):
            number = 0
            while await connection.fetchval("select count(*) from seen") < 20:  # noqa: PLR2004
                number -= 1
                await write(number)
                await asyncio.sleep(0.05)
    finally:
        await connection.close()
