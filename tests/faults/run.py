"""A run: everyone at work, fault after fault, and at the end the question whether all is well."""

import asyncio
import traceback
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from pathlib import Path
from time import monotonic

import evidence
import laws
import ledger
from city import City, Plan, open_city
from crew import PATIENCE, Stuck, through, until
from evidence import Evidence
from houses import CITY
from laws import Breach
from schedule import Step, draw
from striking import FAULTS, concerned, mend

Tell = Callable[[str], None]

AT_ONCE = 6
"""So many faults may be in hand at one time."""
SETTLED = """
select (select count(*) from unsent) = 0
   and (select count(*) from parked where state in ('failed', 'waiting', 'retry')) = 0
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """How a run went."""

    breaches: list[Breach]
    surprises: list[str]
    """What did not come about, and processes that ended without a cause."""
    evidence: Evidence


async def run(plan: Plan, folder: Path, tell: Tell) -> Outcome:
    """Do all of it."""
    began = monotonic()

    def timed(line: str) -> None:
        """The time of day stands in the logs of the processes too."""
        tell(f"{datetime.now():%H:%M:%S.%f} {monotonic() - began:6.1f} s  {line}")  # noqa: DTZ005

    async with open_city(plan, folder) as city:
        timed("all are at work")
        surprises = await _strike_all(city, timed)
        timed(f"{city.progress.count()} events were committed")
        surprises += await _settle(city)
        timed("it has settled")
        found = await through(lambda: _collect(city, folder))
        surprises += city.processes.surprises
    return Outcome(breaches=laws.breaches(found), surprises=surprises, evidence=found)


async def _strike_all(city: City, tell: Tell) -> list[str]:
    """Fault after fault, each when it is time; those that concern the same process in their order."""
    tasks: list[asyncio.Task[list[str]]] = []
    surprises: list[str] = []
    for step in draw(city.plan.seed, city.plan.faults, city.plan.crew):
        try:
            await until("others write", lambda at=step.at: city.progress.count() >= at)
            in_hand = partial(_few_are_in_hand, tasks)
            await until("few are in hand", in_hand, patience=AT_ONCE * PATIENCE)
        except Stuck as stuck:
            surprises.append(f"{step}: {stuck}")
            break
        strike = partial(_strike, city, step, tell)
        tasks.append(city.engage(concerned(step, city.plan.crew), strike))
    return surprises + [each for found in await asyncio.gather(*tasks) for each in found]


def _few_are_in_hand(tasks: Sequence[asyncio.Task[list[str]]]) -> bool:
    return sum(not task.done() for task in tasks) < AT_ONCE


async def _strike(city: City, step: Step, tell: Tell) -> list[str]:
    """One fault, and strangers who pass by; what should come of it and does not is told."""
    tell(f"{step} ({city.progress.count()} by now)")
    chance = city.chance("strangers", step.number)
    passing = city.strangers.pass_by(chance, chance.choice(city.plan.crew.keys))
    try:
        await asyncio.gather(passing, FAULTS[step.fault](city, step))
    except Stuck as stuck:
        surprise = f"{step}: never came about: {stuck}"
    except Exception as failed:  # noqa: BLE001 the laws are asked all the same
        surprise = f"{step}: {''.join(traceback.format_exception(failed))}"
    else:
        return []
    tell(f"! {surprise}")
    return [surprise]


async def _settle(city: City) -> list[str]:
    """Nobody writes any more: wait until all is on the log, heard, and nothing waits."""
    crew = city.plan.crew
    try:
        await _end(city, crew.writers)
        await until("all is on the log and heard", lambda: _is_settled(city))
        await _end(city, (*crew.relays, *crew.consumers))
    except Stuck as stuck:
        return [f"at the end: {stuck}"]
    return []


async def _end(city: City, names: Iterable[str]) -> None:
    ends = [city.processes.end(city.slot(name), again=False) for name in names]
    await asyncio.gather(*ends)


async def _is_settled(city: City) -> bool:
    """What was said is on the log, what is on the log was heard, and then: the answers are on the log, too."""
    await mend(city)
    if not await city.value(city.says, SETTLED):
        return False
    heard = "select coalesce(sum(next_offset), 0)::bigint from heard_until"
    kafka = city.parts.kafka.bootstrap
    end = await through(lambda: evidence.end_of_log(kafka))
    if end != await city.value(city.hears, heard):
        return False
    return bool(await city.value(city.hears, SETTLED))


async def _collect(city: City, folder: Path) -> Evidence:
    """All there is to see."""
    return Evidence(
        noted=ledger.read(folder),
        said=await evidence.rows(city.says),
        answered=await evidence.rows(city.hears),
        log=await evidence.log(city.parts.kafka.bootstrap),
        marks=[*await evidence.marks(city.says), *await evidence.marks(city.hears)],
        effects=await evidence.effects(city.hears, CITY),
        parked=await evidence.parked(city.hears),
    )
