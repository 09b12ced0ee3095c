"""The whole system for journeys, from images: started by `docker compose` as an operator starts it."""

import asyncio
import json
import os
import subprocess
import sys
from collections.abc import Generator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest

from local import ports

ROOT = Path(__file__).parents[2]
PASSWORDS = ROOT / "deploy" / "local" / "passwords.py"
SERVICE = "com.docker.compose.service"
RELEASE = "test"


def docker(*words: str, **own: str) -> "subprocess.CompletedProcess[str]":
    """Run a command of docker, whatever comes of it; its error is the last that it prints."""
    return subprocess.run(  # noqa: S603 - whichever docker is on the PATH
        ["docker", *words],  # noqa: S607
        cwd=ROOT,
        env={**os.environ, "MACHI_RELEASE": RELEASE, **own},
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        check=False,
    )


@cache
def missing() -> str | None:
    """Why no containers can be run here; None when they can."""
    try:
        if docker("compose", "version").returncode:
            return "docker compose is not installed"
        return "no docker daemon answers" if docker("info").returncode else None
    except FileNotFoundError:
        return "docker is not installed"


@contextmanager
def running(home: Path) -> Generator["Composed"]:
    """A system from images built now; at the end it is removed, with its volumes."""
    if reason := missing():
        pytest.skip(reason)
    names = ("MACHI_GATEWAY_PORT", "MACHI_KAFKA_PORT", "MACHI_MAILBOX_PORT")
    own: dict[str, int] = dict(zip(names, ports.free(len(names)), strict=True))
    one = Composed(f"machi-test-{uuid4().hex[:8]}", own, home / "secrets")
    subprocess.run([sys.executable, PASSWORDS, one.secrets], check=True)  # noqa: S603 - our own
    try:
        one.compose("up", "--build", "--wait")
        yield one
    finally:
        one.compose("down", "--volumes", "--remove-orphans")


@dataclass(frozen=True, slots=True)
class Composed:
    """A Machi in containers, under a project's name and on ports of its own; asked as `System` is."""

    project: str
    ports: dict[str, int]
    secrets: Path

    def run(self, *words: str) -> "subprocess.CompletedProcess[str]":
        """Run `docker compose`, whatever comes of it."""
        named = (f"--env-file={self.secrets}", f"--project-name={self.project}", "--profile=mail")
        own = {name: str(port) for name, port in self.ports.items()}
        return docker("compose", *named, *words, **own)

    def compose(self, *words: str) -> str:
        """What it prints; its complaint when it fails."""
        done = self.run(*words)
        assert done.returncode == 0, f"docker compose {' '.join(words)}: {done.stdout}{done.stderr}"
        return done.stdout.strip()

    def machi(self, *words: str) -> str:
        """A command of `machi`, as it is given where containers run."""
        match words:
            case ("dump", service, file):
                dump = ("pg_dump", "--username=postgres", service)
                Path(file).write_text(self.compose("exec", "-T", "postgres", *dump))
                return f"{file}: the database of {service}"
            case _:
                return self.compose("run", "--rm", "--no-deps", "-T", "keys", *words)

    def containers(self) -> dict[str, dict[str, Any]]:
        """What docker knows of those that are to run, by their names in the compose file; no jobs."""
        numbers = self.compose("ps", "--all", "--quiet").split()
        found: list[dict[str, Any]] = json.loads(docker("inspect", *numbers).stdout)
        lasting = [each for each in found if each["HostConfig"]["RestartPolicy"]["Name"] != "no"]
        return {each["Config"]["Labels"][SERVICE]: each for each in lasting}

    def status(self) -> dict[str, Any]:
        """The same that `machi status --json` tells of a system without containers."""
        processes = {name: _faring(each) for name, each in self.containers().items()}
        return {
            "ready": all(each["state"] == "healthy" for each in processes.values()),
            "addresses": {
                "gateway": f"http://127.0.0.1:{self.ports['MACHI_GATEWAY_PORT']}",
                "mailbox": f"http://127.0.0.1:{self.ports['MACHI_MAILBOX_PORT']}",
            },
            "kafka": f"127.0.0.1:{self.ports['MACHI_KAFKA_PORT']}",
            "processes": processes,
        }

    def kill(self, name: str) -> None:
        """Let its process crash. `docker kill` would not do: whom a person kills stays down."""
        crash = f"import os; os.kill({self.status()['processes'][name]['pid']}, 9)"
        done = docker("run", "--rm", "--pid=host", "--user=root", "--entrypoint=python",
                      f"machi-local:{RELEASE}", "-c", crash)  # fmt: skip
        assert done.returncode == 0, done.stderr

    def start(self, *names: str) -> None:
        """Start them, and not the jobs before them, which `docker compose start` would do again."""
        there = self.containers()
        done = docker("start", *(there[name]["Id"] for name in names))
        assert done.returncode == 0, done.stderr

    async def until_ready(self) -> dict[str, Any]:
        """Wait until every container is healthy; the deadline only ends a hang."""
        async with asyncio.timeout(120):
            while True:
                status = await asyncio.to_thread(self.status)
                if status["ready"]:
                    return status
                await asyncio.sleep(0.2)


def _faring(container: dict[str, Any]) -> dict[str, Any]:
    state = container["State"]
    health = state.get("Health", {}).get("Status", "")
    return {
        "pid": state["Pid"],
        "state": health if state["Status"] == "running" else state["Status"],
        "restarts": container["RestartCount"],
    }
