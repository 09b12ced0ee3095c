"""Who runs here now: the lock that only one start can hold, and the record of its processes."""

import contextlib
import fcntl
import json
import os
import signal
import subprocess
import time
from collections.abc import Callable, Generator, Mapping
from pathlib import Path
from typing import Any

from local.trouble import AlreadyRunning

PATIENCE = 30.0  # seconds in which processes that were left behind may end by themselves

State = Mapping[str, Any]
"""What `machi status --json` prints, with the settings of each service beside it."""


@contextlib.contextmanager
def only_one(home: Path) -> Generator[None]:
    """Be the only Machi in this folder; the system frees the lock when a process dies."""
    home.mkdir(parents=True, exist_ok=True)
    # Root's database runs as somebody else, who has to pass through, and see nothing.
    home.chmod(0o711 if os.geteuid() == 0 else 0o700)
    (home / "run").mkdir(mode=0o700, exist_ok=True)
    with (home / "run" / "lock").open("a") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise AlreadyRunning(read(home).get("supervisor", {}).get("pid")) from None
        yield


def is_running(home: Path) -> bool:
    """Whether a Machi holds the lock of this folder."""
    path = home / "run" / "lock"
    if not path.exists():
        return False
    with path.open("a") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            return True
    return False


def write(home: Path, state: State) -> None:
    """Keep the record; a reader sees the old one or the new one, never half of it."""
    path = home / "run" / "state.json"
    fresh = path.with_suffix(".new")
    fresh.touch(mode=0o600)
    fresh.write_text(json.dumps(state, indent=2) + "\n")
    fresh.replace(path)


def read(home: Path) -> State:
    """The record as it was last written; empty when there is none."""
    try:
        return json.loads((home / "run" / "state.json").read_text())
    except (OSError, ValueError):
        return {}


def stop(home: Path) -> bool:
    """End the Machi of this folder and wait for it; tells whether there was one."""
    running = is_running(home)
    supervisor = read(home).get("supervisor", {})
    if running and is_same(supervisor):
        os.kill(supervisor["pid"], signal.SIGTERM)
        _wait(lambda: not is_running(home), seconds=120.0)
    sweep(home)
    return running


def sweep(home: Path) -> list[str]:
    """End what a killed supervisor left behind; gives the names."""
    recorded: dict[str, State] = read(home).get("processes", {})
    left = {name: each for name, each in recorded.items() if is_same(each)}
    for sign in (signal.SIGINT, signal.SIGKILL):
        _signal([each for each in left.values() if is_same(each)], sign)
        _wait(lambda: not any(map(is_same, left.values())), seconds=PATIENCE)
    return list(left)


def is_same(process: State) -> bool:
    """Whether this process number still belongs to the process that was recorded."""
    pid = process.get("pid")
    return bool(pid) and process.get("started") == started(int(pid)) is not None


def started(pid: int) -> str | None:
    """When this process began, in the system's own words; None when there is none."""
    try:
        fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    except OSError:
        return None if Path("/proc/self/stat").exists() else _started_by_ps(pid)
    # A process that ended and was not collected yet is gone for us.
    return None if fields[0] in "ZX" else fields[19]


def _started_by_ps(pid: int) -> str | None:
    command = ["/bin/ps", "-o", "lstart=", "-p", str(pid)]
    return (
        subprocess.run(command, capture_output=True, text=True, check=False).stdout.strip() or None
    )


def _signal(processes: list[State], sign: signal.Signals) -> None:
    for each in processes:
        with contextlib.suppress(ProcessLookupError):
            os.kill(each["pid"], sign)


def _wait(done: Callable[[], bool], *, seconds: float) -> None:
    until = time.monotonic() + seconds
    while not done() and time.monotonic() < until:
        time.sleep(0.05)
