"""Machi without a terminal: started apart from it, waited for until all is ready."""

import os
import subprocess
import sys
from collections.abc import Iterable
from typing import TextIO

from local import running
from local.settings import Settings
from local.terminal import Terminal
from local.trouble import DidNotStart, Trouble

FAILED = (
    "failed: "  # how the one in the background marks the reason on the line to the one that waits
)


def start(settings: Settings, terminal: Terminal) -> None:
    """Return when all is ready; otherwise say why not."""
    with running.only_one(settings.home):
        log = settings.home / "log" / "machi.log"
        log.parent.mkdir(mode=0o700, exist_ok=True)
    hears, tells = os.pipe()
    command = [sys.executable, "-m", "local", "up", "--herald", str(tells)]
    with log.open("a") as out, os.fdopen(hears) as heard:
        child = subprocess.Popen(
            command,
            stdin=subprocess.DEVNULL,
            stdout=out,
            stderr=out,
            pass_fds=[tells],
            start_new_session=True,
        )
        os.close(tells)
        try:
            reason = _follow(heard, terminal)
        except KeyboardInterrupt:
            child.terminate()
            raise
    if reason or not running.read(settings.home).get("ready"):
        raise DidNotStart(name="Machi", why=reason or f"{log} says more")
    terminal.say(f"ready in the background; the log is {log}")


def up(settings: Settings, herald: TextIO) -> None:
    """Be the one in the background; the reason of a failed start goes to the one that waits."""
    from local import up as machi  # noqa: PLC0415 - whoever only waits need not load all that runs

    try:
        machi.up(settings, Terminal(herald=herald))
    except (Trouble, OSError) as error:
        if not herald.closed:
            print(f"{FAILED}{error}", file=herald, flush=True)
        raise


def _follow(heard: Iterable[str], terminal: Terminal) -> str:
    for line in heard:
        if line.startswith(FAILED):
            return line.removeprefix(FAILED).strip()
        terminal.say(line.rstrip())
    return ""
