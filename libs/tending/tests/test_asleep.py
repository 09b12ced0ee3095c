"""A topic that is made anew while somebody who hears it is cut off, and notices nothing."""

from itertools import count
from uuid import uuid4

import pytest
import topics_for_tests
from databases import Database
from forks import until
from notes import CITY, MONDAY, Notes, NoticeIssued, keep, notice
from rounds import all_sent, noted, running, until_noted
from wires import wire

from bus.writing import partition_of
from chassis.database import SQL
from chassis.hearing import Hearing
from chassis.hears import view
from chassis.listening import Listening
from chassis.relay import Relay
from chassis.saying import Desk, Speaker
from contracts.envelope import partition_key
from tending.comparing import compare

pytestmark = pytest.mark.real

TOPIC = "machi.notify.v1"
SPEAKER = Speaker("notify", CITY)
ONE = "玉浦"


def partition(subject: str) -> int:
    return partition_of(partition_key(CITY, subject))


OTHER = next(f"{n}丁目" for n in count(1) if partition(f"{n}丁目") == partition(ONE))


async def say(desk: Desk[Notes], subject: str, text: str) -> None:
    async with desk.open(MONDAY) as (_, saying):
        await saying(notice(subject, text))


def listening(desk: Desk[Notes], kafka: str) -> Listening:
    hearing, group = Hearing(desk, [view(NoticeIssued, keep)]), f"t{uuid4().hex[:8]}"
    return Listening(hearing, [TOPIC], kafka=kafka, group=group, member=group)


async def until_other_is_heard(desk: Desk[Notes], number: int) -> None:
    key = partition_key(CITY, OTHER)

    async def is_heard() -> bool:
        return await desk.pool.fetchval(SQL["heard"], TOPIC, key) == number

    await until(is_heard)


async def test_who_is_cut_off_while_a_topic_is_made_anew_misses_nothing(
    desk: Desk[Notes], database: Database, kafka: str, fresh_topics: None
):
    relay = Relay(database.url, kafka, TOPIC, compare=lambda each: compare(each, kafka, SPEAKER))
    async with wire(kafka) as (broker, address):
        async with running(relay.run, listening(desk, address).run):
            async with desk.open(MONDAY) as (_, slow):
                await slow(notice(OTHER, "said first, committed last"))
                await say(desk, ONE, "1")
                await until_noted(desk.pool, 1)
                broker.freeze()
            await topics_for_tests.make(kafka, TOPIC)
            await say(desk, ONE, "2")
            await until(lambda: all_sent(desk.pool))
            await broker.mend()
            await until_noted(desk.pool, 2)
            await say(desk, OTHER, "last")
            await until_other_is_heard(desk, 2)

    effects = await noted(desk.pool)
    assert effects == {ONE: ["1", "2"], OTHER: ["said first, committed last", "last"]}
