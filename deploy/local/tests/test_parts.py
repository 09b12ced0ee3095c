"""Real parts: Postgres, Kafka and the gateway, each in a home of its own."""

import asyncio
import os
import signal
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from pathlib import Path
from uuid import uuid4

import asyncpg
import pytest

from local import caddy, place, postgres, topics
from local.place import Place
from local.ports import free
from local.program import answers
from local.settings import LOOPBACK, Settings
from local.supervisor import Supervisor
from local.trouble import OtherPartitions

pytestmark = pytest.mark.real
PASSWORDS = {
    "postgres": "of-the-superuser",
    "roadmap": "of-the-service",
    "roadmap_owner": "of-the-owner",
}
FRIENDLY = "ただいまこのページをご利用いただけません"


@pytest.fixture
async def server(home: Path, supervisor: Supervisor) -> postgres.Server:
    """A Postgres that has just been started for the first time."""
    return await started(place.choose(home), supervisor)


async def started(where: Place, supervisor: Supervisor) -> postgres.Server:
    server = postgres.Server(place=where, port=free(1)[0], password=PASSWORDS["postgres"])
    postgres.initialise(where, server.password)
    await supervisor.start(postgres.program(server))
    return server


@asynccontextmanager
async def connected(
    server: postgres.Server, role: str
) -> AsyncGenerator["asyncpg.Connection[asyncpg.Record]"]:
    connection = await asyncpg.connect(postgres.address(server.port, role, PASSWORDS[role]))
    yield connection
    await connection.close()


async def test_a_service_has_a_database_and_only_its_owner_makes_tables(server: postgres.Server):
    for _ in range(2):
        await postgres.ensure_service(server.superuser, "roadmap", PASSWORDS)

    async with connected(server, "roadmap_owner") as owner:
        await owner.execute("create table milestone (id text)")
    async with connected(server, "roadmap") as service:
        with pytest.raises(asyncpg.InsufficientPrivilegeError):
            await service.execute("create table node (id text)")


async def test_a_wrong_password_is_refused(server: postgres.Server):
    await postgres.ensure_service(server.superuser, "roadmap", PASSWORDS)

    with pytest.raises(asyncpg.InvalidPasswordError):
        await asyncpg.connect(postgres.address(server.port, "roadmap", "guessed"))


async def test_japanese_text_is_kept_and_sorted_by_code_point(server: postgres.Server):
    connection = await asyncpg.connect(server.superuser)

    found = await connection.fetch(
        "select name from (values ('転入届'), ('ア'), ('い')) as t (name) order by 1"
    )
    await connection.close()

    assert [row["name"] for row in found] == ["い", "ア", "転入届"]


async def test_a_database_of_a_crash_starts_again(home: Path, supervisor: Supervisor):
    where = place.choose(home)
    await started(where, supervisor)
    pid = supervisor.kept[0].pid
    assert pid
    os.kill(pid, signal.SIGKILL)
    await supervisor.kept[0].stop()
    # The number of the dead server belongs to somebody else by now: to us.
    (where.data / "postmaster.pid").write_text(f"{os.getpid()}\n")

    again = await started(where, supervisor)

    connection = await asyncpg.connect(again.superuser)
    assert await connection.fetchval("select 1") == 1
    await connection.close()


@pytest.mark.skipif(os.geteuid() != 0, reason="only root has to step aside for another account")
async def test_root_in_a_closed_folder_keeps_its_data_outside_and_opens_no_folder(
    tmp_path: Path, supervisor: Supervisor
):
    closed = tmp_path / "closed"
    home = closed / "machi"
    home.mkdir(parents=True)
    closed.chmod(0o700)

    server = await started(place.choose(home), supervisor)

    outside = server.place.data.parent
    assert not outside.is_relative_to(tmp_path)
    assert closed.stat().st_mode & 0o777 == 0o700
    assert place.choose(home) == server.place
    await supervisor.stop()
    place.remove_outside(home)
    assert not outside.exists()


async def test_topics_are_made_as_declared_and_never_changed(kafka: str):
    name = f"machi.test-{uuid4().hex}.v1"
    wanted, other = (
        topics.Topic(name=name, partitions=number, replication=1, config={"retention.ms": "-1"})
        for number in (6, 12)
    )
    for _ in range(2):
        await topics.ensure(kafka, [wanted])

    with pytest.raises(OtherPartitions, match=rf"{name} has 6 partitions"):
        await topics.ensure(kafka, [other])


def test_every_declared_topic_keeps_everything_for_ever():
    for topic in topics.declared():
        assert topic.partitions == 6
        assert topic.config == {
            "cleanup.policy": "delete",
            "retention.ms": "-1",
            "retention.bytes": "-1",
        }


async def test_the_gateway_says_so_when_a_service_does_not_answer(
    settings: Settings, supervisor: Supervisor
):
    await supervisor.start(caddy.program(settings, settings.home / "access.log"))

    for path in ("/plan", "/procedures", "/"):
        assert FRIENDLY in await page(settings, path)
    assert await answers(f"{settings.gateway}/plan") == 502
    assert '"status":502' in await page(settings, "/api/roadmap/milestones")


async def test_the_gateway_logs_no_query(settings: Settings, supervisor: Supervisor):
    log = settings.home / "access.log"
    await supervisor.start(caddy.program(settings, log))

    await page(settings, "/procedures?finder=moved")
    await supervisor.stop()

    assert '"uri":"/procedures"' in log.read_text()
    assert "moved" not in log.read_text() + "".join(supervisor.kept[0].last)


async def test_the_gateway_logs_no_link_of_a_mail(settings: Settings, supervisor: Supervisor):
    log = settings.home / "access.log"
    await supervisor.start(caddy.program(settings, log))

    await page(settings, f"/subscriptions/u/{'k' * 56}?x=moved")
    await supervisor.stop()

    assert '"uri":"/subscriptions/u/"' in log.read_text()


async def page(settings: Settings, path: str) -> str:
    """What the gateway answers, read from the socket."""
    reader, writer = await asyncio.open_connection(LOOPBACK, settings.ports["gateway"])
    writer.write(f"GET {path} HTTP/1.1\r\nHost: {LOOPBACK}\r\nConnection: close\r\n\r\n".encode())
    answer = await reader.read()
    writer.close()
    return answer.decode()
