import argparse
import asyncio
import json
from collections.abc import Callable, Coroutine
from typing import Any
from uuid import uuid4

import pytest
from aiokafka import AIOKafkaProducer
from databases import Database
from forks import until
from notes import Notes, NoticeIssued, Slow, keep, message, notice
from rounds import running

from bus.reading import Record
from chassis.database import SQL
from chassis.hearing import Hearing
from chassis.hears import view
from chassis.listening import Listening
from chassis.saying import Desk
from process.commands import CannotSettle, NotParked, do, offer
from process.settings import ServiceSettings
from tending.rebuild import Views

pytestmark = pytest.mark.real

TOPIC = "machi.notify.v1"
Parked = Callable[..., Coroutine[None, None, list[str]]]


class Counted(NoticeIssued):
    """A notice as it was first: it always told how many households it is for."""

    households: int


class Maybe(NoticeIssued):
    """A newer one: it need not tell."""

    households: int | None = None


class About(NoticeIssued):
    """A newer one: it may tell it in words."""

    households: int | str


def told(text: str, sequence: int, **more: object) -> Record:
    """A notice about one place, with what the class at hand does not know."""
    event = notice(text=text)
    value = json.dumps(event.model_dump() | more).encode()
    return message(event, sequence, sequence - 1, value=value)


def hearing_of(desk: Desk[Notes], event: type[NoticeIssued]) -> Hearing[Notes]:
    """The service as it is deployed with this class."""
    return Hearing(desk, [view(event, keep)])


@pytest.fixture
async def hearing(desk: Desk[Notes]) -> Hearing[Notes]:
    """The newer service, after the one before it could not read the first notice."""
    old, new = hearing_of(desk, Counted), hearing_of(desk, Maybe)
    await old.begin([(TOPIC, 0)])
    await old.hear([told("断水", 1)])
    await new.begin([(TOPIC, 0)])
    return new


@pytest.fixture
def parked(database: Database) -> Parked:
    """`notify parked …`, as an operator calls it."""
    parser = argparse.ArgumentParser()
    offer(parser.add_subparsers(dest="command").add_parser)
    settings = ServiceSettings(name="notify", database=database.url)
    views: Views[Notes] = Views(hears=[], tables=(), store=Notes)

    async def command(*words: str) -> list[str]:
        return await do(parser.parse_args(["parked", *words]), settings, views)

    return command


async def first(desk: Desk[Notes]) -> str:
    return str(await desk.pool.fetchval("select min(id) from parked"))


async def states(desk: Desk[Notes]) -> list[str]:
    return [row["state"] for row in await desk.pool.fetch("select state from parked order by id")]


async def notes(desk: Desk[Notes]) -> list[str]:
    return [row["text"] for row in await desk.pool.fetch("select text from note order by number")]


NEWER: dict[str, tuple[type[NoticeIssued], dict[str, object]]] = {
    "a field that may be absent": (Maybe, {}),
    "a field that may be words": (About, {"households": "約二十"}),
}


@pytest.mark.parametrize(("newer", "more"), NEWER.values(), ids=NEWER)
async def test_what_only_a_newer_service_can_read_is_heard_when_it_is_tried_again(
    desk: Desk[Notes],
    kafka: str,
    fresh_topics: None,
    parked: Parked,
    newer: type[NoticeIssued],
    more: dict[str, object],
):
    group = f"t{uuid4().hex[:8]}"
    old, new = (
        Listening(hearing_of(desk, each), [TOPIC], kafka=kafka, group=group, member=group)
        for each in (Counted, newer)
    )
    await publish(kafka, told("断水", 1, **more))
    async with running(old.run):
        await until(lambda: is_parked(desk, "undecodable"))

    async with running(new.run):
        await parked("retry", await first(desk))
        await until(lambda: is_parked(desk, "done"))

    assert await notes(desk) == ["断水"]


async def publish(kafka: str, record: Record) -> None:
    producer = AIOKafkaProducer(bootstrap_servers=kafka)
    await producer.start()
    await producer.send_and_wait(TOPIC, record.value, record.key, headers=record.headers)
    await producer.stop()


async def is_parked(desk: Desk[Notes], state: str) -> bool:
    return await states(desk) == [state]


async def test_what_a_newer_service_could_read_is_refused_once_later_ones_were_heard(
    desk: Desk[Notes], hearing: Hearing[Notes], parked: Parked
):
    await hearing.hear([told("復旧", 2)])

    with pytest.raises(CannotSettle, match="later events of its subject were heard; nothing was"):
        await parked("retry", await first(desk))

    assert await hearing.drain() == 0
    assert await notes(desk) == ["復旧"]
    assert await states(desk) == ["undecodable"]


async def test_what_comes_before_the_second_try_waits_behind_it(
    desk: Desk[Notes], hearing: Hearing[Notes], parked: Parked
):
    await parked("retry", await first(desk))

    await hearing.hear([told("復旧", 2)])
    await hearing.drain()

    assert await notes(desk) == ["断水", "復旧"]
    assert await states(desk) == ["done", "done"]


async def test_what_is_being_heard_meanwhile_was_heard_when_a_retry_is_decided(
    desk: Desk[Notes], hearing: Hearing[Notes], parked: Parked
):
    slow = Slow()
    busy = Hearing(desk, [view(NoticeIssued, slow.keep)])
    await busy.begin([(TOPIC, 0)])
    hears = asyncio.create_task(busy.hear([told("復旧", 2)]))
    await slow.rests.wait()
    retries = asyncio.create_task(parked("retry", await first(desk)))
    await until(lambda: waits_or_has_ended(desk, retries))
    slow.go_on.set()
    await hears
    await asyncio.wait({retries})
    await hearing.drain()

    assert isinstance(retries.exception(), CannotSettle)
    assert await notes(desk) == ["復旧"]


async def test_what_comes_while_a_retry_is_decided_waits_behind_it(
    desk: Desk[Notes], hearing: Hearing[Notes]
):
    async with desk.pool.acquire() as connection, connection.transaction():
        await connection.execute(SQL["pause_hearing"])
        hears = asyncio.create_task(hearing.hear([told("復旧", 2)]))
        await until(lambda: waits_or_has_ended(desk, hears))
        await connection.execute(SQL["retry_parked"], int(await first(desk)))
    await hears
    await hearing.drain()

    assert await notes(desk) == ["断水", "復旧"]


async def waits_or_has_ended(desk: Desk[Notes], task: "asyncio.Task[Any]") -> bool:
    waits = "select exists (select from pg_locks where not granted)"
    return task.done() or await desk.pool.fetchval(waits)


async def test_of_several_numbers_all_are_settled_or_none(
    desk: Desk[Notes], hearing: Hearing[Notes], parked: Parked
):
    with pytest.raises(NotParked, match="no message 7 is parked; nothing was changed"):
        await parked("discard", await first(desk), "7")

    assert await states(desk) == ["undecodable"]


async def test_an_operator_sees_what_is_parked_and_why_until_it_is_settled(
    desk: Desk[Notes], hearing: Hearing[Notes], parked: Parked
):
    number = await first(desk)

    (line,) = await parked("list")
    whole = json.loads("\n".join(await parked("show", number)))
    await parked("discard", number)

    assert "042111/玉浦  machi.notify.v1[0]@0  its data is not that of" in line
    assert json.loads(whole["payload"])["text"] == "断水"
    assert "households" in whole["reason"]
    assert await parked("list") == ["nothing is parked"]
    assert len(await parked("list", "--state", "discarded")) == 1
