"""Ours: a service that says with its relay, and one that hears into its own database."""

import asyncio
from dataclasses import dataclass
from typing import Any

from bench.city import HEARER, NoticeIssued, Store, notice, settings
from bench.contest import Reading, Task
from bench.latency.delays import NOTE, SEE
from bench.latency.pace import paced
from chassis.database import Connection
from chassis.hearing import Hearing
from chassis.hears import view
from chassis.listening import Listening
from chassis.relay import Relay
from process.desk import open_desk

SUBJECTS = 50


@dataclass(frozen=True, slots=True)
class Seen:
    """A store that keeps the number of what it was told."""

    connection: Connection


async def see(event: NoticeIssued, store: Seen) -> None:
    """A view."""
    await store.connection.execute(SEE, event.number)


async def speak(task: Task) -> Reading:
    """Each write is one transaction with one event, as a door of a service does it."""
    stopping, relay = asyncio.Event(), Relay(task.database, task.kafka, task.topic)
    running = asyncio.create_task(relay.run(stopping))
    async with open_desk(settings(task.database, task.kafka), Store, relay.wake) as desk:

        async def write(number: int) -> None:
            async with desk.open(desk.now()) as (store, say):
                await store.connection.execute(NOTE, number)
                await say(notice(number, f"notice-{number % SUBJECTS}"))

        reading = await paced(task, write)
        await asyncio.sleep(1)  # its relay still has the last ones in hand
        stopping.set()
        await running
    return reading


async def listen(task: Task) -> Reading:
    """Until the process is ended."""
    async with open_desk(settings(task.database, task.kafka, HEARER), Seen) as desk:
        hearing: Hearing[Any] = Hearing(desk, [view(NoticeIssued, see)])
        group = task.more["group"]
        listening = Listening(hearing, [task.topic], kafka=task.kafka, group=group, member=group)
        await listening.run(asyncio.Event())
    raise AssertionError
