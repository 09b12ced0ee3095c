"""The ledger: one row for each thing to each endpoint, and what became of it."""

from datetime import datetime, timedelta
from uuid import UUID

from chassis.database import Connection
from notify.domain import BULK, PROMPT, Delivery, Kind, Notice, Standing, State, Step
from notify.store import rows


class Ledger:
    """The deliveries, in one transaction of whoever made it.

    Leases are counted by the clock of the database: replicas need not agree on the time.
    """

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    async def queue_letter(
        self, delivery_id: UUID, kind: Kind, endpoint_id: int, *, until: datetime, now: datetime
    ) -> None:
        """Somebody waits for a letter: it goes before all notices."""
        await self._connection.execute(
            """
            insert into delivery (delivery_id, kind, endpoint_id, lane, queued_at, due_at, expires_at)
            values ($1, $2, $3, $4, $5, $5, $6)
                on conflict do nothing
            """,
            delivery_id,
            kind,
            endpoint_id,
            PROMPT,
            now,
            until,
        )

    async def keep_token(self, delivery_id: UUID, sealed_token: bytes) -> None:
        """Keep the token that a letter brings, sealed, until the letter has ended."""
        await self._connection.execute(
            "update delivery set sealed_token = $2 where delivery_id = $1",
            delivery_id,
            sealed_token,
        )

    async def queue_notice(self, notice: Notice) -> None:
        """A delivery to each active endpoint that subscribes to a topic of the notice; twice is once."""
        await self._connection.execute(
            """
            insert into delivery (delivery_id, kind, endpoint_id, notice_id, lane, queued_at, due_at, expires_at)
            select encode(substr(sha256(uuid_send($1) || int8send(endpoint_id)), 1, 16), 'hex')::uuid,
                   'notice', endpoint_id, $1, $2, $3, $3, $4
              from (select distinct endpoint_id
                      from subscription
                      join endpoint using (endpoint_id)
                     where topic = any($5::text[]) and state = 'active' and since <= $3) told
                on conflict do nothing
            """,
            notice.notice_id,
            BULK,
            notice.issued_at,
            notice.expires_at,
            notice.topics,
        )

    async def claim(
        self, lease: UUID, limit: int, *, lasts: timedelta, now: datetime
    ) -> list[UUID]:
        """Take what is due, letters before notices, and nobody else takes it while the lease lasts."""
        found = await self._connection.fetch(
            """
            update delivery
               set state = 'leased', lease = $1, leased_until = clock_timestamp() + $3::interval
             where delivery_id in (select delivery_id
                                     from delivery
                                    where state = 'queued' and due_at <= $4
                                    order by lane, due_at
                                    limit $2
                                      for update skip locked)
            returning delivery_id
            """,
            lease,
            limit,
            lasts,
            now,
        )
        return [UUID(int=row["delivery_id"].int) for row in found]

    async def renew(self, lease: UUID, lasts: timedelta) -> None:
        """Whoever holds the lease is still at it."""
        await self._connection.execute(
            """
            update delivery
               set leased_until = clock_timestamp() + $2::interval
             where lease = $1 and state in ('leased', 'attempting')
            """,
            lease,
            lasts,
        )

    async def standing(self, delivery_id: UUID, lease: UUID) -> Standing | None:
        """How things stand with what was claimed; None when the lease is lost."""
        row = await self._connection.fetchrow(
            """
            select *, exists (select
                                from notice
                                join subscription on topic = any(topics)
                               where notice.notice_id = delivery.notice_id
                                 and subscription.endpoint_id = delivery.endpoint_id) as wanted
              from delivery
             where delivery_id = $1 and lease = $2 and state = 'leased'
               for update
            """,
            delivery_id,
            lease,
        )
        if row is None:
            return None
        where = await self._connection.fetchrow(
            "select * from endpoint where endpoint_id = $1", row["endpoint_id"]
        )
        what = await self._connection.fetchrow(
            "select * from notice_told where notice_id = $1", row["notice_id"]
        )
        return rows.standing(row, where, what)

    async def begin(self, delivery_id: UUID) -> Delivery:
        """Note, before the socket opens, that it is tried; the delivery as it is then."""
        row = await self._connection.fetchrow(
            """
            update delivery
               set state = 'attempting', attempts = attempts + 1
             where delivery_id = $1
            returning *
            """,
            delivery_id,
        )
        if row is None:
            raise LookupError(delivery_id)
        return rows.delivery(row)

    async def step(
        self, delivery: Delivery, lease: UUID, step: Step, *, since: State, now: datetime
    ) -> bool:
        """What became of it; False, and nothing is changed, when the lease was lost meanwhile."""
        kept = await self._connection.fetchval(
            """
            update delivery
               set state = $4, why = $5, doubts = $6, due_at = coalesce($7, due_at),
                   lease = null, leased_until = null,
                   ended_at = case when $4 = 'queued' then null else $8::timestamptz end,
                   sealed_token = case when $4 = 'queued' then sealed_token end
             where delivery_id = $1 and lease = $2 and state = $3
            returning delivery_id
            """,
            delivery.delivery_id,
            lease,
            since,
            step.state,
            step.why,
            step.doubts,
            step.due_at,
            now,
        )
        return kept is not None

    async def let_go(self) -> None:
        """What was claimed and not tried before its lease ran out goes back, uncounted."""
        await self._connection.execute(
            """
            update delivery
               set state = 'queued', lease = null, leased_until = null
             where state = 'leased' and leased_until < clock_timestamp()
            """
        )

    async def abandoned(self) -> list[tuple[Delivery, UUID]]:
        """What was being tried when its lease ran out, with that lease."""
        found = await self._connection.fetch(
            """
            select *
              from delivery
             where state = 'attempting' and leased_until < clock_timestamp()
             limit 500
               for update skip locked
            """
        )
        return [(rows.delivery(row), UUID(int=row["lease"].int)) for row in found]

    async def expire(self, now: datetime) -> None:
        """What nobody sent in its time is not sent any more."""
        await self._connection.execute(
            """
            update delivery
               set state = 'expired', ended_at = $1, sealed_token = null
             where state = 'queued' and expires_at <= $1
            """,
            now,
        )

    async def states(self) -> dict[str, int]:
        """How many deliveries are in each state."""
        found = await self._connection.fetch("select state, count(*) from delivery group by state")
        return {row["state"]: row["count"] for row in found}
