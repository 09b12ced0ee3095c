"""Who decided what about the plan, and why."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime

from chassis.database import Connection
from roadmap.domain import At, Decision, UnknownDecision
from roadmap.store import rows

# Decisions get their numbers one after the other; another number here would let two get the same.
DECIDING = 7_033_001


class Decisions:
    """Decisions, numbered as they were recorded; none is ever changed."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    async def of(self, numbers: Sequence[int]) -> dict[int, Decision]:
        """Decisions by their numbers."""
        found = await self._connection.fetch(
            "select * from decision where decision_id = any($1::bigint[])", numbers
        )
        return {row["decision_id"]: rows.decision(row) for row in found}

    async def one(self, number: int) -> Decision:
        """One decision; UnknownDecision when there is none."""
        found = await self.of([number])
        if number not in found:
            raise UnknownDecision(str(number))
        return found[number]

    async def that_changed_nothing(self, at: At) -> list[Decision]:
        """The decisions that changed no date and no plan by a moment, the last one first."""
        found = await self._connection.fetch(
            """
            select *
              from decision
             where ($1::timestamptz is null or entered_at <= $1)
               and not exists (select from assertion
                                where assertion.decision_id = decision.decision_id
                                  and ($1::timestamptz is null or lower(recorded) <= $1))
               and not exists (select from revision
                                where revision.decision_id = decision.decision_id
                                  and ($1::timestamptz is null or recorded <= $1))
             order by decision_id desc
            """,
            at.known,
        )
        return [rows.decision(row) for row in found]

    async def about(self, nodes: Sequence[str]) -> list[Decision]:
        """The decisions about any of these nodes, the last one first."""
        found = await self._connection.fetch(
            "select * from decision where about && $1::text[] order by decision_id desc", nodes
        )
        return [rows.decision(row) for row in found]

    async def keep(self, decision: Decision, *, by: str, now: datetime) -> Decision:
        """Keep who decided what, about which nodes and why; it has the next number afterwards.

        Numbers have no gaps, so that nobody asks what is missing; what is only tried takes none.
        """
        await self._connection.execute("select pg_advisory_xact_lock($1)", DECIDING)
        number = await self._connection.fetchval(
            """
            insert into decision (decision_id, body, taken_on, chosen, not_chosen, effect, reason, about,
                                  entered_by, entered_at)
            overriding system value
            select coalesce(max(decision_id), 0) + 1, $1, $2, $3, $4, $5, $6, $7, $8, $9
              from decision
            returning decision_id
            """,
            decision.body,
            decision.taken_on,
            decision.chosen,
            decision.not_chosen,
            decision.effect,
            decision.reason,
            decision.about,
            by,
            now,
        )
        return replace(decision, decision_id=number)
