"""The first story: a clerk moves a date of the plan, and a resident sees it at a procedure."""

import asyncio
import itertools
import os
import re
import signal
from hashlib import sha256
from pathlib import Path
from typing import Any

import pytest
from aiokafka import AIOKafkaConsumer, TopicPartition
from httpx2 import AsyncClient, HTTPError, Response
from systems import System

from contracts.envelope import header
from contracts.roadmap import MilestoneRescheduled

pytestmark = pytest.mark.real

MILESTONE, PROCEDURE = "ms-online29", "/procedures/child-allowance.claim"
MONTHS = itertools.count(1)


def text(html: str) -> str:
    return " ".join(re.sub(r"<[^>]+>", " ", html).split())


async def move(client: AsyncClient, token: str, value: str) -> Response:
    body = {
        "subject_id": MILESTONE,
        "attr": "due",
        "value": value,
        "reason": f"{value}に改める理由",
        "decision": {
            "body": "岩沼市デジタル化推進本部",
            "taken_on": "2026-11-20",
            "chosen": "改める",
        },
    }
    named = {
        "Authorization": f"Bearer {token}",
        "If-Match": "*",
        "Idempotency-Key": sha256(value.encode()).hexdigest(),
    }
    return await client.post("/api/roadmap/assertions", json=body, headers=named)


async def until_moved(client: AsyncClient, token: str, value: str) -> dict[str, Any]:
    """Move the date, again and again if need be: the key makes it happen once."""
    async with asyncio.timeout(60):
        while True:
            try:
                answer = await move(client, token, value)
            except HTTPError:
                answer = None
            if answer is not None and answer.status_code == 201:
                return answer.json()["event"]
            await asyncio.sleep(0.2)


async def until_heard(client: AsyncClient, event: dict[str, Any]) -> None:
    """Wait until catalog has heard it."""
    asked = {"topic": event["topic"], "key": event["key"]}
    async with asyncio.timeout(60):
        while True:
            try:
                answer = await client.get("/api/catalog/heard", params=asked)
                if answer.status_code == 200 and answer.json()["sequence"] >= event["sequence"]:
                    return
            except HTTPError:
                pass
            await asyncio.sleep(0.05)


async def on_the_log(kafka: str, event: dict[str, Any]) -> Any:
    """The record of an event on Kafka, found by its id."""
    consumer = AIOKafkaConsumer(bootstrap_servers=kafka, auto_offset_reset="earliest")
    await consumer.start()
    try:
        consumer.assign([TopicPartition(event["topic"], number) for number in range(6)])
        async with asyncio.timeout(30):
            while True:
                record = await consumer.getone()
                if header(record.headers, "ce_id") == event["event_id"]:
                    return record
    finally:
        await consumer.stop()


async def test_a_moved_date_lies_on_kafka_and_shows_at_its_procedures(
    system: System, client: AsyncClient
):
    before = text((await client.get(PROCEDURE)).text)
    token = system.machi("token", "--role", "editor")

    event = (await move(client, token, "令和9年3月")).json()["event"]
    await until_heard(client, event)

    record = await on_the_log(system.status()["kafka"], event)
    said = MilestoneRescheduled.model_validate_json(record.value)
    after = text((await client.get(PROCEDURE)).text)
    assert record.key == b"042111/ms-online29"
    assert said.new_due
    assert said.new_due.edtf == "2027-03"
    assert "令和9年3月に改める理由" not in before
    assert "令和9年（2027年）3月" in after
    assert "令和9年3月に改める理由" in after


@pytest.mark.parametrize("killed", ["roadmap", "catalog", "kafka", "postgres", "caddy"])
async def test_whichever_process_dies_the_story_still_ends(
    system: System, client: AsyncClient, killed: str
):
    value = f"令和{9 + next(MONTHS)}年12月"
    token = system.machi("token", "--role", "editor")
    status = await system.until_ready()
    os.kill(status["processes"][killed]["pid"], signal.SIGKILL)

    event = await until_moved(client, token, value)
    await until_heard(client, event)

    after = text((await client.get(PROCEDURE)).text)
    assert f"{value}に改める理由" in after
    status = await system.until_ready()
    assert status["processes"][killed]["restarts"] >= 1


async def test_a_page_of_the_city_is_complete_without_any_script(client: AsyncClient):
    for path in ("/", "/plan", "/procedures", f"/plan/milestones/{MILESTONE}", PROCEDURE):
        answer = await client.get(path)

        assert answer.status_code == 200, path
        assert "<h1" in answer.text, path
        assert "<script" not in answer.text, path


async def test_a_backup_holds_what_was_promised(system: System, tmp_path: Path):
    await system.until_ready()

    for service in ("roadmap", "catalog"):
        system.machi("dump", service, str(tmp_path / f"{service}.dump"))

    sizes = [(tmp_path / f"{service}.dump").stat().st_size for service in ("roadmap", "catalog")]
    assert min(sizes) > 10_000


async def test_how_a_process_fares_is_not_told_to_the_public(client: AsyncClient):
    for path in ("/healthz", "/readyz", "/flowz"):
        assert (await client.get(path)).status_code == 404
