"""Our hearing: by itself, and as a service runs it."""

import asyncio
from collections.abc import Sequence
from typing import Any, cast

from aiokafka import TopicPartition

from bench.city import HEARER, NoticeIssued, Store, settings, show
from bench.contest import Reading, Task, Watch
from bench.hearing.by_hand import consumer_of, places
from bus.reading import Record
from chassis.hearing import Hearing, Place
from chassis.hears import view
from chassis.listening import BATCH, Listening
from process.desk import open_desk

HEARS = [view(NoticeIssued, show)]


async def hearing(task: Task) -> Reading:
    """On the records that aiokafka has fetched."""
    async with open_desk(settings(task.database, task.kafka, HEARER), Store) as desk:
        watch, heard, hearing = Watch(), 0, Hearing(desk, HEARS)
        consumer = await consumer_of(task)
        await hearing.begin((place.topic, place.partition) for place in places(task))
        while heard < task.events:
            found = await consumer.getmany(timeout_ms=25, max_records=BATCH)
            records = [record for each in found.values() for record in each]
            if records:
                watch.start()
                reached = await hearing.hear(records)
                await consumer.commit({TopicPartition(*p): end for p, end in reached.items()})
                heard += len(records)
        reading = watch.stop(heard)
        await consumer.stop()
    return reading


class Counted:
    """A hearing that tells when so many records were heard."""

    def __init__(self, hearing: Hearing[Store], events: int) -> None:
        self._hearing, self._left = hearing, events
        self.watch, self.done = Watch(), asyncio.Event()

    def __getattr__(self, name: str) -> object:
        """Whatever else Listening asks of it."""
        return getattr(self._hearing, name)

    async def hear(self, records: Sequence[Record]) -> dict[Place, int]:
        """Count what is heard."""
        self.watch.start()
        reached = await self._hearing.hear(records)
        self._left -= len(records)
        if self._left <= 0:
            self.done.set()
        return reached


async def listening(task: Task) -> Reading:
    """FastStream makes the consumer, the loop around it is ours."""
    stopping = asyncio.Event()
    async with open_desk(settings(task.database, task.kafka, HEARER), Store) as desk:
        counted = Counted(Hearing(desk, HEARS), task.events)
        listening = Listening(
            cast("Hearing[Any]", counted),
            [task.topic],
            kafka=task.kafka,
            group="bench",
            member="bench-1",
        )
        running = asyncio.create_task(listening.run(stopping))
        waiting = asyncio.create_task(counted.done.wait())
        await asyncio.wait((running, waiting), return_when=asyncio.FIRST_COMPLETED)
        reading = counted.watch.stop(task.events)
        stopping.set()
        await running
    return reading
