"""`python -m moves` hears moved milestones, and answers how often the dates below a heading moved."""

import sys

from fastapi import FastAPI

from chassis.database import Connection
from chassis.hears import view
from chassis.saying import Desk
from contracts.roadmap import MilestoneRescheduled
from process import commands
from process.running import Service, run
from process.settings import ServiceSettings
from tending.rebuild import Views

COUNT = """
    insert into moved values ($1, 1)
        on conflict (heading) do update set times = moved.times + 1
"""


async def count(event: MilestoneRescheduled, connection: Connection) -> None:
    await connection.execute(COUNT, event.parents[-1])


HEARS = [view(MilestoneRescheduled, count)]
VIEWS = Views(hears=HEARS, tables=["moved"], store=lambda connection: connection)


def http(desk: Desk[Connection]) -> FastAPI:
    app = FastAPI()

    @app.get("/api/moves")
    async def moves() -> dict[str, int]:
        async with desk.read() as connection:
            rows = await connection.fetch("select heading, times from moved")
        return {row["heading"]: row["times"] for row in rows}

    return app


def start() -> None:
    silent = ServiceSettings(name="moves", roles=frozenset({"http", "consume"}))
    run(silent, Service(store=VIEWS.store, hears=HEARS, work=[], http=http))


sys.exit(commands.main("moves", VIEWS, start=start, own={}))
