import asyncio
import os
import sys
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import NamedTuple

import asyncpg
import pytest
from databases import Database

pytestmark = pytest.mark.real

MADE_UP = Path(__file__).parents[3] / "examples" / "plans" / "999999" / "plan_r1.yaml"
SHIPPED = Path(__file__).parents[1] / "src" / "roadmap" / "data" / "042111" / "plan_r8.yaml"


class Ended(NamedTuple):
    """How a command ended, and what it said."""

    code: int
    out: str
    err: str


async def load(database: Database, *files: Path) -> Ended:
    """`python -m roadmap load`, as an operator starts it."""
    return await run("load", *map(str, files), MACHI_DATABASE=database.url)


async def run(*words: str, **settings: str) -> Ended:
    """A command of the service with these settings."""
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "roadmap", *words),
        env=os.environ | settings,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.PIPE,
    )
    out, err = await process.communicate()
    return Ended(process.returncode or 0, out.decode(), err.decode())


async def test_the_shipped_plan_twice_is_no_change(
    fresh_database: Callable[[str], Awaitable[Database]],
):
    database = await fresh_database("roadmap")

    first = await load(database)
    again = await load(database)

    assert first.out.splitlines() == [
        "plan_r3.yaml: 0 nodes, 0 events said",
        "plan_r8.yaml: 140 nodes, 14 events said",
        "observations.yaml: 2 observations, 15 new reports",
    ]
    assert (again.code, again.out.count("known already, nothing changed")) == (0, 2)
    assert "observations.yaml: 2 observations, 0 new reports" in again.out


async def test_all_that_is_wrong_with_a_plan_is_told_with_its_lines_and_nothing_is_loaded(
    database: Database, tmp_path: Path
):
    text = SHIPPED.read_text(encoding="utf-8")
    text = text.replace("令和９年（2027 年）９月", "令和９年（2026 年）９月")
    text = text.replace("id: ms-step1", "id: ms-step2")
    text = text.replace(
        'id: "1", kind: perspective, parent: plan', 'id: "1", kind: perspective, parent: "1-1"'
    )
    (tmp_path / "wrong.yaml").write_text(text, encoding="utf-8")

    ended = await load(database, tmp_path / "wrong.yaml")

    assert ended.code == 1
    assert "元号年 (2027) と西暦 (2026) が一致しません" in ended.err
    assert "id が 2 回使われています" in ended.err
    assert "親をたどると元に戻ります" in ended.err
    assert ended.err.endswith("wrong.yaml: nothing was loaded\n")


async def test_a_revision_that_only_moves_a_target_is_told_to_change_that(
    fresh_database: Callable[[str], Awaitable[Database]], tmp_path: Path
):
    city = {"MACHI_DATABASE": (await fresh_database("roadmap")).url, "MACHI_MUNICIPALITY": "999999"}
    text = MADE_UP.read_text(encoding="utf-8").replace("value: 15", "value: 20")
    text = text.replace("id: v1\n  supersedes: null", "id: v2\n  supersedes: v1")
    text = text.replace('令和6年3月, edtf: "2024-03"', '令和8年3月, edtf: "2026-03"')
    (tmp_path / "plan_r2.yaml").write_text(text, encoding="utf-8")

    await run("load", str(MADE_UP), **city)
    ended = await run("import", "--dry-run", str(tmp_path / "plan_r2.yaml"), **city)

    assert ended.out.splitlines() == [
        "moved indicator waiting 15（2028-04/2029-03） → 20（2028-04/2029-03）",
        "1 changes",
    ]


async def test_a_file_that_is_not_there_is_one_sentence(database: Database, tmp_path: Path):
    ended = await load(database, tmp_path / "nowhere.yaml")

    assert ended.code == 1
    assert "nowhere.yaml" in ended.err
    assert "Traceback" not in ended.err


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


@pytest.fixture
async def city(fresh_database: Callable[[str], Awaitable[Database]]) -> Database:
    """A database in which the shipped plan was loaded."""
    database = await fresh_database("roadmap")
    assert (await load(database)).code == 0
    return database


async def forge(database: Database, change: str) -> None:
    owner = await asyncpg.connect(database.owner)
    await owner.execute(change)
    await owner.close()


async def log(database: Database, *words: str) -> Ended:
    return await run("log", *words, MACHI_DATABASE=database.url)


async def test_a_change_log_that_nobody_touched_is_told_with_its_head(city: Database):
    ended = await log(city, "verify")
    again = await log(city, "verify", "--head", ended.out.split()[-1])

    assert (ended.code, again.code) == (0, 0)
    assert ended.out.startswith("29 rows, each chained to the one before\nhead 29:")
    assert again.out == ended.out


@pytest.mark.parametrize(
    ("change", "told"),
    [
        ("update change_log set body = '{}' where seq = 5", "row 5: its text is not the one"),
        ("delete from change_log where seq = 29", "row 29: is gone: the log ends at 28"),
    ],
)
async def test_a_row_that_its_owner_touched_is_named(city: Database, change: str, told: str):
    await forge(city, change)

    ended = await log(city, "verify")

    assert ended.code == 1
    assert ended.err.startswith(told)
    assert ended.err.endswith("the change log is not what it was\n")


async def test_a_head_that_is_not_in_the_log_is_told(city: Database):
    other = await log(city, "verify", "--head", f"7:{'ab' * 32}")
    beyond = await log(city, "verify", "--head", f"99:{'ab' * 32}")
    none = await log(city, "verify", "--head", "seven")

    assert (other.code, beyond.code, none.code) == (1, 1, 2)
    assert other.err.startswith("row 7: has another hash than the head that was kept")
    assert beyond.err.startswith("row 99: is gone")


async def test_a_text_is_blanked_once_and_the_gap_shows(city: Database):
    once, twice = await log(city, "blank", "3"), await log(city, "blank", "3")

    assert (once.code, twice.code) == (0, 1)
    assert "its text is gone" in once.out
    assert (await log(city, "verify")).out.startswith("row 3: blanked\n30 rows")


async def test_each_word_of_a_blanked_row_is_told_with_where_it_is_left(city: Database):
    await forge(
        city,
        "insert into decision (body, taken_on, chosen, effect, reason, entered_by, entered_at)"
        " values ('山田花子', '2026-11-20', '待つ', 'none', 'なし', 'x', now()), "
        " ('山田花子', '2026-11-20', '待つ', 'none', 'なし', 'x', now());"
        " insert into change (type, subject, digest, salt, body)"
        " select 'note', 'x', sha256(salt || convert_to(body, 'UTF8')), salt, body"
        " from sha256('') as salt,"
        """ (values ('{"data":{"decision_id":1,"body":"山田花子","chosen":"待つ"},"subject":"x","type":"note"}')) as told (body)""",
    )

    ended = await log(city, "blank", "30")

    assert ended.code == 0
    assert ended.out.splitlines()[1:] == [
        "「山田花子」 is left: decision 2",
        "「待つ」 is left: decision 2",
    ]
