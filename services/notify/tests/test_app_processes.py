"""Notify as whole processes: mail goes out of one, one is killed, and nothing of a person is left in a log."""

import signal
from collections.abc import Awaitable, Callable
from pathlib import Path

import asyncpg
import pytest
from databases import Database
from forks import process, until
from httpx2 import AsyncClient, TransportError
from mailservers import HANG, Inbox, trouble

from local import ports
from notify import app
from notify.domain import NAMES, SIZE, key_file

pytestmark = pytest.mark.real

WISH = {"address": "taro@example.jp", "topics": "plan"}
Fresh = Callable[[str], Awaitable[Database]]


@pytest.fixture
async def outside(fresh_database: Fresh, kafka: str, tmp_path: Path) -> dict[str, str]:
    """What such a process is told."""
    (port,), database = ports.free(1), await fresh_database("notify")
    keys = tmp_path / "notify.json"
    keys.write_text(key_file(bytes(range(SIZE * len(NAMES)))))
    return {
        "MACHI_DATABASE": database.url,
        "MACHI_KAFKA": kafka,
        "MACHI_PORT": f"{port}",
        "MACHI_DEV": "1",
        "MACHI_NOTIFY_KEYS": str(keys),
    }


def visitor(outside: dict[str, str]) -> AsyncClient:
    return AsyncClient(base_url=f"http://127.0.0.1:{outside['MACHI_PORT']}", trust_env=False)


def answering(client: AsyncClient) -> Callable[[], Awaitable[bool]]:
    async def answers() -> bool:
        try:
            return (await client.get("/readyz")).is_success
        except TransportError:
            return False

    return answers


def delivery(outside: dict[str, str], state: str) -> Callable[[], Awaitable[bool]]:
    """Whether the only delivery is in this state."""

    async def look() -> bool:
        connection = await asyncpg.connect(outside["MACHI_DATABASE"])
        found = await connection.fetchval("select state from delivery")
        await connection.close()
        return found == state

    return look


async def test_no_address_leaves_but_in_its_mail(
    outside: dict[str, str], box: Inbox, fresh_topics: None, tmp_path: Path
):
    log = tmp_path / "log"
    async with process(app.main, log=log, MACHI_SMTP_PORT=f"{box.port}", **outside) as running:
        async with visitor(outside) as client:
            await until(answering(client))
            await client.post("/subscriptions", data=WISH)
            await until(delivery(outside, "accepted"))
        running.send(signal.SIGTERM)
        status = await running.ended()

    assert (status, box.recipients) == (0, ["taro@example.jp"])
    assert "taro" not in log.read_text()


async def test_what_a_killed_process_was_sending_is_in_doubt_and_sent_by_the_next(
    outside: dict[str, str], box: Inbox, fresh_topics: None, tmp_path: Path
):
    async with trouble("dot", HANG) as server:
        port = f"{server.port}"
        async with process(app.main, log=tmp_path / "one", MACHI_SMTP_PORT=port, **outside) as one:
            async with visitor(outside) as client:
                await until(answering(client))
                await client.post("/subscriptions", data=WISH)
            await server.met.wait()
            one.send(signal.SIGKILL)
            await one.ended()
        left = await delivery(outside, "attempting")()
    async with process(app.main, log=tmp_path / "two", MACHI_SMTP_PORT=f"{box.port}", **outside):
        await until(delivery(outside, "accepted"))

    assert left
    assert len(box.taken) == 1


async def test_a_process_that_waits_for_a_mail_server_ends_when_it_is_told(
    outside: dict[str, str], fresh_topics: None, tmp_path: Path
):
    async with trouble("mail", HANG) as server:
        port = f"{server.port}"
        async with process(app.main, log=tmp_path / "one", MACHI_SMTP_PORT=port, **outside) as one:
            async with visitor(outside) as client:
                await until(answering(client))
                await client.post("/subscriptions", data=WISH)
            await server.met.wait()
            one.send(signal.SIGTERM)
            status = await one.ended()

    assert status == 0
    assert await delivery(outside, "attempting")()
