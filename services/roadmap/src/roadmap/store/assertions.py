"""The statements one by one: what was said of a node and what was believed of it; none is ever overwritten."""

from collections.abc import Iterable, Sequence
from datetime import datetime

from chassis.database import Connection
from roadmap.domain import Assertion, UnknownAssertion
from roadmap.store import rows


class Assertions:
    """The table of statements, in one transaction; whole trees are read by `Trees`."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    async def reports(self, *nodes: str) -> dict[tuple[str, str], Assertion]:
        """The last that each source reported of some nodes; it has an end where one after it was taken back."""
        return await self._reports(nodes)

    async def all_reports(self) -> dict[tuple[str, str], Assertion]:
        """The same of every node."""
        return await self._reports(None)

    async def _reports(self, nodes: Sequence[str] | None) -> dict[tuple[str, str], Assertion]:
        found = await self._connection.fetch(
            """
            select distinct on (subject_id, asserter) *
              from assertion
             where attr = 'reported' and upper_inf(recorded)
               and ($1::text[] is null or subject_id = any($1))
             order by subject_id, asserter, lower(valid) desc
            """,
            nodes,
        )
        return {(row["subject_id"], row["asserter"]): rows.assertion(row) for row in found}

    async def ever_reported(self) -> list[Assertion]:
        """All that was ever reported of any node, also what was put right or taken back."""
        found = await self._connection.fetch("select * from assertion where attr = 'reported'")
        return [rows.assertion(row) for row in found]

    async def history(self, subject_id: str) -> list[Assertion]:
        """Every row about one node, also what is no longer believed, as they were recorded."""
        found = await self._connection.fetch(
            """
            select said.*, withdrawal.why as taken_back
              from assertion as said
              left join withdrawal using (assertion_id)
             where subject_id = $1
             order by lower(recorded), lower(valid), assertion_id
            """,
            subject_id,
        )
        return [rows.assertion(row) for row in found]

    async def changed(self) -> list[Assertion]:
        """Every row of a change, with those that it ended; what a plan stated at first is none."""
        found = await self._connection.fetch(
            """
            select said.*, withdrawal.why as taken_back
              from assertion as said
              left join withdrawal using (assertion_id)
             where decision_id is not null or corrects is not null or revision_id is null
                or not upper_inf(recorded)
                or exists (select
                             from assertion as before
                            where before.subject_id = said.subject_id and before.attr = said.attr
                              and upper(before.recorded) = lower(said.recorded))
             order by lower(recorded), lower(valid), assertion_id
            """
        )
        return [rows.assertion(row) for row in found]

    async def one(self, assertion_id: int) -> Assertion:
        """One statement; UnknownAssertion when there is none."""
        row = await self._connection.fetchrow(
            "select * from assertion where assertion_id = $1", assertion_id
        )
        if row is None:
            raise UnknownAssertion(str(assertion_id))
        return rows.assertion(row)

    async def close(self, said: Assertion, why: str | None, at: datetime, *, by: str) -> None:
        """A statement is not believed any more from an instant on, and why where no other takes its place."""
        await self._connection.execute(
            """
            update assertion
               set recorded = tstzrange(lower(recorded), $2)
             where assertion_id = $1 and upper_inf(recorded)
            """,
            said.assertion_id,
            at,
        )
        if why:
            await self._connection.execute(
                "insert into withdrawal values ($1, $2, $3)", said.assertion_id, why, by
            )

    async def newest(self, subject_id: str) -> Assertion:
        """The last statement that was made about a node."""
        row = await self._connection.fetchrow(
            """
            select *
              from assertion
             where subject_id = $1 and upper_inf(recorded)
             order by lower(recorded) desc, lower(valid) desc, assertion_id desc
             limit 1
            """,
            subject_id,
        )
        assert row  # noqa: S101 it was made just now
        return rows.assertion(row)

    async def instant(self, subjects: list[str] | None = None) -> datetime:
        """The instant of this transaction, after all that was recorded about these nodes, or any."""
        return await self._connection.fetchval(
            """
            select greatest(clock_timestamp(), max(lower(recorded)) + interval '1 microsecond')
              from assertion
             where $1::text[] is null or subject_id = any($1)
            """,
            subjects,
        )

    async def keep(
        self, assertions: Iterable[Assertion], at: datetime, *, by: str | None = None
    ) -> None:
        """Keep statements as known from an instant on; two truths at once are refused."""
        await self._connection.executemany(
            """
            insert into assertion (subject_id, attr, asserter, revision_id, edtf, lo, hi, precision,
                                   qualifier, original, undated_reason, mark, evidence, decision_id,
                                   corrects, why, entered_by, valid, recorded)
            values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $19)
            """,
            [rows.assertion_row(assertion, at, by) for assertion in assertions],
        )
