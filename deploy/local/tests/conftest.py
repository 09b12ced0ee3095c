"""What the tests of the local system share."""

from collections.abc import AsyncGenerator, Callable, Generator
from io import StringIO
from pathlib import Path

import pytest

from local import place
from local.ports import free
from local.settings import PORTS, Settings, variable
from local.supervisor import Supervisor
from local.terminal import Terminal


@pytest.fixture
def home(tmp_path: Path) -> Generator[Path]:
    """A home for parts; what root had to put outside of it is removed with it."""
    folder = tmp_path / "machi"
    folder.mkdir()
    yield folder
    place.remove_outside(folder)


@pytest.fixture
def settings(home: Path) -> Settings:
    """A home of its own, on ports that nobody uses."""
    ports = dict(zip(PORTS, free(len(PORTS)), strict=True))
    environ = {variable(part): str(port) for part, port in ports.items()}
    return Settings.read({**environ, "MACHI_HOME": str(home)})


@pytest.fixture
async def supervisor(home: Path) -> AsyncGenerator[Supervisor]:
    """A supervisor that stops at the end of the test what it started."""
    del home  # It is removed after the programs in it have ended.
    one = Supervisor(Terminal(out=StringIO()))
    yield one
    await one.stop()


@pytest.fixture
def said(supervisor: Supervisor) -> Callable[[], str]:
    """All that was written to the terminal so far."""
    out = supervisor.terminal.out
    assert isinstance(out, StringIO)
    return out.getvalue
