"""Where the time of one contender goes: samples by py-spy, summed by function."""

import asyncio
import sys
from collections import Counter
from pathlib import Path
from tempfile import TemporaryDirectory

from bench.contest import Failed, Task, child

RATE = 500


async def profile(runs: str, task: Task) -> tuple[Counter[str], Counter[str], int]:
    """Samples in each function itself, samples in it and below it, and how many there were.

    Only samples that were on the processor count; waiting for Postgres or Kafka does not.
    """
    with TemporaryDirectory() as folder:
        out = Path(folder) / "stacks"
        spy = Path(sys.executable).with_name("py-spy")
        options = ("record", "--native", "--rate", str(RATE), "--format", "raw", "-o", str(out))
        process = await asyncio.create_subprocess_exec(
            str(spy), *options, "--", *child(runs, task),
            stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.STDOUT,
        )  # fmt: skip
        said, _ = await process.communicate()
        if not out.exists():
            raise Failed(runs, said.decode()[-3000:])
        return _summed(out.read_text().splitlines())


def _summed(stacks: list[str]) -> tuple[Counter[str], Counter[str], int]:
    itself, below, total = Counter[str](), Counter[str](), 0
    for line in stacks:
        stack, _, count = line.rpartition(" ")
        _, running, within = stack.partition("run_forever")
        if not running:
            continue  # it was still importing
        frames = [_named(frame) for frame in within.split(";")]
        itself[frames[-1]] += int(count)
        for frame in set(frames):
            below[frame] += int(count)
        total += int(count)
    return itself, below, total


def _named(frame: str) -> str:
    """Without the number of the line."""
    name, _, where = frame.partition(" (")
    place = where.rstrip(")").split(":")[0]
    return f"{name} ({'/'.join(place.split('/')[-2:])})" if place else name
