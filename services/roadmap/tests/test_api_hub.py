"""All streams of a process look at the log together: one looks, and takes in each row once."""

import asyncio

import pytest
from forks import until

from chassis.saying import Desk
from roadmap.api.frames import Frame, Recent
from roadmap.api.hub import Hub
from roadmap.store import Store

pytestmark = pytest.mark.real


async def test_who_comes_and_goes_while_something_is_said_leaves_nobody_looking(desk: Desk[Store]):
    hub = Hub(desk)

    def looking() -> list[str]:
        return [
            each.get_name() for each in asyncio.all_tasks() if "Hub._look" in repr(each.get_coro())
        ]

    async def looked() -> bool:
        return hub.head is not None

    for turns in range(6):
        with hub.listening("somebody"):
            await until(looked)
            hub.desk.committed()
            for _ in range(turns):
                await asyncio.sleep(0)

    async def nobody() -> bool:
        return not looking()

    await until(nobody)


def test_what_does_not_follow_is_not_taken_in_twice():
    recent, again = Recent(4), Frame(5, None, frozenset(), b"")
    recent.add([again], rows=10, most_bytes=1_000)

    with pytest.raises(ValueError, match="5 after 5"):
        recent.add([again], rows=10, most_bytes=1_000)
