"""A real browser for tests: the one on this machine, driven by Playwright."""

import os
import shutil
from pathlib import Path

from httpx2 import AsyncClient
from playwright.async_api import BrowserContext, Route

NAMES = ("chromium", "chromium-browser", "google-chrome")
MISSING = (
    "no browser: install Chromium (Debian: apt-get install chromium), or name one in MACHI_BROWSER"
)


def found() -> Path | None:
    """The browser named by MACHI_BROWSER, else the first Chromium or Chrome on the PATH."""
    named = os.environ.get("MACHI_BROWSER")
    paths = [named] if named else [shutil.which(name) for name in NAMES]
    return next((Path(path) for path in paths if path), None)


def options() -> list[str]:
    """What a browser needs to run quietly, and as root in a container."""
    quiet = ["--disable-gpu", "--disable-background-networking", "--disable-component-update"]
    return [*quiet, "--no-sandbox"] if os.geteuid() == 0 else quiet


async def through(context: BrowserContext, client: AsyncClient) -> None:
    """Let a browser read from a service in this process; nobody else is asked."""

    async def answered(route: Route) -> None:
        path = route.request.url.removeprefix(str(client.base_url))
        answer = await client.get(path)
        headers = {
            name: value for name, value in answer.headers.items() if name != "content-length"
        }
        await route.fulfill(status=answer.status_code, headers=headers, body=answer.content)

    await context.route("**/*", answered)
