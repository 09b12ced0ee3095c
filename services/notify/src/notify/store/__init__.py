"""What notify keeps: notices, subscriptions, and a ledger of deliveries; the only SQL of the service."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from uuid import UUID

from chassis.database import Connection
from notify.domain import EVERYTHING, Ask, Confirmation, Endpoint, Notice, Topic, UnknownNotice
from notify.store import rows
from notify.store.ledger import Ledger


class Store:
    """The tables of notify, in one transaction of whoever made it."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection
        self.ledger = Ledger(connection)

    async def keep_heard_milestone(self, milestone_id: str, initiative: str, label: str) -> None:
        """Keep that an initiative has this milestone: so there is a topic for it."""
        await self._connection.execute(
            """
            insert into heard_milestone (milestone_id, initiative, label)
            values ($1, $2, $3)
                on conflict (milestone_id) do update
               set initiative = excluded.initiative, label = excluded.label
            """,
            milestone_id,
            initiative,
            label,
        )

    async def topics(self) -> list[Topic]:
        """Everything, then each initiative that was heard of, with its milestones."""
        found = await self._connection.fetch(
            """
            select initiative, array_agg(label order by milestone_id) as labels
              from heard_milestone
             group by initiative
             order by initiative
            """
        )
        heard = [Topic(f"initiative:{row['initiative']}", tuple(row["labels"])) for row in found]
        return [Topic(EVERYTHING, ()), *heard]

    async def keep_notice(self, notice: Notice) -> bool:
        """Keep a notice; False when it is there already."""
        kept = await self._connection.fetchval(
            """
            insert into notice (notice_id, rule, title, lines, topics, caused_by, about, issued_at, expires_at)
            values ($1, $2, $3, $4, $5, $6, $7, $8, $9)
                on conflict do nothing
            returning notice_id
            """,
            notice.notice_id,
            notice.rule,
            notice.title,
            notice.lines,
            notice.topics,
            notice.caused_by,
            notice.about,
            notice.issued_at,
            notice.expires_at,
        )
        return kept is not None

    async def notice(self, notice_id: UUID) -> Notice:
        """One notice; UnknownNotice when there is none."""
        row = await self._connection.fetchrow(
            "select * from notice_told where notice_id = $1", notice_id
        )
        if row is None:
            raise UnknownNotice(str(notice_id))
        return rows.notice(row)

    async def notices(self, limit: int, after: tuple[datetime, UUID] | None = None) -> list[Notice]:
        """Notices, newest first; only those that follow on one of them."""
        issued_at, notice_id = after or (None, None)
        found = await self._connection.fetch(
            """
            select *
              from notice_told
             where $1::timestamptz is null or (issued_at, notice_id) < ($1, $2::uuid)
             order by issued_at desc, notice_id desc
             limit $3
            """,
            issued_at,
            notice_id,
            limit,
        )
        return [rows.notice(row) for row in found]

    async def ask(self, ask: Ask, now: datetime, pause: timedelta) -> Endpoint | None:
        """The endpoint of an address, new or known; None when it was asked for a moment ago."""
        row = await self._connection.fetchrow(
            """
            insert into endpoint as known (blind, sealed, asked_at)
            values ($1, $2, $3)
                on conflict (blind) do update
               set asked_at = excluded.asked_at
             where known.asked_at <= excluded.asked_at - $4::interval
            returning *
            """,
            ask.blind,
            ask.sealed,
            now,
            pause,
        )
        return rows.endpoint(row) if row else None

    async def endpoint(self, endpoint_id: int) -> Endpoint | None:
        """One endpoint; None when it was forgotten."""
        row = await self._connection.fetchrow(
            "select * from endpoint where endpoint_id = $1", endpoint_id
        )
        return rows.endpoint(row) if row else None

    async def keep_confirmation(self, token_hash: bytes, confirmation: Confirmation) -> None:
        """Keep that somebody asked, under what is kept of the token."""
        await self._connection.execute(
            """
            insert into confirmation (token_hash, endpoint_id, wanted, expires_at)
            values ($1, $2, $3, $4)
            """,
            token_hash,
            confirmation.endpoint_id,
            confirmation.wanted,
            confirmation.expires_at,
        )

    async def confirmation(self, token_hash: bytes) -> Confirmation | None:
        """What a token confirms; None when there is nothing."""
        row = await self._connection.fetchrow(
            "select endpoint_id, wanted, expires_at, used_at from confirmation where token_hash = $1",
            token_hash,
        )
        return rows.confirmation(row) if row else None

    async def use_confirmation(self, token_hash: bytes, now: datetime) -> bool:
        """Use it up; False when somebody else did."""
        used = await self._connection.fetchval(
            """
            update confirmation
               set used_at = $2
             where token_hash = $1 and used_at is null
            returning endpoint_id
            """,
            token_hash,
            now,
        )
        return used is not None

    async def activate(self, endpoint_id: int) -> None:
        """Its owner has said that it is theirs."""
        await self._connection.execute(
            "update endpoint set state = 'active' where endpoint_id = $1 and state <> 'suppressed'",
            endpoint_id,
        )

    async def suppress(self, endpoint_id: int) -> None:
        """Nothing is sent there any more: the address is forgotten, and known again blindly."""
        await self._connection.execute(
            "update endpoint set state = 'suppressed', sealed = '' where endpoint_id = $1",
            endpoint_id,
        )
        await self._connection.execute(
            "delete from subscription where endpoint_id = $1", endpoint_id
        )

    async def subscriptions(self, endpoint_id: int) -> list[str]:
        """The topics of an endpoint."""
        found = await self._connection.fetch(
            "select topic from subscription where endpoint_id = $1 order by topic", endpoint_id
        )
        return [row["topic"] for row in found]

    async def subscribe(self, endpoint_id: int, topics: Sequence[str], now: datetime) -> None:
        """Add subscriptions; those that are there stay as they are."""
        await self._connection.execute(
            """
            insert into subscription (topic, endpoint_id, since)
            select topic, $1, $3 from unnest($2::text[]) topic
                on conflict do nothing
            """,
            endpoint_id,
            topics,
            now,
        )
        await self._note_leaving(endpoint_id, now)

    async def unsubscribe(self, endpoint_id: int, topics: Sequence[str], now: datetime) -> None:
        """End these subscriptions."""
        await self._connection.execute(
            "delete from subscription where endpoint_id = $1 and topic = any($2::text[])",
            endpoint_id,
            topics,
        )
        await self._note_leaving(endpoint_id, now)

    async def end_links(self, endpoint_id: int) -> None:
        """Links to preferences that were given out so far lead nowhere any more."""
        await self._connection.execute(
            "update endpoint set generation = generation + 1 where endpoint_id = $1", endpoint_id
        )

    async def _note_leaving(self, endpoint_id: int, now: datetime) -> None:
        await self._connection.execute(
            """
            update endpoint
               set left_at = case when exists (select from subscription where endpoint_id = $1) then null
                                  else coalesce(left_at, $2) end
             where endpoint_id = $1
            """,
            endpoint_id,
            now,
        )

    async def forget(self, endpoint_id: int) -> None:
        """Forget an address at once, with all that belongs to it; the ledger keeps ids and times."""
        await self._connection.execute("delete from endpoint where endpoint_id = $1", endpoint_id)

    async def forget_old(self, *, unconfirmed: datetime, left: datetime) -> None:
        """Forget addresses that nobody confirmed, or whose last subscription ended before then."""
        await self._connection.execute(
            """
            delete from endpoint
             where (state = 'pending' and asked_at < $1)
                or (state = 'active' and left_at < $2)
            """,
            unconfirmed,
            left,
        )
        await self._connection.execute(
            "delete from confirmation where expires_at < $1", unconfirmed
        )
