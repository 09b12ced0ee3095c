"""A table that an operator takes over on the command line."""

import asyncio
import os
import sys
from collections.abc import Awaitable, Callable
from pathlib import Path

import pytest
from databases import Database

from roadmap.exports.tables import COLUMNS, write

pytestmark = pytest.mark.real

NEW = dict.fromkeys(COLUMNS["assertions"], "")
MOVED = {**NEW, "subject_id": "ms-std20", "attr": "due", "edtf": "令和9年12月"}
REPORTED = {
    **NEW,
    "subject_id": "ms-std20",
    "attr": "reported",
    "asserter": "mic",
    "edtf": "2028-03",
    "evidence": "総務省の調査",
}


async def run(database: Database, *words: str) -> tuple[int, list[str]]:
    """A command of the service: how it ended, and the lines that it said."""
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "roadmap", *words),
        env=os.environ | {"MACHI_DATABASE": database.url},
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.STDOUT,
    )
    out, _ = await process.communicate()
    return process.returncode or 0, out.decode().splitlines()


def file(path: Path, *rows: dict[str, str]) -> str:
    path.write_bytes(write(COLUMNS["assertions"], [tuple(row.values()) for row in rows]))
    return str(path)


async def test_a_table_is_looked_at_and_taken_over(
    fresh_database: Callable[[str], Awaitable[Database]], tmp_path: Path
):
    database = await fresh_database("roadmap")
    await run(database, "load")
    both, report = file(tmp_path / "a.csv", MOVED, REPORTED), file(tmp_path / "b.csv", REPORTED)

    looked = await run(database, "import", both, "--dry-run")
    undecided = await run(database, "import", both)
    huge = await run(database, "import", both, "--decision", "9" * 40)
    taken = await run(database, "import", report)
    again = await run(database, "import", report)

    assert looked[0] == 0
    assert looked[1][2:] == [
        "row 2 rescheduled ms-std20: 2027-09 → 2027-12",
        "row 3 reported ms-std20: - → 2028-03",
        "2 changes",
        "a decision is needed: --decision NUMBER",
        "it was taken on 2026-03-01 or later",
    ]
    assert (undecided[0], undecided[1][-1]) == (1, "a.csv: nothing was loaded")
    assert (huge[0], "Traceback" in "".join(huge[1])) == (2, False)
    assert (taken[0], taken[1][-1]) == (0, "b.csv: taken over, 0 events said")
    assert (again[0], "もう記録されています" in "".join(again[1])) == (1, True)
