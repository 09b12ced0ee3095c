"""A revision of a plan of a thousand nodes: read, compared with the one before, kept and told."""

import time
from datetime import UTC, date, datetime

from bench.contest import Task
from bench.plan.asking import Waited
from bench.plan.made import plan_file
from chassis.database import Connection, open_pool
from chassis.saying import Desk, Speaker
from roadmap import handlers
from roadmap.domain import Decision, read_plan, stated_by
from roadmap.store import Store, rows

INITIATIVES = 25  # with 40 dates each
CITY = "042111"
DECISION = Decision(body="本部", taken_on=date(2026, 11, 1), chosen="改める", reason="作業の遅れ")


async def load(task: Task) -> Waited:
    """Once, in a database with the revision before."""
    waited = Waited()
    pool = await open_pool(task.database, "bench")
    desk = Desk(pool, Store, Speaker("roadmap", CITY), lambda: datetime.now(UTC))
    first = read_plan(plan_file(INITIATIVES), "b1.yaml")
    async with desk.open(desk.now()) as (store, say):
        await handlers.load_plan(first, store, say=say, now=desk.now(), city=CITY)
    file = plan_file(INITIATIVES, revision="B2", changed=3)
    watch = Watch(waited)
    plan = read_plan(file, "b2.yaml")
    watch.lap("read")
    async with desk.open(desk.now()) as (store, say):
        run = await handlers.look(plan, await store.base(), city=CITY)
        watch.lap("compared")
        await handlers.take_over(run, store, say=say, now=desk.now(), by=(DECISION, "bench"))
    watch.lap("committed")
    waited.millis["all"] = [sum(laps[0] for laps in waited.millis.values())]
    await pool.close()
    return waited


async def insert(task: Task) -> Waited:
    """The statements of that plan alone: as the store writes them, and one statement each."""
    waited = Waited()
    pool = await open_pool(task.database, "bench")
    plan = read_plan(plan_file(INITIATIVES), "b1.yaml")
    for name, keep in (("inserted", _at_once), ("inserted one by one", _one_by_one)):
        async with pool.acquire() as connection:
            transaction = connection.transaction()
            await transaction.start()
            store, at = Store(connection), datetime.now(UTC)
            await store.plans.keep_revision(plan, at, decision_id=None, answers=())
            await store.plans.keep_texts(plan, at)
            begun = time.perf_counter()
            await keep(connection, [rows.assertion_row(each, at, None) for each in stated_by(plan)])
            waited.millis[name] = [(time.perf_counter() - begun) * 1000]
            await transaction.rollback()
    await pool.close()
    return waited


class Watch:
    """Times what is done one after the other."""

    def __init__(self, waited: Waited) -> None:
        self._waited, self._since = waited, time.perf_counter()

    def lap(self, name: str) -> None:
        """What was done since the last lap is over."""
        now = time.perf_counter()
        self._waited.millis[name] = [(now - self._since) * 1000]
        self._since = now


INSERT = """
insert into assertion (subject_id, attr, asserter, revision_id, edtf, lo, hi, precision,
                       qualifier, original, undated_reason, mark, evidence, decision_id,
                       corrects, why, entered_by, valid, recorded)
values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $19)
"""


async def _at_once(connection: Connection, found: list[tuple[object, ...]]) -> None:
    await connection.executemany(INSERT, found)


async def _one_by_one(connection: Connection, found: list[tuple[object, ...]]) -> None:
    for row in found:
        await connection.execute(INSERT, *row)
