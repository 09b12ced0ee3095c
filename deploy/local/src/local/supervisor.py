"""Keeps programs up: one that ends is started again with back-off, the others stay."""

import asyncio
import contextlib
import os
import signal
from asyncio.subprocess import DEVNULL, PIPE, STDOUT, Process
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

from local.bound import bound
from local.program import Program
from local.terminal import Terminal
from local.trouble import DidNotStart

FIRST_PAUSE = 0.5  # seconds before the first restart; each further one waits twice as long
LONGEST_PAUSE = 30.0
STEADY = 30.0  # seconds alive after which the next restart waits the shortest time again
PATIENCE = 60.0  # seconds in which a program becomes ready
GRACE = 20.0  # seconds in which a program ends by itself


def pause(before: float | None, alive: float) -> float:
    """Seconds to wait before the next restart, from the wait before and the seconds alive."""
    if before is None or alive >= STEADY:
        return FIRST_PAUSE
    return min(before * 2, LONGEST_PAUSE)


@dataclass(slots=True)
class Kept:
    """A program that is kept up, and how it fares."""

    program: Program
    terminal: Terminal
    changed: Callable[[], None]
    state: str = "starting"
    pid: int | None = None
    restarts: int = 0
    last: deque[str] = field(default_factory=lambda: deque[str](maxlen=8))
    _process: Process | None = None
    _task: asyncio.Task[None] | None = None
    _ready: asyncio.Event = field(default_factory=asyncio.Event)

    async def start(self) -> None:
        """Start it and return when it is ready; if it ends before, that is its last start."""
        self._task = asyncio.create_task(self._keep(), name=self.program.name)
        ready = asyncio.create_task(self._ready.wait())
        try:
            done, _ = await asyncio.wait(
                {self._task, ready}, timeout=PATIENCE, return_when=asyncio.FIRST_COMPLETED
            )
            if ready not in done:
                raise DidNotStart(name=self.program.name, why=self._why(timed_out=not done))
        finally:
            ready.cancel()

    async def stop(self) -> None:
        """Ask it to end, and after the grace make it end."""
        self._set("stopping")
        if self._task:
            self._task.cancel()
            await asyncio.wait({self._task})
        self._set("stopped", None)

    async def _keep(self) -> None:
        waited = None
        while True:
            alive = await self._live()
            if not self._ready.is_set():
                return
            waited = pause(waited, alive)
            self.restarts += 1
            self._set("restarting", None)
            await asyncio.sleep(waited)

    async def _live(self) -> float:
        """One life of the program; gives the seconds it was alive."""
        loop = asyncio.get_running_loop()
        try:
            await self.program.before()
            self._process = await _spawn(self.program)
        except OSError as error:
            self._show(f"cannot start: {error}")
            return 0.0
        began = loop.time()
        self._set("starting", self._process.pid)
        helpers = {asyncio.create_task(self._watch_ready()), asyncio.create_task(self._read())}
        try:
            code = await self._process.wait()
        except asyncio.CancelledError:
            await _end(self._process, self.program.stop)
            raise
        finally:
            await _finish(helpers)
        self._show(f"ended ({_cause(code)}) after {loop.time() - began:.0f} s")
        return loop.time() - began

    async def _watch_ready(self) -> None:
        while not await self.program.ready():  # noqa: ASYNC110 - the program cannot wake us
            await asyncio.sleep(0.1)
        self._ready.set()
        self._set("ready", self.pid)

    async def _read(self) -> None:
        assert self._process is not None  # noqa: S101 - started one line before
        assert self._process.stdout is not None  # noqa: S101 - a pipe was asked for
        rest = b""
        while block := await self._process.stdout.read(65536):
            *lines, rest = (rest + block).split(b"\n")
            for line in lines:
                self._show(line.decode(errors="replace").rstrip())

    def _show(self, line: str) -> None:
        self.last.append(line)
        self.terminal.line(self.program.name, line)

    def _set(self, state: str, pid: int | None = None) -> None:
        self.state = state
        self.pid = pid if state != "stopping" else self.pid
        self.changed()

    def _why(self, *, timed_out: bool) -> str:
        said = "; it said: " + " / ".join(self.last) if self.last else ""
        return (f"no answer in {PATIENCE:.0f} s" if timed_out else "it ended") + said


@dataclass(slots=True)
class Supervisor:
    """Starts programs in order, keeps them up, stops them in reverse order."""

    terminal: Terminal
    changed: Callable[[list[Kept]], None] = lambda _kept: None
    kept: list[Kept] = field(default_factory=list[Kept])

    async def start(self, program: Program) -> None:
        """Start a program and return when it is ready."""
        self.terminal.say(f"starting {program.name}")
        one = Kept(program, self.terminal, self._changed)
        self.kept.append(one)
        await one.start()

    async def stop(self) -> None:
        """Stop all, the last started first."""
        for one in reversed(self.kept):
            self.terminal.say(f"stopping {one.program.name}")
            await one.stop()

    async def run(self, name: str, command: tuple[str, ...], environment: dict[str, str]) -> None:
        """Run a job to its end; one that fails stops the start."""
        self.terminal.say(f"running {name}")
        job = await asyncio.create_subprocess_exec(
            *command, env=environment, stdin=DEVNULL, stdout=PIPE, stderr=STDOUT,
            start_new_session=True, preexec_fn=bound(signal.SIGTERM),
        )  # fmt: skip
        try:
            out, _ = await job.communicate()
        except asyncio.CancelledError:
            await _end(job, signal.SIGTERM)
            raise
        lines = out.decode(errors="replace").splitlines()
        for line in lines:
            self.terminal.line(name.split(maxsplit=1)[0], line)
        if job.returncode:
            raise DidNotStart(
                name=name, why=" / ".join(lines[-4:]) or f"exit status {job.returncode}"
            )

    def _changed(self) -> None:
        self.changed(self.kept)


async def _spawn(program: Program) -> Process:
    account = program.account
    return await asyncio.create_subprocess_exec(
        *program.command,
        env=program.environment,
        # An unprivileged account may not be allowed to stand where we stand.
        cwd=Path("/") if account else program.directory,
        stdin=DEVNULL,
        stdout=PIPE,
        stderr=STDOUT,
        # Ctrl-C reaches us alone, and we stop them in order.
        start_new_session=True,
        preexec_fn=bound(program.stop),
        user=account.user if account else None,
        group=account.group if account else None,
        extra_groups=[] if account else None,
    )


async def _end(process: Process, sign: signal.Signals) -> None:
    with contextlib.suppress(ProcessLookupError):
        process.send_signal(sign)
    try:
        await asyncio.wait_for(process.wait(), GRACE)
    except TimeoutError:
        with contextlib.suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGKILL)
        await process.wait()


async def _finish(tasks: set[asyncio.Task[None]]) -> None:
    _, late = await asyncio.wait(tasks, timeout=0.5)
    for task in late:
        task.cancel()
    await asyncio.gather(*tasks, return_exceptions=True)


def _cause(code: int) -> str:
    return f"signal {signal.Signals(-code).name}" if code < 0 else f"exit status {code}"
