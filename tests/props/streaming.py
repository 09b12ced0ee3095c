"""Readers of event streams, and servers in this process whose streams they read."""

import asyncio
import json
import socket
from collections.abc import AsyncGenerator, AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Any

import uvicorn
from httpx2 import AsyncClient, Response
from starlette.types import ASGIApp


@dataclass(frozen=True, slots=True)
class Heard:
    """What one frame of a stream says."""

    id: str | None
    event: str | None
    data: Any


@asynccontextmanager
async def served(app: ASGIApp) -> AsyncGenerator[AsyncClient]:
    """A client before a real server in this process; at the end it is told to stop."""
    server = uvicorn.Server(uvicorn.Config(app, log_level="critical", lifespan="off"))
    with socket.create_server(("127.0.0.1", 0)) as listener:
        serving = asyncio.create_task(server.serve([listener]))
        place = "http://{}:{}".format(*listener.getsockname())
        try:
            async with AsyncClient(base_url=place, trust_env=False, timeout=60) as client:
                yield client
        finally:
            server.should_exit = True
            await serving


@asynccontextmanager
async def opened(
    client: AsyncClient, path: str, last: str | None = None
) -> AsyncGenerator[AsyncIterator[bytes]]:
    """The bytes of a stream that is open: its first word was heard. Whoever leaves cuts it."""
    asked = {} if last is None else {"Last-Event-ID": last}
    async with asyncio.timeout(60), client.stream("GET", path, headers=asked) as answer:
        assert answer.status_code == 200, await answer.aread()
        pieces = answer.aiter_bytes()
        first = await anext(pieces)
        yield _after(first, pieces)


async def _after(first: bytes, pieces: AsyncIterator[bytes]) -> AsyncIterator[bytes]:
    yield first
    async for piece in pieces:
        yield piece


async def heard(pieces: AsyncIterator[bytes]) -> AsyncIterator[Heard]:
    """The frames that say something, as soon as they are whole."""
    rest = b""
    async for piece in pieces:
        *whole, rest = (rest + piece).split(b"\n\n")
        for frame in frames(b"\n\n".join([*whole, b""])):
            yield frame


def frames(text: bytes) -> list[Heard]:
    """The frames that say something, without the one at the end that was cut."""
    found = [_fields(frame) for frame in text.decode(errors="replace").split("\n\n")[:-1]]
    return [
        Heard(each.get("id"), each.get("event"), json.loads(each["data"]))
        for each in found
        if "data" in each
    ]


def _fields(frame: str) -> dict[str, str]:
    return dict(line.split(": ", 1) for line in frame.split("\n") if line[:1] != ":" and line)


async def take(client: AsyncClient, path: str, count: int, last: str | None = None) -> list[Heard]:
    """The first frames of a stream that say something."""
    taken = list[Heard]()
    async with opened(client, path, last) as pieces:
        async for frame in heard(pieces):
            taken.append(frame)
            if len(taken) == count:
                break
    return taken


def refused(answer: Response) -> tuple[int, str]:
    """The status and the code of a refusal."""
    return answer.status_code, answer.json()["code"]
