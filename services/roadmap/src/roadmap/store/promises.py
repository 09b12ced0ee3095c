"""Promises that end: until when they held, or that they held on no day."""

from datetime import date, datetime

from chassis.database import Connection


class Promises:
    """Due dates whose place another takes, in one transaction."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    async def end(self, day: date, at: datetime) -> None:
        """The promises of the revision before hold until a day; this one makes its own."""
        closed = await self._connection.fetch(
            """
            update assertion
               set recorded = tstzrange(lower(recorded), $1)
             where attr = 'due' and upper_inf(recorded) and valid && daterange($2, null)
         returning assertion_id, subject_id, lower(valid) as since
            """,
            at,
            day,
        )
        await self.overtake([row["assertion_id"] for row in closed if row["since"] >= day], day, at)
        await self._connection.execute(
            """
            insert into assertion (subject_id, attr, asserter, revision_id, edtf, lo, hi, precision,
                                   qualifier, original, undated_reason, mark, evidence, decision_id,
                                   corrects, why, entered_by, valid, recorded)
            select subject_id, attr, asserter, revision_id, edtf, lo, hi, precision,
                   qualifier, original, undated_reason, mark, evidence, decision_id,
                   corrects, why, entered_by, daterange(lower(valid), $2), tstzrange($3, null)
              from assertion
             where assertion_id = any($1::bigint[]) and lower(valid) < $2
            """,
            [row["assertion_id"] for row in closed],
            day,
            at,
        )

    async def overtake(self, promises: list[int], since: date, at: datetime) -> None:
        """Note what ended before it held on any day; what was noted for later days ended earlier, too."""
        await self._connection.execute(
            """
            insert into overtaken (assertion_id, subject_id, since, at)
            select assertion_id, subject_id, $2::date, $3::timestamptz from assertion where assertion_id = any($1::bigint[])
             union
            select assertion_id, subject_id, $2, $3
              from overtaken
             where since > $2
               and subject_id in (select subject_id from assertion where assertion_id = any($1::bigint[]))
                on conflict do nothing
            """,
            promises,
            since,
            at,
        )
