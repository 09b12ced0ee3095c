"""Processes of the operating system: started in a moment, ended in every way, started again."""

import asyncio
import importlib
import logging
import os
import signal
from collections import defaultdict
from collections.abc import Awaitable, Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from multiprocessing import forkserver, get_context
from multiprocessing.context import ForkServerProcess
from pathlib import Path
from typing import TypeVar

from aiokafka.errors import KafkaError

from chassis import crash
from local.bound import bound
from patience.waiting import UNAVAILABLE

T = TypeVar("T")

# What costs seconds to import: a server of forks does it once. What lies beside us is imported by
# each process, which has its own environment.
HEAVY = ["process.running"]
LOOK_SECONDS, AGAIN_SECONDS, PATIENCE = 0.02, 0.1, 120.0


class Stuck(Exception):
    """What should have come about did not; a hang is ended by this."""


async def until(
    what: str, condition: Callable[[], Awaitable[bool] | bool], *, patience: float = PATIENCE
) -> None:
    """Wait for a condition; Stuck when it does not come about."""
    try:
        async with asyncio.timeout(patience):
            while True:
                found = condition()
                if found if isinstance(found, bool) else await found:
                    return
                await asyncio.sleep(LOOK_SECONDS)
    except TimeoutError:
        raise Stuck(what) from None


async def through(work: Callable[[], Awaitable[T]]) -> T:
    """Do it; while database or broker is away again and again, and soon: whoever looks on must not be late."""
    while True:
        try:
            return await work()
        except (*UNAVAILABLE, KafkaError):
            await asyncio.sleep(AGAIN_SECONDS)


def live(role: str, environment: Mapping[str, str], folder: Path) -> None:
    """The whole life of a process: what it writes goes into a file, and it dies with its parent."""
    bound(signal.SIGKILL)()
    os.environ.update(environment)
    importlib.reload(crash)  # it has looked at the environment already
    os.chdir(folder)
    log = os.open(f"{environment['FAULTS_NAME']}.log", os.O_WRONLY | os.O_CREAT | os.O_APPEND)
    os.dup2(log, 1)
    os.dup2(log, 2)
    logging.basicConfig(
        level=logging.INFO, format="%(asctime)s %(levelname)s %(name)s: %(message)s"
    )
    getattr(importlib.import_module("roles"), role)()


@dataclass(slots=True)
class Slot:
    """One process and those that take its place; each life has a number."""

    name: str
    role: str
    environment: Mapping[str, str]
    may_die: bool = False
    """It may kill itself at any time."""
    wanted: bool = True
    process: ForkServerProcess | None = None
    life: int = 0
    allowed: defaultdict[int, set[int]] = field(default_factory=lambda: defaultdict(set[int]))
    """The exit statuses that a life may end with: a doomed one may be asked to end before it dies."""
    endings: dict[int, int] = field(default_factory=dict[int, int])

    @property
    def pid(self) -> int:
        """The number of the process that is alive now."""
        if not self.process or not self.process.pid:
            raise Stuck(self.name)
        return self.process.pid

    def lives(self) -> bool:
        """Whether there is one now."""
        return self.process is not None and self.life not in self.endings

    def takes_signals(self) -> bool:
        """Whether it is so far that SIGTERM is a question, and not its end."""
        if not self.lives():
            return False
        try:
            status = Path(f"/proc/{self.pid}/status").read_text()
        except OSError:
            return False  # it has died just now
        caught = next((line for line in status.splitlines() if line.startswith("SigCgt")), "_ 0")
        return bool(int(caught.split()[1], 16) >> (signal.SIGTERM - 1) & 1)

    def send(self, sign: signal.Signals) -> None:
        """Send it a signal, unless it has died just now."""
        with suppress(ProcessLookupError):
            os.kill(self.pid, sign)

    def ended(self, life: int) -> bool:
        """Whether this life is over."""
        return life in self.endings


class Processes:
    """All of them; whoever ends is started again as long as it is wanted."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._context = get_context("forkserver")
        self._context.set_forkserver_preload(HEAVY)
        forkserver.ensure_running()  # it imports while the parts start
        self.slots: dict[str, Slot] = {}
        self.surprises: list[str] = []
        """Endings that nobody has caused."""

    def add(self, slot: Slot) -> Slot:
        """Have one more, from now on."""
        self.slots[slot.name] = slot
        self.start(slot)
        return slot

    def start(self, slot: Slot, crash_at: str = "") -> None:
        """Begin a new life; it may be doomed to die at a crash point."""
        slot.life += 1
        if crash_at:
            slot.allowed[slot.life].add(-signal.SIGKILL)
        own = {
            "FAULTS_NAME": slot.name,
            "FAULTS_LIFE": str(slot.life),
            "MACHI_CRASH_AT": crash_at,
        }
        arguments = (slot.role, {**slot.environment, **own}, self._folder)
        slot.process = self._context.Process(target=live, args=arguments, daemon=True)
        slot.process.start()

    async def keep(self) -> None:
        """Look after them until cancelled; then nobody is left."""
        try:
            while True:
                for slot in self.slots.values():
                    self._look(slot)
                await asyncio.sleep(LOOK_SECONDS)
        finally:
            for slot in self.slots.values():
                if slot.process:
                    slot.process.kill()

    def _look(self, slot: Slot) -> None:
        if slot.lives() and slot.process and slot.process.exitcode is not None:
            self._note_ending(slot, slot.process.exitcode)
        if slot.wanted and not slot.lives():
            self.start(slot)

    def _note_ending(self, slot: Slot, code: int) -> None:
        slot.endings[slot.life] = code
        expected = slot.allowed[slot.life]
        if code not in expected and not (slot.may_die and code == -signal.SIGKILL):
            told = f"{slot.name} (life {slot.life}) ended with {code}, expected {sorted(expected)}"
            self.surprises.append(told)

    async def kill(self, slot: Slot, crash_at: str = "") -> None:
        """Kill -9, and start again at once; returns when the next life has begun."""
        await until(f"{slot.name} lives", slot.lives)
        slot.wanted = False
        slot.allowed[slot.life].add(-signal.SIGKILL)
        slot.send(signal.SIGKILL)
        await until(f"{slot.name} is dead", lambda: not slot.lives())
        self.start(slot, crash_at)
        slot.wanted = True

    async def end(self, slot: Slot, *, again: bool) -> None:
        """Ask it to end: it must do so by itself and with status 0."""
        await until(f"{slot.name} takes signals", slot.takes_signals)
        life, slot.wanted = slot.life, again
        slot.allowed[life].add(0)
        slot.send(signal.SIGTERM)
        await until(f"{slot.name} ends when it is asked to", lambda: slot.ended(life))
