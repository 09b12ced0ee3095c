"""The city under test: two houses, their databases, those who write, relay and hear."""

import asyncio
import random
from collections.abc import AsyncGenerator, Callable, Coroutine, Sequence
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path

import asyncpg
import topics_for_tests
from breakable import Breakable, breakable
from crew import Processes, Slot, through
from databases import Databases
from houses import CITY, HEARS, SAYS, TABLES
from ledger import Progress
from schedule import Crew, chances
from strangers import Strangers
from writing import Writer, labels, open_writer

from chassis.database import Pool, open_pool
from contracts.topics import topic

FURTHER = "further"
"""The consumer that joins and leaves."""
REFEREE = "referee"
"""Who looks on, as the databases know it; no fault is meant for it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """What is tried."""

    seed: int
    faults: int
    writers: int
    keys: int
    relays: int = 3
    consumers: int = 2

    @property
    def crew(self) -> Crew:
        """Everyone's name."""
        return Crew(
            relays=_names("relay", self.relays),
            consumers=_names("consumer", self.consumers),
            writers=_names("writer", self.writers),
            keys=tuple(f"{number}丁目" for number in range(1, self.keys + 1)),
        )


def _names(role: str, count: int) -> tuple[str, ...]:
    return tuple(f"{role}-{number}" for number in range(1, count + 1))


@dataclass(slots=True, kw_only=True)
class City:
    """What faults can strike, and what tells how it fares."""

    plan: Plan
    parts: Breakable
    processes: Processes
    progress: Progress
    clerk: Writer
    strangers: Strangers
    says: Pool
    """The database of the house that gives out notices, as its superuser sees it."""
    hears: Pool
    """That of the house that shows them."""
    tasks: asyncio.TaskGroup
    busy: dict[str, "asyncio.Task[list[str]]"] = field(
        default_factory=dict[str, "asyncio.Task[list[str]]"]
    )
    """Whom a fault concerns just now, by name."""

    def chance(self, *about: object) -> random.Random:
        """What is drawn while a fault strikes comes from the seed too."""
        return chances(self.plan.seed, *about)

    def slot(self, name: str) -> Slot:
        """The process of this name."""
        return self.processes.slots[name]

    async def value(self, database: Pool, sql: str, *arguments: object) -> object:
        """One value from a database; tried again while it is away."""
        return await through(lambda: database.fetchval(sql, *arguments))

    def engage(
        self, names: Sequence[str], fault: Callable[[], Coroutine[None, None, list[str]]]
    ) -> "asyncio.Task[list[str]]":
        """Let a fault that concerns these take its course, as soon as no earlier one does."""
        before = [self.busy[name] for name in names if name in self.busy]

        async def in_turn() -> list[str]:
            await asyncio.gather(*before)
            return await fault()

        task = self.tasks.create_task(in_turn())
        self.busy.update(dict.fromkeys(names, task))
        return task


@asynccontextmanager
async def open_city(plan: Plan, folder: Path) -> AsyncGenerator[City]:
    """All of it running, and everyone at work."""
    processes = Processes(folder)
    async with breakable(folder) as parts, asyncio.TaskGroup() as tasks:
        await topics_for_tests.make(parts.kafka.bootstrap, topic(SAYS), topic(HEARS))
        databases = Databases(parts.postgres.superuser)
        urls = {house: (await databases.fresh("chassis")) for house in (SAYS, HEARS)}
        for database in urls.values():
            await _run(database.owner, TABLES)
        says, hears = (urls[house].url for house in (SAYS, HEARS))
        _move_in(plan, processes, {SAYS: says, HEARS: hears}, parts)
        keeping = tasks.create_task(processes.keep())
        async with (
            _clerk(says, folder) as clerk,
            _looking(parts, says) as seen_says,
            _looking(parts, hears) as seen_hears,
        ):
            yield City(
                plan=plan, parts=parts, processes=processes, progress=Progress(folder),
                clerk=clerk, strangers=Strangers(parts.kafka.bootstrap), tasks=tasks,
                says=seen_says, hears=seen_hears,
            )  # fmt: skip
        keeping.cancel()


def _clerk(url: str, folder: Path) -> AbstractAsyncContextManager[Writer]:
    return open_writer("clerk", url, ledger=folder / "clerk.ledger", labels=labels("clerk"))


def _move_in(plan: Plan, processes: Processes, urls: dict[str, str], parts: Breakable) -> None:
    ports = iter(range(1, 1000))  # nobody listens there: they tell replicas apart
    common = {"MACHI_KAFKA": parts.kafka.bootstrap, "MACHI_MUNICIPALITY": CITY}
    crew = plan.crew
    for role, names in {"relay": crew.relays, "consumer": (*crew.consumers, FURTHER)}.items():
        house, roles = (SAYS, "relay") if role == "relay" else (HEARS, "consume,relay")
        for name in names:
            url = f"{urls[house]}?application_name={name}"
            own = {"MACHI_DATABASE": url, "MACHI_ROLES": roles, "MACHI_PORT": str(next(ports))}
            slot = Slot(name, role, common | own, wanted=name != FURTHER)
            processes.slots[name] = slot
    for name in crew.writers:
        own = {
            "MACHI_DATABASE": urls[SAYS],
            "FAULTS_SEED": str(plan.seed),
            "FAULTS_DISTRICTS": ",".join(crew.keys),
        }
        processes.slots[name] = Slot(name, "writer", common | own, may_die=True)


@asynccontextmanager
async def _looking(parts: Breakable, url: str) -> AsyncGenerator[Pool]:
    server, name = parts.postgres.superuser.rpartition("/")[0], url.rpartition("/")[2]
    pool = await open_pool(f"{server}/{name}", REFEREE)
    try:
        yield pool
    finally:
        pool.terminate()


async def _run(url: str, sql: str) -> None:
    connection = await asyncpg.connect(url)
    await connection.execute(sql)
    await connection.close()
