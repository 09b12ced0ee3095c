import json
from collections.abc import AsyncIterator, Callable
from contextlib import suppress
from dataclasses import replace
from datetime import datetime
from uuid import UUID

import asyncpg
import pytest
import topics_for_tests
from databases import Database
from forged import send_with_an_unreadable_name
from notes import CITY, MONDAY, Notes, NoticeIssued, message, notice, outside

from bus.reading import Record, read_log
from bus.writing import Log, open_log, partition_of
from chassis.database import Connection, Pool
from chassis.hearing import Hearing, Overtaken
from chassis.hears import dated_view, view
from chassis.messages import read
from chassis.relay import relay_once
from chassis.saying import Desk, Speaker
from contracts.topics import PARTITIONS
from tending.comparing import LogAhead, compare
from tending.rebuild import Views, checksum, rebuild
from tending.republish import republish

pytestmark = pytest.mark.real

TOPIC = "machi.notify.v1"
SPEAKER = Speaker("notify", CITY)
SHOWN = "create table shown (subject text primary key, text text); grant select, insert, update on shown to chassis"


async def show(event: NoticeIssued, store: Notes) -> None:
    """A view: the last words about each subject."""
    await store.connection.execute(
        "insert into shown values ($1, $2) on conflict (subject) do update set text = excluded.text",
        event.notice_id,
        event.text,
    )


async def refuse(event: NoticeIssued, store: Notes) -> None:
    raise ZeroDivisionError(event.text)


@pytest.fixture
async def owner(database: Database) -> AsyncIterator[Connection]:
    connection = await asyncpg.connect(database.owner)
    await connection.execute(SHOWN)
    yield connection
    await connection.close()


@pytest.fixture
async def log(kafka: str, fresh_topics: None) -> AsyncIterator[Log]:
    async with open_log(kafka, TOPIC) as log:
        yield log


async def say_and_send(desk: Desk[Notes], owner: Connection, log: Log, *texts: str):
    async with desk.open(MONDAY) as (_, say):
        await say(*(notice(text.partition("：")[0], text) for text in texts))
    while await relay_once(owner, log):
        pass


async def whole_log(kafka: str) -> list[Record]:
    return [record async for records in read_log(kafka, TOPIC) for record in records]


async def hear_all(desk: Desk[Notes], kafka: str, handler: Callable[..., object] = show):
    hearing = Hearing(desk, [view(NoticeIssued, handler)])  # pyright: ignore[reportArgumentType] any view
    log, heard = await whole_log(kafka), None
    while heard is None:
        begins = await hearing.begin((TOPIC, number) for number in range(6))
        ahead = [each for each in log if each.offset >= begins[TOPIC, each.partition]]
        with suppress(Overtaken):  # the log was filled anew
            heard = await hearing.hear(ahead)


async def unsent(pool: Pool) -> int:
    return await pool.fetchval("select count(*) from unsent")


def views(handler: Callable[..., object] = show) -> Views[Notes]:
    return Views(hears=[view(NoticeIssued, handler)], tables=["shown"], store=Notes)  # pyright: ignore[reportArgumentType] any view


async def test_a_log_that_is_whole_is_left_alone(
    desk: Desk[Notes], owner: Connection, log: Log, kafka: str
):
    await say_and_send(desk, owner, log, "玉浦：断水", "本町：給水", "玉浦：復旧")
    stranger = message(notice(), 7, 0, envelope=outside(notice(), municipality="042072"))
    await log.producer.send_and_wait(TOPIC, b"{}", stranger.key, 0, headers=stranger.headers)

    assert await compare(owner, kafka, SPEAKER)

    assert await unsent(desk.pool) == 0


async def test_a_record_that_kafkas_client_cannot_read_does_not_stop_the_relay(
    desk: Desk[Notes], owner: Connection, log: Log, kafka: str
):
    await say_and_send(desk, owner, log, "玉浦：断水")
    for partition in range(PARTITIONS):
        await send_with_an_unreadable_name(kafka, TOPIC, partition)
    await say_and_send(desk, owner, log, "玉浦：復旧")

    assert await compare(owner, kafka, SPEAKER)

    assert await unsent(desk.pool) == 0
    assert sum(bool(record.headers) for record in await whole_log(kafka)) == 2


