"""Relays and consumers that live in processes of their own, without a service around them."""

import asyncio
import os
import signal
from collections.abc import Awaitable, Callable

import asyncpg
from notes import CITY, MONDAY, Notes, NoticeIssued, keep

from chassis.database import SHORT_LIVED, open_pool
from chassis.hearing import Hearing
from chassis.hears import view
from chassis.listening import Listening
from chassis.relay import LOCK, Relay
from chassis.saying import Desk, Speaker
from contracts.topics import topic

TOPIC = topic("notify")


def relay(database: str, kafka: str) -> None:
    """Copy the outbox until killed."""
    asyncio.run(Relay(database, kafka, TOPIC).run(asyncio.Event()))


def sleeper(database: str) -> None:
    """Take the lock as a relay does, and stop in the middle of the transaction."""
    asyncio.run(_fall_asleep(database))


def consumer(database: str, kafka: str, group: str) -> None:
    """Keep notes of what is heard, until killed."""
    asyncio.run(_listen(database, kafka, group, keep))


def dozer(database: str, kafka: str, group: str) -> None:
    """The same, but it stops in the middle of the batch that holds the first round."""
    asyncio.run(_listen(database, kafka, group, _doze))


async def _fall_asleep(database: str) -> None:
    connection = await asyncpg.connect(database, server_settings=SHORT_LIVED)
    async with connection.transaction():
        await connection.execute("select pg_advisory_xact_lock($1)", LOCK)
        os.kill(os.getpid(), signal.SIGSTOP)


async def _doze(event: NoticeIssued, store: Notes) -> None:
    await keep(event, store)
    if event.text == "0":
        os.kill(os.getpid(), signal.SIGSTOP)


async def _listen(
    database: str,
    kafka: str,
    group: str,
    handler: Callable[[NoticeIssued, Notes], Awaitable[None]],
) -> None:
    pool = await open_pool(database, "lone consumer")
    desk = Desk(pool, Notes, Speaker("notify", CITY), lambda: MONDAY)
    hearing = Hearing(desk, [view(NoticeIssued, handler)])
    listening = Listening(hearing, [TOPIC], kafka=kafka, group=group, member=group)
    await listening.run(asyncio.Event())
