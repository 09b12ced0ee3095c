"""Moving a date of the plan, step by step, as a clerk and a listener do it."""

import asyncio
import itertools
import re
from hashlib import sha256
from typing import Any

from aiokafka import AIOKafkaConsumer, TopicPartition
from httpx2 import AsyncClient, HTTPError, Response

from contracts.envelope import header

MILESTONE, PROCEDURE = "ms-online29", "/procedures/child-allowance.claim"
_MONTHS = itertools.count(1)


def another_date() -> str:
    """A date to which nobody has moved the milestone yet."""
    return f"令和{9 + next(_MONTHS)}年12月"


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
