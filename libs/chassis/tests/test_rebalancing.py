import asyncio
from uuid import uuid4

import pytest
from databases import Database
from forks import until
from notes import CITY, MONDAY, Notes, NoticeIssued, keep
from rounds import noted, running, said, say_rounds, until_noted
from wires import wire

from chassis.database import Pool, open_pool
from chassis.hearing import Hearing
from chassis.hears import view
from chassis.listening import Listening
from chassis.relay import Relay
from chassis.saying import Desk, Speaker
from patience.waiting import GRACE_SECONDS

pytestmark = pytest.mark.real

TOPIC = "machi.notify.v1"
SUBJECTS = [f"{number}丁目" for number in range(1, 25)]


class Slow:
    """A view that rests in the middle of a batch until it is let go on."""

    def __init__(self) -> None:
        self.rests, self.go_on = asyncio.Event(), asyncio.Event()

    async def keep(self, event: NoticeIssued, store: Notes) -> None:
        await keep(event, store)
        self.rests.set()
        await self.go_on.wait()


async def test_partitions_that_move_in_the_middle_of_a_batch_cost_nothing_and_nothing_is_done_twice(
    desk: Desk[Notes], database: Database, kafka: str, fresh_topics: None
):
    slow, group = Slow(), f"t{uuid4().hex[:8]}"
    first, second = (Hearing(desk, [view(NoticeIssued, each)]) for each in (slow.keep, keep))
    one, other = (
        Listening(hearing, [TOPIC], kafka=kafka, group=group, member=f"{group}-{number}")
        for number, hearing in enumerate((first, second))
    )
    await say_rounds(desk, *range(5), subjects=SUBJECTS)

    async def both_hear() -> bool:
        return 0 < len(second.positions) < 6 and 0 < len(first.positions) < 6

    async with running(one.run, Relay(database.url, kafka, TOPIC).run):
        await slow.rests.wait()
        async with running(other.run):
            await until(lambda: has_begun(second, desk.pool))
            slow.go_on.set()
            await until(both_hear)
            await say_rounds(desk, *range(5, 10), subjects=SUBJECTS)
            await until_noted(desk.pool, 10 * len(SUBJECTS))

    assert await noted(desk.pool) == said(10, SUBJECTS)


async def has_begun(hearing: Hearing[Notes], pool: Pool) -> bool:
    """It was given partitions, or waits for the books of one that is being heard."""
    waits = "select exists (select from pg_locks where not granted)"
    return bool(hearing.positions) or await pool.fetchval(waits)


async def test_told_to_stop_while_it_cannot_look_into_its_books_it_ends(
    database: Database, kafka: str, fresh_topics: None, caplog: pytest.LogCaptureFixture
):
    group, stopping = f"t{uuid4().hex[:8]}", asyncio.Event()

    async def seeks_in_vain() -> bool:
        return "seeking waits" in caplog.text

    async with wire(database.url) as (to_database, url):
        pool = await open_pool(url, "tests")
        desk = Desk(pool, Notes, Speaker("notify", CITY), lambda: MONDAY)
        hearing = Hearing(desk, [view(NoticeIssued, keep)])
        listening = Listening(hearing, [TOPIC], kafka=kafka, group=group, member=group)
        to_database.cut()
        listens = asyncio.create_task(listening.run(stopping))
        await until(seeks_in_vain)
        stopping.set()
        ended, _ = await asyncio.wait({listens}, timeout=GRACE_SECONDS + 3)
        await to_database.mend()  # or it would hang for good
        await listens
        await pool.close()

    assert ended
