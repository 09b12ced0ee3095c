"""Writing: transactions that say something, some of which are slow, are taken back or never end."""

import asyncio
import os
import random
import signal
from collections.abc import AsyncGenerator, Iterator, Sequence
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from itertools import count
from pathlib import Path

from houses import CITY, SAYS, NoticeIssued, QuestionAsked, Store
from ledger import Ledger, Noted

from chassis.database import open_pool
from chassis.saying import Desk, Speaker
from contracts.envelope import partition_key
from patience.waiting import UNAVAILABLE

Draft = NoticeIssued | QuestionAsked

AWHILE = 0.2
PAUSE, HOLD = 0.04, 0.3
"""Seconds between two transactions of a writer, on average, and those that a slow one takes."""


class ChangedMind(Exception):
    """The writer takes back what it has said."""


@dataclass(frozen=True, slots=True)
class Writer:
    """Says events, and notes of each what became of it."""

    desk: Desk[Store]
    ledger: Ledger
    labels: Iterator[str]
    """No two events carry the same."""

    def draft(self, district: str, *, asks: bool = False, flawed: bool = False) -> Draft:
        """An event about a district that can be told from all others."""
        title, page, label = "お知らせ", f"/notices/{district}", next(self.labels)
        if asks:
            return QuestionAsked(title=title, page=page, district=district, label=label)
        return NoticeIssued(title=title, page=page, district=district, label=label, flawed=flawed)

    @asynccontextmanager
    async def saying(self, *drafts: Draft) -> AsyncGenerator[list[Noted]]:
        """A transaction in which these are said; it commits when the body is through.

        Where the body does not get through nothing can have been committed; where the commit
        fails nobody knows, and the ledger says so.
        """
        noted = [_meant(draft) for draft in drafts]
        self.ledger.note(noted)
        through = False
        try:
            async with self.desk.open(self.desk.now()) as (_, say):
                spoken = await say(*drafts)
                noted = [
                    replace(each, state="said", event_id=str(told.event_id), sequence=told.sequence)
                    for each, told in zip(noted, spoken, strict=True)
                ]
                self.ledger.note(noted)
                yield noted
                through = True
        except BaseException:
            if not through:
                self.undo(noted)
            raise
        self.ledger.note([replace(each, state="committed") for each in noted])

    def undo(self, noted: Sequence[Noted]) -> None:
        """Note that they will never be committed."""
        self.ledger.note([replace(each, state="undone") for each in noted])


def _meant(draft: Draft) -> Noted:
    return Noted(state="meant", label=draft.label, key=partition_key(CITY, draft.subject))


def labels(name: str) -> Iterator[str]:
    """One after the other, for one life of one writer."""
    return (f"{name}-{number}" for number in count(1))


@asynccontextmanager
async def open_writer(
    name: str, database: str, *, ledger: Path, labels: Iterator[str]
) -> AsyncGenerator[Writer]:
    """A writer on the database of the house that gives out notices."""
    pool = await open_pool(database, name)
    try:
        desk = Desk(pool, Store, Speaker(SAYS, CITY), lambda: datetime.now(UTC))
        yield Writer(desk, Ledger(ledger), labels)
    finally:
        pool.terminate()


async def keep_writing(chance: random.Random, districts: Sequence[str], ledger: Path) -> None:
    """Write until told to stop, whatever happens to the database."""
    name, database = os.environ["FAULTS_NAME"], os.environ["MACHI_DATABASE"]
    stopping = asyncio.Event()
    asyncio.get_running_loop().add_signal_handler(signal.SIGTERM, stopping.set)
    ever_new = labels(f"{name}.{os.environ['FAULTS_LIFE']}")
    while not stopping.is_set():
        try:
            async with open_writer(name, database, ledger=ledger, labels=ever_new) as writer:
                while not stopping.is_set():
                    await _write(writer, chance, districts)
                    await asyncio.sleep(chance.expovariate(1 / PAUSE))
        except UNAVAILABLE:
            await asyncio.sleep(AWHILE)


async def _write(writer: Writer, chance: random.Random, districts: Sequence[str]) -> None:
    """One transaction, and how it ends."""
    (size,) = chance.choices((1, 2, 4), (90, 8, 2))
    (end,) = chance.choices(("commit", "slow", "undo", "die"), (865, 30, 100, 5))
    drafts = [
        writer.draft(chance.choice(districts), asks=chance.random() < 0.2) for _ in range(size)
    ]
    with suppress(ChangedMind):
        async with writer.saying(*drafts) as noted:
            await asyncio.sleep(chance.uniform(0, HOLD) if end == "slow" else 0)
            _end(end, writer, noted)


def _end(end: str, writer: Writer, noted: Sequence[Noted]) -> None:
    """Go on to the commit, or not."""
    if end == "undo":
        raise ChangedMind
    if end == "die":
        writer.undo(noted)
        os.kill(os.getpid(), signal.SIGKILL)
