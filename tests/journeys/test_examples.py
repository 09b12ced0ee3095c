"""The examples do what their page says, on a real Kafka, and are as short as it says."""

import os
from collections.abc import AsyncGenerator, AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest
import topics_for_tests
from aiokafka import AIOKafkaProducer
from databases import Databases
from forks import until
from httpx2 import AsyncClient
from programs import EXAMPLES, printed, printing
from service_processes import command, service
from tokens import ISSUER, Issuer

pytestmark = pytest.mark.real

TOPIC, MOVED = "machi.roadmap.v1", "標準化対応期限：令和9年9月 → 令和9年12月"
PROGRAMS = ("with_contracts.py", "without_us.py")
DECISION = {"body": "本部", "taken_on": "2026-11-20", "chosen": "期限を改める"}


@pytest.fixture(scope="module")
async def roadmap(
    databases: Databases, kafka: str, tmp_path_factory: pytest.TempPathFactory
) -> AsyncIterator[AsyncClient]:
    """A city whose plan is loaded, with something of somebody else's on its topic; a date has moved."""
    await topics_for_tests.make(kafka, TOPIC)
    await disturb(kafka)
    async with city(databases, kafka, tmp_path_factory.mktemp("city")) as client:
        yield client


@asynccontextmanager
async def city(
    databases: Databases, kafka: str, folder: Path, **settings: str
) -> AsyncGenerator[AsyncClient]:
    """A client whose plan is loaded, and in which a date has moved."""
    issuer, database = Issuer(folder), await databases.fresh("roadmap")
    await command("roadmap", "load", MACHI_DATABASE=database.url)
    settings |= {"MACHI_ISSUER": ISSUER, "MACHI_KEYS": str(issuer.keys)}
    async with service("roadmap", database, kafka, log=folder / "log", **settings) as client:
        client.headers |= {"Authorization": f"Bearer {issuer.token('editor')}", "If-Match": "*"}
        await move(client, "ms-std20", "令和9年12月")
        yield client


async def move(roadmap: AsyncClient, milestone: str, value: str) -> None:
    said = {"subject_id": milestone, "attr": "due", "value": value, "reason": "工事の遅れ"}
    answer = await roadmap.post("/api/roadmap/assertions", json={**said, "decision": DECISION})
    assert answer.status_code == 201, answer.text


async def disturb(kafka: str) -> None:
    """Records that are no events, and one that only looks like one."""
    kind = ("ce_type", b"machi.roadmap.milestone.rescheduled.v1")
    producer = AIOKafkaProducer(bootstrap_servers=kafka)
    await producer.start()
    for key, value, headers in (
        (b"x", None, []),
        (None, b"?", [("ce_type", b"\xff")]),
        (None, b"?", [kind]),
    ):
        await producer.send_and_wait(TOPIC, value, key=key, headers=headers)
    await producer.stop()


@pytest.mark.parametrize("program", PROGRAMS)
async def test_a_program_prints_what_became_of_the_milestones(
    roadmap: AsyncClient, kafka: str, program: str
):
    async with printing(program, kafka) as out:
        lines = await printed(out, MOVED)

    assert lines[-1] == f"{MOVED} 2027-12-31 /plan/milestones/ms-std20"


@pytest.mark.parametrize("program", ["over_http.py", "over_http.mjs"])
async def test_a_program_that_is_started_again_prints_what_it_has_not_heard(
    databases: Databases, program: str, tmp_path: Path
):
    async with city(databases, "-", tmp_path, MACHI_ROLES="http") as roadmap:
        given = str(roadmap.base_url).rstrip("/"), str(tmp_path / "heard-until")
        async with printing(program, *given) as out:
            lines = await printed(out, MOVED)
            await until(lambda: is_kept(tmp_path / "heard-until", roadmap))
        await move(roadmap, "ms-std20", "令和10年3月")
        await move(roadmap, "ms-std20", "令和10年6月")
        async with printing(program, *given) as out:
            more = await printed(out, "標準化対応期限：令和10年3月 → 令和10年6月")

    assert lines[-1] == f"{MOVED} 2027-12-31 /plan/milestones/ms-std20"
    assert len(more) == 2


async def test_a_stranger_follows_the_chain_and_keeps_its_head(roadmap: AsyncClient):
    place = str(roadmap.base_url).rstrip("/")

    async with printing("verify.py", place) as out:
        kept = (await out.read()).decode().strip()
    async with printing("verify.py", place, kept) as out:
        again = (await out.read()).decode().strip()
    async with printing("verify.py", place, f"1:{'ab' * 32}") as out:
        lost = await out.read()

    head = (await roadmap.get("/api/roadmap/changes")).json()["head"]
    assert kept == again == f"{head['seq']}:{head['hash']}"
    assert lost == b""


async def test_a_calendar_program_shows_an_entry_again_when_it_moved(
    databases: Databases, tmp_path: Path
):
    async with city(databases, "-", tmp_path, MACHI_ROLES="http") as roadmap:
        given = str(roadmap.base_url).rstrip("/"), "initiative=2-1", "0.05"
        async with printing("calendar_program.py", *given) as out:
            await printed(out, "2027-12-01 標準化対応期限（令和9年12月）")
            await move(roadmap, "ms-std20", "令和10年3月")
            more = await printed(out, "2028-03-01 標準化対応期限（令和10年3月）")

    assert len(more) == 1


async def is_kept(place: Path, roadmap: AsyncClient) -> bool:
    """Whether the last event is the one up to which a program has heard."""
    *_, last = (await roadmap.get("/api/roadmap/changes?limit=200")).json()["changes"]
    return kept(place) == last["event_id"]


def kept(place: Path) -> str:
    return place.read_text() if place.exists() else ""


async def test_a_fifth_service_joins_and_counts(
    roadmap: AsyncClient, databases: Databases, kafka: str, tmp_path: Path
):
    database, path = await databases.fresh("moves"), os.environ.get("PYTHONPATH", "")
    settings = {"PYTHONPATH": f"{EXAMPLES}{os.pathsep}{path}"}

    async with service("moves", database, kafka, log=tmp_path / "log", **settings) as moves:
        await until(lambda: counts(moves, {"2-1": 1}))
        await move(roadmap, "ms-std20", "令和10年3月")
        await until(lambda: counts(moves, {"2-1": 2}))


async def counts(moves: AsyncClient, wanted: dict[str, int]) -> bool:
    return (await moves.get("/api/moves")).json() == wanted


@pytest.mark.parametrize(
    ("files", "most"),
    [
        ("with_contracts.py", 20),
        ("without_us.py", 20),
        ("over_http.*", 48),
        ("verify.py", 33),
        ("calendar_program.py", 30),
        ("moves/**/*.*", 50),
    ],
)
def test_an_example_is_as_short_as_it_says(files: str, most: int):
    found = [path for path in EXAMPLES.glob(files) if path.suffix in (".py", ".mjs", ".sql")]
    lines = [line for path in found for line in path.read_text().splitlines() if line.strip()]

    assert 0 < len(lines) <= most
