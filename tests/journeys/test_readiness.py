"""A service says whether it can show its pages: with database and migrations in order, whatever the broker does."""

from collections.abc import Awaitable, Callable
from dataclasses import replace
from pathlib import Path

import asyncpg
import pytest
from databases import Database
from forks import until
from httpx2 import AsyncClient
from service_processes import service
from wires import wire

pytestmark = pytest.mark.real

Fresh = Callable[[str], Awaitable[Database]]


async def told(client: AsyncClient) -> tuple[int, bool]:
    answer = await client.get("/readyz")
    return answer.status_code, answer.json()["ready"]


async def test_with_migrations_to_run_it_is_not_ready_and_names_them(
    fresh_database: Fresh, kafka: str, fresh_topics: None, tmp_path: Path
):
    database = await fresh_database("roadmap")
    owner = await asyncpg.connect(database.owner)

    async with service("roadmap", database, kafka, log=tmp_path / "log") as client:
        rows = await owner.fetch("delete from migration where name like 'roadmap/%' returning name")
        answer = await client.get("/readyz")

    await owner.close()
    assert answer.status_code == 503
    assert answer.json() == {"ready": False, "pending": sorted(row["name"] for row in rows)}


async def test_without_its_database_it_is_not_ready_until_that_is_back(
    fresh_database: Fresh, kafka: str, fresh_topics: None, tmp_path: Path
):
    database = await fresh_database("roadmap")

    async def is_ready() -> bool:
        return await told(client) == (200, True)

    async with wire(database.url) as (to_database, url):
        away = replace(database, url=url)
        async with service("roadmap", away, kafka, log=tmp_path / "log") as client:
            to_database.cut()
            meanwhile = await told(client)
            alive = await client.get("/healthz")
            await to_database.mend()
            await until(is_ready)

    assert meanwhile == (503, False)
    assert alive.is_success


async def knows_its_lag(client: AsyncClient) -> bool:
    return "lag" in (await client.get("/flowz")).json()


async def test_without_a_broker_it_is_ready_and_its_pages_are_open(
    fresh_database: Fresh, kafka: str, fresh_topics: None, tmp_path: Path
):
    database = await fresh_database("catalog")

    async with wire(kafka) as (broker, brokers):
        async with service("catalog", database, brokers, log=tmp_path / "log") as client:
            await until(lambda: knows_its_lag(client))
            broker.cut()
            ready, page = await told(client), await client.get("/procedures")

    assert ready == (200, True)
    assert page.is_success
