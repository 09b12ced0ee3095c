"""Two small services: one gives out notices, the other shows them and answers some."""

import os
from datetime import datetime
from typing import ClassVar

from chassis.database import Connection
from chassis.hears import react, view
from chassis.saying import Say
from contracts.envelope import Event

CITY = "042111"
BY = os.environ.get("FAULTS_NAME", "")
SAYS, HEARS = "notify", "opendata"

# Nothing is unique here: an effect that was had twice must be seen as two rows.
TABLES = """
create table effect (
  number bigint generated always as identity, subject text, label text, by text
);
create table mended (label text primary key);
grant select, insert on effect, mended to chassis;
"""


class BurstPipe(Exception):
    """The handler cannot deal with this notice until somebody mends it."""


class NoticeIssued(Event):
    """A notice was given out: it is shown."""

    ce_type: ClassVar[str] = "machi.notify.notice.issued.v1"
    ce_subject: ClassVar[str] = "district"

    district: str
    label: str
    flawed: bool = False


class QuestionAsked(Event):
    """A question was put to the other house: it answers, once."""

    ce_type: ClassVar[str] = "machi.notify.question.asked.v1"
    ce_subject: ClassVar[str] = "district"

    district: str
    label: str


class AnswerPublished(Event):
    """An answer was given."""

    ce_type: ClassVar[str] = "machi.opendata.answer.published.v1"
    ce_subject: ClassVar[str] = "district"

    district: str
    label: str


class Store:
    """What was shown, one row for each time."""

    def __init__(self, connection: Connection) -> None:
        self.connection = connection

    async def show(self, subject: str, label: str) -> None:
        await self.connection.execute(
            "insert into effect (subject, label, by) values ($1, $2, $3)", subject, label, BY
        )

    async def mended(self, label: str) -> bool:
        return bool(await self.connection.fetchval("select 1 from mended where label = $1", label))


async def show(event: NoticeIssued, store: Store) -> None:
    """A view; it fails on what is flawed, after it has written, until that is mended."""
    await store.show(event.district, event.label)
    if event.flawed and not await store.mended(event.label):
        raise BurstPipe(event.label)


async def answer(event: QuestionAsked, store: Store, *, say: Say, now: datetime) -> None:
    """A reaction: its own effect and what it says are one."""
    await store.show(event.district, event.label)
    title = f"回答（{now:%Y-%m-%d}）"
    page = f"/data/{event.district}"
    await say(AnswerPublished(title=title, page=page, district=event.district, label=event.label))


TABLE = [view(NoticeIssued, show), react(QuestionAsked, answer)]
