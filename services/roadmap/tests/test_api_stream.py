"""The event stream, over real connections: nothing is left out, nothing comes twice."""

import asyncio
import random
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import AsyncExitStack, suppress
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from urllib.parse import quote

import asyncpg
import pytest
from databases import Database
from fastapi import FastAPI
from forks import until
from httpx2 import AsyncClient
from service_processes import command, service
from streaming import frames, heard, opened, refused, served, take

from chassis.saying import Desk, Spoken
from contracts.roadmap import MilestoneScheduled
from roadmap import app, handlers
from roadmap.api.hub import Hub, Most
from roadmap.settings import Settings
from roadmap.store import Store

pytestmark = pytest.mark.real

MONDAY = datetime(2026, 11, 23, 3, 0, tzinfo=UTC)
STREAM = "/api/roadmap/stream"
SCHEDULED = "machi.roadmap.milestone.scheduled.v1"
NOBODY = "0199a000-0000-7000-8000-000000000000"
TOLD = MilestoneScheduled(
    title="標準化対応期限：令和9年9月", page="/plan/milestones/ms-std20", milestone_id="ms-std20",
    version=1, plan_id="plan", revision="R8", label="標準化対応期限", parents=["plan", "2", "2-1"],
    kind="planned", wording=None, due=None, undated_reason="記載なし", actual=None, evidence=[],
    backfill=False, reason=None, commitment=None, reported=[], status="undated", because=[],
    slip=[], slip_count=0, total_slip=None, decision_id=None,
)  # fmt: skip


async def tell(desk: Desk[Store], count: int = 1, **other: Any) -> list[Spoken]:
    async with desk.open(MONDAY) as (store, say):
        return await handlers.tell(store, say, *[TOLD.model_copy(update=other)] * count)


def ids(told: list[Spoken]) -> list[str]:
    return [str(each.event_id) for each in told]


@pytest.fixture
def house(desk: Desk[Store]) -> FastAPI:
    """The application, as it is put together."""
    return app.http(desk, Settings(), None)


@pytest.fixture
async def client(house: FastAPI) -> AsyncIterator[AsyncClient]:
    """A client before a real server."""
    async with served(house) as client:
        yield client


async def test_what_is_said_is_heard_as_it_is_said(client: AsyncClient, desk: Desk[Store]):
    await tell(desk)

    async with opened(client, STREAM) as pieces:
        (spoken,) = await tell(desk)
        frame = await anext(heard(pieces))

    assert (frame.id, frame.event) == (str(spoken.event_id), SCHEDULED)
    assert (frame.data["id"], frame.data["sequence"]) == (frame.id, "0000000002")
    assert frame.data["data"]["title"] == "標準化対応期限：令和9年9月"


async def test_it_is_no_cached_and_no_gathered_answer_and_anybody_may_have_it(client: AsyncClient):
    async with client.stream("GET", STREAM) as answer:
        first = await anext(answer.aiter_text())

    assert first.startswith("retry: ")
    assert "id:" not in first
    assert answer.headers["Content-Type"].startswith("text/event-stream")
    assert (answer.headers["Cache-Control"], answer.headers["X-Accel-Buffering"]) == (
        "no-store",
        "no",
    )
    assert answer.headers["Access-Control-Allow-Origin"] == "*"


async def test_head_is_answered_at_once(client: AsyncClient):
    answer = await client.head(STREAM)

    assert (answer.status_code, answer.content) == (200, b"")
    assert answer.headers["Content-Type"].startswith("text/event-stream")


async def test_who_comes_back_goes_on_where_it_was(client: AsyncClient, desk: Desk[Store]):
    told = ids(await tell(desk, 5))

    by_header = await take(client, f"{STREAM}?since=0", 3, last=told[1])
    by_id = await take(client, f"{STREAM}?since={told[1]}", 3)
    by_number = await take(client, f"{STREAM}?since=2", 3)
    whole = await take(client, f"{STREAM}?since=0", 5)

    assert [frame.id for frame in by_header] == told[2:]
    assert by_header == by_id == by_number == whole[2:]


