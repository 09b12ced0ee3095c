"""Listening: FastStream's subscriber brings the batches of all topics, Hearing keeps them."""

import asyncio
import logging
from collections.abc import Iterable
from contextlib import suppress
from itertools import chain
from typing import Any

from aiokafka import AIOKafkaConsumer, ConsumerRebalanceListener, TopicPartition
from aiokafka.errors import KafkaError
from faststream import AckPolicy
from faststream.kafka import KafkaBroker

from bus.reading import Record, read_on
from chassis.hearing import Hearing, Overtaken
from patience.waiting import first_of, grace, patiently

log = logging.getLogger(__name__)

BATCH, POLL_MS = 500, 200
NOW_AND_THEN_SECONDS = 1
METADATA_MAX_AGE_MS = 10_000  # so soon a topic that was made anew is found
MAX_POLL_INTERVAL_MS = 15 * 60 * 1000  # a long batch must not look like a dead process


class Listening(ConsumerRebalanceListener):
    """One subscriber over the topics that a service hears, with positions of our own."""

    def __init__(
        self, hearing: Hearing[Any], topics: Iterable[str], *, kafka: str, group: str, member: str
    ) -> None:
        """`group` shares the partitions; `member` is the same after a restart, so that nobody waits."""
        self._hearing = hearing
        self._turn = asyncio.Lock()  # a batch or a change of positions, not both
        self._seeks = 0
        self._ending = asyncio.Event()
        self._told: dict[TopicPartition, int] = {}
        self._passed: dict[TopicPartition, int] = {}
        self._broken: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self._broker = KafkaBroker(
            kafka, client_id=member, consumer_only=True,
            allow_auto_create_topics=False, logger=log, log_level=logging.DEBUG,
            metadata_max_age_ms=METADATA_MAX_AGE_MS,
        )  # fmt: skip
        self._subscriber = self._broker.subscriber(
            *topics, batch=True, listener=self, ack_policy=AckPolicy.MANUAL,
            group_id=group,
            group_instance_id=member, auto_offset_reset="earliest",
            max_poll_interval_ms=MAX_POLL_INTERVAL_MS,
        )  # fmt: skip

    async def run(self, stopping: asyncio.Event) -> None:
        """Listen until told to stop. What Hearing cannot go on from is raised."""
        try:
            doing = patiently("listening", lambda: self._listen(stopping))
            await first_of(self._broken, grace(stopping), doing)
        finally:
            self._ending.set()
            await self._broker.stop()

    async def _listen(self, stopping: asyncio.Event) -> None:
        """FastStream makes the consumer; the loop is ours, for its own sleeps after an empty poll."""
        await self._broker.stop()
        await self._broker.start()
        now, due = asyncio.get_running_loop().time, 0.0
        while not stopping.is_set() and (consumer := self._subscriber.consumer):
            found = await read_on(
                consumer, self._positions(consumer), timeout_ms=POLL_MS, limit=BATCH
            )
            seeks = self._seeks  # whoever seeks from now on will be given these records again
            async with self._turn:
                if found and seeks == self._seeks:
                    await self._hear(consumer, list(chain(*found.values())))
                if now() >= due or stopping.is_set():
                    await patiently("draining", self._hearing.drain)
                    await self._tell(consumer)
                    due = now() + NOW_AND_THEN_SECONDS

    async def _hear(self, consumer: AIOKafkaConsumer, records: list[Record]) -> None:
        try:
            await patiently("hearing", lambda: self._hearing.hear(records))
        except Overtaken:
            await self._seek(consumer, consumer.assignment())

    async def _tell(self, consumer: AIOKafkaConsumer) -> None:
        """Tell the broker how far we are, for those who watch lag; nothing is decided by it."""
        reached = self._positions(consumer)
        with suppress(KafkaError):
            # A client passes what is no record: the marker of a transaction, a beginning that is gone.
            self._passed = {place: await consumer.position(place) for place in reached}
            if reached and reached != self._told:
                self._told = reached
                await consumer.commit(reached)

    async def on_partitions_revoked(self, revoked: set[TopicPartition]) -> None:
        """Nothing to do: whoever gets them begins from the same books."""

    async def on_partitions_assigned(self, assigned: set[TopicPartition]) -> None:
        """Go on where this service's own books say, whatever the broker remembers."""
        try:  # the consumer's own end waits for this
            await first_of(self._ending.wait(), self._begin(assigned))
        except Exception as failed:  # noqa: BLE001 aiokafka would only log it, and we would be deaf
            if not self._broken.done():
                self._broken.set_exception(failed)

    async def _begin(self, assigned: set[TopicPartition]) -> None:
        async with self._turn:
            if consumer := self._subscriber.consumer:
                await self._seek(consumer, assigned)

    async def _seek(self, consumer: AIOKafkaConsumer, places: set[TopicPartition]) -> None:
        assigned = [(place.topic, place.partition) for place in places]
        positions = await patiently("seeking", lambda: self._hearing.begin(assigned))
        self._seeks += 1
        self._passed = {}
        for place, offset in positions.items():
            with suppress(KafkaError):  # it was taken away meanwhile
                consumer.seek(TopicPartition(*place), offset)

    def _positions(self, consumer: AIOKafkaConsumer) -> dict[TopicPartition, int]:
        known = {TopicPartition(*place): at for place, at in self._hearing.positions.items()}
        return {place: known[place] for place in known.keys() & consumer.assignment()}

    async def behind(self) -> dict[TopicPartition, int]:
        """How many records of each partition assigned to this process it has still to hear."""
        consumer = self._subscriber.consumer
        places = consumer.assignment() if consumer else set[TopicPartition]()
        if not consumer or not places:
            return {}
        ends, heard = await consumer.end_offsets(places), self._positions(consumer)
        return {
            place: max(0, end - max(heard.get(place, 0), self._passed.get(place, 0)))
            for place, end in ends.items()
        }
