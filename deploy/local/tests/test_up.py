"""The whole local system with stand-ins for the services: start, look, kill, start again, stop."""

import json
import os
import signal
import subprocess
import sys
from collections.abc import Generator, Iterator
from pathlib import Path
from shutil import copy
from urllib.request import urlopen

import pytest

from local import kafka, running
from local.settings import PORTS, SERVICES, Settings, variable

pytestmark = pytest.mark.real
STANDIN = Path(__file__).with_name("standin.py")


class Machi:
    """The command line of a Machi in a home of its own."""

    def __init__(self, settings: Settings, services: Path) -> None:
        self.settings = settings
        ports = {variable(part): str(settings.ports[part]) for part in PORTS}
        own = {"MACHI_HOME": str(settings.home), "PYTHONPATH": str(services)}
        self.environment = {**os.environ, **ports, **own}

    def __call__(self, *words: str) -> subprocess.CompletedProcess[str]:
        command = [sys.executable, "-m", "local", *words]
        return subprocess.run(
            command, env=self.environment, capture_output=True, text=True, check=False
        )

    def status(self) -> running.State:
        return json.loads(self("status", "--json").stdout)

    def page(self, path: str) -> str:
        with urlopen(self.settings.gateway + path, timeout=10) as answer:  # noqa: S310 - our own gateway
            return answer.read().decode()


@pytest.fixture
def machi(settings: Settings, tmp_path: Path) -> Generator[Machi]:
    """A Machi that does not run yet; its jars are those of this checkout."""
    for name in SERVICES:
        copy(STANDIN, tmp_path / f"{name}.py")
    (settings.home / "kafka").mkdir()
    there = kafka.library(Settings.read(os.environ)).folder
    (settings.home / "kafka" / "libs").symlink_to(there)
    one = Machi(settings, tmp_path)
    yield one
    one("stop")


def pids(status: running.State) -> Iterator[int]:
    """The process numbers of all programs."""
    return (each["pid"] for each in status["processes"].values())


def test_a_start_returns_when_every_page_answers_and_data_outlives_a_kill(machi: Machi):
    first = machi("start")
    assert first.returncode == 0, first.stdout + first.stderr
    status = machi.status()

    assert (machi.page("/plan"), machi.page("/"), machi.page("/nowhere")) == (
        "roadmap", "catalog", "catalog",
    )  # fmt: skip
    assert "already running" in machi("start").stderr
    assert machi.settings.mailbox in machi("status").stdout
    assert set(status["processes"]) == {"postgres", "kafka", "caddy", "mailbox", *SERVICES}

    machi.environment[variable("gateway")] = "1"  # another shell knows nothing of its ports
    assert machi.settings.gateway in machi("token", "--role", "editor", "--link").stdout
    assert machi("dump", "catalog", str(machi.settings.home / "dump")).returncode == 0
    machi.environment[variable("gateway")] = str(machi.settings.ports["gateway"])

    os.kill(status["supervisor"]["pid"], signal.SIGKILL)
    again = machi("start")

    assert again.returncode == 0, again.stdout + again.stderr
    assert set(pids(machi.status())).isdisjoint(pids(status))
    assert machi("stop").returncode == 0
    assert machi.status() == {"running": False}


def test_a_failing_job_is_the_reason_of_a_failed_start(machi: Machi, tmp_path: Path):
    (tmp_path / "roadmap.py").write_text("raise SystemExit('plan.yaml:57:13 a cycle')")

    failed = machi("start")

    assert failed.returncode == 1
    assert "roadmap migrate did not become ready: plan.yaml:57:13 a cycle" in failed.stderr
    assert machi.status() == {"running": False}


def test_the_own_commands_of_a_service_know_its_database(machi: Machi):
    done = machi("roadmap", "load", "plan.yaml")

    port = machi.settings.ports["postgres"]
    assert done.stdout == f"did load plan.yaml as 127.0.0.1:{port}/roadmap\n"


def test_an_unknown_command_explains_the_known_ones(machi: Machi):
    asked = machi("help")

    assert asked.returncode == 2
    assert "'up', 'start'" in asked.stderr.replace("choose from up, start", "'up', 'start'")
