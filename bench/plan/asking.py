"""What a reader waits for, in a process of its own: over HTTP from the service, and in SQL from its table."""

import gzip
import json
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from http.client import HTTPConnection
from typing import Any

import asyncpg

from bench.contest import Task
from bench.crowd import HOST
from roadmap.store.trees import STATES

TREE, TIMETABLE, CALENDAR = (
    "/api/roadmap/plan",
    "/plan/timetable",
    "/api/roadmap/calendar.ics",
)
MOMENT = datetime(2022, 6, 1, tzinfo=UTC)
IN_FORCE = """
select subject_id, attr, edtf, lo, hi, mark from {table}
 where recorded @> '2022-06-01 00:00+00'::timestamptz and valid @> date '2022-06-01'
"""
EVERYTHING = "select subject_id, attr, asserter, edtf, valid, recorded from assertion"


@dataclass(frozen=True, slots=True)
class Waited:
    """How long each question took, by what was asked, and how long the answers were."""

    millis: dict[str, list[float]] = field(default_factory=dict[str, list[float]])
    sizes: dict[str, tuple[int, int]] = field(default_factory=dict[str, tuple[int, int]])
    """Bytes, and bytes with gzip."""


async def tree(task: Task) -> Waited:
    """The whole plan with its long history."""
    waited, repeat = Waited(), task.more["repeat"]
    ask = _asker(task.more["port"], waited)
    for number in range(1 + 3 * repeat):
        known = (MOMENT + timedelta(seconds=number)).isoformat().replace("+00:00", "Z")
        day = (MOMENT - timedelta(days=number)).date()
        ask("another moment" if number else "first", f"{TREE}?valid={day}&known={known}")
    ask("before", TREE)
    for _ in range(3 * repeat):
        etag = ask("again", TREE)
        ask("304", TREE, etag)
    await _in_sql(task, waited, repeat)
    return waited


async def pages(task: Task) -> Waited:
    """The timetable and the calendar of the shipped plan."""
    waited, repeat = Waited(), task.more["repeat"]
    ask, now = _asker(task.more["port"], waited), datetime.fromisoformat(task.more["known"])
    for name, path in (("page", TIMETABLE), ("calendar", CALENDAR)):
        for number in range(10 * repeat):
            known = (now - timedelta(microseconds=number)).isoformat().replace("+00:00", "Z")
            ask(f"{name} rendered", f"{path}?known={known}")
            etag = ask(f"{name} again", path)
            ask(f"{name} 304", path, etag)
    return waited


Ask = Callable[..., str]


def _asker(port: int, waited: Waited) -> Ask:
    connection = HTTPConnection(HOST, port, timeout=60)

    def ask(name: str, path: str, etag: str | None = None) -> str:
        begun = time.perf_counter()
        connection.request("GET", path, headers={"If-None-Match": etag} if etag else {})
        answer = connection.getresponse()
        body = answer.read()
        waited.millis.setdefault(name, []).append((time.perf_counter() - begun) * 1000)
        assert answer.status == (304 if etag else 200), (path, answer.status)  # noqa: S101
        if name not in waited.sizes:
            waited.sizes[name] = (len(body), len(gzip.compress(body)))
        return answer.headers["ETag"]

    return ask


async def _in_sql(task: Task, waited: Waited, repeat: int) -> None:
    connection = await asyncpg.connect(task.database)
    for _ in range(10 * repeat):
        for name, table in (("SQL", "assertion"), ("SQL, bare", "bare")):
            took = await _executed(connection, IN_FORCE.format(table=table))
            waited.millis.setdefault(name, []).append(took)
        took = await _executed(connection, STATES, MOMENT, MOMENT.date())
        waited.millis.setdefault("SQL, told", []).append(took)
    for _ in range(repeat):
        begun = time.perf_counter()
        found = _replayed(await connection.fetch(EVERYTHING))
        waited.millis.setdefault("replay", []).append((time.perf_counter() - begun) * 1000)
        indexed = await connection.fetch(IN_FORCE.format(table="assertion"))
        assert found == {(row["subject_id"], row["attr"]): row["edtf"] for row in indexed}  # noqa: S101
    await connection.close()


async def _executed(connection: "asyncpg.Connection[Any]", sql: str, *given: object) -> float:
    """Planning and execution as the server times them, in milliseconds."""
    told = await connection.fetchval(f"explain (analyze, timing off, format json) {sql}", *given)
    (plan,) = json.loads(told)
    return plan["Planning Time"] + plan["Execution Time"]


def _replayed(rows: Sequence[Any]) -> dict[tuple[str, str], str]:
    """The same by hand: every row in the order in which it was recorded, up to the moment."""
    day, found = MOMENT.date(), dict[tuple[str, str], str]()
    for row in sorted(rows, key=lambda row: row["recorded"].lower):
        recorded, valid = row["recorded"], row["valid"]
        known = recorded.lower <= MOMENT and (recorded.upper is None or recorded.upper > MOMENT)
        if known and valid.lower <= day and (valid.upper is None or day < valid.upper):
            found[row["subject_id"], row["attr"]] = row["edtf"]
    return found
