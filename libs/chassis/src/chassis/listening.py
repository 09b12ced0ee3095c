"""Listening: FastStream brings the batches of all topics, Hearing keeps them."""

import asyncio
import logging
from collections.abc import Awaitable, Callable, Iterable
from contextlib import suppress
from typing import Any, TypeAlias, TypeVar

from aiokafka import ConsumerRebalanceListener, ConsumerRecord, TopicPartition
from aiokafka.errors import KafkaError
from faststream import AckPolicy
from faststream.kafka import KafkaBroker
from faststream.kafka.message import FAKE_CONSUMER, KafkaMessage

from chassis.database import UNAVAILABLE
from chassis.hearing import Hearing, Overtaken, Place
from chassis.settings import ServiceSettings

log = logging.getLogger(__name__)
S = TypeVar("S")
T = TypeVar("T")
Records: TypeAlias = tuple[ConsumerRecord[Any, Any], ...]

BATCH = 200
BATCH_TIMEOUT_MS = 25
MAX_POLL_INTERVAL_MS = 15 * 60 * 1000  # a long batch must not look like a dead process


async def _parse(batch: Records) -> KafkaMessage:
    """Touch no header: FastStream's own parser skips a whole batch over one that is null."""
    return KafkaMessage(
        raw_message=batch, body=b"", message_id="-", correlation_id="-", consumer=FAKE_CONSUMER
    )


async def _decode(message: KafkaMessage) -> Records:
    return message.raw_message if isinstance(message.raw_message, tuple) else ()


class Listening(ConsumerRebalanceListener):
    """One subscriber over the topics that a service hears, with positions of our own."""

    def __init__(
        self, settings: ServiceSettings, hearing: Hearing[Any], topics: Iterable[str]
    ) -> None:
        self._hearing = hearing
        self._broken: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self._broker = KafkaBroker(
            settings.kafka,
            client_id=settings.replica,
            consumer_only=True,
            allow_auto_create_topics=False,
            apply_types=False,
            logger=None,
        )
        self._subscriber = self._broker.subscriber(
            *topics,
            batch=True,
            group_id=settings.group,
            group_instance_id=settings.replica,
            auto_offset_reset="earliest",
            ack_policy=AckPolicy.MANUAL,
            parser=_parse,
            decoder=_decode,
            max_records=BATCH,
            batch_timeout_ms=BATCH_TIMEOUT_MS,
            max_poll_interval_ms=MAX_POLL_INTERVAL_MS,
            listener=self,
        )
        self._subscriber(self._hear)

    async def run(self, stopping: asyncio.Event) -> None:
        """Listen until told to stop. What Hearing cannot go on from is raised: the process ends."""
        stop = asyncio.create_task(stopping.wait())
        start = asyncio.create_task(_patiently(self._start, "listening"))
        await asyncio.wait({stop, start}, return_when=asyncio.FIRST_COMPLETED)
        await asyncio.wait({stop, self._broken}, return_when=asyncio.FIRST_COMPLETED)
        start.cancel()
        await self._broker.stop()
        if self._broken.done():
            self._broken.result()

    async def _start(self) -> None:
        try:
            await self._broker.start()
        except BaseException:
            await self._broker.stop()
            raise

    async def on_partitions_revoked(self, revoked: set[TopicPartition]) -> None:
        """Nothing to do: whoever gets them begins from the same books."""

    async def on_partitions_assigned(self, assigned: set[TopicPartition]) -> None:
        """Go on where this service's own books say, whatever the broker remembers."""
        places = [(place.topic, place.partition) for place in assigned]
        positions = await _patiently(lambda: self._hearing.begin(places), "seeking")
        for place, offset in positions.items():
            if self._subscriber.consumer:
                self._subscriber.consumer.seek(TopicPartition(*place), offset)

    async def _hear(self, records: Records) -> None:
        """Never raises: FastStream would go on with the next batch as if nothing had happened."""
        consumer = self._subscriber.consumer
        if self._broken.done() or not consumer:
            return
        try:
            reached = await _patiently(lambda: self._hearing.hear(records), "hearing")
            # For those who watch lag; nothing is decided by it.
            with suppress(KafkaError):
                await consumer.commit(
                    {TopicPartition(*place): end for place, end in reached.items()}
                )
        except Overtaken:
            await self.on_partitions_assigned(consumer.assignment())
        except Exception as failed:  # noqa: BLE001 the process ends with it, see `run`
            self._broken.set_exception(failed)

    def lag(self) -> int:
        """Records that this process has still to hear, of the partitions assigned to it."""
        consumer = self._subscriber.consumer
        if not consumer:
            return 0
        positions: dict[Place, int] = self._hearing.positions
        ends = {place: consumer.highwater(place) or 0 for place in consumer.assignment()}
        return sum(
            max(0, end - positions.get((p.topic, p.partition), 0)) for p, end in ends.items()
        )


async def _patiently(work: Callable[[], Awaitable[T]], name: str) -> T:
    """Do it; while database or broker is away, again and again, waiting longer each time."""
    wait = 0.1
    while True:
        try:
            return await work()
        except (*UNAVAILABLE, KafkaError) as away:
            log.warning("%s waits %.1f s: %r", name, wait, away, extra={"action": f"{name}_waits"})
        await asyncio.sleep(wait)
        wait = min(wait * 2, 10.0)
