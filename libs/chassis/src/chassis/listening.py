"""Listening: FastStream brings the batches of all topics, Hearing keeps them."""

import asyncio
import logging
from collections.abc import Iterable
from contextlib import suppress
from typing import Any, TypeAlias

from aiokafka import ConsumerRebalanceListener, ConsumerRecord, TopicPartition
from aiokafka.errors import KafkaError
from faststream import AckPolicy
from faststream.kafka import KafkaBroker
from faststream.kafka.message import FAKE_CONSUMER, KafkaMessage

from chassis.hearing import Hearing, Overtaken
from chassis.patience import first_of, patiently
from chassis.settings import ServiceSettings

log = logging.getLogger(__name__)
Records: TypeAlias = tuple[ConsumerRecord[Any, Any], ...]

BATCH, BATCH_TIMEOUT_MS = 200, 25
MAX_POLL_INTERVAL_MS = 15 * 60 * 1000  # a long batch must not look like a dead process


async def _parse(batch: Records) -> KafkaMessage:
    """Touch no header: FastStream's own parser skips a whole batch over one that is null."""
    named = {"message_id": "-", "correlation_id": "-"}
    return KafkaMessage(raw_message=batch, body=b"", consumer=FAKE_CONSUMER, **named)


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
            settings.kafka, client_id=settings.replica, consumer_only=True,
            allow_auto_create_topics=False, apply_types=False, logger=log, log_level=logging.DEBUG,
        )  # fmt: skip
        self._subscriber = self._broker.subscriber(
            *topics, batch=True, max_records=BATCH, batch_timeout_ms=BATCH_TIMEOUT_MS,
            group_id=f"machi-{settings.name}",  # another name loses the lag that operators watch
             group_instance_id=settings.replica, listener=self,
            auto_offset_reset="earliest", ack_policy=AckPolicy.MANUAL, parser=_parse,
            decoder=_decode, max_poll_interval_ms=MAX_POLL_INTERVAL_MS,
        )  # fmt: skip
        self._subscriber(self._hear)

    async def run(self, stopping: asyncio.Event) -> None:
        """Listen until told to stop. What Hearing cannot go on from is raised: the process ends."""
        try:
            await first_of(stopping.wait(), self._listen())
        finally:
            await self._broker.stop()

    async def _listen(self) -> None:
        await patiently("listening", self._start)
        await self._broken

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
        try:
            await patiently("seeking", lambda: self._seek(assigned))
        except Exception as failed:  # noqa: BLE001 aiokafka would only log it, and we would be deaf
            self._broken.set_exception(failed)

    async def _seek(self, assigned: Iterable[TopicPartition]) -> None:
        consumer = self._subscriber.consumer
        if not assigned or not consumer:
            return
        ends = await consumer.end_offsets(assigned)
        positions = await self._hearing.begin({(p.topic, p.partition): e for p, e in ends.items()})
        for place, offset in positions.items():
            consumer.seek(TopicPartition(*place), offset)

    async def _hear(self, records: Records) -> None:
        """Never raises: FastStream would go on with the next batch as if nothing had happened."""
        consumer = self._subscriber.consumer
        if self._broken.done() or not consumer:
            return
        try:
            reached = await patiently("hearing", lambda: self._hearing.hear(records))
            offsets = {TopicPartition(*place): end for place, end in reached.items()}
            if offsets:
                with suppress(KafkaError):  # for those who watch lag; nothing is decided by it
                    await consumer.commit(offsets)
        except Overtaken:
            await self.on_partitions_assigned(consumer.assignment())
        except Exception as failed:  # noqa: BLE001 the process ends with it, see `run`
            self._broken.set_exception(failed)

    def lag(self) -> int:
        """Records that this process has still to hear, of the partitions assigned to it."""
        if not (consumer := self._subscriber.consumer):
            return 0
        ends = {place: consumer.highwater(place) or 0 for place in consumer.assignment()}
        heard = self._hearing.positions
        return sum(max(0, end - heard.get((p.topic, p.partition), 0)) for p, end in ends.items())
