"""The system of `docker compose`: whoever is taken away takes nobody along, and comes back by itself."""

import os
from collections.abc import AsyncIterator

import pytest
from composed import Composed
from httpx2 import AsyncClient, TransportError
from promises import PROCEDURE, another_date, text, until_heard, until_moved

pytestmark = [
    pytest.mark.real,
    pytest.mark.skipif(
        os.environ.get("MACHI_TEST_SYSTEM") != "compose", reason="`make test-compose` runs it"
    ),
]

PAGES = {"roadmap": "/plan", "catalog": "/procedures", "opendata": "/data", "notify": "/notices"}
SORRY = "ただいまこのページをご利用いただけません"


@pytest.fixture
async def composed(system: Composed) -> AsyncIterator[Composed]:
    """The system, whole before and after."""
    await system.until_ready()
    yield system
    system.start(*system.containers())
    await system.until_ready()


async def seen(client: AsyncClient) -> dict[str, int]:
    """The status of a page of each service; 0 when nobody answers."""
    found: dict[str, int] = {}
    for service, path in PAGES.items():
        try:
            found[service] = (await client.get(path)).status_code
        except TransportError:
            found[service] = 0
    return found


@pytest.mark.parametrize("gone", PAGES)
async def test_a_killed_service_leaves_a_gap_in_its_own_pages_alone(
    composed: Composed, client: AsyncClient, gone: str
):
    composed.compose("kill", gone)

    pages, page = await seen(client), await client.get(PAGES[gone])
    problem = await client.get(f"/api/{gone}/heard")

    assert pages == {service: 502 if service == gone else 200 for service in PAGES}
    assert SORRY in page.text
    assert problem.json()["code"] == "service-unreachable"


async def test_without_kafka_pages_are_open_and_a_promise_moves_when_it_is_back(
    composed: Composed, client: AsyncClient
):
    token, value = composed.machi("token", "--role", "editor"), another_date()
    composed.compose("kill", "kafka")

    pages, event = await seen(client), await until_moved(client, token, value)
    composed.start("kafka")
    await until_heard(client, event)

    assert set(pages.values()) == {200}
    assert f"{value}に改める理由" in text((await client.get(PROCEDURE)).text)


async def test_without_postgres_the_services_answer_themselves_and_go_on_when_it_is_back(
    composed: Composed, client: AsyncClient
):
    token, value = composed.machi("token", "--role", "editor"), another_date()
    composed.compose("kill", "postgres")

    pages = await seen(client)
    composed.start("postgres")
    event = await until_moved(client, token, value)
    await until_heard(client, event)

    assert set(pages.values()) <= {200, 503}


async def test_without_the_gateway_the_services_run_on(composed: Composed, client: AsyncClient):
    composed.compose("kill", "caddy")

    pages, processes = await seen(client), composed.status()["processes"]

    assert set(pages.values()) == {0}
    assert {processes[service]["state"] for service in PAGES} == {"healthy"}


async def test_a_second_up_starts_nothing_anew(composed: Composed):
    before = composed.containers()

    composed.compose("up", "--wait")

    after = composed.containers()
    assert {name: each["Id"] for name, each in after.items()} == {
        name: each["Id"] for name, each in before.items()
    }
    assert {each["RestartCount"] for each in before.values()} == {
        each["RestartCount"] for each in after.values()
    }


@pytest.mark.parametrize("name", [*PAGES, "caddy"])
async def test_a_container_of_ours_is_nobody_and_writes_nowhere(composed: Composed, name: str):
    nobody = composed.compose("exec", "-T", name, "id", "-u")
    places = ("/", "/machi", "/machi/public", "/opt", "/home")
    written = [composed.run("exec", "-T", name, "touch", f"{place}/x") for place in places]

    assert nobody == "10001"
    assert all(each.returncode for each in written)
