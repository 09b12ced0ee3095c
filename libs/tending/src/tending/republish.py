"""Republishing: a topic is made anew from the outbox, after it gave back what the outbox had lost."""

import json
from collections.abc import Sequence
from dataclasses import dataclass

import asyncpg
from aiokafka import TopicPartition
from aiokafka.admin import AIOKafkaAdminClient, RecordsToDelete

from bus.reading import Record, read_log
from chassis.database import SQL, Connection
from chassis.relay import LOCK
from chassis.saying import Speaker
from contracts.envelope import header
from contracts.topics import PARTITIONS, topic
from tending.comparing import id_of, unknown_to_us

BEYOND = -1  # Kafka's word for the end of a partition


@dataclass(frozen=True, slots=True)
class Republished:
    """What was done."""

    taken_back: list[tuple[str, str]]
    """Type and key of each event that the outbox had lost; the service's own tables lack it still."""
    emptied: bool
    """Whether the old records are gone from the topic."""
    unsent: int
    """How many events the relay sends again."""


async def republish(owner: str, kafka: str, speaker: Speaker) -> Republished:
    """Take back what the log knows and the outbox does not, empty the topic, and have all sent again.

    A topic that holds events of other municipalities is not emptied. The relay, which waits
    meanwhile, does the sending; ids and numbers stay, so that nobody hears anything twice.
    """
    connection = await asyncpg.connect(owner)
    own = topic(speaker.service)
    try:
        await connection.execute("select pg_advisory_lock($1)", LOCK)
        lost, alone = await _lost(connection, kafka, speaker)
        async with connection.transaction():
            await _take_back(connection, own, lost)
            await connection.execute(SQL["send_again"], own)
            if alone:
                await _empty(kafka, own)
        unsent = await connection.fetchval("select count(*) from outbox where topic = $1", own)
        told = [(header(r.headers, "ce_type") or "", (r.key or b"").decode()) for r in lost]
        return Republished(told, alone, unsent)
    finally:
        await connection.close()


async def _lost(connection: Connection, kafka: str, speaker: Speaker) -> tuple[list[Record], bool]:
    """Our events on the log that the outbox lacks, each once; and whether the log is ours alone."""
    lost, alone, known = dict[object, Record](), True, dict[str, int]()
    async for records in read_log(kafka, topic(speaker.service)):
        cities = {header(record.headers, "ce_municipality") for record in records}
        alone = alone and cities <= {speaker.municipality, None}
        for record in await unknown_to_us(connection, records, speaker, known=known):
            lost.setdefault(id_of(record), record)
    return list(lost.values()), alone


async def _take_back(connection: Connection, own: str, lost: Sequence[Record]) -> None:
    """They come first; what was said after the restore and is on no log yet is numbered after them."""
    rows = [
        (
            id_of(record),
            (record.key or b"").decode(),
            int(header(record.headers, "ce_sequence") or 0),
            json.dumps(_attributes(record), ensure_ascii=False),
            (record.value or b"null").decode(),
            header(record.headers, "ce_recordedtime"),
        )
        for record in lost
    ]
    keys = list({row[1] for row in rows})
    await connection.execute("lock table spoken in exclusive mode")
    later = await connection.fetch(SQL["withdraw_unsent"], own, keys)
    await connection.executemany(SQL["take_back"], [(own, *row) for row in rows])
    await connection.execute(SQL["speak_on"], own, keys)
    await connection.executemany(SQL["say_after"], [tuple(row.values()) for row in later])


def _attributes(record: Record) -> dict[str, str]:
    """The attributes as the outbox keeps them: id and number have columns of their own."""
    named = {
        name[3:]: value.decode()
        for name, value in record.headers
        if name.startswith("ce_") and value
    }
    return {name: value for name, value in named.items() if name not in ("id", "sequence")}


async def _empty(kafka: str, own: str) -> None:
    admin = AIOKafkaAdminClient(bootstrap_servers=kafka)
    await admin.start()
    try:
        places = [TopicPartition(own, number) for number in range(PARTITIONS)]
        await admin.delete_records({place: RecordsToDelete(BEYOND) for place in places})
    finally:
        await admin.close()
