from dataclasses import replace
from datetime import timedelta

import pytest
from clocks import Clock

from chassis.saying import Cause, Desk, Saying
from chassis.testing import Said
from contracts.notify import NoticeIssued
from contracts.roadmap import MilestoneScheduled
from contracts.schemas import example
from notify import handlers
from notify.consumers import RULES
from notify.domain import News
from notify.store import Store

pytestmark = pytest.mark.real


async def announce(desk: Desk[Store], news: News, said: Said) -> None:
    async with desk.open(desk.now()) as (store, _):
        await handlers.announce(news, store, rules=RULES, say=said, now=desk.now())


async def deliveries(desk: Desk[Store]) -> int:
    return int(await desk.pool.fetchval("select count(*) from delivery"))


async def test_a_notice_is_told_to_other_services_with_all_that_it_says(
    told: NoticeIssued, moved: News
):
    assert told.title == "「標準化対応期限」の期日が変わりました"
    assert (told.kind, told.caused_by, told.about) == ("event", moved.event_id, moved.page)
    assert told.topics == ["initiative:2-1", "plan"]
    assert told.expires_at - told.issued_at == timedelta(days=14)


async def test_a_redelivered_event_inserts_nothing(
    desk: Desk[Store], moved: News, said: Said, told: NoticeIssued, clock: Clock
):
    clock.pass_by(timedelta(days=3))

    await announce(desk, moved, said)

    assert len(said) == 1
    assert await deliveries(desk) == 1


async def test_who_subscribes_to_two_topics_of_a_notice_is_told_once(
    desk: Desk[Store], moved: News, said: Said, hanako: int
):
    async with desk.open(desk.now()) as (store, _):
        await store.subscribe(hanako, ["initiative:2-1"], desk.now())

    await announce(desk, moved, said)

    assert await deliveries(desk) == 1


async def test_who_does_not_subscribe_to_it_is_not_told(
    desk: Desk[Store], moved: News, said: Said, hanako: int
):
    async with desk.open(desk.now()) as (store, _):
        await store.unsubscribe(hanako, ["plan"], desk.now())
        await store.subscribe(hanako, ["initiative:3-4"], desk.now())

    await announce(desk, moved, said)

    assert len(said) == 1
    assert await deliveries(desk) == 0


async def test_old_news_stays_silent_in_a_new_group(
    desk: Desk[Store], moved: News, said: Said, hanako: int
):
    await announce(desk, replace(moved, recorded=desk.now() - timedelta(days=400)), said)
    await announce(desk, replace(moved, facts={**moved.facts, "backfill": True}), said)

    assert said == []
    assert await deliveries(desk) == 0


async def test_at_the_end_of_a_chain_people_are_told_and_nothing_more_is_said(
    desk: Desk[Store], moved: News, hanako: int
):
    async with desk.open(desk.now()) as (store, saying):
        last = Saying(saying.connection, desk.speaker, desk.now(), Cause(moved.event_id, 7))
        await handlers.announce(moved, store, rules=RULES, say=last, now=desk.now())

    assert await deliveries(desk) == 1
    assert await desk.pool.fetchval("select count(*) from outbox") == 0


@pytest.mark.parametrize(("parents", "topics"), [(["plan", "2", "2-1"], 2), (["plan"], 1)])
async def test_the_initiative_of_a_milestone_becomes_a_topic(
    desk: Desk[Store], parents: list[str], topics: int
):
    event = MilestoneScheduled.model_validate(example(MilestoneScheduled) | {"parents": parents})

    async with desk.open(desk.now()) as (store, _):
        await handlers.show_topic(event, store)
        await handlers.show_topic(event, store)

    async with desk.read() as store:
        assert len(await store.topics()) == topics


async def test_addresses_are_forgotten_that_nobody_confirmed_or_that_left(
    desk: Desk[Store], clock: Clock, hanako: int, said: Said
):
    async with desk.open(desk.now()) as (store, _):
        await store.unsubscribe(hanako, ["plan"], desk.now())
    kept: list[int] = []

    for days in (27, 2):
        clock.pass_by(timedelta(days=days))
        async with desk.open(desk.now()) as (store, _):
            await handlers.forget(store, said, desk.now())
        kept.append(await desk.pool.fetchval("select count(*) from endpoint"))

    assert kept == [1, 0]
