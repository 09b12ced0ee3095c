"""A real browser for tests: the one on this machine, driven by Playwright."""

import os
import shutil
from pathlib import Path

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
