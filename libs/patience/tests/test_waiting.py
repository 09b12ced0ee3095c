"""Who waits for an event wakes by it, after some time, or is cancelled; and never forgets that it was."""

import asyncio

import pytest

from patience.waiting import until


async def test_who_is_cancelled_just_when_the_event_comes_is_cancelled():
    event = asyncio.Event()

    async def again_and_again() -> None:
        while True:
            event.clear()
            await until(event, 60)

    waiting = asyncio.create_task(again_and_again())
    await asyncio.sleep(0)
    event.set()
    await asyncio.sleep(0)  # it wakes in the next turn
    waiting.cancel()

    with pytest.raises(asyncio.CancelledError):
        await asyncio.wait_for(waiting, 10)


async def test_it_waits_no_longer_than_it_may_and_not_at_all_for_what_has_come():
    event = asyncio.Event()

    await until(event, 0.001)
    assert not event.is_set()

    event.set()
    await until(event)
