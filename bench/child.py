"""One contender's process: `python -m bench.child module:function task`."""

import asyncio
import cProfile
import gc
import importlib
import json
import os
import pstats
import sys
from collections.abc import Awaitable, Callable, Generator
from contextlib import contextmanager
from dataclasses import asdict
from pathlib import Path

import uvloop

from bench.contest import Reading, Task

PROFILE = "MACHI_BENCH_PROFILE"


def main() -> None:
    """Do the task under the same loop and the same garbage collection as everybody, and tell."""
    where, task = sys.argv[1], Task(**json.loads(sys.argv[2]))
    module, _, name = where.partition(":")
    function: Callable[[Task], Awaitable[Reading]] = getattr(importlib.import_module(module), name)
    gc.freeze()
    gc.set_threshold(50_000, 20, 100)

    async def run() -> Reading:
        return await function(task)

    with _profiled(where), asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
        reading = runner.run(run())
    sys.stdout.write(json.dumps(asdict(reading)) + "\n")


@contextmanager
def _profiled(where: str) -> Generator[None]:
    """Keep where the time went, when a folder for it is named."""
    if PROFILE not in os.environ:
        yield
        return
    folder = Path(os.environ[PROFILE])
    folder.mkdir(parents=True, exist_ok=True)
    with cProfile.Profile() as profile:
        yield
    with (folder / f"{where.replace(':', '.')}.txt").open("w") as file:
        pstats.Stats(profile, stream=file).sort_stats("tottime").print_stats(30)


if __name__ == "__main__":
    main()
