from datetime import UTC, datetime, timedelta

import pytest

from chassis.saying import Desk
from process.clock import run_if_due
from roadmap.store import Store
from roadmap.work import WORK

pytestmark = pytest.mark.real

MONDAY = datetime(2026, 11, 23, 3, 0, tzinfo=UTC)


async def test_old_answers_are_forgotten_every_hour(desk: Desk[Store]):
    async with desk.open(MONDAY) as (store, _):
        await store.requests.keep("old", "f", "{}", now=MONDAY - timedelta(days=8))
    (forget,) = WORK

    ran = [await run_if_due(forget, desk, MONDAY + timedelta(minutes=m)) for m in (0, 30, 60)]

    async with desk.open(MONDAY) as (store, _):
        assert await store.requests.answer_of("old") is None
    assert ran == [True, False, True]
