"""Idle: what the whole local system costs when nobody asks for anything."""

import asyncio
import json
import os
import re
import subprocess
import sys
from collections.abc import AsyncGenerator, Iterable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from bench.contest import tell
from local import jars, kafka, ports
from local.place import remove_outside
from local.settings import PORTS, ROOT, Settings, variable

SETTLE, SECONDS = 15.0, 40.0
TICKS = os.sysconf("SC_CLK_TCK")


@dataclass(frozen=True, slots=True, kw_only=True)
class Process:
    """One program with all its processes."""

    name: str
    count: int
    cpu: float
    """Percent of one core."""
    megabytes: float
    """PSS: what is shared is counted in parts."""


async def measure(seconds: float = SECONDS) -> list[Process]:
    """Start everything, let it settle, and look twice."""
    async with started() as environment:
        status = json.loads(machi(environment, "status", "--json"))
        programs = _programs(status)
        tell(f"idle: {SETTLE:.0f} s to settle, then {seconds:.0f} s")
        await asyncio.sleep(SETTLE)
        before = {name: ticks(pids) for name, pids in programs.items()}
        await asyncio.sleep(seconds)
        return [
            Process(
                name=name,
                count=len(pids),
                cpu=(ticks(pids) - before[name]) / TICKS / seconds * 100,
                megabytes=sum(map(kilobytes, pids)) / 1024,
            )
            for name, pids in programs.items()
        ]


@asynccontextmanager
async def started() -> AsyncGenerator[dict[str, str]]:
    """A system with ports and data of its own, by its own command; the variables that lead to it."""
    with TemporaryDirectory(prefix="machi-idle-") as folder:
        home = Path(folder)
        library = kafka.library(Settings.read(os.environ))
        jars.ensure(library, jars.pinned())
        (home / "kafka").mkdir()
        (home / "kafka" / "libs").symlink_to(library.folder, target_is_directory=True)
        free = zip(PORTS, ports.free(len(PORTS)), strict=True)
        named = {variable(part): str(port) for part, port in free}
        environment = {**os.environ, **named, "MACHI_HOME": str(home)}
        try:
            await asyncio.to_thread(machi, environment, "start")
            yield environment
        finally:
            await asyncio.to_thread(machi, environment, "stop")
            remove_outside(home)


def machi(environment: dict[str, str], *words: str) -> str:
    """What a command prints."""
    return subprocess.run(  # noqa: S603 our own command
        [sys.executable, "-m", "local", *words],
        env=environment,
        cwd=ROOT,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        text=True,
        check=True,
    ).stdout


def _programs(status: dict[str, Any]) -> dict[str, list[int]]:
    """Each program of the supervisor with all its descendants, and the supervisor itself."""
    named = {name: each["pid"] for name, each in status["processes"].items()}
    children = _children()
    parents = {child: parent for parent, found in children.items() for child in found}
    found = {name: list(_below(pid, children)) for name, pid in named.items()}
    found["supervisor"] = [parents[next(iter(named.values()))]]
    return found


def _children() -> dict[int, list[int]]:
    children: dict[int, list[int]] = {}
    for path in Path("/proc").glob("[0-9]*/stat"):
        try:
            fields = path.read_text().rpartition(")")[2].split()
        except OSError:
            continue
        children.setdefault(int(fields[1]), []).append(int(path.parent.name))
    return children


def _below(pid: int, children: dict[int, list[int]]) -> Iterable[int]:
    yield pid
    for child in children.get(pid, []):
        yield from _below(child, children)


def ticks(pids: Iterable[int]) -> int:
    """The CPU that processes have taken, in ticks."""
    total = 0
    for pid in pids:
        try:
            fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
        except OSError:
            continue  # Postgres ends a process of its own now and then
        total += int(fields[11]) + int(fields[12])
    return total


def kilobytes(pid: int) -> int:
    """The memory of a process: PSS."""
    try:
        text = Path(f"/proc/{pid}/smaps_rollup").read_text()
    except OSError:
        return 0
    found = re.search(r"^Pss:\s+(\d+)", text, re.MULTILINE)
    return int(found[1]) if found else 0
