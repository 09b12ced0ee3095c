"""What journeys share: the whole system, running as `make start` or `docker compose up` starts it."""

import os
from collections.abc import AsyncIterator, Iterator

import browsers
import composed
import pytest
from composed import Composed
from httpx2 import AsyncClient
from playwright.async_api import Browser, async_playwright
from systems import System, running


@pytest.fixture(scope="session")
def system(tmp_path_factory: pytest.TempPathFactory) -> Iterator[System | Composed]:
    """The whole system; it is stopped at the end, and its data goes with it."""
    home = tmp_path_factory.mktemp("machi")
    compose = os.environ.get("MACHI_TEST_SYSTEM") == "compose"
    with composed.running(home) if compose else running(home) as system:
        yield system


@pytest.fixture
async def client(system: System | Composed) -> AsyncIterator[AsyncClient]:
    """A client before the gateway, as a browser is."""
    address = system.status()["addresses"]["gateway"]
    async with AsyncClient(base_url=address, timeout=20, trust_env=False) as client:
        yield client


@pytest.fixture(scope="session")
async def browser() -> AsyncIterator[Browser]:
    """The browser of this machine."""
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(
            executable_path=browsers.found(), args=browsers.options()
        )
        yield browser
        await browser.close()
