"""Which reminders were told, so that none is told twice."""

from collections import defaultdict
from datetime import date, datetime

from chassis.database import Connection
from roadmap.domain import Reminder


class Reminders:
    """What was told of deadline days."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    async def look(self, day: date) -> bool:
        """Whether the day is another, or the log longer, than when this was asked last."""
        return bool(
            await self._connection.fetchval(
                """
                insert into looked (day, seq)
                select $1, seq from chain
                    on conflict (one) do update set day = excluded.day, seq = excluded.seq
                 where (looked.day, looked.seq) <> (excluded.day, excluded.seq)
             returning true
                """,
                day,
            )
        )

    async def told(self) -> dict[tuple[str, date], set[int]]:
        """The thresholds that were told, by milestone and deadline day."""
        found = await self._connection.fetch("select * from reminder")
        told = defaultdict[tuple[str, date], set[int]](set)
        for row in found:
            told[row["subject_id"], row["deadline"]].add(row["threshold"])
        return told

    async def keep(self, reminder: Reminder, *, now: datetime) -> None:
        """Keep that this was told, and that what is farther away is not told any more."""
        await self._connection.execute(
            """
            insert into reminder (subject_id, deadline, threshold, told_at)
            select $1, $2, passed, $4
              from unnest($3::int[]) as passed
                on conflict do nothing
            """,
            reminder.milestone.milestone_id,
            reminder.deadline,
            reminder.passed,
            now,
        )
