"""The files of a page are served for ever under an address that changes with them."""

from collections.abc import Mapping
from typing import NamedTuple, cast

import pytest

from pages.assets import FILES, HASH, address, assets


class Answer(NamedTuple):
    """What came back."""

    status: int
    headers: dict[str, str]
    body: bytes


async def nothing() -> Mapping[str, object]:
    return {"type": "http.request"}


async def ask(path: str, method: str = "GET") -> Answer:
    """Ask the assets as a server does."""
    said: list[dict[str, object]] = []

    async def send(message: dict[str, object]) -> None:
        said.append(message)

    await assets({"type": "http", "method": method, "path": path}, nothing, send)
    start, body = said
    pairs = cast("list[tuple[bytes, bytes]]", start["headers"])
    headers = {name.decode(): value.decode() for name, value in pairs}
    return Answer(cast("int", start["status"]), headers, cast("bytes", body["body"]))


@pytest.mark.parametrize("service", ["/plan", "/procedures", "/", ""])
async def test_each_service_serves_the_look_below_its_own_path(service: str):
    answer = await ask(f"{address(service)}/machi.css")

    assert answer.status == 200
    assert answer.body == FILES["machi.css"]
    assert answer.headers == {
        "content-type": "text/css; charset=utf-8",
        "content-length": str(len(FILES["machi.css"])),
        "cache-control": "public, max-age=31536000, immutable",
        "x-content-type-options": "nosniff",
    }


async def test_a_server_that_strips_the_mount_point_is_understood():
    answer = await ask(f"/{HASH}/icon.svg")

    assert (answer.status, answer.headers["content-type"]) == (200, "image/svg+xml")


async def test_head_tells_the_length_and_sends_nothing():
    answer = await ask(f"{address('/plan')}/tokens.css", "HEAD")

    assert answer.headers["content-length"] == str(len(FILES["tokens.css"]))
    assert (answer.status, answer.body) == (200, b"")


@pytest.mark.parametrize(
    "path",
    [
        f"/plan/_pages/{HASH}/nothing.css",
        f"/plan/_pages/{HASH}/../assets.py",
        f"/plan/_pages/{HASH}/../../pages/assets.py",
        f"/plan/_pages/{HASH}//etc/passwd",
        f"/plan/_pages/{HASH}/",
        f"/plan/_pages/{HASH}",
        "/plan/_pages/0123456789ab/machi.css",
        "/plan/_pages/machi.css",
        "/plan/_pages/",
        "/plan/_pages/\0",
    ],
)
async def test_whatever_else_is_asked_for_is_not_there(path: str):
    answer = await ask(path)

    assert (answer.status, answer.body) == (404, b"")


async def test_nothing_can_be_sent_to_a_file():
    answer = await ask(f"{address('/plan')}/machi.css", "POST")

    assert (answer.status, answer.headers["allow"]) == (405, "GET, HEAD")


async def test_a_socket_is_closed():
    said: list[dict[str, object]] = []

    async def send(message: dict[str, object]) -> None:
        said.append(message)

    await assets({"type": "websocket", "path": "/plan/_pages/"}, nothing, send)

    assert said == [{"type": "websocket.close"}]
