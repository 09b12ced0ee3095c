"""The whole system for journeys, started and asked by its own command."""

import asyncio
import json
import os
import signal
import subprocess
import sys
from collections.abc import Generator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from local import jars, kafka, ports
from local.place import remove_outside
from local.settings import PORTS, Settings, variable


@dataclass(frozen=True, slots=True)
class System:
    """A Machi with its own ports and its own data."""

    environment: dict[str, str]

    def run(self, *words: str) -> "subprocess.CompletedProcess[str]":
        """Run a command of `machi`, whatever comes of it."""
        return subprocess.run(  # noqa: S603 our own command
            [sys.executable, "-m", "local", *words],
            env=self.environment,
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            check=False,
        )

    def machi(self, *words: str) -> str:
        """What a command prints; its complaint when it fails."""
        done = self.run(*words)
        assert done.returncode == 0, f"machi {' '.join(words)}: {done.stdout}{done.stderr}"
        return done.stdout.strip()

    def status(self) -> dict[str, Any]:
        """What `machi status --json` tells."""
        return json.loads(self.run("status", "--json").stdout)

    def kill(self, name: str) -> None:
        """End a process as a power cut does."""
        os.kill(self.status()["processes"][name]["pid"], signal.SIGKILL)

    async def until_ready(self) -> dict[str, Any]:
        """Wait until every process is ready; the deadline only ends a hang."""
        async with asyncio.timeout(60):
            while True:
                status = await asyncio.to_thread(self.status)
                if status["ready"]:
                    return status
                await asyncio.sleep(0.1)


@contextmanager
def running(home: Path, **set_by_hand: str) -> Generator[System]:
    """A system as `make start` starts it, with what an operator sets beside."""
    library = kafka.library(Settings.read(os.environ))
    jars.ensure(library, jars.pinned())
    (home / "kafka").mkdir()
    (home / "kafka" / "libs").symlink_to(library.folder, target_is_directory=True)
    free = zip(PORTS, ports.free(len(PORTS)), strict=True)
    named = {variable(part): str(port) for part, port in free}
    system = System({**os.environ, **named, **set_by_hand, "MACHI_HOME": str(home)})
    system.machi("start")
    yield system
    system.machi("stop")
    remove_outside(home)
