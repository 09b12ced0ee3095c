import pytest
from clerks import Clerk
from httpx2 import AsyncClient
from tokens import Issuer

from roadmap.exports.tables import COLUMNS, Row, read, write

pytestmark = pytest.mark.real


@pytest.fixture
def clerk(client: AsyncClient, issuer: Issuer) -> Clerk:
    return Clerk(client, issuer.token("editor"))


async def rows(client: AsyncClient, table: str) -> list[dict[str, str]]:
    answer = await client.get(f"/api/roadmap/export/{table}.csv")
    assert answer.status_code == 200, answer.text
    return [named(table, row) for row in read(answer.content, COLUMNS[table]).rows]


def named(table: str, row: Row) -> dict[str, str]:
    return dict(zip(COLUMNS[table], row, strict=True))


@pytest.mark.parametrize("table", COLUMNS)
async def test_a_table_read_and_written_again_is_the_same_file(
    client: AsyncClient, clerk: Clerk, table: str
):
    await clerk.decides("令和9年12月", reason='=HYPERLINK("x"),\n二行目')
    file = (await client.get(f"/api/roadmap/export/{table}.csv")).content

    sheet = read(file, COLUMNS[table])

    assert sheet.rows
    assert write(COLUMNS[table], sheet.rows) == file


async def test_the_tree_is_there_with_its_lines(client: AsyncClient):
    nodes = {row["node_id"]: row for row in await rows(client, "nodes")}

    assert nodes["2-1-e"] == {
        "node_id": "2-1-e",
        "kind": "bar",
        "parent_id": "2-1",
        "place": nodes["2-1-e"]["place"],
        "label": "全業務運用開始",
        "mark": "S",
        "lines": "1169",
        "actor": "",
        "note": "",
        "revision_id": "R8",
    }


async def test_every_statement_is_there_on_both_clocks(client: AsyncClient, clerk: Clerk):
    await clerk.decides("令和9年12月")

    found = await rows(client, "assertions")

    standardization = [row for row in found if row["subject_id"] == "ms-std20"]
    assert [row["edtf"] for row in standardization] == ["2027-09", "2027-09", "2027-12"]
    assert [bool(row["recorded_until"]) for row in standardization] == [True, False, False]
    assert [row["valid_from"] for row in standardization][-1] == "2026-11-20"
    assert '"lines": "1133"' in standardization[0]["evidence"]


async def test_decisions_are_there_and_not_who_entered_them(client: AsyncClient, clerk: Clerk):
    await clerk.decides("令和9年12月")

    (decision,) = await rows(client, "decisions")

    assert decision["chosen"] == "期限を改める"
    assert decision["about"] == '["ms-std20"]'
    assert "clerk" not in (await client.get("/api/roadmap/export/decisions.csv")).text


async def test_a_table_is_a_file_that_is_not_fetched_twice(client: AsyncClient):
    first = await client.get("/api/roadmap/export/nodes.csv")
    known = {"If-None-Match": first.headers["etag"]}

    again = await client.get("/api/roadmap/export/nodes.csv", headers=known)

    assert first.headers["content-disposition"] == 'attachment; filename="042111_nodes.csv"'
    assert first.headers["content-type"] == "text/csv; charset=utf-8"
    assert again.status_code == 304


async def test_an_unknown_table_is_refused_with_those_there_are(client: AsyncClient):
    answer = await client.get("/api/roadmap/export/budget.csv")

    assert answer.status_code == 404
    assert "nodes, assertions and decisions" in answer.text
