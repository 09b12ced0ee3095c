"""What an address may ask for: nothing is passed over in silence, and a refusal names what there is."""

import pytest
from httpx2 import AsyncClient

pytestmark = pytest.mark.real

API = "/api/roadmap"
READS = (
    "/plan",
    "/nodes/2-1",
    "/milestones",
    "/milestones/ms-std20",
    "/milestones/ms-std20/history",
    "/milestones/ms-std20/slip",
    "/items/std20",
    "/indicators/card-rate/readings",
    "/bodies",
    "/sources",
    "/revisions",
    "/revisions/R8.yaml",
    "/changes",
    "/stream",
    "/feed.atom",
    "/feed.json",
    "/calendar.ics",
    "/export/nodes.csv",
)


@pytest.mark.parametrize("path", READS)
async def test_a_misspelt_parameter_is_refused_with_those_there_are(client: AsyncClient, path: str):
    answer = await client.get(f"{API}{path}", params={"vaild": "2026-06-01"})

    assert (answer.status_code, answer.json()["code"]) == (400, "unknown-parameter")
    assert "`vaild`" in answer.json()["detail"]
    assert "It takes: " in answer.json()["detail"]


async def test_the_refusal_names_every_parameter_that_is_taken(client: AsyncClient):
    listed = (await client.get(f"{API}/milestones?foo=1")).json()["detail"]
    streamed = (await client.get(f"{API}/stream?foo=1")).json()["detail"]

    for name in ("valid", "known", "status", "initiative", "from", "to", "moved_since", "limit"):
        assert name in listed.partition("takes:")[2]
    assert streamed.endswith("It takes: since, type, initiative, milestone.")


@pytest.mark.parametrize(
    ("path", "told"),
    [
        ("/milestones?status=foo", "status: cancelled, reached, reached_late"),
        ("/milestones?initiative=nosuch", "initiative: 1, 1-1, "),
        ("/stream?initiative=nosuch", "initiative: 1, 1-1, "),
        ("/stream?initiative=2-1,nosuch", "initiative=nosuch"),
        ("/stream?milestone=ms-mars", "milestone: "),
        ("/stream?type=machi.roadmap.milestone.moved.v1", "machi.roadmap.milestone.rescheduled.v1"),
        ("/feed.atom?initiative=nosuch", "initiative: 1-1, "),
        ("/feed.json?milestone=ms-mars", "milestone: "),
        ("/calendar.ics?perspective=9", "perspective: 1, 2, 3"),
        ("/calendar.ics?layer=colours", "layer: periods, deadlines"),
        ("/diff?from=R9", "revisions: R8, R3"),
        ("/diff?from=R3&to=tomorrow", "to=tomorrow"),
        ("/plan?valid=yesterday", "valid=yesterday"),
    ],
)
async def test_a_value_that_there_is_not_is_refused_with_those_there_are(
    client: AsyncClient, path: str, told: str
):
    answer = await client.get(f"{API}{path}")

    assert answer.status_code == 400, answer.text
    assert told in answer.json()["detail"]


@pytest.mark.parametrize("heading", ["plan", "2", "2-1"])
async def test_a_heading_of_any_height_may_be_asked_for(client: AsyncClient, heading: str):
    answer = await client.get(f"{API}/milestones?initiative={heading}")

    assert "ms-std20" in [each["milestone_id"] for each in answer.json()["milestones"]]


async def test_where_nothing_is_found_the_list_is_empty_and_not_refused(client: AsyncClient):
    answer = await client.get(f"{API}/milestones?initiative=2-5&status=cancelled")

    assert (answer.status_code, answer.json()["milestones"]) == (200, [])


@pytest.mark.parametrize(
    ("path", "told"),
    [
        (
            "/plan?valid=<yesterday>",
            ["読み取れない指定：valid=&lt;yesterday&gt;", "例：valid=2026-06-01"],
        ),
        ("/plan?known=2999-01-01", ["読み取れない指定：known=2999-01-01", "例：known=2026-06-01"]),
        ("/plan/diff?from=R9", ["読み取れない指定：from=R9", "いまある版の名前：R8、R3"]),
        (
            "/plan/subscribe?initiative=9-9",
            ["読み取れない指定：initiative=9-9", "例：initiative=2-1"],
        ),
    ],
)
async def test_a_page_says_which_part_of_its_address_was_wrong_with_an_example(
    client: AsyncClient, path: str, told: list[str]
):
    answer = await client.get(path)

    assert answer.status_code == 400
    assert all(words in answer.text for words in told)


async def test_a_page_passes_over_what_others_hang_on_its_address(client: AsyncClient):
    assert (await client.get("/plan?utm_source=letter")).status_code == 200
