"""Comparing: the outbox is the record and the log a copy; what the copy lost is sent again."""

import json
import logging
from collections.abc import Sequence
from uuid import UUID

from bus.reading import Record, read_log
from chassis.database import SQL, Connection
from chassis.messages import Message, read
from chassis.relay import LOCK
from chassis.saying import Speaker
from contracts.envelope import header, service_of
from contracts.topics import topic

log = logging.getLogger(__name__)


class LogAhead(Exception):
    """The log holds events that the database does not know: it was restored from an older state."""

    def __str__(self) -> str:
        topic, where = self.args
        return (
            f"{topic} holds events that this database has never said, the first at {where}: was it "
            f"restored from a backup? `machi republish {topic.split('.')[1]}` takes them back; until "
            "then nothing starts. Or did somebody else write to the topic in our name?"
        )


async def compare(connection: Connection, kafka: str, speaker: Speaker) -> bool:
    """Is the log what the outbox says? Where it lost something, everything will be sent again.

    Returns False when another relay is at work. LogAhead when the log knows more than the record.
    """
    async with connection.transaction():
        await connection.execute("set local idle_in_transaction_session_timeout = '60s'")
        if not await connection.fetchval("select pg_try_advisory_xact_lock($1)", LOCK):
            return False
        if lost := await _lost(connection, kafka, speaker):
            own = topic(speaker.service)
            count = await connection.execute(SQL["send_again"], own)
            told, extra = "%s lost %s; all is sent again: %s", {"action": "log_lost"}
            log.warning(told, own, lost, count, extra=extra)
    return True


async def _lost(connection: Connection, kafka: str, speaker: Speaker) -> dict[int, int]:
    """Partition and offset of the last events that should be on the log and are not."""
    own = topic(speaker.service)
    marked = await connection.fetch(SQL["sent_until"], own)
    lost = {row["partition"]: row["offset"] for row in marked}
    ids = {row["partition"]: row["event_id"] for row in marked}
    known: dict[str, int] = {}
    async for records in read_log(kafka, own, starts=dict(lost)):
        for record in records:
            part = record.partition
            if lost.get(part) == record.offset and ids[part] == id_of(record):
                del lost[part]
        if unknown := await unknown_to_us(connection, records, speaker, known=known):
            raise LogAhead(own, f"{unknown[0].partition}/{unknown[0].offset}")
    return lost


async def unknown_to_us(
    connection: Connection, records: Sequence[Record], speaker: Speaker, *, known: dict[str, int]
) -> list[Record]:
    """Events that we have said and our outbox does not know, in their order.

    What only says that it is ours is left out: our numbers follow on. `known` keeps, of each key, the
    last number that is ours, from one part of the log to the next.
    """
    ours = {
        event_id: (record, message)
        for record in records
        if (message := read(record)) and _is_from(speaker, message) and (event_id := id_of(record))
    }
    rows = await connection.fetch(SQL["not_in_outbox"], list(ours))
    unknown, found = {row["event_id"] for row in rows}, list[Record]()
    new = {message.subject[1] for _, message in ours.values()} - known.keys()
    until = await connection.fetch(SQL["known_until"], topic(speaker.service), list(new))
    known |= dict.fromkeys(new, 0) | {row["key"]: row["sequence"] for row in until}
    for event_id, (record, message) in ours.items():
        key, number = message.subject[1], message.sequence
        if event_id not in unknown:
            known[key] = max(known[key], number)
        elif number == known[key] + 1:
            known[key] = number
            found.append(record)
        else:
            told = "%s/%s says that it is ours, but its number %s does not follow %s"
            log.warning(told, record.partition, record.offset, number, known[key])
    return found


def _is_from(speaker: Speaker, message: Message) -> bool:
    """It could be ours: of our city, of a type of ours, with an object as its data."""
    if message.municipality != speaker.municipality:
        return False
    try:
        ours = service_of(message.type) == speaker.service
        return ours and isinstance(json.loads(message.value), dict)
    except ValueError:
        return False


def id_of(record: Record) -> UUID | None:
    """The event's id; None when it is none of ours."""
    try:
        return UUID(header(record.headers, "ce_id") or "")
    except ValueError:
        return None
