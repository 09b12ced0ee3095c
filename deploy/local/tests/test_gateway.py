"""The gateway by itself: whose page is missing when nobody answers, and what passes through as it comes."""

import asyncio
from asyncio import StreamReader, StreamWriter
from collections.abc import Awaitable, Callable

import pytest
from httpx2 import AsyncClient

from local import caddy
from local.settings import LOOPBACK, Settings
from local.supervisor import Supervisor

pytestmark = pytest.mark.real

WHOSE = {
    "/plan": "計画",
    "/plan/milestones/ms-std20": "計画",
    "/plan.csv": "計画",
    "/data": "データ",
    "/data/datasets/042111_milestones": "データ",
    "/notices": "お知らせ",
    "/notices/feed.atom": "お知らせ",
    "/subscriptions": "お知らせ",
    "/subscriptions/u/token": "お知らせ",
    "/": "手続",
    "/search": "手続",
    "/procedures": "手続",
    "/plans": "手続",
}
MACHINES = (
    "/api/roadmap/milestones",
    "/api/catalog/procedures",
    "/api/opendata/datasets",
    "/api/3/action/package_list",
    "/api/notify/notices",
)
PAGE = "<!doctype html><p>計画</p>".encode() * 100
STREAM = b"HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\nConnection: close\r\n\r\n"


@pytest.fixture
async def client(settings: Settings, supervisor: Supervisor) -> AsyncClient:
    """A client before a gateway with nobody behind it."""
    await supervisor.start(caddy.program(settings, None))
    return AsyncClient(base_url=settings.gateway, trust_env=False)


async def test_a_page_of_a_service_that_is_down_says_whose_it_is(client: AsyncClient):
    async with client:
        for path, whose in WHOSE.items():
            answer = await client.get(path)

            assert answer.status_code == 502
            assert f"{whose}のページを表示できませんでした" in answer.text, path


async def test_a_machine_reads_a_problem_instead(client: AsyncClient):
    async with client:
        for path in MACHINES:
            answer = await client.get(path)

            assert answer.headers["content-type"] == "application/problem+json", path
            assert answer.json()["code"] == "service-unreachable"
            assert answer.json()["status"] == answer.status_code == 502


async def test_what_the_gateway_says_itself_loads_nothing_and_is_not_kept(client: AsyncClient):
    async with client:
        for path in ("/plan", "/api/roadmap/milestones", "/healthz"):
            headers = (await client.get(path)).headers

            assert headers["content-security-policy"].startswith("default-src 'none'")
            assert headers["x-content-type-options"] == "nosniff"
            assert headers["cache-control"] == "no-store"
            assert "server" not in headers


async def test_an_event_of_an_open_stream_passes_at_once(settings: Settings, client: AsyncClient):
    read = asyncio.Event()

    async def stream(reader: StreamReader, writer: StreamWriter) -> None:
        await reader.readuntil(b"\r\n\r\n")
        writer.write(STREAM + b"data: first\n\n")
        await read.wait()
        writer.write(b"data: second\n\n")
        writer.close()

    async with client, await asyncio.start_server(stream, LOOPBACK, settings.ports["roadmap"]):
        async with client.stream("GET", "/api/roadmap/events") as answer:
            parts = answer.aiter_bytes()
            first = await anext(parts)
            read.set()
            rest = b"".join([part async for part in parts])

    assert (first, rest) == (b"data: first\n\n", b"data: second\n\n")


@pytest.mark.parametrize("coding", ["gzip", "zstd"])
async def test_a_page_is_compressed_for_who_can_read_it_and_named_so_that_its_service_knows_it(
    settings: Settings, client: AsyncClient, coding: str
):
    asked = list[bytes]()
    accepts = {"Accept-Encoding": coding}

    async with (
        client,
        await asyncio.start_server(paging(asked), LOOPBACK, settings.ports["roadmap"]),
    ):
        whole = await client.get("/plan", headers={"Accept-Encoding": "identity"})
        async with client.stream("GET", "/plan", headers=accepts) as small:
            sent = b"".join([part async for part in small.aiter_raw()])
        kept = {**accepts, "If-None-Match": small.headers["ETag"]}
        again = await client.get("/plan", headers=kept)

    assert (whole.content, whole.headers["ETag"]) == (PAGE, '"abc"')
    assert small.headers["Content-Encoding"] == coding
    assert "Accept-Encoding" in small.headers["Vary"]
    assert len(sent) < len(PAGE) / 5
    assert (again.status_code, again.content) == (304, b"")
    assert asked[-1] in (b'"abc"', b'W/"abc"')


async def test_an_open_stream_is_never_compressed(settings: Settings, client: AsyncClient):
    async def stream(reader: StreamReader, writer: StreamWriter) -> None:
        await reader.readuntil(b"\r\n\r\n")
        writer.write(STREAM + b"data: first\n\n" * 100)
        writer.close()

    async with client, await asyncio.start_server(stream, LOOPBACK, settings.ports["roadmap"]):
        answer = await client.get("/api/roadmap/stream", headers={"Accept-Encoding": "gzip, zstd"})

    assert "Content-Encoding" not in answer.headers
    assert answer.content == b"data: first\n\n" * 100


def paging(asked: list[bytes]) -> Callable[[StreamReader, StreamWriter], Awaitable[None]]:
    """A service with one page, which notes the entity tags that it is asked about."""

    async def answer(reader: StreamReader, writer: StreamWriter) -> None:
        head = await reader.readuntil(b"\r\n\r\n")
        tags = [line for line in head.splitlines() if line.startswith(b"If-None-Match: ")]
        asked.append(b"".join(tags).removeprefix(b"If-None-Match: "))
        shared = b'\r\nContent-Type: text/html; charset=utf-8\r\nVary: Cookie\r\nETag: "abc"\r\n'
        if asked[-1]:
            writer.write(b"HTTP/1.1 304 Not Modified" + shared + b"Connection: close\r\n\r\n")
        else:
            length = b"Content-Length: %d\r\nConnection: close\r\n\r\n" % len(PAGE)
            writer.write(b"HTTP/1.1 200 OK" + shared + length + PAGE)
        writer.close()

    return answer
