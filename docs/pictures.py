"""`make pictures`: what people see, photographed from the system that runs here (`make up`)."""

import os
import sys
from pathlib import Path
from typing import NamedTuple

import browsers
from playwright.sync_api import Error, sync_playwright

from local.settings import Settings

FOLDER = Path(__file__).parent / "pictures"


class Picture(NamedTuple):
    """A page on a screen of this size, in CSS pixels."""

    name: str
    path: str
    width: int
    height: int


PICTURES = (
    Picture("front", "/", 1280, 900),
    Picture("phone", "/procedures/child-allowance.claim", 360, 720),
)


def main() -> int:
    """Write each as a PNG; 1 when there is no browser, or nothing runs here."""
    gateway, browser = Settings.read(os.environ).gateway, browsers.found()
    if browser is None:
        return _cannot(browsers.MISSING)
    FOLDER.mkdir(exist_ok=True)
    with sync_playwright() as playwright:
        chromium = playwright.chromium.launch(executable_path=browser, args=browsers.options())
        try:
            for name, path, width, height in PICTURES:
                page = chromium.new_page(viewport={"width": width, "height": height})
                page.goto(gateway + path)
                page.screenshot(path=FOLDER / f"{name}.png")
        except Error as failed:
            return _cannot(f"{gateway} does not answer; `make up` starts it. {failed.message}")
    return 0


def _cannot(why: str) -> int:
    sys.stderr.write(f"{why}\n")
    return 1


if __name__ == "__main__":
    sys.exit(main())
