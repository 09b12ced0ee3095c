from contextlib import AbstractAsyncContextManager
from uuid import uuid4

import asyncpg
import pytest
import topics_for_tests
from databases import Database
from forks import until
from logs import texts_by_subject, whole_log
from notes import CITY, Notes, NoticeIssued, keep
from rounds import SUBJECTS, Effects, noted, running, said, say_rounds, until_noted

from chassis.hearing import Hearing
from chassis.hears import view
from chassis.listening import Listening
from chassis.relay import Relay
from chassis.saying import Desk, Speaker
from tending.comparing import compare
from tending.rebuild import Views, rebuild
from tending.republish import republish

pytestmark = pytest.mark.real

TOPIC = "machi.notify.v1"
SPEAKER = Speaker("notify", CITY)


def at_work(desk: Desk[Notes], database: Database, kafka: str) -> AbstractAsyncContextManager[None]:
    """A relay that compares, and a neighbour who listens."""
    group = f"t{uuid4().hex[:8]}"
    relay = Relay(database.url, kafka, TOPIC, compare=lambda each: compare(each, kafka, SPEAKER))
    hearing = Hearing(desk, [view(NoticeIssued, keep)])
    return running(
        relay.run, Listening(hearing, [TOPIC], kafka=kafka, group=group, member=group).run
    )


async def test_neighbours_who_listen_while_a_topic_is_published_again_hear_nothing_twice(
    desk: Desk[Notes], database: Database, kafka: str, fresh_topics: None
):
    async with at_work(desk, database, kafka):
        await say_rounds(desk, *range(5))
        await until_noted(desk.pool, 5 * len(SUBJECTS))

        await republish(database.owner, kafka, SPEAKER)
        await say_rounds(desk, *range(5, 10))
        await until_noted(desk.pool, 10 * len(SUBJECTS))

    assert await noted(desk.pool) == said(10)
    assert texts_by_subject(await whole_log(kafka)) == said(10)


async def make_the_topic_anew(desk: Desk[Notes], database: Database, kafka: str) -> None:
    """While all are at work; returns when everything is there again."""

    async def is_whole() -> bool:
        log = texts_by_subject(await whole_log(kafka))
        return {subject: sorted(texts) for subject, texts in log.items()} == said(10)

    async with at_work(desk, database, kafka):
        await say_rounds(desk, *range(9))
        await until_noted(desk.pool, 9 * len(SUBJECTS))

        await topics_for_tests.make(kafka, TOPIC)
        await say_rounds(desk, 9)
        await until_noted(desk.pool, 10 * len(SUBJECTS))
        await until(is_whole)


async def test_a_topic_that_is_made_anew_while_all_are_at_work_is_filled_again(
    desk: Desk[Notes], database: Database, kafka: str, fresh_topics: None
):
    await make_the_topic_anew(desk, database, kafka)

    assert await noted(desk.pool) == said(10)


async def test_a_view_rebuilt_from_a_topic_that_was_made_anew_lacks_nothing(
    desk: Desk[Notes], database: Database, kafka: str, fresh_topics: None
):
    await make_the_topic_anew(desk, database, kafka)
    views = Views(hears=[view(NoticeIssued, keep)], tables=["note"], store=Notes)

    await rebuild(database.owner, kafka, views, municipality=CITY, tell=lambda _: None)

    assert await noted(desk.pool) == said(10)


async def test_whoever_reads_sees_the_old_view_until_the_new_one_is_there(
    desk: Desk[Notes], database: Database, kafka: str, fresh_topics: None
):
    seen: list[Effects] = []

    async def look_and_keep(event: NoticeIssued, store: Notes) -> None:
        seen.append(await noted(desk.pool))
        await keep(event, store)

    async with at_work(desk, database, kafka):
        await say_rounds(desk, *range(2))
        await until_noted(desk.pool, 2 * len(SUBJECTS))
    owner = await asyncpg.connect(database.owner)
    await owner.execute("update note set text = 'old'")
    await owner.close()
    views = Views(hears=[view(NoticeIssued, look_and_keep)], tables=["note"], store=Notes)

    await rebuild(database.owner, kafka, views, municipality=CITY, tell=lambda _: None)

    assert seen == [{subject: ["old"] * 2 for subject in SUBJECTS}] * 6
    assert await noted(desk.pool) == said(2)
