"""What journeys share: the whole system, running as `make start` starts it."""

import os
from collections.abc import AsyncIterator, Iterator

import pytest
from httpx2 import AsyncClient
from systems import System

from local import jars, kafka, ports
from local.place import remove_outside
from local.settings import PORTS, Settings, variable


@pytest.fixture(scope="session")
def system(tmp_path_factory: pytest.TempPathFactory) -> Iterator[System]:
    """The whole system; it is stopped at the end, and its data goes with it."""
    home = tmp_path_factory.mktemp("machi")
    library = kafka.library(Settings.read(os.environ))
    jars.ensure(library, jars.pinned())
    (home / "kafka").mkdir()
    (home / "kafka" / "libs").symlink_to(library.folder, target_is_directory=True)
    free = zip(PORTS, ports.free(len(PORTS)), strict=True)
    named = {variable(part): str(port) for part, port in free}
    system = System({**os.environ, **named, "MACHI_HOME": str(home)})
    system.machi("start")
    yield system
    system.machi("stop")
    remove_outside(home)


@pytest.fixture
async def client(system: System) -> AsyncIterator[AsyncClient]:
    """A client before the gateway, as a browser is."""
    address = system.status()["addresses"]["gateway"]
    async with AsyncClient(base_url=address, timeout=20, trust_env=False) as client:
        yield client
