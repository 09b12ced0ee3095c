import asyncio
from datetime import UTC, datetime, timedelta
from uuid import uuid4

import pytest
from databases import Database
from forks import until
from notes import MONDAY, Notes, NoticeIssued, Slow, keep, message, notice
from rounds import all_sent, running
from wires import wire

from chassis.hearing import Hearing
from chassis.hears import view
from chassis.listening import Listening
from chassis.relay import Relay
from chassis.saying import Desk
from process.desk import open_desk
from process.health import Flow, Stuck
from process.settings import ServiceSettings

pytestmark = pytest.mark.real

TOPIC = "machi.notify.v1"


def listening_of(hearing: Hearing[Notes], kafka: str) -> Listening:
    group = f"t{uuid4().hex[:8]}"
    return Listening(hearing, [TOPIC], kafka=kafka, group=group, member=group)


@pytest.fixture
def hearing(desk: Desk[Notes]) -> Hearing[Notes]:
    return Hearing(desk, [view(NoticeIssued, keep)])


@pytest.fixture
async def said(desk: Desk[Notes], database: Database, kafka: str, fresh_topics: None) -> None:
    """Three notices are on the log, one more is on its way."""
    await say(desk, 3)
    async with running(Relay(database.url, kafka, TOPIC).run):
        await until(lambda: all_sent(desk.pool))
    await say(desk, 1)


async def say(desk: Desk[Notes], count: int) -> None:
    async with desk.open(MONDAY) as (_, say):
        await say(*(notice() for _ in range(count)))


async def test_what_waits_on_its_way_out_and_what_is_parked_is_counted(
    desk: Desk[Notes], hearing: Hearing[Notes]
):
    await say(desk, 2)
    await hearing.begin([(TOPIC, 0)])
    await hearing.hear([message(notice(), 1, 0, value=b"{}"), message(notice(), 4, 1)])

    numbers = await Flow(desk, hearing, None).look()

    assert (numbers["unsent"], numbers["parked"], numbers["gaps"]) == (2, 1, 2)
    assert numbers["oldest_unsent_seconds"] == 0
    assert "lag" not in numbers  # nobody listens


async def test_lag_is_what_is_on_the_log_and_not_heard(desk: Desk[Notes], kafka: str, said: None):
    slow = Slow()
    hearing = Hearing(desk, [view(NoticeIssued, slow.keep)])
    listening = listening_of(hearing, kafka)
    flow = Flow(desk, hearing, listening)

    async def lags(count: int) -> bool:
        return (await flow.look()).get("lag") == count

    async with running(listening.run):
        await until(lambda: lags(3))
        slow.go_on.set()
        await until(lambda: lags(0))

    assert flow.numbers["unsent"] == 1


async def look_without_broker(desk: Desk[Notes], kafka: str, *, hears_first: bool) -> list[str]:
    """What is told while the broker is away, which it is from the start or after all was heard."""
    hearing, stopping = Hearing(desk, [view(NoticeIssued, keep)]), asyncio.Event()
    async with wire(kafka) as (broker, address):
        if not hears_first:
            broker.cut()
        listening = listening_of(hearing, address)
        listens = asyncio.create_task(listening.run(stopping))
        await until(lambda: has_heard(desk, 3 if hears_first else 0))
        broker.cut()
        numbers = await Flow(desk, hearing, listening).look()
        stopping.set()
        await broker.mend()
        await listens
    return list(numbers)


async def has_heard(desk: Desk[Notes], count: int) -> bool:
    return await desk.pool.fetchval("select count(*) from note") == count


async def test_while_the_broker_is_away_there_is_no_lag_to_tell_and_the_rest_is_told(
    desk: Desk[Notes], kafka: str, said: None
):
    told = await look_without_broker(desk, kafka, hears_first=True)

    assert "lag" not in told
    assert "unsent" in told


async def test_a_broker_that_was_never_reached_leaves_no_lag_to_tell(
    desk: Desk[Notes], kafka: str, said: None
):
    assert "lag" not in await look_without_broker(desk, kafka, hears_first=False)


async def test_whoever_could_hear_and_does_not_is_stuck_and_ends(
    desk: Desk[Notes], kafka: str, said: None
):
    go_on = asyncio.Event()

    async def rest(event: NoticeIssued, store: Notes) -> None:
        await go_on.wait()

    hearing = Hearing(desk, [view(NoticeIssued, rest)])
    listening = listening_of(hearing, kafka)
    async with running(listening.run):
        flow = Flow(desk, hearing, listening)
        with pytest.raises(Stuck):
            await flow.watch(asyncio.Event(), every=0.05, patience=0.5)
        go_on.set()


async def test_who_is_told_to_stop_looks_no_more(desk: Desk[Notes], hearing: Hearing[Notes]):
    flow, stopping = Flow(desk, hearing, None), asyncio.Event()
    watch = asyncio.create_task(flow.watch(stopping, every=60))
    await asyncio.sleep(0)  # it waits now

    stopping.set()
    await watch

    assert "unsent" not in flow.numbers


@pytest.mark.parametrize("days", [0, 3, -400])
async def test_the_clock_of_a_service_can_be_shifted_by_its_settings(
    database: Database, days: float
):
    settings = ServiceSettings(name="notify", database=database.url, clock_shift_days=days)

    async with open_desk(settings, Notes) as desk:
        shifted = desk.now() - datetime.now(UTC)

    assert round(shifted / timedelta(days=1), 2) == days
