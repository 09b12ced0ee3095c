from datetime import timedelta
from uuid import uuid4

import pytest
from clocks import Clock
from httpx2 import AsyncClient

from chassis.saying import Desk
from chassis.testing import Said
from contracts.notify import NoticeIssued
from notify import handlers
from notify.consumers import RULES
from notify.domain import News
from notify.store import Store

pytestmark = pytest.mark.real

NOTICES = "/api/notify/notices"


async def test_a_notice_is_told_with_all_that_it_says(client: AsyncClient, told: NoticeIssued):
    answer = await client.get(f"{NOTICES}/{told.notice_id}")

    assert answer.json() == {
        **told.model_dump(mode="json", exclude={"kind"}),
        "page": f"/notices/{told.notice_id}",
    }
    assert answer.headers["etag"]


async def test_notices_are_listed_newest_first_page_by_page(
    client: AsyncClient, desk: Desk[Store], clock: Clock, moved: News, said: Said
):
    for number in range(3):
        clock.pass_by(timedelta(minutes=1))
        async with desk.open(desk.now()) as (store, _):
            fresh = News(
                event_id=f"{number}",
                type=moved.type,
                recorded=desk.now(),
                page=moved.page,
                facts=moved.facts,
            )
            await handlers.announce(fresh, store, rules=RULES, say=said, now=desk.now())

    first = await client.get(NOTICES, params={"limit": 2})
    rest = await client.get(first.links["next"]["url"])

    causes = [one["caused_by"] for answer in (first, rest) for one in answer.json()["notices"]]
    assert causes == ["2", "1", "0"]
    assert "next" not in rest.links


@pytest.mark.parametrize(
    ("path", "status"),
    [
        (f"{NOTICES}/{uuid4()}", 404),
        (f"{NOTICES}/mars", 422),
        (f"{NOTICES}?cursor=mars", 400),
        (f"{NOTICES}?cursor=WyJhIiwiYiJd", 400),
    ],
)
async def test_what_is_not_there_is_a_problem(client: AsyncClient, path: str, status: int):
    answer = await client.get(path)

    assert answer.status_code == status
    assert answer.headers["content-type"] == "application/problem+json"
