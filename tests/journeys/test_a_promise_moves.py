"""The first story: a clerk moves a date of the plan, and a resident sees it at a procedure."""

from pathlib import Path

import pytest
from httpx2 import AsyncClient
from promises import (
    MILESTONE,
    PROCEDURE,
    another_date,
    move,
    on_the_log,
    text,
    until_heard,
    until_moved,
)
from systems import System

from contracts.roadmap import MilestoneRescheduled

pytestmark = pytest.mark.real


async def test_a_moved_date_lies_on_kafka_and_shows_at_its_procedures(
    system: System, client: AsyncClient
):
    before = text((await client.get(PROCEDURE)).text)
    token = system.machi("token", "--role", "editor")

    event = (await move(client, token, "令和9年3月")).json()["event"]
    await until_heard(client, event)

    record = await on_the_log(system.status()["kafka"], event)
    said = MilestoneRescheduled.model_validate_json(record.value)
    after = text((await client.get(PROCEDURE)).text)
    assert record.key == b"042111/ms-online29"
    assert said.new_due
    assert said.new_due.edtf == "2027-03"
    assert "令和9年3月に改める理由" not in before
    assert "令和9年（2027年）3月" in after
    assert "令和9年3月に改める理由" in after


@pytest.mark.parametrize("killed", ["roadmap", "catalog", "kafka", "postgres", "caddy"])
async def test_whichever_process_dies_the_story_still_ends(
    system: System, client: AsyncClient, killed: str
):
    value = another_date()
    token = system.machi("token", "--role", "editor")
    await system.until_ready()
    system.kill(killed)

    event = await until_moved(client, token, value)
    await until_heard(client, event)

    after = text((await client.get(PROCEDURE)).text)
    assert f"{value}に改める理由" in after
    status = await system.until_ready()
    assert status["processes"][killed]["restarts"] >= 1


async def test_a_page_of_the_city_is_complete_without_any_script(client: AsyncClient):
    for path in ("/", "/plan", "/procedures", f"/plan/milestones/{MILESTONE}", PROCEDURE):
        answer = await client.get(path)

        assert answer.status_code == 200, path
        assert "<h1" in answer.text, path
        assert "<script" not in answer.text, path


async def test_a_backup_holds_what_was_promised(system: System, tmp_path: Path):
    await system.until_ready()

    for service in ("roadmap", "catalog"):
        system.machi("dump", service, str(tmp_path / f"{service}.dump"))

    sizes = [(tmp_path / f"{service}.dump").stat().st_size for service in ("roadmap", "catalog")]
    assert min(sizes) > 10_000


async def test_how_a_process_fares_is_not_told_to_the_public(client: AsyncClient):
    for path in ("/healthz", "/readyz", "/flowz"):
        assert (await client.get(path)).status_code == 404
