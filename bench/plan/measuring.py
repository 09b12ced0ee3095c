"""Plan: how long it takes to read a plan with a long history, to load a revision, to show the timetable."""

from datetime import UTC, datetime
from pathlib import Path

import asyncpg

import roadmap
from bench.contest import Task, in_a_process, tell
from bench.plan import made
from bench.plan.asking import Waited
from bench.stage import Stage
from bench.streams import served
from process.migrating import migrate
from roadmap.domain import read_plan
from roadmap.store import Store

INITIATIVES = 100  # 4,000 dates, 100,000 statements
SHIPPED = Path(roadmap.__file__).parent / "data" / "042111"


async def measure(stage: Stage, repeat: int) -> Waited:
    """All of it, one after the other, each in a database of its own."""
    await stage.run("create role roadmap login")
    found = Waited()
    for part in (await _tree(stage, repeat), await _pages(stage, repeat)):
        found.millis.update(part.millis)
        found.sizes.update(part.sizes)
    for _ in range(repeat):
        for runs in ("load", "insert"):
            database = await stage.empty()
            await migrate(stage.address(database), "roadmap")
            again = await in_a_process(
                f"bench.plan.loading:{runs}", Task(database=stage.address(database))
            )
            for name, millis in again["millis"].items():
                found.millis.setdefault(name, []).extend(millis)
    return found


async def _tree(stage: Stage, repeat: int) -> Waited:
    database = await stage.empty()
    tell("plan: 100,000 statements")
    await made.prepare(stage.address(database), INITIATIVES)
    await stage.run("create table bare as select * from assertion; analyze bare", database)
    return await _asked(stage, database, "tree", repeat=repeat)


async def _pages(stage: Stage, repeat: int) -> Waited:
    database = await stage.empty()
    await migrate(stage.address(database), "roadmap")
    connection = await asyncpg.connect(stage.address(database))
    for path in sorted(SHIPPED.glob("plan_*.yaml")):
        async with connection.transaction():
            await Store(connection).keep_plan(read_plan(path.read_bytes(), path.name))
    await connection.close()
    known = datetime.now(UTC).isoformat()
    return await _asked(stage, database, "pages", repeat=repeat, known=known)


async def _asked(stage: Stage, database: str, what: str, **more: int | str) -> Waited:
    async with served(stage, database) as (port, _):
        task = Task(database=stage.address(database), more={**more, "port": port})
        return Waited(**await in_a_process(f"bench.plan.asking:{what}", task))
