"""Answers that were given, so that the same request again changes nothing."""

from datetime import datetime

from chassis.database import Connection


class Requests:
    """Answers by the key that a caller chose, for some days."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    async def answer_of(self, idempotency_key: str) -> tuple[str, str] | None:
        """What was answered under this key, with the fingerprint of the request; others wait."""
        await self._connection.execute(
            "select pg_advisory_xact_lock(hashtextextended($1, 0))", idempotency_key
        )
        row = await self._connection.fetchrow(
            "select fingerprint, answer from request where idempotency_key = $1", idempotency_key
        )
        return (row["fingerprint"], row["answer"]) if row else None

    async def keep(
        self, idempotency_key: str, fingerprint: str, answer: str, *, now: datetime
    ) -> None:
        """Keep an answer, so that the same request again gets it again."""
        await self._connection.execute(
            "insert into request values ($1, $2, $3, $4)", idempotency_key, fingerprint, answer, now
        )

    async def forget(self, before: datetime) -> None:
        """Drop the answers given before an instant."""
        await self._connection.execute("delete from request where answered_at < $1", before)
