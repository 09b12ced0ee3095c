"""Every number of every page stands beside its source, or beside the words that say there is none."""

from datetime import UTC, datetime
from pathlib import Path

import pytest
from clerks import Clerk
from httpx2 import AsyncClient
from sourced import Numbers
from tokens import Issuer

from chassis.saying import Desk
from roadmap import app, handlers
from roadmap.domain import present, read_observations
from roadmap.store import Store

pytestmark = pytest.mark.real

MONDAY = datetime(2026, 11, 23, 3, 0, tzinfo=UTC)
OBSERVED = Path(app.__file__).parent / "data" / "042111" / "observations.yaml"


async def everything_happens(desk: Desk[Store], clerk: Clerk) -> None:
    """A report, a move, a stop, and something reached."""
    async with desk.open(MONDAY) as (store, _):
        told = read_observations(OBSERVED.read_bytes(), OBSERVED.name)
        await handlers.observe(told, store, by="operator")
    await clerk.decides("2027-12")
    await clerk.decides(None, "ms-step2", effect="stop", undated_reason="ほかと重なるため")
    await clerk.saw("2023-03", "ms-online29")


async def pages(desk: Desk[Store]) -> list[str]:
    """All pages about the plan."""
    async with desk.read() as store:
        picture = await store.picture(present(MONDAY))
    initiatives = [f"/plan/initiatives/{node.node_id}" for node in picture.of_kind("initiative")]
    return ["/plan", "/plan/timetable", *initiatives, *(each.page for each in picture.milestones)]


async def test_no_number_stands_alone(client: AsyncClient, loaded: Desk[Store], issuer: Issuer):
    await everything_happens(loaded, Clerk(client, issuer.token("editor")))

    read = {path: Numbers((await client.get(path)).text) for path in await pages(loaded)}

    assert len(read) == 26
    alone = {path: numbers.unaccounted for path, numbers in read.items() if numbers.unaccounted}
    assert not alone, "name the source beside it, or write 計画に記載なし"


def test_a_number_without_a_source_is_found():
    html = "<main><h2>節目の数 3</h2><p>達成は7件です。</p><p>令和9年9月（1133行目）</p></main>"

    assert Numbers(html).unaccounted == ["達成は7件です。"]
