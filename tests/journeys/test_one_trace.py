"""The first story as OpenTelemetry tells it: a date is moved in one service and shown by another."""

import json
from collections.abc import AsyncIterator
from dataclasses import dataclass
from itertools import chain
from pathlib import Path
from typing import Any

import asyncpg
import pytest
import topics_for_tests
from aiokafka import AIOKafkaProducer
from collectors import Collector, collecting
from databases import Databases
from forks import until
from httpx2 import AsyncClient
from service_processes import command, service
from tokens import ISSUER, Issuer

from process.health import Flow

pytestmark = pytest.mark.real

SERVICES = ("roadmap", "catalog")
DOOR, TOPIC = "/api/roadmap/assertions", "machi.roadmap.v1"
TOPICS = (TOPIC, "machi.catalog.v1", "machi.opendata.v1", "machi.notify.v1")
REASON, QUESTION, CLERK, HOME, BROWSER = (
    "工事の遅れ",
    "jishin",
    "clerk-1",
    "203.0.113.7",
    "Netscape",
)
DECISION = {"body": "本部", "taken_on": "2026-11-20", "chosen": "期限を改める"}
MOVE = {"subject_id": "ms-online29", "attr": "due", "reason": REASON, "decision": DECISION}


@dataclass(frozen=True)
class Story:
    """What was told of it: to a collector, in the outbox, and in the logs."""

    collector: Collector
    outbox: str
    lines: list[str]

    @property
    def trace(self) -> bytes:
        """The id of the trace in which the date was moved."""
        return bytes.fromhex(self.outbox.split("-")[1])


@pytest.fixture(scope="module")
async def story(
    databases: Databases, kafka: str, tmp_path_factory: pytest.TempPathFactory
) -> AsyncIterator[Story]:
    """A clerk moves a date, catalog shows it, a second move fails; then both are told to stop."""
    folder, own = (
        tmp_path_factory.mktemp("trace"),
        [await databases.fresh(name) for name in SERVICES],
    )
    issuer, logs = Issuer(folder), [folder / name for name in SERVICES]
    await topics_for_tests.make(kafka, *TOPICS)
    await command("roadmap", "load", MACHI_DATABASE=own[0].url)
    with collecting() as collector:
        settings = settings_of(issuer, collector)
        async with (
            service("roadmap", own[0], kafka, log=logs[0], **settings) as roadmap,
            service("catalog", own[1], kafka, log=logs[1], **settings) as catalog,
        ):
            event = await move(roadmap, issuer, "令和9年3月")
            await until(lambda: has_heard(catalog, event))
            await say_nonsense(kafka)
            outbox = await traceparent_then_no_more_decisions(own[0].owner)
            await move(roadmap, issuer, "令和9年4月")
            await until(lambda: tells_all(collector, catalog))
        yield Story(collector, outbox, list(chain(*map(lines_of, logs))))


def settings_of(issuer: Issuer, collector: Collector) -> dict[str, str]:
    return {
        "MACHI_ISSUER": ISSUER,
        "MACHI_KEYS": str(issuer.keys),
        "OTEL_EXPORTER_OTLP_ENDPOINT": collector.url,
        "OTEL_METRIC_EXPORT_INTERVAL": "200",
    }


async def move(roadmap: AsyncClient, issuer: Issuer, value: str) -> dict[str, Any]:
    """Ask for it as a browser at home would, behind the gateway; the event, when there is one."""
    headers = {
        "Authorization": f"Bearer {issuer.token('editor')}",
        "If-Match": "*",
        "User-Agent": BROWSER,
        "X-Forwarded-For": HOME,
    }
    body = {**MOVE, "value": value}
    answer = await roadmap.post(f"{DOOR}?q={QUESTION}", json=body, headers=headers)
    return answer.json().get("event", {})


async def has_heard(catalog: AsyncClient, event: dict[str, Any]) -> bool:
    asked = {"topic": event["topic"], "key": event["key"]}
    answer = await catalog.get("/api/catalog/heard", params=asked)
    return answer.json()["sequence"] >= event["sequence"]