async def test_a_log_made_anew_gets_everything_again_with_the_same_ids(
    desk: Desk[Notes], owner: Connection, log: Log, kafka: str
):
    await say_and_send(desk, owner, log, "玉浦：断水", "本町：給水", "玉浦：復旧")
    before = {bytes(dict(record.headers)["ce_id"] or b"") for record in await whole_log(kafka)}
    await hear_all(desk, kafka)
    await topics_for_tests.make(kafka, TOPIC)

    await compare(owner, kafka, SPEAKER)
    assert await unsent(desk.pool) == 3
    async with open_log(kafka, TOPIC) as anew:
        await relay_once(owner, anew)

    after = await whole_log(kafka)
    assert {bytes(dict(record.headers)["ce_id"] or b"") for record in after} == before


async def test_another_relay_at_work_does_the_comparing(
    owner: Connection, database: Database, kafka: str
):
    other = await asyncpg.connect(database.url)
    async with other.transaction():
        await other.execute("select pg_advisory_xact_lock(7031999)")

        assert not await compare(owner, kafka, SPEAKER)
    await other.close()


async def restore_from_a_backup_before(owner: Connection, sequence: int, key: str) -> None:
    """As if the backup had been made when the last number of this subject was one less."""
    await owner.execute("delete from outbox where key = $1 and sequence >= $2", key, sequence)
    await owner.execute("update spoken set sequence = $2 - 1 where key = $1", key, sequence)
    await owner.execute(
        """
        update sent_until
           set "offset" = sequence - 1, event_id = outbox.event_id
          from outbox
         where key = $1 and sequence = $2 - 1 and partition = $3
        """,
        key, sequence, partition_of(key),
    )  # fmt: skip


async def test_a_database_restored_from_yesterday_is_refused_with_the_command_that_mends_it(
    desk: Desk[Notes], owner: Connection, log: Log, kafka: str
):
    await say_and_send(desk, owner, log, "玉浦：断水", "玉浦：給水", "玉浦：復旧")
    await restore_from_a_backup_before(owner, 2, "042111/玉浦")

    with pytest.raises(LogAhead, match="machi republish notify"):
        await compare(owner, kafka, SPEAKER)


@pytest.mark.parametrize("value", [b"{broken", b'{"text": "forged"}', b"7"])
async def test_what_somebody_writes_in_our_name_stops_nobody_and_is_not_taken_back(
    desk: Desk[Notes], owner: Connection, log: Log, kafka: str, database: Database, value: bytes
):
    await say_and_send(desk, owner, log, "玉浦：断水")
    forged = message(notice(), 400, 0)
    place = partition_of("042111/玉浦")
    await log.producer.send_and_wait(TOPIC, value, forged.key, place, None, forged.headers)

    assert await compare(owner, kafka, SPEAKER)

    assert (await republish(database.owner, kafka, SPEAKER)).taken_back == []
    await say_and_send(desk, owner, log, "玉浦：復旧")
    numbers = [read(record) for record in await whole_log(kafka)]
    assert [each.sequence for each in numbers if each] == [1, 2]


async def test_republishing_takes_back_what_only_the_log_knows(
    desk: Desk[Notes], owner: Connection, log: Log, kafka: str, database: Database
):
    await say_and_send(desk, owner, log, "玉浦：断水", "玉浦：給水", "玉浦：復旧")
    ids = await owner.fetch("select event_id from outbox order by id")
    await restore_from_a_backup_before(owner, 2, "042111/玉浦")
    async with desk.open(MONDAY) as (_, say):
        await say(notice("玉浦", "玉浦：翌日"))

    done = await republish(database.owner, kafka, SPEAKER)
    assert done.taken_back == [("machi.notify.notice.issued.v1", "042111/玉浦")] * 2
    assert (done.emptied, done.unsent) == (True, 4)
    assert await whole_log(kafka) == []
    await relay_once(owner, log)

    assert await compare(owner, kafka, SPEAKER)
    records = await whole_log(kafka)
    assert [json.loads(record.value or b"")["text"] for record in records] == [
        "玉浦：断水", "玉浦：給水", "玉浦：復旧", "玉浦：翌日",
    ]  # fmt: skip
    kept = [UUID((dict(record.headers)["ce_id"] or b"").decode()) for record in records[:3]]
    assert kept == [row["event_id"] for row in ids]
    assert (await say_one(desk)) == 5


