"""Striking: how each fault of the schedule is done, and when it is over."""

import asyncio
import signal
from collections.abc import Awaitable, Callable

from city import FURTHER, REFEREE, City
from crew import Slot, through, until
from schedule import DRAIN_POINT, Crew, Step

from chassis.database import Pool
from contracts.topics import PARTITIONS

HALL = "役所"
"""A subject of its own for what is held back: nobody else should wait for it."""
WHILE = 30
TRIES = 200

CUT = """
select count(pg_terminate_backend(pid))
  from pg_stat_activity
 where datname = current_database() and application_name like $1 and application_name <> $2
"""
ASLEEP = """
select count(*)
  from pg_stat_activity
 where datname = current_database() and state = 'idle in transaction'
   and state_change < clock_timestamp() - interval '30 ms'
   and (application_name like 'relay-%' or application_name = 'machi-opendata')
"""
SAID = "select count(*) from outbox where payload ->> 'label' = $1"
NEWEST = 'select coalesce(max("offset"), -1) from sent_until where partition = $1'


async def crash(city: City, step: Step) -> None:
    """Its next life dies at the crash point."""
    slot = city.slot(step.whom)
    await city.processes.kill(slot, step.where)
    await _died(slot, step.where)


async def _died(slot: Slot, where: str) -> None:
    life = slot.life
    await until(f"{slot.name} dies at {where}", lambda: slot.ended(life))


async def kill(city: City, step: Step) -> None:
    """Kill -9 at whatever it is doing."""
    if step.whom == "kafka":
        await city.parts.kill_kafka()
    else:
        await city.processes.kill(city.slot(step.whom))


async def end(city: City, step: Step) -> None:
    """SIGTERM: what is in hand is finished, and the process ends by itself."""
    await city.processes.end(city.slot(step.whom), again=True)


async def stop(city: City, step: Step) -> None:
    """Postgres stops in the immediate mode, and starts again."""
    await city.parts.stop_postgres()


async def cut(city: City, step: Step) -> None:
    """The server ends every connection of the relays, or of the consumers."""
    database, names = (city.says, "relay-%") if step.whom == "relays" else (city.hears, "%")
    some_were_cut = _asked(city, database, CUT, names, REFEREE)
    await until(f"the connections of {step.whom} are cut", some_were_cut)


async def sleep(city: City, step: Step) -> None:
    """SIGSTOP, best in the middle of a transaction; when others have gone on it wakes, a zombie."""
    slot = city.slot(step.whom)
    await until(f"{slot.name} lives", slot.lives)
    database = city.says if slot.role == "relay" else city.hears
    for _ in range(TRIES):
        slot.send(signal.SIGSTOP)
        await asyncio.sleep(0.05)
        if await city.value(database, ASLEEP):
            break
        slot.send(signal.SIGCONT)
        await asyncio.sleep(0.01)
    else:
        slot.send(signal.SIGSTOP)
    try:
        await (_relays_go_on if slot.role == "relay" else _consumers_go_on)(city)
    finally:
        slot.send(signal.SIGCONT)


async def _relays_go_on(city: City) -> None:
    newest = await city.value(city.says, "select max(id) from outbox")
    sent = "select exists (select id from outbox where id > $1 except select id from unsent)"
    await until("other relays go on", _asked(city, city.says, sent, newest))


async def _consumers_go_on(city: City) -> None:
    """All partitions that ever moved move again: those of the sleeper were taken over."""
    positions = "select array_agg(next_offset order by partition) from heard_until"
    before = await city.value(city.hears, positions)
    moved = """
    select bool_and(next_offset > before)
      from (select * from heard_until order by partition) as now
      join unnest($1::bigint[]) with ordinality as was (before, place) on place = partition + 1
     where before > 0"""
    await until("other consumers go on", _asked(city, city.hears, moved, before))


async def rebalance(city: City, step: Step) -> None:
    """One more consumer joins, has its share, and leaves."""
    slot = city.slot(FURTHER)
    had = await city.value(city.hears, "select coalesce(max(number), 0) from effect")
    city.processes.start(slot)
    share = "select count(*) > 0 from effect where number > $1 and by = $2"
    try:
        await until("the further one has its share", _asked(city, city.hears, share, had, FURTHER))
    finally:
        await city.processes.end(slot, again=False)


async def copy(city: City, step: Step) -> None:
    """Records are written on the log once more."""
    newest = [await city.value(city.says, NEWEST, number) for number in range(PARTITIONS)]
    await city.strangers.copy(
        step.whom, city.chance(step.number), newest=[int(str(each)) for each in newest]
    )


async def hold(city: City, step: Step) -> None:
    """A transaction says something first and commits last."""

    async def held() -> None:
        async with city.clerk.saying(city.clerk.draft(HALL), city.clerk.draft(HALL)):
            seen = city.progress.count()
            await until("others commit", lambda: city.progress.count() >= seen + WHILE)

    await through(held)


async def poison(city: City, step: Step) -> None:
    """A notice that cannot be handled: its subject waits; mended, all flows, whoever dies of it."""
    label = await _say_what_is_flawed(city, step.whom)
    aside = "select count(*) > 0 from parked where state = $1 and payload like $2"
    like = f'%"{label}"%'.encode()
    await until("it is set aside", _asked(city, city.hears, aside, "failed", like))
    doomed = [city.slot(name) for name in city.plan.crew.consumers]
    for slot in doomed:
        await city.processes.kill(slot, DRAIN_POINT)
    lives = [(slot, slot.life) for slot in doomed]
    await mend(city)
    await until("one dies of it", lambda: any(slot.ended(life) for slot, life in lives))
    await until("it is done", _asked(city, city.hears, aside, "done", like))


async def _say_what_is_flawed(city: City, district: str) -> str:
    """Once, even when nobody was told that it was committed: a second would only wait behind it."""
    flawed = city.clerk.draft(district, flawed=True)

    async def said() -> None:
        if not await city.value(city.says, SAID, flawed.label):
            async with city.clerk.saying(flawed):
                pass

    await through(said)
    return flawed.label


async def mend(city: City) -> None:
    """Mend every flaw, and have what failed because of it tried again."""
    await city.value(
        city.hears,
        """
        with mended as (
          insert into mended
          select convert_from(payload, 'UTF8')::json ->> 'label' from parked where state = 'failed'
              on conflict do nothing
        )
        update parked set state = 'retry' where state = 'failed'
        """,
    )


def _asked(
    city: City, database: Pool, sql: str, *arguments: object
) -> Callable[[], Awaitable[bool]]:
    async def asked() -> bool:
        return bool(await city.value(database, sql, *arguments))

    return asked


def concerned(step: Step, crew: Crew) -> tuple[str, ...]:
    """Whom another fault must leave in peace until this one is over."""
    if step.fault == "poison":
        return (*crew.consumers, FURTHER)
    if step.fault == "sleep":
        return (step.whom, "sleep")  # one at a time: somebody must be awake to go on
    return (step.whom,)


FAULTS: dict[str, Callable[[City, Step], Awaitable[None]]] = {
    each.__name__: each
    for each in (crash, kill, end, stop, cut, sleep, rebalance, copy, hold, poison)
}
