import asyncio
import json
import os
import stat
import sys
from pathlib import Path
from typing import NamedTuple

import pytest

pytestmark = pytest.mark.real

NOWHERE = "postgresql://x@127.0.0.1:1/x"


class Ended(NamedTuple):
    """How a command ended, and what it said."""

    code: int
    out: str
    err: str


async def run(*words: str, **settings: str) -> Ended:
    """A command of the service with these settings."""
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "notify", *words),
        env=os.environ | settings,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.PIPE,
    )
    out, err = await process.communicate()
    return Ended(process.returncode or 0, out.decode(), err.decode())


async def test_keys_are_made_once_and_readable_by_us_alone(tmp_path: Path):
    file = tmp_path / "keys" / "notify.json"

    first = await run("keys", MACHI_NOTIFY_KEYS=str(file))
    made = file.read_text()
    again = await run("keys", MACHI_NOTIFY_KEYS=str(file))

    assert (first.code, again.code) == (0, 0)
    assert set(json.loads(made)) == {"seal", "blind", "sign"}
    assert file.read_text() == made
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert list(file.parent.iterdir()) == [file]


@pytest.mark.parametrize("words", [(), ("keys",)])
async def test_without_keys_it_does_not_start_and_says_why(words: tuple[str, ...]):
    ended = await run(*words, MACHI_DATABASE=NOWHERE, MACHI_DEV="1", MACHI_NOTIFY_KEYS="")

    assert ended.code == 1
    assert "MACHI_NOTIFY_KEYS" in ended.err
    assert "Traceback" not in ended.err


@pytest.mark.parametrize("text", ["", "{}", '{"seal": "xx"}'])
async def test_with_a_file_that_holds_no_keys_it_does_not_start(tmp_path: Path, text: str):
    (tmp_path / "keys.json").write_text(text)

    ended = await run(
        MACHI_DATABASE=NOWHERE, MACHI_DEV="1", MACHI_NOTIFY_KEYS=str(tmp_path / "keys.json")
    )

    assert ended.code == 1
    assert "32 bytes in base64" in ended.err
    assert "Traceback" not in ended.err
