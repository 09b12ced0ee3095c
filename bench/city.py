"""What is said and shown in every measurement: notices, and one table that shows the last of each."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import ClassVar

from chassis.database import Connection
from contracts.envelope import Event
from process.settings import ServiceSettings

SERVICE, HEARER = "notify", "opendata"
TOPIC = "machi.notify.v1"
CITY = "042111"

SHOWN = """
create table shown (
  notice_id text primary key,
  title text not null,
  body text not null,
  area text not null,
  times int not null default 1
)
"""
# `times` counts the effects, so that a contender that loses or repeats one is found out.
SHOW = """
insert into shown (notice_id, title, body, area)
values ($1, $2, $3, $4)
    on conflict (notice_id) do update
   set title = excluded.title,
       body = excluded.body,
       area = excluded.area,
       times = shown.times + 1
"""
# The same for many at once: of each subject the last is shown, and all are counted.
SHOW_ALL = """
insert into shown (notice_id, title, body, area, times)
select distinct on (notice_id)
       notice_id, title, body, area, count(*) over (partition by notice_id)
  from unnest($1::text[], $2::text[], $3::text[], $4::text[]) with ordinality
       as told (notice_id, title, body, area, place)
 order by notice_id, place desc
    on conflict (notice_id) do update
   set title = excluded.title,
       body = excluded.body,
       area = excluded.area,
       times = shown.times + excluded.times
"""
BODY = "水道管の工事のため、次の時間は水が出ません。ご不便をおかけします。"


class NoticeIssued(Event):
    """A notice was given out."""

    ce_type: ClassVar[str] = "machi.notify.notice.issued.v1"
    ce_subject: ClassVar[str] = "notice_id"

    notice_id: str
    body: str
    area: str
    number: int

    @property
    def row(self) -> tuple[str, str, str, str]:
        """What is shown of it, in the order of `SHOW`."""
        return (self.notice_id, self.title, self.body, self.area)


def settings(database: str, kafka: str, name: str = SERVICE) -> ServiceSettings:
    """What a service is told from outside."""
    return ServiceSettings(name=name, database=database, kafka=kafka, municipality=CITY)


def notices(events: int, subjects: int) -> Iterator[NoticeIssued]:
    """So many notices about so many subjects, which take turns."""
    for number in range(events):
        yield notice(number, f"notice-{number % subjects}")


def notice(number: int, notice_id: str) -> NoticeIssued:
    """One notice, of about the size of a real one."""
    return NoticeIssued(
        title=f"断水のお知らせ（玉浦地区、第{number}報）",
        page=f"/notices/{notice_id}",
        notice_id=notice_id,
        body=BODY,
        area="玉浦",
        number=number,
    )


@dataclass(frozen=True, slots=True)
class Store:
    """A store with one table."""

    connection: Connection

    async def show(self, notice: NoticeIssued) -> None:
        """Show the last notice of its subject."""
        await self.connection.execute(SHOW_ALL, *([each] for each in notice.row))


async def show(event: NoticeIssued, store: Store) -> None:
    """A view as a service would write it."""
    await store.show(event)
