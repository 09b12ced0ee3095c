"""Who may change something in notify: whoever has the address or the token in the path, and nobody else."""

import pytest
from httpx2 import AsyncClient
from writes import doors

from chassis.saying import Desk
from notify import app
from notify.settings import Settings
from notify.store import Store

pytestmark = pytest.mark.real

BY_ADDRESS = {("POST", "/subscriptions")}
BY_TOKEN = {
    ("POST", "/subscriptions/confirm/{token}"),
    ("POST", "/subscriptions/p/{token}"),
    ("POST", "/subscriptions/p/{token}/forget"),
    ("POST", "/subscriptions/u/{token}"),
}


async def test_each_door_that_changes_something_asks_for_an_address_or_a_token(
    desk: Desk[Store], settings: Settings
):
    assert doors(app.http(desk, settings, None)) == BY_ADDRESS | BY_TOKEN, (
        "add it here, or make a table of who may do it, as in services/roadmap/tests/test_app_writes.py"
    )


@pytest.mark.parametrize("path", sorted(path for _, path in BY_TOKEN))
async def test_whoever_has_no_token_of_ours_is_answered_alike(client: AsyncClient, path: str):
    answer = await client.post(path.replace("{token}", "A" * 43), data={"topics": "plan"})

    assert answer.status_code == 404