async def say_one(desk: Desk[Notes]) -> int:
    async with desk.open(MONDAY) as (_, say):
        (spoken,) = await say(notice("玉浦", "玉浦：次"))
    return spoken.sequence


async def test_after_republishing_neighbours_hear_nothing_twice_and_go_on(
    desk: Desk[Notes], owner: Connection, log: Log, kafka: str, database: Database
):
    await say_and_send(desk, owner, log, "玉浦：断水", "本町：給水")
    await hear_all(desk, kafka)
    await owner.execute("update shown set text = 'seen'")
    await republish(database.owner, kafka, SPEAKER)
    await say_and_send(desk, owner, log, "玉浦：復旧")

    await hear_all(desk, kafka)

    rows = await desk.pool.fetch("select text from shown order by text")
    assert [row["text"] for row in rows] == ["seen", "玉浦：復旧"]


async def test_a_topic_with_events_of_other_municipalities_is_not_emptied(
    desk: Desk[Notes], owner: Connection, log: Log, kafka: str, database: Database
):
    await say_and_send(desk, owner, log, "玉浦：断水")
    stranger = message(notice(), 7, 0, envelope=outside(notice(), municipality="042072"))
    await log.producer.send_and_wait(TOPIC, b"{}", stranger.key, 0, headers=stranger.headers)

    done = await republish(database.owner, kafka, SPEAKER)

    assert not done.emptied
    assert len(await whole_log(kafka)) == 2


async def test_a_rebuilt_view_equals_the_live_one(
    desk: Desk[Notes], owner: Connection, log: Log, kafka: str, database: Database
):
    await say_and_send(desk, owner, log, "玉浦：断水", "本町：給水", "玉浦：復旧", "西：水")
    for record in await whole_log(kafka):  # old copies, another city, and a foreign record
        await log.producer.send_and_wait(
            TOPIC, record.value, record.key, headers=list(record.headers)
        )
    stranger = message(notice(), 7, 0, envelope=outside(notice(), municipality="042072"))
    await log.producer.send_and_wait(TOPIC, b"{}", stranger.key, 0, headers=stranger.headers)
    await log.producer.send_and_wait(TOPIC, b"\xff", None, 1, headers=[("ce_id", None)])
    await hear_all(desk, kafka)
    live = await checksum(owner, "shown")
    await owner.execute("update shown set text = 'wrong' where subject = '本町'")

    told: list[int] = []
    same = await rebuild(database.owner, kafka, views(), municipality=CITY, tell=told.append)

    assert same == {"shown": False}
    assert await checksum(owner, "shown") == live
    assert max(told) == 4
    again = await rebuild(database.owner, kafka, views(), municipality=CITY, tell=told.append)
    assert again == {"shown": True}


async def show_at(event: NoticeIssued, store: Notes, *, at: datetime) -> None:
    """A view that keeps when it happened."""
    await show(event.model_copy(update={"text": f"{at:%Y-%m-%d} {event.text}"}), store)


async def test_a_rebuilt_view_knows_when_it_happened(
    desk: Desk[Notes], owner: Connection, log: Log, kafka: str, database: Database
):
    await say_and_send(desk, owner, log, "玉浦：断水")
    await hear_all(desk, kafka)
    dated = replace(views(), hears=[dated_view(NoticeIssued, show_at)])

    await rebuild(database.owner, kafka, dated, municipality=CITY, tell=lambda _: None)

    assert await owner.fetchval("select text from shown") == "2026-11-23 玉浦：断水"


async def test_a_rebuild_shows_nothing_that_stands_parked(
    desk: Desk[Notes], owner: Connection, log: Log, kafka: str, database: Database
):
    await say_and_send(desk, owner, log, "玉浦：断水", "本町：給水")
    await hear_all(desk, kafka, refuse)

    await rebuild(database.owner, kafka, views(), municipality=CITY, tell=lambda _: None)

    assert await desk.pool.fetch("select * from shown") == []


async def test_a_rebuild_that_fails_changes_nothing(
    desk: Desk[Notes], owner: Connection, log: Log, kafka: str, database: Database
):
    await say_and_send(desk, owner, log, "玉浦：断水")
    await hear_all(desk, kafka)
    live = await checksum(owner, "shown")

    with pytest.raises(ZeroDivisionError):
        await rebuild(database.owner, kafka, views(refuse), municipality=CITY, tell=lambda _: None)

    assert await checksum(owner, "shown") == live
