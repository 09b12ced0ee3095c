"""What a person sees: the pages of both services in a real browser."""

from collections.abc import AsyncIterator

import browsers
import pytest
from playwright.async_api import Browser, Page, ViewportSize, async_playwright
from systems import System

pytestmark = [
    pytest.mark.real,
    pytest.mark.skipif(browsers.found() is None, reason=browsers.MISSING),
]

PATHS = (
    "/",
    "/procedures",
    "/procedures/child-allowance.claim",
    "/plan",
    "/plan/milestones/ms-std20",
    "/plan/nothing-here",
    "/data",
)
PHONE, DESK = ViewportSize(width=320, height=640), ViewportSize(width=1280, height=900)


@pytest.fixture(scope="session")
async def browser() -> AsyncIterator[Browser]:
    """The browser of this machine."""
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(
            executable_path=browsers.found(), args=browsers.options()
        )
        yield browser
        await browser.close()


async def opened(browser: Browser, system: System, path: str, size: ViewportSize) -> Page:
    """A page with JavaScript off, as it stands when it is loaded."""
    context = await browser.new_context(
        base_url=system.status()["addresses"]["gateway"], viewport=size, java_script_enabled=False
    )
    page = await context.new_page()
    await page.goto(path)
    return page


@pytest.mark.parametrize("path", PATHS)
async def test_a_page_fits_on_an_old_phone(browser: Browser, system: System, path: str):
    page = await opened(browser, system, path, PHONE)

    widths = await page.locator("html").evaluate("e => [e.scrollWidth, e.clientWidth]")
    headings = await page.locator("h1").count()
    await page.context.close()

    assert widths[0] <= widths[1]
    assert headings == 1


@pytest.mark.parametrize("path", PATHS)
async def test_a_page_asks_nobody_else_and_breaks_no_rule_of_its_own(
    browser: Browser, system: System, path: str
):
    gateway = system.status()["addresses"]["gateway"]
    context = await browser.new_context(base_url=gateway)
    page = await context.new_page()
    asked: list[str] = []
    said: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    page.on("console", lambda message: said.append(message.text))

    await page.goto(path, wait_until="networkidle")
    await context.close()

    assert [url for url in asked if not url.startswith(gateway)] == []
    assert [text for text in said if "Content Security Policy" in text] == []
    assert len(asked) <= 8


async def test_all_services_have_one_look(browser: Browser, system: System):
    shown: list[tuple[str, str]] = []
    for path in ("/procedures/child-allowance.claim", "/plan/milestones/ms-std20"):
        page = await opened(browser, system, path, DESK)
        parts = [page.locator("header").first, page.locator("footer").first]
        header, footer = [await part.aria_snapshot() for part in parts]
        shown.append((header.replace(" [current]", ""), footer))
        await page.context.close()

    assert shown[0] == shown[1]


async def test_a_keyboard_can_skip_to_the_content_first(browser: Browser, system: System):
    page = await opened(browser, system, "/plan", DESK)

    await page.keyboard.press("Tab")
    first = await page.locator(":focus").get_attribute("href")
    await page.context.close()

    assert first is not None
    assert first.startswith("#")