@pytest.mark.parametrize("seed", range(6))
async def test_cut_anywhere_it_leaves_nothing_out_and_repeats_nothing(
    client: AsyncClient, desk: Desk[Store], seed: int
):
    chance, got, last = random.Random(seed), list[str | None](), "0"  # noqa: S311 a seed, to see it again
    speaking = asyncio.create_task(speak(desk, 300, chance))

    while len(got) < 300:
        cut, text = chance.randint(1, 60_000), b""
        async with opened(client, f"{STREAM}?since={last}") as pieces:
            async for piece in pieces:
                text += piece
                if len(text) > cut or len(got) + len(frames(text)) == 300:
                    break
        got += [frame.id for frame in frames(text[:cut])]
        last = got[-1] or "" if got else "0"

    assert got == await speaking


async def speak(desk: Desk[Store], count: int, chance: random.Random) -> list[str]:
    """Tell so much, in transactions of any size; some are rolled back."""
    told = list[str]()
    while len(told) < count:
        told += ids(await tell(desk, min(chance.randint(1, 9), count - len(told))))
        with suppress(asyncpg.DivisionByZeroError):
            async with desk.open(MONDAY) as (store, say):
                await handlers.tell(store, say, TOLD)
                await say.connection.execute("set constraints all immediate; select 1 / 0")
    return told


async def test_two_replicas_tell_the_same_whoever_has_said_it(
    client: AsyncClient, desk: Desk[Store]
):
    async with served(app.http(desk, Settings(), None)) as other:
        speaking = asyncio.create_task(speak(desk, 60, random.Random(7)))  # noqa: S311
        first = await take(client, f"{STREAM}?since=0", 20)
        second = await take(other, STREAM, 20, last=first[-1].id)
        third = await take(client, STREAM, 20, last=second[-1].id)

    assert [frame.id for frame in first + second + third] == await speaking


async def test_many_who_come_at_once_hear_the_same(client: AsyncClient, desk: Desk[Store]):
    told = ids(await tell(desk, 150))

    crowd = await asyncio.gather(*(take(client, f"{STREAM}?since=0", 150) for _ in range(60)))

    assert [[frame.id for frame in each] for each in crowd] == [told] * 60


@pytest.mark.parametrize("place", [NOBODY, "7", "-1", "昨日", "1" * 50, "\x00"])
async def test_who_comes_from_elsewhere_is_told_once_and_then_hears_what_is_new(
    client: AsyncClient, desk: Desk[Store], place: str
):
    await tell(desk, 3)

    async with opened(client, f"{STREAM}?since={quote(place)}") as pieces:
        reader = heard(pieces)
        stale = await anext(reader)
        (spoken,) = await tell(desk)
        new = await anext(reader)

    assert (stale.id, stale.event) == (None, "stale")
    assert stale.data == {"snapshot": "/api/roadmap/milestones", "seq": 3}
    assert new.id == str(spoken.event_id)
    assert (await client.get(stale.data["snapshot"])).status_code == 200


async def test_who_is_too_far_back_is_told_to_look_at_what_is_there_now(
    client: AsyncClient, desk: Desk[Store]
):
    for _ in range(10):
        await tell(desk, 1_000)
    await tell(desk)

    (stale,) = await take(client, f"{STREAM}?since=0", 1)
    rest = await take(client, f"{STREAM}?since=1", 10_000)

    assert stale.event == "stale"
    assert [int(frame.data["sequence"]) for frame in rest] == list(range(2, 10_002))


async def test_a_record_that_is_no_event_is_not_told(client: AsyncClient, desk: Desk[Store]):
    async with desk.open(MONDAY) as (store, say):
        await store.log.note("observation", "1-1", {"claim": "29手続のうち3が使えます"})
        told = ids(await handlers.tell(store, say, TOLD))

    assert [frame.id for frame in await take(client, f"{STREAM}?since=0", 1)] == told


@pytest.mark.parametrize(
    ("asked", "heard"),
    [
        ("initiative=2-1", [1, 3]),
        ("initiative=1-1, 2-1", [1, 2, 3]),
        ("milestone=ms-online29", [2]),
        ("milestone=ms-online29&initiative=2-1", [1, 2, 3]),
        (f"type={SCHEDULED}&milestone=ms-std20", [1, 3]),
        (f"type=machi.roadmap.milestone.reached.v1,{SCHEDULED}", [1, 2, 3]),
    ],
)
async def test_a_reader_may_ask_for_some_of_it_alone(
    client: AsyncClient, desk: Desk[Store], asked: str, heard: list[int]
):
    await tell(desk)
    await tell(desk, milestone_id="ms-online29", parents=["plan", "1", "1-1"])
    told = ids(await tell(desk))

    frames = await take(client, f"{STREAM}?since=0&{asked}", len(heard))
    rest = await take(client, f"{STREAM}?since=0", 3)

    assert rest[2].id == told[0]
    assert frames == [rest[number - 1] for number in heard]


