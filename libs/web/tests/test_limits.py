"""What a request may cost."""

import asyncio
import json
import socket
from collections.abc import Callable, Iterator
from contextlib import suppress

import pytest
import uvicorn
from fastapi import FastAPI
from httpx2 import Response
from starlette.testclient import TestClient
from starlette.types import ASGIApp, Receive, Scope, Send

from web.limits import Limits, WriteLimit
from web.problems import answering

STATE = "/api/roadmap/assertions"
TWO_MEGABYTES = b'{"milestone_id": "' + b"x" * 2_000_000 + b'"}'
JSON = {"Content-Type": "application/json"}


def _in_pieces(body: bytes) -> Iterator[bytes]:
    yield from (body[start : start + 65_536] for start in range(0, len(body), 65_536))


def test_a_body_of_two_megabytes_is_refused(client: TestClient):
    answer = client.post(STATE, content=TWO_MEGABYTES, headers=JSON)

    assert (answer.status_code, answer.json()["code"]) == (413, "body-too-large")
    assert answer.headers["Content-Type"] == "application/problem+json"


def test_so_it_is_when_its_length_is_not_announced(client: TestClient):
    answer = client.post(STATE, content=_in_pieces(TWO_MEGABYTES), headers=JSON)

    assert (answer.status_code, answer.json()["code"]) == (413, "body-too-large")


async def _answer_to(app: ASGIApp, head: bytes, body: bytes) -> bytes:
    """What a real server answers to bytes on a real connection."""
    server = uvicorn.Server(uvicorn.Config(app, log_level="critical", lifespan="off"))
    with socket.create_server(("127.0.0.1", 0)) as listener:
        serving = asyncio.create_task(server.serve([listener]))
        reader, writer = await asyncio.open_connection(*listener.getsockname())
        with suppress(ConnectionError):
            writer.write(head + body)
            await writer.drain()
        answer = await asyncio.wait_for(reader.read(65_536), 10)
        writer.close()
        server.should_exit = True
        await serving
    return answer


@pytest.mark.parametrize("chunked", [True, False])
async def test_a_client_that_is_still_sending_gets_the_answer(house: FastAPI, chunked: bool):
    length = b"Transfer-Encoding: chunked" if chunked else b"Content-Length: 2000020"
    head = b"POST %b HTTP/1.1\r\nHost: machi\r\n%b\r\n\r\n" % (STATE.encode(), length)
    pieces = [b"%x\r\n%b\r\n" % (len(piece), piece) for piece in _in_pieces(TWO_MEGABYTES)]

    answer = await _answer_to(
        house, head, b"".join(pieces) + b"0\r\n\r\n" if chunked else TWO_MEGABYTES
    )

    assert answer.startswith(b"HTTP/1.1 413 ")
    assert json.loads(answer.partition(b"\r\n\r\n")[2])["code"] == "body-too-large"


async def _nothing(scope: Scope, receive: Receive, send: Send) -> None:
    await send({"type": "http.response.start", "status": 204, "headers": []})
    await send({"type": "http.response.body"})


class Clock:
    """Says what time it is when it is told."""

    now = 0.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def clock() -> Clock:
    return Clock()


def _limited(clock: Clock, clients: int = 10) -> Callable[[str], Response]:
    limits = Limits(writes_per_minute=2, clients=clients)
    limit = WriteLimit(_nothing, limits=limits, answer=answering(None, {}), clock=clock)

    def write(client: str) -> Response:
        return TestClient(limit, client=(client, 1)).post(STATE)

    return write


def test_who_writes_too_often_is_told_how_long_to_wait(clock: Clock):
    write = _limited(clock)

    statuses = [write("192.0.2.7").status_code for _ in range(2)]
    answer = write("192.0.2.7")

    assert statuses == [204, 204]
    assert (answer.status_code, answer.json()["code"]) == (429, "too-many-writes")
    assert answer.headers["Retry-After"] == "30"


def test_after_the_wait_the_write_is_taken(clock: Clock):
    write = _limited(clock)
    [write("192.0.2.7") for _ in range(3)]

    clock.now += 30

    assert [write("192.0.2.7").status_code for _ in range(2)] == [204, 429]


def test_one_client_does_not_slow_another(clock: Clock):
    write = _limited(clock)
    [write("192.0.2.7") for _ in range(3)]

    assert write("192.0.2.8").status_code == 204


def test_only_so_many_clients_are_remembered(clock: Clock):
    write = _limited(clock, clients=1)
    [write("192.0.2.7") for _ in range(2)]

    write("192.0.2.8")

    assert write("192.0.2.7").status_code == 204


def test_reads_are_not_counted(client: TestClient):
    statuses = {client.get("/plan").status_code for _ in range(200)}

    assert statuses == {200}


async def test_behind_a_gateway_on_this_machine_the_gateways_client_is_counted(clock: Clock):
    limits = Limits(writes_per_minute=1)
    limit = WriteLimit(_nothing, limits=limits, answer=answering(None, {}), clock=clock)
    ask = b"POST /api/roadmap/assertions HTTP/1.1\r\nHost: machi\r\nContent-Length: 0\r\n"

    answers = [
        await _answer_to(limit, ask + b"X-Forwarded-For: 203.0.113.9, %b\r\n\r\n" % client, b"")
        for client in (b"192.0.2.7", b"192.0.2.8", b"192.0.2.8")
    ]

    assert [answer.split()[1] for answer in answers] == [b"204", b"204", b"429"]
