import csv
import io
from hashlib import sha256

import pytest
from httpx2 import AsyncClient

pytestmark = pytest.mark.real

DATASET = "/api/opendata/datasets/042111_milestones"
CSV = "/data/042111_milestones/042111_milestones.csv"
FIRST = "/data/042111_milestones/versions/1/042111_milestones.csv"


async def test_data_sets_are_listed_by_name(client: AsyncClient):
    found = (await client.get("/api/opendata/datasets")).json()["datasets"]

    assert [(one["name"], one["version"], one["rows"]) for one in found] == [
        ("042111_milestones", 2, 1),
        ("042111_procedures", 1, 1),
    ]


async def test_data_sets_are_listed_page_by_page(client: AsyncClient):
    first = await client.get("/api/opendata/datasets?limit=1")
    path = first.headers["link"].partition("<")[2].partition(">")[0]

    rest = await client.get(path)

    assert [one["name"] for one in rest.json()["datasets"]] == ["042111_procedures"]
    assert "link" not in rest.headers


async def test_before_anything_was_heard_the_list_is_empty(empty: AsyncClient):
    assert (await empty.get("/api/opendata/datasets")).json() == {"datasets": []}


async def test_a_data_set_tells_what_it_is_and_what_its_files_are(client: AsyncClient):
    found = (await client.get(DATASET)).json()

    assert (found["title"], found["page"]) == (
        "計画の節目",
        "/data/042111_milestones",
    )
    assert found["licence"]["id"] == "CC-BY-4.0"
    assert found["publisher"] == {"code": "042111", "name": "岩沼市"}
    assert (found["caused_by"], found["diff"]["rows_changed"]) == ("event-2", 1)
    assert {"physical": "due", "type": "edtf"}.items() <= found["columns"][8].items()


async def test_the_bytes_behind_each_address_are_those_that_are_told(client: AsyncClient):
    forms = (await client.get(DATASET)).json()["forms"]

    for form in forms:
        for address in (form["url"], form["latest_url"]):
            content = (await client.get(address)).content
            assert sha256(content).hexdigest() == form["sha256"]
            assert len(content) == form["bytes"]
            assert content.startswith(b"\xef\xbb\xbf") == form["bom"]


async def test_versions_are_listed_the_newest_first(client: AsyncClient):
    first = await client.get(f"{DATASET}/versions?limit=1")
    path = first.headers["link"].partition("<")[2].partition(">")[0]
    rest = await client.get(path)

    versions = [one["version"] for page in (first, rest) for one in page.json()["versions"]]
    assert versions == [2, 1]
    assert (await client.get(f"{DATASET}/versions/1")).json() == rest.json()["versions"][0]


async def test_a_file_has_a_name_a_type_and_is_open_to_all(client: AsyncClient):
    answer = await client.get(CSV, headers={"Origin": "https://example.org"})

    assert answer.headers["content-type"] == "text/csv; charset=utf-8; header=present"
    assert answer.headers["content-disposition"] == 'attachment; filename="042111_milestones.csv"'
    assert answer.headers["access-control-allow-origin"] == "*"
    assert answer.headers["cache-control"] == "no-cache"


async def test_the_file_of_a_version_stays_as_it_was(client: AsyncClient):
    latest, first = await client.get(CSV), await client.get(FIRST)

    header, row = csv.reader(io.StringIO(first.content.decode("utf-8-sig"), newline=""))
    assert dict(zip(header, row, strict=True))["期日"] == "2027-09"
    assert "2027-12" in latest.text
    assert "immutable" in first.headers["cache-control"]
    assert 'filename="042111_milestones_v1.csv"' in first.headers["content-disposition"]


@pytest.mark.parametrize("path", [CSV, FIRST, DATASET, f"{DATASET}/versions"])
async def test_who_has_it_already_need_not_fetch_it_again(client: AsyncClient, path: str):
    first = await client.get(path)

    again = await client.get(path, headers={"If-None-Match": first.headers["etag"]})

    assert (again.status_code, again.content) == (304, b"")
    assert again.headers["access-control-allow-origin"] == "*"


@pytest.mark.parametrize(
    ("path", "refused"),
    [
        ("/datasets/042111_toilets", (404, "unknown-dataset")),
        ("/datasets/042111_toilets/versions", (404, "unknown-dataset")),
        ("/datasets/042111_milestones/versions/3", (404, "unknown-version")),
        ("/datasets/042111_milestones/versions/0", (422, "invalid-input")),
        ("/datasets/042111_milestones/versions/99999999999", (422, "invalid-input")),
        ("/datasets?cursor=mars", (400, "unknown-cursor")),
        ("/datasets/042111_milestones/versions?cursor=mars", (400, "unknown-cursor")),
        ("/nothing", (404, "not-found")),
    ],
)
async def test_what_cannot_be_answered_is_a_problem(
    client: AsyncClient, path: str, refused: tuple[int, str]
):
    answer = await client.get(f"/api/opendata{path}")

    assert (answer.status_code, answer.json()["code"]) == refused
    assert answer.headers["content-type"] == "application/problem+json"


@pytest.mark.parametrize(
    "path",
    [
        "/data/042111_milestones/042111_milestones.xlsx",
        "/data/042111_milestones/csv",
        "/data/042111_milestones/042111_procedures.csv",
        "/data/042111_toilets/042111_toilets.csv",
        "/data/042111_milestones/versions/3/042111_milestones.csv",
        "/data/042111_milestones/versions/1/042111_milestones.exe",
    ],
)
async def test_a_file_that_is_not_there_is_not_found(client: AsyncClient, path: str):
    assert (await client.get(path)).status_code == 404


async def test_the_answers_are_described_for_machines(client: AsyncClient):
    described = (await client.get("/api/opendata/openapi.json")).json()

    assert set(described["paths"]) == {
        "/api/opendata/datasets",
        "/api/opendata/datasets/{name}",
        "/api/opendata/datasets/{name}/versions",
        "/api/opendata/datasets/{name}/versions/{number}",
    }
