"""Strangers: records that come onto the log without the relay, as on any shared bus."""

import random
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from itertools import count
from uuid import uuid4

from aiokafka import AIOKafkaProducer
from crew import through
from evidence import FOREIGN
from houses import CITY, SAYS, NoticeIssued

from bus.reading import Record, read_log
from contracts.envelope import Envelope, attributes, encode, headers, numbered, partition_key
from contracts.topics import PARTITIONS, topic

NEIGHBOUR = "131016"
MANY = 30
TOPIC = topic(SAYS)

Sent = tuple[bytes | None, bytes | None, Sequence[tuple[str, bytes | None]], int | None]
"""Key, value, headers and, where it matters, the partition."""


@dataclass(frozen=True, slots=True)
class Strangers:
    """Those who write on the topic by hand."""

    kafka: str
    numbers: "count[int]" = field(default_factory=lambda: count(1))

    async def pass_by(self, chance: random.Random, district: str) -> None:
        """Leave what is no event at all, and an event of another city."""
        key = partition_key(CITY, district).encode()
        foreign: list[Sent] = [
            (None, FOREIGN, [], None),
            (None, FOREIGN + b"\x00\xff", [("ce_type", None), ("x", b"\xff")], None),
            (key, FOREIGN, [("ce_id", b"\xff"), ("ce_type", None)], None),
        ]
        await self._send([chance.choice(foreign), self._of_the_neighbour(district)])

    def _of_the_neighbour(self, district: str) -> Sent:
        number = next(self.numbers)
        page, label = f"/notices/{district}", f"neighbour-{number}"
        event = NoticeIssued(title="隣の町", page=page, district=district, label=label)
        now = datetime.now(UTC)
        envelope = Envelope(
            type=event.ce_type, source=f"/machi/{NEIGHBOUR}/{SAYS}", subject=district, time=now,
            recordedtime=now, municipality=NEIGHBOUR, causationid=None, hops=0,
        )  # fmt: skip
        outside = headers(numbered(attributes(envelope), uuid4(), number))
        return envelope.key.encode(), encode(event).encode(), outside, None

    async def copy(self, kind: str, chance: random.Random, *, newest: Sequence[int]) -> int:
        """Write records again: the newest, the oldest, or some of both in a wild order."""
        partition = chance.randrange(PARTITIONS)
        found: list[Record] = []
        if kind in ("old", "mixed"):
            found += await self._read(partition, 0, MANY)
        if kind in ("new", "mixed"):
            found += await self._read(partition, newest[partition] - MANY, newest[partition] + 1)
        if kind == "mixed":
            chance.shuffle(found)
        await self._send([(each.key, each.value, each.headers, partition) for each in found])
        return len(found)

    async def _read(self, partition: int, start: int, end: int) -> list[Record]:
        async def read() -> list[Record]:
            starts, ends = {partition: start}, {partition: end}
            found = read_log(self.kafka, TOPIC, starts=starts, ends=ends)
            return [record async for records in found for record in records]

        return await through(read)

    async def _send(self, records: Iterable[Sent]) -> None:
        async def send() -> None:
            producer = AIOKafkaProducer(bootstrap_servers=self.kafka)
            await producer.start()
            try:
                for key, value, outside, partition in records:
                    await producer.send_and_wait(
                        TOPIC, value, key, partition=partition, headers=list(outside)
                    )
            finally:
                await producer.stop()

        await through(send)
