"""What a later version of the plan has dropped: nothing more is reported of it."""

from dataclasses import replace

import pytest
from httpx2 import AsyncClient
from tokens import Issuer

from chassis.saying import Desk
from contracts.values import PartialDate
from roadmap.domain import Plan
from roadmap.store import Store

pytestmark = pytest.mark.real

DROPPED = ("ms-std20", "std20-pension", "online-01")
REPORTED = {
    "attr": "reported",
    "asserter": "mic",
    "value": "2028-03",
    "evidence": [{"source": "総務省の調査", "url": "https://example.jp/survey"}],
}


@pytest.fixture
async def clerk(
    client: AsyncClient, issuer: Issuer, loaded: Desk[Store], plans: list[Plan]
) -> AsyncClient:
    """Somebody who may record a report, after a version that left some of the plan out."""
    adopted = PartialDate.from_edtf("2026-10")
    revision = replace(plans[1].revision, revision_id="R9", supersedes="R8", adopted=adopted)
    nodes = tuple(node for node in plans[1].nodes if node.node_id not in DROPPED)
    async with loaded.open(loaded.now()) as (store, _):
        await store.keep_plan(replace(plans[1], revision=revision, nodes=nodes, sha256="9" * 64))
    client.headers["Authorization"] = f"Bearer {issuer.token('editor')}"
    return client


@pytest.mark.parametrize("node_id", DROPPED)
async def test_a_report_of_what_is_out_of_the_plan_is_refused_and_not_kept(
    clerk: AsyncClient, loaded: Desk[Store], node_id: str
):
    given, version = {**REPORTED, "subject_id": node_id}, {"If-Match": "*"}

    answer = await clerk.post("/api/roadmap/assertions", json=given, headers=version)

    async with loaded.read() as store:
        kept = await store.assertions.reports(node_id)
    assert (answer.status_code, kept) == (409, {})
    assert answer.json()["type"].endswith(":out-of-the-plan")


async def test_a_report_of_what_the_plan_still_has_is_kept(clerk: AsyncClient, loaded: Desk[Store]):
    given, version = {**REPORTED, "subject_id": "online-02"}, {"If-Match": "*"}

    answer = await clerk.post("/api/roadmap/assertions", json=given, headers=version)

    async with loaded.read() as store:
        kept = await store.assertions.reports("online-02")
    assert (answer.status_code, len(kept)) == (201, 1)
