"""Comparing: the outbox is the record and the log a copy; what the copy lost is sent again."""

import logging
from collections.abc import Sequence
from uuid import UUID

from bus.reading import Record, read_log
from chassis.database import SQL, Connection
from chassis.relay import LOCK
from chassis.saying import Speaker
from contracts.envelope import header
from contracts.topics import topic

log = logging.getLogger(__name__)


class LogAhead(Exception):
    """The log holds events that the database does not know: it was restored from an older state."""

    def __str__(self) -> str:
        service = self.args[0].split(".")[1]
        return (
            f"{self.args[0]} holds events that this database has never said: was it restored from "
            f"a backup? `machi republish {service}` takes them back; until then nothing starts"
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
    async for records in read_log(kafka, own, starts=dict(lost)):
        for record in records:
            part = record.partition
            if lost.get(part) == record.offset and ids[part] == id_of(record):
                del lost[part]
        if await unknown_to_us(connection, records, speaker):
            raise LogAhead(own)
    return lost


async def unknown_to_us(
    connection: Connection, records: Sequence[Record], speaker: Speaker
) -> list[Record]:
    """Those that say that we said them, while our outbox does not know them; in their order."""
    source = f"/machi/{speaker.municipality}/{speaker.service}"
    ours = [record for record in records if header(record.headers, "ce_source") == source]
    by_id = {event_id: record for record in ours if (event_id := id_of(record))}
    rows = await connection.fetch(SQL["not_in_outbox"], list(by_id))
    unknown = {row["event_id"] for row in rows}
    return [record for event_id, record in by_id.items() if event_id in unknown]


def id_of(record: Record) -> UUID | None:
    """The event's id; None when it is none of ours."""
    try:
        return UUID(header(record.headers, "ce_id") or "")
    except ValueError:
        return None
