"""What `make clean` removes, and what it leaves alone."""

import os
import re
import subprocess
import sys
from pathlib import Path

from local.settings import ROOT

BOOTSTRAP = ROOT / "deploy" / "local" / "bootstrap.py"


def clean(home: Path) -> "subprocess.CompletedProcess[str]":
    return subprocess.run(
        [sys.executable, str(BOOTSTRAP), "clean"],
        env={**os.environ, "MACHI_HOME": str(home)},
        capture_output=True,
        text=True,
        check=False,
    )


def test_a_folder_that_machi_did_not_make_is_left_alone(tmp_path: Path):
    (tmp_path / "log").mkdir()
    (tmp_path / "thesis.txt").write_text("卒業論文")

    done = clean(tmp_path)

    assert done.returncode == 1
    assert "is no folder of Machi's: nothing was removed" in done.stderr
    assert {each.name for each in tmp_path.iterdir()} == {"log", "thesis.txt"}


def test_of_a_folder_shared_with_a_person_only_our_part_is_removed(tmp_path: Path):
    for name in ("run", "postgres", "keys"):
        (tmp_path / name).mkdir()
    (tmp_path / "run" / "lock").touch()
    (tmp_path / "thesis.txt").write_text("卒業論文")

    done = clean(tmp_path)

    assert "removing what Machi keeps" in done.stderr
    assert [each.name for each in tmp_path.iterdir()] == ["thesis.txt"]


def test_a_folder_of_our_own_is_gone_afterwards(tmp_path: Path):
    home = tmp_path / "machi"
    (home / "run").mkdir(parents=True)
    (home / "run" / "lock").touch()

    clean(home)

    assert not home.exists()


def test_no_folder_elsewhere_is_removed_because_a_file_names_it(tmp_path: Path):
    home, precious = tmp_path / "machi", tmp_path / "precious"
    (home / "run").mkdir(parents=True)
    (home / "run" / "lock").touch()
    precious.mkdir()
    (home / "outside").write_text(f"{precious}\n")

    clean(home)

    assert precious.exists()


def test_all_that_is_put_into_the_home_is_known_to_clean():
    sources = " ".join(path.read_text() for path in (ROOT / "deploy/local/src/local").glob("*.py"))
    put = set(re.findall(r'home / "([a-z_.]+)"', sources))
    inside = {"data", "server.properties", "log4j2.properties", "libs"}

    known = set(re.findall(r'^    "([a-z_.]+)",$', BOOTSTRAP.read_text(), re.MULTILINE))
    assert put - inside <= known
