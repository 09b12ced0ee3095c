"""A milestone with a random past, and what was believed of it at each time, worked out by hand."""

from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from itertools import pairwise
from random import Random
from typing import Any

from chassis.saying import Desk
from contracts.values import PartialDate
from roadmap import handlers
from roadmap.domain import Correct, Decision, Evidence, Reach, Report, Reschedule
from roadmap.store import Store

MILESTONE = "ms-std20"
FIRST = date(2026, 3, 1)
SEEN = (Evidence(source="推進本部会議録", mark="X"),)


@dataclass
class Belief:
    """What is believed at one time: who says what from which day on; worked out by hand."""

    due: list[tuple[date, str]] = field(default_factory=lambda: [(FIRST, "2027-09")])
    promised: list[tuple[date, str]] = field(default_factory=lambda: [(FIRST, "2027-09")])
    """The same, and what was replaced on the day on which it began."""
    reported: list[tuple[date, str]] = field(default_factory=list[tuple[date, str]])
    actual: tuple[date, str] | None = None

    def at(self, day: date) -> dict[str, Any]:
        """What holds on a day."""
        actual = self.actual
        promises = [value for since, value in self.due if since <= day]
        reports = [value for since, value in self.reported if since <= day]
        told = [value for since, value in self.promised if since <= day]
        moves = sum(one != other for one, other in pairwise(told))
        return {
            "due": promises[-1] if promises else None,
            "reported": reports[-1:],
            "actual": actual[1] if actual and actual[0] <= day else None,
            "slip_count": moves,
        }

    def copy(self) -> "Belief":
        return Belief(list(self.due), list(self.promised), list(self.reported), self.actual)


class History:
    """Does random things to a milestone, and remembers what was believed since which instant."""

    def __init__(self, desk: Desk[Store], seed: int) -> None:
        self.desk, self.random = desk, Random(seed)  # noqa: S311 no secret
        self.belief = Belief()
        self.believed: list[tuple[datetime, Belief]] = []

    async def begin(self) -> None:
        self.believed.append((await self._instant(), self.belief.copy()))

    async def step(self) -> None:
        """One change of any kind, in a transaction of its own."""
        moves = [
            self._reschedule,
            self._report,
            self._reach,
            self._correct_due,
            self._correct_report,
        ]
        await self.random.choice(moves)()
        self.believed.append((await self._instant(), self.belief.copy()))

    async def _reschedule(self) -> None:
        last, value = self.belief.due[-1]
        since, new = last + timedelta(days=self.random.randrange(40)), self._month()
        if new == value or self.belief.actual:
            return
        command = Reschedule(
            milestone_id=MILESTONE,
            value=read_edtf(new),
            valid_from=since,
            today=date(2030, 1, 1),
            decision=Decision(body="本部", taken_on=since, chosen="改める", reason="遅れ"),
        )
        async with self.desk.open(now()) as (store, say):
            await handlers.reschedule(command, store, say=say, now=now(), by="clerk")
        if since == last:
            self.belief.due.pop()
        self.belief.due.append((since, new))
        self.belief.promised.append((since, new))

    async def _report(self) -> None:
        last = self.belief.reported[-1][0] if self.belief.reported else FIRST
        since, value = last + timedelta(days=1 + self.random.randrange(40)), self._month()
        command = Report(
            subject_id=MILESTONE,
            asserter="mic",
            value=read_edtf(value),
            valid_from=since,
            today=date(2030, 1, 1),
            evidence=SEEN,
        )
        async with self.desk.open(now()) as (store, say):
            await handlers.report(command, store, say=say, now=now(), by="clerk")
        self.belief.reported.append((since, value))

    async def _reach(self) -> None:
        if self.belief.actual is None:
            day = date(2026, 1, 1) + timedelta(days=self.random.randrange(300))
            command = Reach(
                milestone_id=MILESTONE,
                value=read_edtf(day.isoformat()),
                today=date(2030, 1, 1),
                evidence=SEEN,
            )
            async with self.desk.open(now()) as (store, say):
                await handlers.reach(command, store, say=say, now=now(), by="clerk")
            self.belief.actual = (day, day.isoformat())
        else:
            await self._correct("actual", self.belief.actual[0], None)
            self.belief.actual = None

    async def _correct_due(self) -> None:
        place = self.random.randrange(len(self.belief.due))
        since, value = self.belief.due[place]
        new = self._month()
        if new != value:
            await self._correct("due", since, new)
            self.belief.due[place] = (since, new)
            begun = [at for at, (day, _) in enumerate(self.belief.promised) if day == since]
            self.belief.promised[begun[-1]] = (since, new)

    async def _correct_report(self) -> None:
        if not self.belief.reported:
            return
        place = self.random.randrange(len(self.belief.reported))
        since, value = self.belief.reported[place]
        new = self._month()
        if new != value:
            await self._correct("reported", since, new)
            self.belief.reported[place] = (since, new)

    async def _correct(self, attr: str, since: date, value: str | None) -> None:
        async with self.desk.open(now()) as (store, say):
            rows = [
                row
                for row in await store.assertions.history(MILESTONE)
                if (row.attr, row.valid.since) == (attr, since)
                and row.recorded
                and row.recorded.until is None
            ]
            command = Correct(
                assertion_id=rows[0].assertion_id or 0,
                value=read_edtf(value) if value else None,
                undated_reason=None,
                reason="写し間違い",
                today=date(2030, 1, 1),
            )
            await handlers.correct(command, store, say=say, now=now(), by="clerk")

    def _month(self) -> str:
        return f"20{self.random.randrange(27, 40)}-{self.random.randrange(1, 13):02}"

    async def _instant(self) -> datetime:
        """The last instant at which anything about it became known, or was no longer believed."""
        return await self.desk.pool.fetchval(
            """
            select greatest(max(lower(recorded)), max(upper(recorded)))
              from assertion
             where subject_id = $1
            """,
            MILESTONE,
        )

    def moments(self, count: int) -> list[tuple[date, datetime, dict[str, Any] | None]]:
        """Random pairs of moments, with what the naive replay says of each; None: nothing yet."""
        found = list[tuple[date, datetime, dict[str, Any] | None]]()
        for _ in range(count):
            day = date(2026, 1, 1) + timedelta(days=self.random.randrange(1_200))
            known = self.random.choice(self.believed)[0] + timedelta(
                microseconds=self.random.choice([-1, 0, 1])
            )
            seen = [belief for since, belief in self.believed if since <= known]
            there = day >= FIRST and bool(seen)
            found.append((day, known, seen[-1].at(day) if there else None))
        return found


def now() -> datetime:
    return datetime.now(UTC)


def read_edtf(text: str) -> PartialDate:
    return PartialDate.from_edtf(text)
