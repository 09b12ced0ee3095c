"""Records that no decent client writes: a header whose name is no UTF-8."""

from typing import Any

from aiokafka import AIOKafkaProducer
from aiokafka.record.util import calc_crc32c  # pyright: ignore[reportMissingTypeStubs] has none

PLAIN, FORGED = b"xx", b"\xff\xfe"
CRC, CHECKED = 17, 21  # where a batch of the format 2 keeps its checksum, and what it is of


async def send_with_an_unreadable_name(kafka: str, topic: str, partition: int) -> None:
    """One record with such a header; the broker takes it, Kafka's Python client cannot read it."""
    producer = AIOKafkaProducer(bootstrap_servers=kafka)
    await producer.start()
    try:
        batch: Any = producer.create_batch()
        name = PLAIN.decode()
        batch.append(timestamp=None, key=b"key", value=b"value", headers=[(name, b"")])
        bytes_of_it = bytearray(batch._build().replace(PLAIN, FORGED))  # noqa: SLF001 the one way
        checksum: int = calc_crc32c(bytes_of_it[CHECKED:])
        bytes_of_it[CRC:CHECKED] = checksum.to_bytes(4, "big")
        batch._buffer = bytes(bytes_of_it)  # noqa: SLF001
        await (await producer.send_batch(batch, topic, partition=partition))
    finally:
        await producer.stop()
