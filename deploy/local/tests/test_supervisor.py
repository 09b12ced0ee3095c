"""Programs are kept up, one by one."""

import asyncio
import os
import signal
import sys
from collections.abc import Callable
from functools import partial
from pathlib import Path

import pytest

from local.ports import free
from local.program import Program, listens
from local.settings import LOOPBACK
from local.supervisor import Kept, Supervisor, pause
from local.trouble import DidNotStart

STANDIN = Path(__file__).with_name("standin.py")


async def is_there() -> bool:
    return True


def standin(name: str) -> Program:
    """A small server in place of a service."""
    (port,) = free(1)
    return Program(
        name=name,
        command=(sys.executable, str(STANDIN)),
        environment={**os.environ, "MACHI_HOST": LOOPBACK, "MACHI_PORT": str(port)},
        ready=partial(listens, LOOPBACK, port),
    )


def script(name: str, text: str) -> Program:
    """A program of a few words."""
    return Program(
        name=name,
        command=(sys.executable, "-c", text),
        environment=os.environ,
        ready=is_there,
    )


async def until(met: Callable[[], bool]) -> None:
    """Wait for a condition; the deadline only ends a hang."""
    async with asyncio.timeout(30):
        while not met():  # noqa: ASYNC110 - a program cannot wake us
            await asyncio.sleep(0.02)


async def test_a_killed_program_is_started_again_and_the_others_stay_up(supervisor: Supervisor):
    for name in ("roadmap", "catalog"):
        await supervisor.start(standin(name))
    roadmap, catalog = supervisor.kept
    before = roadmap.pid, catalog.pid
    assert roadmap.pid

    os.kill(roadmap.pid, signal.SIGKILL)
    await until(lambda: roadmap.restarts == 1 and roadmap.state == "ready")

    assert roadmap.pid != before[0]
    assert (catalog.pid, catalog.restarts) == (before[1], 0)


async def test_the_start_waits_until_the_program_is_ready(supervisor: Supervisor):
    program = standin("catalog")

    await supervisor.start(program)

    assert await program.ready()


async def test_a_program_that_ends_at_once_stops_the_start_with_what_it_said(
    supervisor: Supervisor,
):
    async def never() -> bool:
        return False

    broken = script("roadmap", "print('no plan'); raise SystemExit(3)")
    broken = Program(name="roadmap", command=broken.command, environment=os.environ, ready=never)

    with pytest.raises(DidNotStart, match=r"roadmap did not become ready: .*no plan"):
        await supervisor.start(broken)


async def test_a_failing_job_stops_the_start_with_its_output(supervisor: Supervisor):
    job = (sys.executable, "-c", "print('plan.yaml:57:13 a cycle'); raise SystemExit(1)")

    with pytest.raises(DidNotStart, match=r"roadmap load .*plan.yaml:57:13 a cycle"):
        await supervisor.run("roadmap load", job, dict(os.environ))


async def test_lines_carry_the_name_of_their_program(
    supervisor: Supervisor, said: Callable[[], str]
):
    await supervisor.start(script("catalog", "print('29 procedures', flush=True); input()"))

    await until(lambda: "29 procedures" in said())

    assert "catalog  | 29 procedures\n" in said()


async def test_stopping_goes_from_the_last_to_the_first(
    supervisor: Supervisor, said: Callable[[], str]
):
    for name in ("postgres", "roadmap"):
        await supervisor.start(standin(name))

    await supervisor.stop()

    assert said().index("stopping roadmap") < said().index("stopping postgres")
    assert [each.state for each in supervisor.kept] == ["stopped", "stopped"]


async def test_a_stopped_program_is_not_started_again(supervisor: Supervisor):
    await supervisor.start(standin("catalog"))
    catalog: Kept = supervisor.kept[0]

    await catalog.stop()

    assert (catalog.pid, catalog.restarts) == (None, 0)


def test_each_restart_waits_twice_as_long_up_to_half_a_minute():
    waits = [pause(None, 0)]

    for _ in range(8):
        waits.append(pause(waits[-1], 0))

    assert waits == [0.5, 1, 2, 4, 8, 16, 30, 30, 30]


def test_after_half_a_minute_alive_the_next_restart_is_quick_again():
    assert pause(30, alive=31) == 0.5
