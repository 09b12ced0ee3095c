"""Rows as what they stand for; the database has believed them, nothing is judged again."""

from datetime import datetime
from uuid import UUID

from asyncpg import Record

from notify.domain import Confirmation, Delivery, Endpoint, Notice, Standing


def notice(row: Record) -> Notice:
    """A row of `notice`."""
    return Notice(
        notice_id=_uuid(row["notice_id"]),
        rule=row["rule"],
        title=row["title"],
        lines=tuple(row["lines"]),
        topics=tuple(row["topics"]),
        caused_by=row["caused_by"],
        about=row["about"],
        issued_at=row["issued_at"],
        expires_at=row["expires_at"],
        followed_by=_uuid(row["followed_by"]) if row["followed_by"] else None,
    )


def endpoint(row: Record) -> Endpoint:
    """A row of `endpoint`."""
    return Endpoint(
        endpoint_id=row["endpoint_id"],
        state=row["state"],
        blind=row["blind"],
        sealed=row["sealed"],
        generation=row["generation"],
    )


def confirmation(row: Record) -> Confirmation:
    """A row of `confirmation`."""
    used_at: datetime | None = row["used_at"]
    return Confirmation(
        endpoint_id=row["endpoint_id"],
        wanted=tuple(row["wanted"]),
        expires_at=row["expires_at"],
        used_at=used_at,
    )


def delivery(row: Record) -> Delivery:
    """A row of `delivery`."""
    return Delivery(
        delivery_id=_uuid(row["delivery_id"]),
        kind=row["kind"],
        endpoint_id=row["endpoint_id"],
        notice_id=_uuid(row["notice_id"]) if row["notice_id"] else None,
        lane=row["lane"],
        attempts=row["attempts"],
        doubts=row["doubts"],
        expires_at=row["expires_at"],
    )


def standing(row: Record, where: Record | None, what: Record | None) -> Standing:
    """A row of `delivery`, with those of its endpoint and of its notice."""
    return Standing(
        delivery=delivery(row),
        lease=_uuid(row["lease"]),
        endpoint=endpoint(where) if where else None,
        notice=notice(what) if what else None,
        wanted=row["wanted"],
        sealed_token=row["sealed_token"],
    )


def _uuid(value: UUID) -> UUID:
    return UUID(int=value.int)  # asyncpg has a class of its own, whose text differs in nothing
