"""Another city begins with nothing but its code and its name, and loads its own plan afterwards."""

import asyncio
from collections.abc import Iterator
from pathlib import Path

import pytest
from httpx2 import AsyncClient
from systems import System, running

pytestmark = pytest.mark.real

PLAN = Path(__file__).parents[2] / "examples" / "plans" / "999999" / "plan_r1.yaml"


@pytest.fixture
def elsewhere(tmp_path: Path) -> Iterator[System]:
    """The system of 見本市, of which nothing is shipped, as its operator starts it."""
    with running(tmp_path, MACHI_MUNICIPALITY="999999", MACHI_CITY="見本市") as system:
        yield system


async def test_a_city_of_which_nothing_is_shipped_starts_empty_and_loads_its_plan(
    elsewhere: System,
):
    address = (await elsewhere.until_ready())["addresses"]["gateway"]
    async with AsyncClient(base_url=address, timeout=20, trust_env=False) as client:
        empty = [(await client.get(path)).text for path in ("/", "/procedures", "/plan")]
        loaded = await asyncio.to_thread(elsewhere.machi, "roadmap", "load", str(PLAN))
        plan = (await client.get("/plan")).text

    assert all("見本市" in page and "岩沼市" not in page for page in empty)
    assert "手続はまだ読み込まれていません" in empty[1]
    assert "machi catalog load" in empty[1]
    assert "計画はまだ読み込まれていません" in empty[2]
    assert "events said" in loaded
    assert "窓口の見直し" in plan
