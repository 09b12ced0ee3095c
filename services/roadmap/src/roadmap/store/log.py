"""The public change log: what was said or recorded, in the order of the commits, chained."""

import json
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from secrets import token_bytes
from typing import Any
from uuid import UUID

from asyncpg import Record

from chassis.database import Connection
from contracts.envelope import numbered, structured
from roadmap.domain import GENESIS, SALT_BYTES, Change, End, Head, canonical, digest_of


class NotSaid(Exception):
    """What was not said in this database cannot be entered as an event."""


class Log:
    """The log, in one transaction; what is added gets its number and its hash at the commit."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    async def append(self, said: Sequence[UUID]) -> None:
        """Enter events that were said in this transaction, each as CloudEvents writes it in JSON."""
        # Id, number and attributes are those of the outbox, the record of what was said: so the
        # log holds the same event as Kafka, not a second one that looks like it.
        found = await self._connection.fetch(
            """
            select event_id, sequence, headers, payload
              from outbox
             where event_id = any($1::uuid[])
             order by id
            """,
            said,
        )
        if len(found) != len(said):
            raise NotSaid(said)
        await self._add([_structured(row) for row in found])

    async def note(self, kind: str, subject: str, data: Mapping[str, Any]) -> None:
        """Enter a record that is no event: it stands in the log and in no stream."""
        await self._add([{"type": kind, "subject": subject, "data": dict(data)}])

    async def _add(self, records: Iterable[Mapping[str, Any]]) -> None:
        salted = [(record, canonical(record), token_bytes(SALT_BYTES)) for record in records]
        rows = [
            (each.get("id"), each["type"], each["subject"], digest_of(salt, body), salt, body)
            for each, body, salt in salted
        ]
        await self._connection.execute(
            """
            insert into change (event_id, type, subject, digest, salt, body)
            select event_id, type, subject, digest, salt, body
              from unnest($1::uuid[], $2::text[], $3::text[], $4::bytea[], $5::bytea[], $6::text[])
                   with ordinality as told (event_id, type, subject, digest, salt, body, place)
             order by place
            """,
            *([row[column] for row in rows] for column in range(6)),
        )

    async def head(self) -> Head:
        """The last row; that of number 0 when there is none yet."""
        end = await self.end()
        assert end  # noqa: S101 the migration has put it there
        return end.head

    async def end(self) -> End | None:
        """What is kept of the log beside its rows; None: somebody took it away."""
        row = await self._connection.fetchrow(
            "select seq, hash, case when isfinite(at) then at end as at, blanked from chain"
        )
        if row is None:
            return None
        return End(Head(row["seq"], row["hash"]), row["at"], row["blanked"])

    async def head_then(self, known: datetime) -> Head:
        """What the last row was at an instant."""
        row = await self._connection.fetchrow(
            "select seq, hash from change_log where at <= $1 order by at desc, seq desc limit 1",
            known,
        )
        return Head(row["seq"], row["hash"]) if row else GENESIS

    async def state(self) -> tuple[int, int]:
        """The number of the last row, and how many rows were blanked so far."""
        row = await self._connection.fetchrow("select seq, blanked from chain")
        assert row  # noqa: S101 the migration has put it there
        return row["seq"], row["blanked"]

    async def after(self, seq: int, limit: int) -> list[Change]:
        """The rows after a number, in their order."""
        found = await self._connection.fetch(
            """
            select seq, at, event_id, type, subject, digest, prev, hash, salt, body, scheme
              from change_log
             where seq > $1
             order by seq
             limit $2
            """,
            seq,
            limit,
        )
        return [Change(**dict(row)) for row in found]

    async def seq_of(self, event_id: UUID) -> int | None:
        """The number of the row that holds an event; None when none does."""
        return await self._connection.fetchval(
            "select seq from change_log where event_id = $1", event_id
        )

    async def blank(self, seq: int) -> bool:
        """Take out for ever what a row told, here and in the other tables; False when it tells nothing."""
        return bool(await self._connection.fetchval("select blank_change($1)", seq))

    async def sought(self, seq: int) -> list[str]:
        """The words of a row of which nothing may be left: neither dates nor those of the plan."""
        return await self._connection.fetchval("select sought($1)", seq)

    async def left_of(self, words: Sequence[str]) -> dict[str, list[str]]:
        """Where each of these words is left, in any column into which somebody can type."""
        found = await self._connection.fetch("select word, places from left_of($1)", words)
        return {row["word"]: row["places"] for row in found}


def _structured(row: Record) -> dict[str, Any]:
    named = numbered(json.loads(row["headers"]), row["event_id"], row["sequence"])
    return structured(named, json.loads(row["payload"]))