async def say_nonsense(kafka: str) -> None:
    producer = AIOKafkaProducer(bootstrap_servers=kafka)
    await producer.start()
    await producer.send_and_wait(TOPIC, b"?")
    await producer.stop()


async def traceparent_then_no_more_decisions(owner: str) -> str:
    """What the last record carries; from now on the database refuses what nobody expects it to."""
    connection = await asyncpg.connect(owner)
    await connection.execute("alter table decision add check (false) not valid")
    last = "select headers ->> 'traceparent' from outbox order by id desc limit 1"
    found = await connection.fetchval(last)
    await connection.close()
    return found


async def tells_all(collector: Collector, catalog: AsyncClient) -> bool:
    parked = (await catalog.get("/flowz")).json()["parked"]
    return parked == 1 and collector.metrics >= NUMBERS


NUMBERS = {(service, f"machi.{name}") for service in SERVICES for name in Flow.NAMES} - {
    ("roadmap", "machi.lag")  # it hears nobody
}


def lines_of(log: Path) -> list[str]:
    return log.read_text(encoding="utf-8").splitlines()


def test_request_record_and_effect_next_door_are_one_trace(story: Story):
    spans = {span.name: span for span in story.collector.spans if span.trace_id == story.trace}
    request = spans.pop(f"POST {DOOR}")

    assert story.outbox.split("-")[2] == request.span_id.hex()
    heard = {
        f"hear machi.roadmap.{name}.v1" for name in ("milestone.rescheduled", "decision.taken")
    }
    assert set(spans) == {f"send {TOPIC}", *heard}
    assert {span.parent_span_id for span in spans.values()} == {request.span_id}


def test_the_batch_in_which_it_was_heard_links_to_it(story: Story):
    batches = [span for span in story.collector.spans if span.name == "hear"]

    assert story.trace in {link.trace_id for batch in batches for link in batch.links}


def test_every_number_of_flow_is_told_by_every_service(story: Story):
    assert story.collector.metrics >= NUMBERS


def test_every_line_of_a_log_is_json_and_tells_its_trace(story: Story):
    (parked,) = [line for line in map(json.loads, story.lines) if "undecodable" in line["message"]]

    assert all(len(json.loads(line)["trace_id"]) == 32 for line in story.lines)
    assert parked["trace_id"] in {
        span.trace_id.hex() for span in story.collector.spans if span.name == "hear"
    }


@pytest.mark.parametrize("words", [REASON, QUESTION, CLERK, HOME, BROWSER])
def test_nothing_of_a_person_is_exported(story: Story, words: str):
    assert not story.collector.holds(words)


def fault(story: Story) -> str:
    (line,) = [line for line in story.lines if "CheckViolation" in line]
    return line


def test_the_only_line_of_a_fault_tells_its_trace_and_where_it_was(story: Story):
    told = json.loads(fault(story))

    assert told["trace_id"] in {
        span.trace_id.hex() for span in story.collector.spans if span.name == f"POST {DOOR}"
    }
    assert "roadmap/api/assertions.py" in told["exc_info"]


@pytest.mark.parametrize("words", [REASON, QUESTION, CLERK, HOME, BROWSER])
def test_no_line_of_a_log_tells_anything_of_a_person(story: Story, words: str):
    assert not [line for line in map(json.loads, story.lines) if words in str(line)]


async def test_without_being_asked_nothing_of_it_is_even_loaded(
    databases: Databases, kafka: str, fresh_topics: None, tmp_path: Path
):
    database, log = await databases.fresh("roadmap"), tmp_path / "log"

    async with service("roadmap", database, kafka, log=log, PYTHONPROFILEIMPORTTIME="1"):
        pass

    loaded = [line for line in lines_of(log) if "opentelemetry" in line]
    assert any("opentelemetry.trace" in line for line in loaded)
    assert not any(
        "opentelemetry.sdk" in line or "opentelemetry.exporter" in line for line in loaded
    )
