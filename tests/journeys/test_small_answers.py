"""What goes over the wire is small: compressed by the gateway, and not sent twice; events are never held back."""

import pytest
from httpx2 import AsyncClient
from streaming import opened

pytestmark = pytest.mark.real

GZIP = {"Accept-Encoding": "gzip"}


@pytest.mark.parametrize(
    "path",
    ["/plan", "/procedures", "/data", "/notices", "/api/roadmap/plan", "/api/roadmap/calendar.ics"],
)
async def test_an_answer_comes_compressed_and_once(client: AsyncClient, path: str):
    async with client.stream("GET", path, headers=GZIP) as first:
        sent = b"".join([part async for part in first.aiter_raw()])
    whole = await client.get(path, headers={"Accept-Encoding": "identity"})

    again = await client.get(path, headers={**GZIP, "If-None-Match": first.headers["ETag"]})

    assert first.headers["Content-Encoding"] == "gzip"
    assert len(sent) < len(whole.content)
    assert (again.status_code, again.content) == (304, b"")


async def test_the_stream_of_events_comes_as_it_is(client: AsyncClient):
    async with opened(client, "/api/roadmap/stream?since=0") as pieces:
        first = await anext(pieces)
    async with client.stream("GET", "/api/roadmap/stream?since=0", headers=GZIP) as answer:
        assert "Content-Encoding" not in answer.headers

    assert first.startswith(b"retry: ")
