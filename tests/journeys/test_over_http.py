"""A subscriber without Kafka hears through the gateway what became of a promise, whatever dies meanwhile."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import suppress
from pathlib import Path
from typing import Any

import pytest
from forks import until
from httpx2 import AsyncClient, HTTPError
from programs import printed, printing
from promises import another_date, on_the_log, until_moved
from streaming import Heard, heard, opened
from systems import System

pytestmark = pytest.mark.real

STREAM = "/api/roadmap/stream"


async def listen(client: AsyncClient, since: str, told: list[str]) -> None:
    """Note the ids that are told, and come back after each cut."""
    while True:
        place = told[-1] if told else since
        with suppress(HTTPError, AssertionError):
            async with opened(client, f"{STREAM}?since={place}") as pieces:
                async for frame in heard(pieces):
                    told.append(frame.id or "stale")  # noqa: PERF401 one by one, as they come
        await asyncio.sleep(0.1)


async def told_of(event: dict[str, Any], pieces: AsyncIterator[bytes]) -> Heard:
    """The frame that tells of an event; others may come before."""
    async for frame in heard(pieces):
        if frame.id == event["event_id"]:
            return frame
    raise EOFError


async def in_the_log(client: AsyncClient) -> list[str]:
    """The ids of all events, in their order."""
    ids, after = list[str](), 0
    while rows := (await client.get(f"/api/roadmap/changes?after={after}")).json()["changes"]:
        ids += [row["event_id"] for row in rows if row["event_id"]]
        after = rows[-1]["seq"]
    return ids


async def holds(told: list[str], event_id: str) -> bool:
    return event_id in told


async def test_the_same_event_is_told_over_http_and_on_kafka(system: System, client: AsyncClient):
    token = system.machi("token", "--role", "editor")
    async with opened(client, STREAM) as pieces:
        event = await until_moved(client, token, another_date())
        frame = await told_of(event, pieces)

    record = await on_the_log(system.status()["kafka"], event)
    assert dict(record.headers)["ce_id"].decode() == frame.id
    assert frame.data["sequence"] == f"{event['sequence']:010d}"


async def test_whoever_listens_misses_nothing_when_roadmap_dies(
    system: System, client: AsyncClient
):
    token, told = system.machi("token", "--role", "editor"), list[str]()
    first = (await until_moved(client, token, another_date()))["event_id"]
    listening = asyncio.create_task(listen(client, first, told))

    second = (await until_moved(client, token, another_date()))["event_id"]
    await until(lambda: holds(told, second))
    system.kill("roadmap")
    third = (await until_moved(client, token, another_date()))["event_id"]
    await until(lambda: holds(told, third))
    listening.cancel()

    ids = await in_the_log(client)
    assert told == ids[ids.index(first) + 1 : ids.index(third) + 1]


@pytest.mark.parametrize("program", ["over_http.py", "over_http.mjs"])
async def test_so_does_a_program_of_the_examples(
    system: System, client: AsyncClient, tmp_path: Path, program: str
):
    token, gateway = system.machi("token", "--role", "editor"), str(client.base_url).rstrip("/")
    first, second, third = (another_date() for _ in range(3))
    await until_moved(client, token, first)

    async with printing(program, gateway, str(tmp_path / "heard-until")) as out:
        await until_moved(client, token, second)
        await printed(out, f"29手続のオンライン申請：{first} → {second}")
        system.kill("roadmap")
        await until_moved(client, token, third)
        lines = await printed(out, f"29手続のオンライン申請：{second} → {third}")

    assert lines.count(lines[-1]) == 1
