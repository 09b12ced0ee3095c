"""What the plan and the observations rest on, and the milestones as a table for people."""

from pathlib import Path

import pytest
from clerks import Clerk
from httpx2 import AsyncClient
from tokens import Issuer

from chassis.saying import Desk
from roadmap import app, handlers
from roadmap.domain import read_observations
from roadmap.exports.milestones import COLUMNS
from roadmap.exports.tables import read
from roadmap.store import Store

pytestmark = pytest.mark.real

SOURCES = "/api/roadmap/sources"
TABLE = "/api/roadmap/export/milestones.csv"
REPORTS = Path(app.__file__).parent / "data" / "042111" / "observations.yaml"


async def rows(client: AsyncClient, **asked: str) -> dict[str, dict[str, str]]:
    answer = await client.get(TABLE, params=asked)
    assert answer.status_code == 200, answer.text
    assert answer.content.startswith("\ufeffmilestone_id,label,".encode())
    found = [dict(zip(COLUMNS, row, strict=True)) for row in read(answer.content, COLUMNS).rows]
    return {row["milestone_id"]: row for row in found}


async def test_every_source_is_told_with_what_cites_it(client: AsyncClient, loaded: Desk[Store]):
    before = {each["title"]: each for each in (await client.get(SOURCES)).json()["sources"]}
    async with loaded.open(loaded.now()) as (store, _):
        reports = read_observations(REPORTS.read_bytes(), REPORTS.name)
        new = await handlers.observe(reports, store, by="clerk")

    after = {each["title"]: each for each in (await client.get(SOURCES)).json()["sources"]}

    (added,) = after.keys() - before.keys()
    assert (after[added]["marks"], after[added]["licence"]) == ({"X": new}, None)
    assert after[added]["url"] == "https://www.digital.go.jp/policies/local_governments"
    plan = next(each for each in before.values() if each["statements"])
    assert plan["statements"] == sum(plan["marks"].values())


async def test_the_milestones_are_a_table_with_four_dates_and_how_they_stand(
    client: AsyncClient, issuer: Issuer
):
    await Clerk(client, issuer.token("editor")).decides("令和9年12月")

    found = await rows(client)

    row = found["ms-std20"]
    assert len(found) == 13
    assert (row["due"], row["due_text"], row["first_due"]) == ("2027-12", "令和9年12月", "2027-09")
    assert (row["slip_count"], row["slip_direction"], row["slip_months"]) == ("1", "later", "3")
    assert (row["status"], row["status_text"]) == ("planned", "予定")
    assert (row["forecast"], row["actual"], row["commitment"]) == ("", "", "2")
    assert found["ms-convenience"]["status_text"] == "達成"
    assert found["ms-convenience"]["lines"]


async def test_the_table_of_a_past_is_as_it_was(visitor: AsyncClient, issuer: Issuer):
    nothing = await rows(visitor, known="2020-01-01T00:00:00Z")
    later = await rows(visitor, valid="2027-10-01")

    assert nothing == {}
    assert later["ms-std20"]["status"] == "missed"
