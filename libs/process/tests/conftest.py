"""What these tests share: a database of their own with a desk on it, and a file for what a process writes."""

from pathlib import Path

import pytest
from desks import database, desk, pool

__all__ = ["database", "desk", "pool"]


@pytest.fixture
def log(tmp_path: Path, fresh_topics: None) -> Path:
    """What a process writes, which finds its topics empty."""
    return tmp_path / "log"
