"""A process that is asked once, says something, sends it and hears it: to see its trace. `traced.py DATABASE KAFKA`."""

import logging
import sys

from notes import CITY, MONDAY, Notes, NoticeIssued, keep, notice
from opentelemetry import metrics, trace
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import PlainTextResponse
from starlette.routing import Route
from starlette.testclient import TestClient

from bus.reading import read_log
from bus.writing import open_log
from chassis.database import open_pool
from chassis.hearing import Hearing
from chassis.hears import view
from chassis.relay import relay_once
from chassis.saying import Desk, Speaker
from telemetry import exporting, tracing

TOPIC = "machi.notify.v1"
QUESTION = "jishin"


async def refuse(event: NoticeIssued, store: Notes) -> None:
    """A view that can show only the first notice."""
    if event.text == QUESTION:
        raise ValueError(event.text)
    await keep(event, store)


async def issue(database: str, kafka: str) -> None:
    """Say it, send it, hear it; and another, whose hearing fails."""
    pool = await open_pool(database, "traced")
    desk = Desk(pool, Notes, Speaker("notify", CITY), lambda: MONDAY)
    async with desk.open(MONDAY) as (_, say):
        await say(notice(), notice("本町", QUESTION))
    logging.getLogger("traced").warning("said")
    async with open_log(kafka, TOPIC) as topic, pool.acquire() as connection:
        await relay_once(connection, topic)
    hearing = Hearing(desk, [view(NoticeIssued, refuse)])
    log = [record async for records in read_log(kafka, TOPIC) for record in records]
    await hearing.begin((TOPIC, number) for number in range(6))
    await hearing.hear(log)
    await pool.close()


def main() -> None:
    """One request to an application that does it all."""
    database, kafka = sys.argv[1:]
    logging.basicConfig()
    if tracing.ON:
        exporting.begin("traced")

    async def door(_: Request) -> PlainTextResponse:
        await issue(database, kafka)
        return PlainTextResponse("issued")

    app = Starlette(routes=[Route("/issue", door)])
    TestClient(exporting.traced(app) if tracing.ON else app).get(f"/issue?secret={QUESTION}")
    for provider in (trace.get_tracer_provider(), metrics.get_meter_provider()):
        getattr(provider, "shutdown", lambda: None)()


if __name__ == "__main__":
    main()
