"""One contender's process: `python -m bench.child module:function task`."""

import asyncio
import gc
import importlib
import json
import sys
from collections.abc import Awaitable, Callable
from dataclasses import asdict

import uvloop

from bench.contest import Reading, Task


def main() -> None:
    """Do the task under the same loop and the same garbage collection as everybody, and tell."""
    where, task = sys.argv[1], Task(**json.loads(sys.argv[2]))
    module, _, name = where.partition(":")
    function: Callable[[Task], Awaitable[Reading]] = getattr(importlib.import_module(module), name)
    gc.freeze()
    gc.set_threshold(50_000, 20, 100)

    async def run() -> Reading:
        return await function(task)

    with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
        reading = runner.run(run())
    sys.stdout.write(json.dumps(asdict(reading)) + "\n")


if __name__ == "__main__":
    main()
