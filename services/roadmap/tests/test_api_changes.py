import json
from datetime import UTC, datetime
from hashlib import sha256
from typing import Any

import pytest
from httpx2 import AsyncClient

from chassis.saying import Desk
from roadmap.store import Store

pytestmark = pytest.mark.real

CHANGES = "/api/roadmap/changes"
EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


async def pages(client: AsyncClient, path: str) -> list[dict[str, Any]]:
    """Every row, following the links."""
    rows, answer = list[dict[str, Any]](), await client.get(path)
    while "next" in answer.links:
        rows += answer.json()["changes"]
        answer = await client.get(answer.links["next"]["url"])
    return rows + answer.json()["changes"]


def follow(rows: list[dict[str, Any]]) -> str:
    """The hash of the last row, worked out as docs/subscribers.md tells a stranger to."""
    last = bytes(32)
    for row in rows:
        text = json.dumps(
            row["body"], ensure_ascii=False, sort_keys=True, separators=(",", ":")
        ).encode()
        digest = sha256(bytes.fromhex(row["salt"]) + text).digest()
        at = (datetime.fromisoformat(row["at"]) - EPOCH) // (EPOCH.resolution)
        numbers = row["seq"].to_bytes(8, "big") + at.to_bytes(8, "big")
        label = {name: row[name] for name in ("event_id", "scheme", "subject", "type")}
        named = json.dumps(label, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
        last = sha256(last + numbers + digest + named.encode()).digest()
    return last.hex()


async def test_the_log_tells_every_event_with_the_head(client: AsyncClient):
    answer = (await client.get(CHANGES)).json()

    assert answer["head"] == {"seq": 14, "hash": answer["changes"][-1]["hash"]}
    assert [row["seq"] for row in answer["changes"]] == list(range(1, 15))
    assert all(row["body"]["id"] == row["event_id"] for row in answer["changes"])
    assert answer["changes"][0]["prev"] == "00" * 32


async def test_a_stranger_can_follow_the_chain_with_what_is_answered(client: AsyncClient):
    rows = await pages(client, f"{CHANGES}?limit=4")

    assert follow(rows) == (await client.get(CHANGES)).json()["head"]["hash"]


async def test_who_has_read_all_gets_an_empty_page_and_304_until_something_comes(
    client: AsyncClient,
):
    answer = await client.get(f"{CHANGES}?after=14")
    again = await client.get(
        f"{CHANGES}?after=14", headers={"If-None-Match": answer.headers["ETag"]}
    )

    assert (answer.json()["changes"], answer.json()["head"]["seq"]) == ([], 14)
    assert again.status_code == 304
    assert answer.headers["Access-Control-Allow-Origin"] == "*"


async def test_a_number_that_no_row_has_yet_is_refused_with_the_head(client: AsyncClient):
    answer = await client.get(f"{CHANGES}?after=15")

    assert (answer.status_code, answer.json()["code"]) == (400, "cursor-from-the-future")
    assert "ends at 14" in answer.json()["detail"]


@pytest.mark.parametrize("query", ["after=-1", "after=x", f"after={2**63}", "limit=0", "limit=201"])
async def test_what_is_no_place_in_the_log_is_refused(client: AsyncClient, query: str):
    assert (await client.get(f"{CHANGES}?{query}")).status_code == 422


async def test_a_blanked_text_is_told_as_a_gap(client: AsyncClient, loaded: Desk[Store]):
    before = (await client.get(CHANGES)).json()["changes"][2]
    async with loaded.open(loaded.now()) as (store, _):
        await store.log.blank(3)

    after = (await client.get(CHANGES)).json()["changes"][2]

    assert after == {**before, "salt": None, "body": None}
