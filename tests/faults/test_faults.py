"""Twenty faults in every test run; `make faults` has more of them, and other seeds."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

pytestmark = pytest.mark.real

HERE = Path(__file__).parent
SEED = 385
NOTHING_TRIED = 3


def test_nothing_is_lost_doubled_or_disordered_over_twenty_faults():
    """It has a Postgres and a Kafka of its own, because it kills them."""
    command = [sys.executable, str(HERE), "--faults", "20", "--seed", str(SEED)]
    props = {"PYTHONPATH": str(HERE.parent / "props")}

    done = subprocess.run(  # noqa: S603 our own command
        command, env={**os.environ, **props}, capture_output=True, text=True, check=False
    )

    if done.returncode == NOTHING_TRIED:
        pytest.skip(done.stdout.splitlines()[-1])
    assert done.returncode == 0, f"{done.stdout}{done.stderr}"
