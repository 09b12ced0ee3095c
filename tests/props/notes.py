"""A small service that keeps notes: what the tests of the chassis speak and hear with."""

import asyncio
from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any, ClassVar
from uuid import uuid4

from aiokafka import ConsumerRecord

from bus.reading import Record
from chassis.database import Connection
from chassis.saying import Say
from contracts.envelope import Envelope, Event, attributes, encode, headers, numbered

MONDAY = datetime(2026, 11, 23, 0, 0, tzinfo=UTC)
CITY = "042111"

NOTES = """
create table note (number bigint generated always as identity, subject text, text text);
grant select, insert on note to chassis;
"""


class NoticeIssued(Event):
    """A notice was given out; the tests of the chassis say nothing else."""

    ce_type: ClassVar[str] = "machi.notify.notice.issued.v1"
    ce_subject: ClassVar[str] = "notice_id"

    notice_id: str
    text: str


def notice(notice_id: str = "玉浦", text: str = "断水のお知らせ") -> NoticeIssued:
    return NoticeIssued(title=text, page=f"/notices/{notice_id}", notice_id=notice_id, text=text)


class Notes:
    """A store with one table."""

    def __init__(self, connection: Connection) -> None:
        self.connection = connection

    async def keep(self, notice: NoticeIssued) -> None:
        await self.connection.execute(
            "insert into note (subject, text) values ($1, $2)", notice.notice_id, notice.text
        )


def outside(event: NoticeIssued, *, municipality: str = CITY, hops: int = 0) -> Envelope:
    return Envelope(
        type=event.ce_type,
        source=f"/machi/{municipality}/notify",
        subject=event.subject,
        time=MONDAY,
        recordedtime=MONDAY,
        municipality=municipality,
        causationid=None,
        hops=hops,
    )


def message(
    event: NoticeIssued,
    sequence: int,
    offset: int,
    *,
    envelope: Envelope | None = None,
    more: Sequence[tuple[str, bytes]] = (),
    **other: Any,
) -> Record:
    """The record that a relay would have written, with what a test wants otherwise."""
    envelope = envelope or outside(event)
    fields: dict[str, Any] = {
        "topic": "machi.notify.v1",
        "partition": 0,
        "offset": offset,
        "key": envelope.key.encode(),
        "value": encode(event).encode(),
        "headers": [*headers(numbered(attributes(envelope), uuid4(), sequence)), *more],
    }
    unused = {"timestamp": 0, "timestamp_type": 0, "checksum": None}
    sizes = {"serialized_key_size": -1, "serialized_value_size": -1}
    return ConsumerRecord(**unused, **sizes, **(fields | other))


async def keep(event: NoticeIssued, store: Notes) -> None:
    """A view: keep the note."""
    await store.keep(event)


async def answer(event: NoticeIssued, store: Notes, *, say: Say, now: datetime) -> None:
    """A reaction: say that it was read, on the day."""
    await store.keep(event)
    await say(notice(f"{event.notice_id}-{now:%d}", f"読みました：{event.text}"))


class Slow:
    """A view that rests before it has kept anything, until it is let go on."""

    def __init__(self) -> None:
        self.rests, self.go_on = asyncio.Event(), asyncio.Event()

    async def keep(self, event: NoticeIssued, store: Notes) -> None:
        self.rests.set()
        await self.go_on.wait()
        await keep(event, store)
