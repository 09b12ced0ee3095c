"""`make mutants`: the spine is broken on purpose, in a copy, and each time a test must notice.

A mutant that no test notices is a hole in the tests: its name is printed and the status is 1.
"""

import argparse
import asyncio
import os
import re
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from local import testing

ROOT = Path(__file__).parents[1]
SOURCES = [ROOT / "libs" / name / "src" for name in ("chassis", "tending")]
RED = 1  # pytest's status when tests failed, and not when it could not run them


@dataclass(frozen=True, slots=True, kw_only=True)
class Mutant:
    """A change of one place in the spine, and the tests that must notice it."""

    name: str
    file: str
    before: str
    after: str
    tests: tuple[str, ...]


RELAY, HEARING = "libs/chassis/tests/test_relay.py", "libs/chassis/tests/test_hearing.py"
ONE_BY_ONE = "libs/chassis/tests/test_one_by_one.py"
SAYING, LISTENING = "libs/chassis/tests/test_saying.py", "libs/chassis/tests/test_listening.py"

MUTANTS = (
    Mutant(
        name="mark before the ack",
        file="chassis/relay.py",
        before="answer = await going\n",
        after="answer = RecordMetadata('', 0, None, self.end, 0, 0, 0)\n",
        tests=(RELAY,),
    ),
    Mutant(
        name="latest",
        file="chassis/listening.py",
        before='auto_offset_reset="earliest"',
        after='auto_offset_reset="latest"',
        tests=(LISTENING,),
    ),
    Mutant(
        name="no `heard`",
        file="chassis/hearing.py",
        before="message.sequence <= known.sequence",
        after="message.sequence <= 0",
        tests=(HEARING,),
    ),
    Mutant(
        name="two relays without the lock",
        file="chassis/relay.py",
        before='if not await connection.fetchval("select pg_try_advisory_xact_lock($1)", LOCK):',
        after="if False:",
        tests=(RELAY,),
    ),
    Mutant(
        name="commit before the effect",
        file="chassis/hearing.py",
        before='                crash.at("hearing.moved")\n',
        after="            async with self.desk.open(self.desk.now()) as (store, say):\n"
        "                batch = _Batch(self.desk, store, say, known, careful=careful)\n",
        tests=(HEARING,),
    ),
    Mutant(
        name="sequence given without the lock",
        file="chassis/spine.sql",
        before="""  insert into spoken (topic, key, sequence)
  select $1, key, count(*)
    from said
   group by key
   order by key
      on conflict (topic, key) do update
     set sequence = spoken.sequence + excluded.sequence
  returning key, sequence
""",
        after="""  select key, count(*) + coalesce((select max(sequence) from outbox
           where outbox.topic = $1 and outbox.key = said.key), 0) as sequence
    from said
   group by key
""",
        tests=(SAYING,),
    ),
    Mutant(
        name="a replaced consumer goes on",
        file="chassis/hearing.py",
        before='if known[0]["moved"] != len(rows):',
        after="if False:",
        tests=(HEARING,),
    ),
    Mutant(
        name="nobody waits behind a parked message",
        file="chassis/hearing.py",
        before="if line and known.blocked:",
        after="if False:",
        tests=(HEARING,),
    ),
    Mutant(
        name="another filling of the log is heard on",
        file="chassis/hearing.py",
        before="if filled > known or record.offset < first:",
        after="if record.offset < first:",
        tests=(HEARING,),
    ),
    Mutant(
        name="what went to another log is marked as sent",
        file="chassis/relay.py",
        before="if answer.offset < self.end:",
        after="if False:",
        tests=(RELAY,),
    ),
    Mutant(
        name="a failing message is tried once",
        file="chassis/hearing.py",
        before="for _ in range(TRIES):",
        after="for _ in range(1):",
        tests=(ONE_BY_ONE,),
    ),
    Mutant(
        name="what was parked is parked in a transaction of its own",
        file="chassis/hearing.py",
        before='await self.say.connection.execute(SQL["park"], *row)',
        after='await self.desk.pool.execute(SQL["park"], *row)',
        tests=(HEARING,),
    ),
)


def main() -> int:
    """Try all, or those whose name holds a word; 1 when one was not noticed."""
    parser = argparse.ArgumentParser(prog="make mutants", description=__doc__)
    parser.add_argument("word", nargs="?", default="", help="only those whose name holds it")
    word = parser.parse_args().word
    chosen = [mutant for mutant in MUTANTS if word in mutant.name]
    unnoticed = asyncio.run(_try_all(chosen))
    print("\n".join(["", *(f"NOT NOTICED: {name}" for name in unnoticed)]))
    print(f"{len(chosen) - len(unnoticed)} of {len(chosen)} mutants were noticed")
    return int(bool(unnoticed) or not chosen)


async def _try_all(mutants: Sequence[Mutant]) -> list[str]:
    with tempfile.TemporaryDirectory() as directory:
        async with testing.embedded(Path(directory) / "parts") as parts:
            given = {"MACHI_TEST_POSTGRES": parts.postgres, "MACHI_TEST_KAFKA": parts.kafka}
            healthy = await asyncio.to_thread(
                _run, Path(directory) / "none", given, _tests(mutants)
            )
            if healthy.returncode:
                sys.exit(f"the tests are red without a mutant:\n{healthy.stdout}")
            return [
                mutant.name
                for mutant in mutants
                if not await asyncio.to_thread(_noticed, mutant, Path(directory), given)
            ]


def _tests(mutants: Sequence[Mutant]) -> list[str]:
    return sorted({test for mutant in mutants for test in mutant.tests})


def _noticed(mutant: Mutant, directory: Path, given: dict[str, str]) -> bool:
    copy = directory / re.sub(r"\W+", "-", mutant.name)
    for source in SOURCES:
        shutil.copytree(source, copy, dirs_exist_ok=True)
    path = copy / mutant.file
    text = path.read_text(encoding="utf-8")
    if text.count(mutant.before) != 1:
        sys.exit(f"{mutant.name}: {mutant.file} does not hold its place once any more")
    path.write_text(text.replace(mutant.before, mutant.after), encoding="utf-8")
    done = _run(copy, given, mutant.tests)
    red = re.findall(r"^FAILED \S+::(\S+)", done.stdout, re.MULTILINE)
    print(f"{mutant.name}: {red[0] if red else done.stdout[-500:]}", flush=True)
    return done.returncode == RED and bool(red)


def _run(
    copy: Path, given: dict[str, str], tests: Sequence[str]
) -> "subprocess.CompletedProcess[str]":
    """The tests, with the broken copy in front of the real one."""
    environment = {**os.environ, **given, "PYTHONPATH": str(copy), "MACHI_TEST_PARTS": "given"}
    command = [sys.executable, "-m", "pytest", "-q", "-x", "--no-header", *tests]
    return subprocess.run(  # noqa: S603 our own tests
        command, cwd=ROOT, env=environment, capture_output=True, text=True, check=False
    )


if __name__ == "__main__":
    sys.exit(main())
