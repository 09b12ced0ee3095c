"""Topics for tests: made anew, so that a test finds them empty."""

import asyncio

from aiokafka.admin import AIOKafkaAdminClient, NewTopic

from contracts.topics import PARTITIONS


async def make(kafka: str, *names: str, partitions: int = PARTITIONS) -> None:
    """Remove these topics where they exist, and make them anew; returns when they can be used."""
    admin = AIOKafkaAdminClient(bootstrap_servers=kafka)
    await admin.start()
    try:
        there = set(await admin.list_topics())
        await admin.delete_topics([name for name in names if name in there])
        await _until_gone(admin, set(names))
        topics = [NewTopic(name, num_partitions=partitions, replication_factor=1) for name in names]
        await _create(admin, topics)
    finally:
        await admin.close()


async def _until_gone(admin: AIOKafkaAdminClient, names: set[str]) -> None:
    async with asyncio.timeout(30):
        while True:
            if not names & set(await admin.list_topics()):
                return
            await asyncio.sleep(0.05)


async def _create(admin: AIOKafkaAdminClient, topics: list[NewTopic]) -> None:
    """A topic just deleted may still be in the way for a moment."""
    async with asyncio.timeout(30):
        while True:
            answer = await admin.create_topics(topics)
            if all(error[1] == 0 for error in answer.topic_errors):
                return
            await asyncio.sleep(0.05)
