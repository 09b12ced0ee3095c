import asyncio
import os
import sys
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import NamedTuple

import pytest
from databases import Database

pytestmark = pytest.mark.real

SHIPPED = Path(__file__).parents[1] / "src" / "catalog" / "data" / "042111" / "procedures.yaml"


class Ended(NamedTuple):
    """How a command ended, and what it said."""

    code: int
    out: str
    err: str


async def load(database: Database, *files: Path) -> Ended:
    """`python -m catalog load`, as an operator starts it."""
    return await run("load", *map(str, files), MACHI_DATABASE=database.url)


async def run(*words: str, **settings: str) -> Ended:
    """A command of the service with these settings."""
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "catalog", *words),
        env=os.environ | settings,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.PIPE,
    )
    out, err = await process.communicate()
    return Ended(process.returncode or 0, out.decode(), err.decode())


async def test_the_shipped_procedures_twice_is_no_change(
    fresh_database: Callable[[str], Awaitable[Database]],
):
    database = await fresh_database("catalog")

    first = await load(database)
    again = await load(database)

    assert first == (0, "procedures.yaml: 35 procedures, 35 events said\n", "")
    assert again == (0, "procedures.yaml: 35 procedures, known already, nothing changed\n", "")


async def test_all_that_is_wrong_with_a_file_is_told_with_its_lines_and_nothing_is_loaded(
    database: Database, tmp_path: Path
):
    lines = SHIPPED.read_text(encoding="utf-8").splitlines()
    kind, no = (next(i for i, line in enumerate(lines) if w in line) for w in ("kind:", "no: 1,"))
    lines[kind], lines[no] = "    kind: 届け", lines[no].replace("no: 1", "no: 31")
    (tmp_path / "wrong.yaml").write_text("\n".join(lines), encoding="utf-8")

    ended = await load(database, tmp_path / "wrong.yaml")

    assert ended.code == 1
    assert f"wrong.yaml:{kind + 1}:" in ended.err
    assert f"wrong.yaml:{no + 1}:" in ended.err
    assert ended.err.endswith("wrong.yaml: nothing was loaded\n")


@pytest.mark.parametrize(
    ("settings", "said"),
    [
        ({"MACHI_DATABASE": ""}, "MACHI_DATABASE: "),
        ({"MACHI_DATABASE": "postgresql://x@127.0.0.1:1/x"}, "MACHI_DATABASE_OWNER: "),
    ],
)
async def test_a_missing_setting_is_one_sentence(settings: dict[str, str], said: str):
    ended = await run("migrate", **settings)

    assert ended.code == 1
    assert ended.err.startswith(said)
    assert len(ended.err.splitlines()) == 1


async def test_without_a_sign_in_it_does_not_start_and_says_why():
    ended = await run(MACHI_DATABASE="postgresql://x@127.0.0.1:1/x", MACHI_DEV="", MACHI_ISSUER="")

    assert ended.code == 1
    assert "Without a sign-in anybody could write" in ended.err
    assert "Traceback" not in ended.err
