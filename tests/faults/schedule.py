"""The schedule: which faults strike, whom, where and when. The same seed gives the same one.

That is what can be had again: the steps, the order in which they fall due, and for each the count of
events before which it does not strike. Those that concern the same process strike in this order. A
step that must wait for others strikes later; how far each process is by then only the machine knows.
"""

import random
from collections.abc import Iterator
from dataclasses import dataclass

RELAY_POINTS = ("relay.read", "relay.sent", "relay.acked", "relay.marked", "relay.committed")
CONSUMER_POINTS = ("hearing.moved", "hearing.effects", "hearing.committed")
DRAIN_POINT = "drain.handled"

SOONEST, LATEST = 20, 90
"""So many events are committed between one fault and the next, at least and at most."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Crew:
    """Who can be struck."""

    relays: tuple[str, ...]
    consumers: tuple[str, ...]
    writers: tuple[str, ...]
    keys: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """One fault."""

    number: int
    at: int
    """It strikes when so many events were committed."""
    fault: str
    whom: str
    where: str = ""

    def __str__(self) -> str:
        """One line for whoever follows the run."""
        what = f"{self.fault} {self.whom} {self.where}".rstrip()
        return f"{self.number:>4}  at {self.at:>6} events  {what}"


def chances(*seed: object) -> random.Random:
    """The same seed, the same draws."""
    return random.Random(repr(seed))  # noqa: S311 drawn to be drawn again, no secret


def draw(seed: int, faults: int, crew: Crew) -> list[Step]:
    """So many steps. Each twenty in a row hold every kind of fault, and every crash point, once."""
    chance = chances("schedule", seed)
    steps: list[Step] = []
    at = 0
    while len(steps) < faults:
        deck = list(_deck(chance, crew, first=not steps))
        chance.shuffle(deck)
        for fault, whom, where in deck[: faults - len(steps)]:
            at += chance.randint(SOONEST, LATEST)
            steps.append(Step(number=len(steps) + 1, at=at, fault=fault, whom=whom, where=where))
    return steps


def _deck(chance: random.Random, crew: Crew, *, first: bool) -> Iterator[tuple[str, str, str]]:
    yield from _crashes(chance, crew)
    relay, consumer = chance.choice(crew.relays), chance.choice(crew.consumers)
    yield "kill", chance.choice((*crew.relays, *crew.consumers)), "at any moment"
    yield "kill", chance.choice(crew.writers), "at any moment"
    yield "end", chance.choice(crew.relays), "under load"
    yield "end", chance.choice(crew.consumers), "under load"
    # A sleeping consumer is replaced after ten seconds only: too long for the first twenty.
    yield "sleep", relay if first else chance.choice((relay, consumer)), "and wake"
    yield "kill", "kafka", "and restart"
    yield "stop", "postgres", "at once, and restart"
    yield "cut", chance.choice(("relays", "consumers")), "from the database"
    yield "rebalance", "further", "joins and leaves"
    yield "copy", chance.choice(("new", "old", "mixed")), "records again"
    yield "hold", "a transaction", "while others commit"


def _crashes(chance: random.Random, crew: Crew) -> Iterator[tuple[str, str, str]]:
    for point in RELAY_POINTS:
        yield "crash", chance.choice(crew.relays), f"{point}:{chance.randint(1, 3)}"
    for point in CONSUMER_POINTS:
        yield "crash", chance.choice(crew.consumers), f"{point}:{chance.randint(1, 5)}"
    yield "poison", chance.choice(crew.keys), DRAIN_POINT
