"""Topics for tests: made anew, so that a test finds them empty."""

import asyncio
import json

from aiokafka import TopicPartition
from aiokafka.admin import AIOKafkaAdminClient, NewTopic, RecordsToDelete
from aiokafka.errors import KafkaError

from contracts.topics import PARTITIONS


async def make(
    kafka: str, *names: str, partitions: int = PARTITIONS, max_bytes: int = 1_048_588
) -> None:
    """Remove these topics where they exist, and make them anew; returns when they can be used."""
    admin = AIOKafkaAdminClient(bootstrap_servers=kafka)
    await admin.start()
    try:
        there = set(await admin.list_topics())
        await admin.delete_topics([name for name in names if name in there])
        await _until_gone(admin, set(names))
        wish = {"max.message.bytes": str(max_bytes)}
        topics = [NewTopic(name, partitions, 1, topic_configs=wish) for name in names]
        await _create(admin, topics)
        await _until_led(admin, list(names))
    finally:
        await admin.close()


async def _until_gone(admin: AIOKafkaAdminClient, names: set[str]) -> None:
    async with asyncio.timeout(30):
        while True:
            if not names & set(await admin.list_topics()):
                return
            await asyncio.sleep(0.05)


async def _until_led(admin: AIOKafkaAdminClient, names: list[str]) -> None:
    """A topic just made may have no leader for a moment."""
    async with asyncio.timeout(30):
        while True:
            told = json.dumps(await admin.describe_topics(names))
            if (
                '"leader": 1' in told
                and '"leader": -1' not in told
                and '"partitions": []' not in told
            ):
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


async def forget_the_beginning(kafka: str, name: str) -> None:
    """The topic loses all its records; its offsets go on."""
    admin = AIOKafkaAdminClient(bootstrap_servers=kafka)
    await admin.start()
    try:
        places = [TopicPartition(name, number) for number in range(PARTITIONS)]
        async with asyncio.timeout(30):
            while True:
                if await _deleted(admin, {place: RecordsToDelete(-1) for place in places}):
                    return
                await asyncio.sleep(0.05)
    finally:
        await admin.close()


async def _deleted(
    admin: AIOKafkaAdminClient, beyond: dict[TopicPartition, RecordsToDelete]
) -> bool:
    """A topic just made may have no leader for a moment."""
    try:
        await admin.delete_records(beyond)
    except KafkaError:
        return False
    return True
