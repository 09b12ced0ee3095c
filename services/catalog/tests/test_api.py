from datetime import date
from typing import Any

import pytest
from httpx2 import AsyncClient

from catalog import handlers
from catalog.store import Store
from chassis.saying import Desk
from contracts.roadmap import MilestoneRescheduled
from contracts.schemas import example

pytestmark = pytest.mark.real

MOVED = MilestoneRescheduled.model_validate(
    example(MilestoneRescheduled) | {"milestone_id": "ms-online29"}
)


async def procedures(client: AsyncClient) -> list[dict[str, Any]]:
    return (await client.get("/api/catalog/procedures")).json()["procedures"]


async def test_procedures_are_listed_page_by_page(client: AsyncClient):
    first = await client.get("/api/catalog/procedures?limit=30")
    path = first.headers["link"].partition("<")[2].partition(">")[0]

    rest = await client.get(path)

    ids = [one["procedure_id"] for page in (first, rest) for one in page.json()["procedures"]]
    assert (len(ids), len(set(ids))) == (35, 35)
    assert "link" not in rest.headers


async def test_a_procedure_is_told_with_its_sources_and_what_nobody_confirmed(client: AsyncClient):
    found = (await client.get("/api/catalog/procedures/residence.move-out")).json()

    assert (found["name"], found["version"], found["plan"]["no"]) == ("転出届", 1, 28)
    assert [way["since"] for way in found["channels"]] == [None]
    assert "residence.move-out/mynaportal.since" in found["not_confirmed"]
    assert {"field": "national", "mark": "X", "confidence": "official"}.items() <= next(
        one for one in found["sources"] if one["field"] == "national"
    ).items()
    assert found["page"] == "/procedures/residence.move-out"


async def test_a_procedure_of_which_no_milestone_was_heard_has_none(client: AsyncClient):
    assert {one["milestone"] is None for one in await procedures(client)} == {True}


async def test_a_moved_milestone_stands_beside_the_procedures_that_it_is_for(
    client: AsyncClient, loaded: Desk[Store]
):
    async with loaded.open(loaded.now()) as (store, _):
        await handlers.show_milestone(MOVED, store, at=loaded.now())

    beside = {one["procedure_id"]: one["milestone"] for one in await procedures(client)}

    assert beside["certificate.seal"] is None
    assert beside["residence.move-out"]["due"]["edtf"] == "2027-12"
    assert beside["residence.move-out"]["move"]["previous_due"]["edtf"] == "2027-09"
    assert sum(milestone is not None for milestone in beside.values()) == 30


async def test_the_date_of_today_is_answered_beside_what_is_decided_for_later(
    client: AsyncClient, loaded: Desk[Store]
):
    later = MOVED.model_copy(update={"valid_from": date(2027, 4, 1)})
    async with loaded.open(loaded.now()) as (store, _):
        await handlers.show_milestone(later, store, at=loaded.now())

    found = (await client.get("/api/catalog/procedures/residence.move-out")).json()["milestone"]

    (promise,) = found["to_come"]
    assert (found["due"]["edtf"], found["move"]) == ("2027-09", None)
    assert (promise["valid_from"], promise["due"]["edtf"]) == ("2027-04-01", "2027-12")
    assert promise["move"]["decided_by"] == "例：岩沼市デジタル化推進本部"


async def test_who_has_it_already_need_not_fetch_it_again(client: AsyncClient):
    path = "/api/catalog/procedures/residence.move-out"
    first = await client.get(path)

    again = await client.get(path, headers={"If-None-Match": first.headers["etag"]})

    assert again.status_code == 304


async def test_a_milestone_that_moves_is_a_new_answer(client: AsyncClient, loaded: Desk[Store]):
    path = "/api/catalog/procedures/residence.move-out"
    first = await client.get(path)
    async with loaded.open(loaded.now()) as (store, _):
        await handlers.show_milestone(MOVED, store, at=loaded.now())

    again = await client.get(path, headers={"If-None-Match": first.headers["etag"]})

    assert again.status_code == 200


@pytest.mark.parametrize(
    ("path", "refused"),
    [
        ("/procedures/residence.move-to-mars", (404, "unknown-procedure")),
        ("/procedures/転出届", (404, "unknown-procedure")),
        ("/procedures?limit=0", (422, "invalid-input")),
        ("/procedures?limit=1000", (422, "invalid-input")),
        ("/procedures?cursor=mars", (400, "unknown-cursor")),
        ("/nothing", (404, "not-found")),
    ],
)
async def test_what_cannot_be_answered_is_a_problem(
    client: AsyncClient, path: str, refused: tuple[int, str]
):
    answer = await client.get(f"/api/catalog{path}")

    assert (answer.status_code, answer.json()["code"]) == refused
    assert answer.headers["content-type"] == "application/problem+json"


async def test_nobody_can_write_yet(client: AsyncClient):
    answer = await client.post("/api/catalog/procedures", json={"name": "火星への転出届"})

    assert (answer.status_code, answer.json()["code"]) == (405, "method-not-allowed")


async def test_the_answers_are_described_for_machines(client: AsyncClient):
    described = (await client.get("/api/catalog/openapi.json")).json()

    assert set(described["paths"]) == {
        "/api/catalog/procedures",
        "/api/catalog/procedures/{procedure_id}",
    }
