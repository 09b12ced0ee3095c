"""What a person sees: the pages of all services in a real browser."""

import gzip
import re

import browsers
import pytest
from playwright.async_api import Browser, Page, Response, ViewportSize
from systems import System

pytestmark = [
    pytest.mark.real,
    pytest.mark.skipif(browsers.found() is None, reason=browsers.MISSING),
]

PATHS = (
    "/",
    "/about",
    "/search?q=引っ越し",
    "/search?q=火星",
    "/procedures",
    "/procedures/child-allowance.claim",
    "/plan",
    "/plan?valid=2026-03-15",
    "/plan/timetable",
    "/plan/initiatives/2-1",
    "/plan/changes",
    "/plan/diff?from=R8",
    "/plan/milestones/ms-std20",
    "/plan/nothing-here",
    "/data",
    "/notices",
)
ONE_OF_EACH = (
    "/procedures/child-allowance.claim",
    "/plan/milestones/ms-std20",
    "/data",
    "/notices",
)
LANDMARKS = "all => all.map(one => `${one.tagName} ${one.className}`)"
PHONE, DESK = ViewportSize(width=320, height=640), ViewportSize(width=1280, height=900)


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


@pytest.mark.parametrize("path", PATHS)
async def test_a_first_view_weighs_little(browser: Browser, system: System, path: str):
    context = await browser.new_context(base_url=system.status()["addresses"]["gateway"])
    page = await context.new_page()
    answers: dict[str, Response] = {}
    page.on("response", lambda answer: answers.update({answer.url: answer}))

    await page.goto(path, wait_until="networkidle")
    weights = [len(gzip.compress(await answer.body())) for answer in answers.values()]
    await context.close()

    assert sum(weights) <= 50 * 1024


async def test_all_services_have_one_look(browser: Browser, system: System):
    looks: set[tuple[str, ...]] = set()
    for path in ONE_OF_EACH:
        page = await opened(browser, system, path, DESK)
        parts = [page.locator("header").first, page.locator("footer").first]
        snapshots = [await part.aria_snapshot() for part in parts]
        landmarks = await page.locator("body > *").evaluate_all(LANDMARKS)
        looks.add((*(each.replace(" [current]", "") for each in snapshots), *landmarks))
        await page.context.close()

    assert len(looks) == 1


async def test_a_keyboard_can_skip_to_the_content_first(browser: Browser, system: System):
    page = await opened(browser, system, "/plan", DESK)

    await page.keyboard.press("Tab")
    first = await page.locator(":focus").get_attribute("href")
    await page.context.close()

    assert first is not None
    assert first.startswith("#")


async def test_the_timetable_is_a_list_on_an_old_phone(browser: Browser, system: System):
    page = await opened(browser, system, "/plan/timetable", PHONE)

    region = page.locator(".m-region")
    widths = await region.evaluate("e => [e.scrollWidth, e.clientWidth]")
    unknown = await page.get_by_text("時期は計画の本文に記載なし", exact=True).count()
    await page.context.close()

    assert widths[0] <= widths[1]
    assert unknown == 24


async def test_the_timetable_prints_across_a3(browser: Browser, system: System):
    page = await opened(browser, system, "/plan/timetable", DESK)

    printed = await page.pdf(prefer_css_page_size=True)
    await page.context.close()

    sheets = {
        tuple(round(float(side)) for side in found.split()[2:])
        for found in re.findall(rb"/MediaBox ?\[([^\]]+)\]", printed)
    }
    assert sheets == {(595, 842), (1191, 842)}
