"""The plan as machines read it: its tree at any moment, its revisions, what two moments differ in."""

from dataclasses import replace
from datetime import datetime
from typing import Any

import asyncpg
import pytest
from httpx2 import AsyncClient

from roadmap.domain import Plan, read_plan

pytestmark = pytest.mark.real

API = "/api/roadmap"
BEFORE = "2020-01-01T00:00:00Z"


async def get(client: AsyncClient, path: str, **asked: str) -> dict[str, Any]:
    answer = await client.get(f"{API}{path}", params=asked)
    assert answer.status_code == 200, answer.text
    return answer.json()


async def test_the_tree_has_every_node_with_its_lines(client: AsyncClient, plans: list[Plan]):
    answer = await get(client, "/plan")

    assert [each["node_id"] for each in answer["nodes"]].sort() == [
        node.node_id for node in plans[1].nodes
    ].sort()
    bar = next(each for each in answer["nodes"] if each["node_id"] == "2-1-e")
    assert (bar["kind"], bar["parent"], bar["lines"]) == ("bar", "2-1", "1169")
    assert (bar["extent"]["value"], bar["extent"]["mark"]) == (None, "N")
    assert "期間は、計画の本文に記載がありません" in bar["extent"]["undated_reason"]
    assert answer["as_of"]["revisions"] == ["R8"]


async def test_what_the_plan_does_not_say_is_told_and_not_left_out(client: AsyncClient):
    answer = await get(client, "/plan")

    assert any("予算" in silence for silence in answer["silences"])


async def test_a_milestone_in_the_tree_stands_as_it_does_by_itself(client: AsyncClient):
    tree = await get(client, "/nodes/ms-std20", valid="2027-09-30")
    alone = await get(client, "/milestones/ms-std20", valid="2027-09-30")

    own = {name: value for name, value in alone.items() if name != "as_of"}
    assert tree["milestone"] == own
    assert (own["status"], own["commitment"]) == ("approaching", 2)


async def test_one_answer_has_one_commitment_whatever_an_older_list_of_words_had_read(
    client: AsyncClient, owner: asyncpg.Connection
):
    await owner.execute("update node_text set commitment = 5")

    node = await get(client, "/nodes/ms-std20")
    alone = await get(client, "/milestones/ms-std20")

    assert node["commitment"] == node["milestone"]["commitment"] == alone["commitment"] == 2


async def test_inside_the_month_in_which_a_revision_began_the_boundary_is_uncertain(
    client: AsyncClient,
):
    inside = await get(client, "/plan", valid="2026-03-15")
    after = await get(client, "/plan", valid="2026-03-31")

    assert (inside["as_of"]["boundary"], inside["as_of"]["revisions"]) == (
        "uncertain",
        ["R8", "R3"],
    )
    assert (after["as_of"]["boundary"], after["as_of"]["revisions"]) == ("certain", ["R8"])


async def test_before_all_knowledge_there_is_nothing_and_the_earliest_instant_is_named(
    client: AsyncClient,
):
    answer = await get(client, "/plan", known=BEFORE)

    assert answer["nodes"] == []
    assert datetime.fromisoformat(answer["as_of"]["earliest_known"]) > datetime.fromisoformat(
        BEFORE
    )


@pytest.mark.parametrize(
    "asked",
    [
        {"valid": "yesterday"},
        {"valid": "2026-02-30"},
        {"valid": "2026/2028"},
        {"valid": "2015/.."},
        {"known": "2026-06-01T09:00:00"},
        {"known": "2026-06"},
        {"known": "9999-01-01"},
        {"known": "2999-01-01T00:00:00Z"},
    ],
    ids=str,
)
@pytest.mark.parametrize("path", ["/plan", "/milestones", "/milestones/ms-std20", "/bodies"])
async def test_what_is_no_moment_is_refused_with_examples(
    client: AsyncClient, path: str, asked: dict[str, str]
):
    answer = await client.get(f"{API}{path}", params=asked)

    assert answer.status_code == 400
    assert "2026-06-01" in answer.json()["title"] or "future" in answer.json()["title"]


async def test_what_was_known_long_ago_may_be_kept_for_ever(client: AsyncClient):
    past = await client.get(f"{API}/plan", params={"known": BEFORE, "valid": "2020-01-01"})
    present = await client.get(f"{API}/plan")

    assert "immutable" in past.headers["Cache-Control"]
    assert present.headers["Cache-Control"] == "no-cache"


async def test_the_file_of_a_revision_is_answered_as_it_was_loaded(
    client: AsyncClient, plans: list[Plan]
):
    answer = await client.get(f"{API}/revisions/R8.yaml")

    assert answer.content == plans[1].file
    assert read_plan(answer.content, "R8.yaml") == replace(plans[1], file=answer.content)
    listed = (await get(client, "/revisions"))["revisions"]
    assert [(each["revision_id"], each["sha256"]) for each in listed] == [
        ("R8", plans[1].sha256),
        ("R3", plans[0].sha256),
    ]


async def test_a_revision_whose_text_is_not_at_hand_is_not_compared(client: AsyncClient):
    answer = await get(client, "/diff", **{"from": "R3", "to": "R8"})

    assert (answer["comparable"], answer["changes"], answer["questions"]) == (False, [], [])
    assert "The text of R3 is not at hand" in answer["because"]
    assert answer["before"]["revisions"] == ["R3"]


async def test_one_moment_does_not_differ_from_itself(client: AsyncClient):
    answer = await get(client, "/diff", **{"from": "2026-06-01", "to": "2026-06-01"})

    assert (answer["changes"], answer["questions"], answer["redatings"]) == ([], [], [])
    assert (answer["comparable"], answer["because"]) == (True, None)


async def test_a_list_answers_its_items(client: AsyncClient):
    answer = await get(client, "/items/std20")

    assert len(answer["nodes"]) == 20
    assert set(answer) == {"as_of", "nodes"}


async def test_no_two_answers_are_described_under_one_name(client: AsyncClient):
    named = (await get(client, "/openapi.json"))["components"]["schemas"]

    assert [name for name in named if "__" in name] == []
    assert named["LogRowAnswer"]["description"].startswith("One row")


async def test_a_value_without_a_date_says_so_and_there_is_no_target(client: AsyncClient):
    found = [
        await get(client, f"/indicators/{indicator}/readings")
        for indicator in ("card-rate", "card-rate-nation")
    ]

    city, nation = (each["readings"][0] for each in found)
    assert (city["value"], city["as_of"]) == (80.0, None)
    assert (nation["value"], nation["as_of"]["edtf"]) == (78.4, "2025-04-30")
    assert {each["target"] for each in found} == {None}


async def test_the_bodies_are_those_that_the_plan_names(client: AsyncClient):
    answer = await get(client, "/bodies")

    assert any(each["name"] == "岩沼市デジタル化推進本部" for each in answer["bodies"])


@pytest.mark.parametrize(
    "path",
    ["/nodes/none", "/items/none", "/items/2-1", "/revisions/R9.yaml", "/indicators/none/readings"],
)
async def test_what_there_is_not_is_not_found(client: AsyncClient, path: str):
    answer = await client.get(f"{API}{path}")

    assert answer.status_code == 404