async def test_a_text_that_was_taken_out_is_named_without_its_data(
    client: AsyncClient, desk: Desk[Store]
):
    told = ids(await tell(desk, 2))

    async with opened(client, STREAM) as pieces:  # so the first is at hand in memory
        reader = heard(pieces)
        assert len(await take(client, f"{STREAM}?since=0", 2)) == 2
        async with desk.open(MONDAY) as (store, _):
            await store.log.blank(1)
        told += ids(await tell(desk))
        assert (await anext(reader)).id == told[2]
        first, *rest = await take(client, f"{STREAM}?since=0", 3)

    assert [frame.id for frame in (first, *rest)] == told
    assert first.data == {
        "specversion": "1.0",
        "id": told[0],
        "source": "/machi/042111/roadmap",
        "type": SCHEDULED,
        "subject": "ms-std20",
        "blanked": True,
    }


async def test_a_reader_that_takes_nothing_is_left_and_the_others_hear_on(
    house: FastAPI, desk: Desk[Store]
):
    hub = house.state.hub = Hub(desk, Most(send_seconds=0.2, recent_bytes=2_000_000))
    async with served(house) as client:
        async with client.stream("GET", STREAM):
            await until(lambda: streams(hub, 1))
            for _ in range(20):
                await tell(desk, wording="進" * 250_000)
            await until(lambda: streams(hub, 0))

        assert len(await take(client, f"{STREAM}?since=0", 20)) == 20


async def streams(hub: Hub, count: int) -> bool:
    return hub.open == count


async def test_more_streams_than_there_may_be_are_refused(house: FastAPI, desk: Desk[Store]):
    hub = house.state.hub = Hub(desk, Most(streams=3, per_client=2))
    async with served(house) as client, opened(client, STREAM), opened(client, STREAM):
        own = await client.get(STREAM)
        with hub.listening("192.0.2.7"):
            other = await client.get(STREAM)

    assert refused(own) == (429, "too-many-streams")
    assert refused(other) == (503, "too-many-streams")
    assert own.headers["Retry-After"] == "60"


async def test_a_stream_that_was_left_makes_room(house: FastAPI, desk: Desk[Store]):
    hub = house.state.hub = Hub(desk, Most(per_client=1))
    async with served(house) as client:
        async with opened(client, STREAM):
            pass
        await until(lambda: streams(hub, 0))
        async with opened(client, STREAM):
            assert hub.open == 1


BREAK = """
select pg_terminate_backend(pid)
  from pg_stat_activity
 where datname = current_database() and usename = current_user and pid <> pg_backend_pid()
"""


async def test_connections_to_the_database_that_break_are_made_anew(
    client: AsyncClient, desk: Desk[Store]
):
    async with opened(client, STREAM) as pieces:
        reader = heard(pieces)
        told = ids(await tell(desk))
        got = [(await anext(reader)).id]
        await desk.pool.fetch(BREAK)
        told += ids(await tell(desk))
        got += [(await anext(reader)).id]

    assert got == told


async def test_streams_end_with_the_process_as_answers_do(
    fresh_database: Callable[[str], Awaitable[Database]], tmp_path: Path
):
    database = await fresh_database("roadmap")
    await command("roadmap", "load", MACHI_DATABASE=database.url)
    serving = service("roadmap", database, "-", log=tmp_path / "log", MACHI_ROLES="http")

    async with AsyncExitStack() as after:
        async with serving as its:
            client = AsyncClient(base_url=its.base_url, trust_env=False, timeout=60)
            stream = opened(await after.enter_async_context(client), f"{STREAM}?since=0")
            reader = heard(await after.enter_async_context(stream))
            told = [await anext(reader) for _ in range(14)]
        rest = [frame async for frame in reader]

    assert (len(told), rest) == (14, [])
    assert "Traceback" not in (tmp_path / "log").read_text(encoding="utf-8")
