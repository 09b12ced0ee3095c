"""A date of the plan is moved, and the city's open data follow by themselves, within seconds and once."""

import itertools
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack
from dataclasses import dataclass
from time import monotonic
from typing import Any

import asyncpg
import pytest
import topics_for_tests
from databases import Database, Databases
from forks import tell, until
from httpx2 import AsyncClient
from logs import whole_log
from service_processes import command, service
from tokens import ISSUER, Issuer

from bus.reading import Record
from contracts.envelope import header
from contracts.opendata import DatasetPublished

pytestmark = pytest.mark.real

DATASET, CSV = (
    "/api/opendata/datasets/042111_milestones",
    "/data/042111_milestones/042111_milestones.csv",
)
DECISION = {"body": "本部", "taken_on": "2026-11-20", "chosen": "期限を改める"}
MOVE = {"subject_id": "ms-std20", "attr": "due", "reason": "切替えの確認", "decision": DECISION}
YEARS = itertools.count(9)
REPLICAS = 2


@dataclass(frozen=True)
class City:
    """Roadmap, and opendata in two replicas over one database."""

    roadmap: AsyncClient
    replicas: list[AsyncClient]
    database: Database
    kafka: str
    issuer: Issuer

    async def move(self) -> dict[str, Any]:
        """Move the date of a milestone by another year; the event that tells of it."""
        token = {"Authorization": f"Bearer {self.issuer.token('editor')}", "If-Match": "*"}
        body = {**MOVE, "value": f"令和{next(YEARS)}年12月"}
        answer = await self.roadmap.post("/api/roadmap/assertions", json=body, headers=token)
        return answer.json()["event"]

    async def latest(self) -> dict[str, Any]:
        """The data set of milestones, as whichever replica tells it; empty before the first time."""
        answer = await self.replicas[0].get(DATASET)
        return answer.json() if answer.is_success else {}

    async def said(self) -> list[Record]:
        """What opendata said of the milestones, on the log."""
        log = await whole_log(self.kafka, "machi.opendata.v1")
        return [record for record in log if record.key == b"042111/042111_milestones"]

    async def look_again_and_wait(self) -> None:
        """Let all data sets be compared with what was published, and wait until that is done."""
        owner = await asyncpg.connect(self.database.owner)
        await owner.execute("update clock set ran_at = '-infinity' where job = 'look again'")
        looked = "select ran_at > '-infinity' from clock where job = 'look again'"
        await until(lambda: owner.fetchval(looked))
        await until(lambda: owner.fetchval("select not exists (select from waiting)"))
        await owner.close()


@pytest.fixture(scope="module")
async def city(
    databases: Databases, kafka: str, tmp_path_factory: pytest.TempPathFactory
) -> AsyncIterator[City]:
    """Both at work, the plan loaded and published as data."""
    tmp_path = tmp_path_factory.mktemp("city")
    plan, data = [await databases.fresh(name) for name in ("roadmap", "opendata")]
    issuer = Issuer(tmp_path)
    await topics_for_tests.make(kafka, "machi.roadmap.v1", "machi.catalog.v1", "machi.opendata.v1")
    signin = {"MACHI_ISSUER": ISSUER, "MACHI_KEYS": str(issuer.keys)}
    async with AsyncExitStack() as stack:
        roadmap = await stack.enter_async_context(
            service("roadmap", plan, kafka, log=tmp_path / "roadmap", **signin)
        )
        replicas = [
            await stack.enter_async_context(
                service("opendata", data, kafka, log=tmp_path / f"opendata-{number}")
            )
            for number in range(REPLICAS)
        ]
        city = City(roadmap, replicas, data, kafka, issuer)
        await command("roadmap", "load", MACHI_DATABASE=plan.url)
        await until(city.latest)
        yield city


async def is_told(city: City, cause: dict[str, Any]) -> bool:
    """Whether opendata has said what this event led to."""
    causes = [header(record.headers, "ce_causationid") for record in await city.said()]
    return cause["event_id"] in causes


async def test_a_moved_date_is_published_within_seconds_and_only_once(city: City):
    before, began = await city.latest(), monotonic()
    event = await city.move()

    await until(lambda: is_told(city, event))

    tell(f"from the decision to the new version: {monotonic() - began:.2f} s")
    latest, csv = await city.latest(), await city.replicas[1].get(CSV)
    assert (latest["version"], latest["rows"]) == (before["version"] + 1, 13)
    assert (latest["caused_by"], latest["diff"]["rows_changed"]) == (event["event_id"], 1)
    assert "切替えの確認" in csv.text
    await city.look_again_and_wait()
    assert await city.latest() == latest


async def test_what_is_said_of_it_is_the_consequence_of_the_decision(city: City):
    event = await city.move()

    await until(lambda: is_told(city, event))

    record = (await city.said())[-1]
    published = DatasetPublished.model_validate_json(record.value or b"")
    assert header(record.headers, "ce_hops") == "1"
    assert published.caused_by == event["event_id"]


async def test_a_burst_of_decisions_makes_few_versions_and_none_is_untold(city: City):
    before, began = (await city.latest())["version"], monotonic()
    *_, last = [await city.move() for _ in range(5)]
    took = monotonic() - began

    await until(lambda: is_told(city, last))

    tell(f"five decisions in {took:.2f} s")
    assert took > 1 or (await city.latest())["version"] == before + 1
    assert len(await city.said()) == (await city.latest())["version"]


async def test_a_rebuild_gives_the_same_bytes_and_makes_no_version(city: City):
    event = await city.move()
    await until(lambda: is_told(city, event))
    before, csv = await city.latest(), (await city.replicas[0].get(CSV)).content

    await command(
        *("opendata", "rebuild"),
        MACHI_DATABASE=city.database.url,
        MACHI_DATABASE_OWNER=city.database.owner,
        MACHI_KAFKA=city.kafka,
    )
    await city.look_again_and_wait()

    assert await city.latest() == before
    assert (await city.replicas[0].get(CSV)).content == csv
