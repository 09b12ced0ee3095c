"""The pages about the plan in a real browser: on paper, on an old phone, at 400 %, by keyboard, without scripts."""

import re
from collections.abc import AsyncIterator
from datetime import UTC, datetime
from pathlib import Path

import browsers
import pytest
from clerks import Clerk
from httpx2 import AsyncClient
from playwright.async_api import Page, async_playwright
from tokens import Issuer

from chassis.saying import Desk
from roadmap import app, handlers
from roadmap.domain import read_observations
from roadmap.store import Store

pytestmark = [
    pytest.mark.real,
    pytest.mark.skipif(browsers.found() is None, reason=browsers.MISSING),
]

MONDAY = datetime(2026, 11, 23, 3, 0, tzinfo=UTC)
OBSERVED = Path(app.__file__).parent / "data" / "042111" / "observations.yaml"
PATHS = (
    "/plan",
    "/plan/timetable",
    "/plan/initiatives/2-1",
    "/plan/milestones/ms-std20",
    "/plan/milestones/ms-step2",
)
A3 = (1191, 842)
ACROSS_A3 = 1512  # pixels: 420 mm less 10 mm on each side
CUT = (
    """all => all.filter(one => one.scrollWidth > one.clientWidth + 1).map(one => one.innerText)"""
)
WIDTHS = "e => [e.scrollWidth, e.clientWidth]"
STOPS = "a[href], button, select, input:not([type=hidden]), [tabindex='0']"
FOCUS = """stops => {
  const one = document.activeElement
  return [[...document.querySelectorAll(stops)].indexOf(one), getComputedStyle(one).outlineStyle]
}"""


@pytest.fixture
async def page(client: AsyncClient, loaded: Desk[Store], issuer: Issuer) -> AsyncIterator[Page]:
    """A page of a browser without JavaScript, after a report, a move and a stop."""
    async with loaded.open(MONDAY) as (store, _):
        told = read_observations(OBSERVED.read_bytes(), OBSERVED.name)
        await handlers.observe(told, store, by="operator")
    clerk = Clerk(client, issuer.token("editor"))
    await clerk.decides("2027-12")
    await clerk.decides(None, "ms-step2", effect="stop", undated_reason="ほかと重なるため")
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(
            executable_path=browsers.found(), args=browsers.options()
        )
        context = await browser.new_context(
            base_url=str(client.base_url), java_script_enabled=False
        )
        await browsers.through(context, client)
        yield await context.new_page()
        await browser.close()


async def test_the_whole_timetable_prints_on_one_sheet_of_a3(page: Page):
    await page.goto("/plan/timetable")

    printed = await page.pdf(prefer_css_page_size=True)

    sheets = [
        tuple(round(float(side)) for side in found.split()[2:])
        for found in re.findall(rb"/MediaBox ?\[([^\]]+)\]", printed)
    ]
    assert sheets.count(A3) == 1


async def test_nothing_of_the_printed_timetable_is_cut(page: Page):
    await page.set_viewport_size({"width": ACROSS_A3, "height": 1046})
    await page.emulate_media(media="print")
    await page.goto("/plan/timetable")

    cells = page.locator(".m-table[data-variant=chart] :is(th, td)")
    assert await cells.evaluate_all(CUT) == []
    assert await page.locator(".m-region").evaluate(WIDTHS) == [ACROSS_A3, ACROSS_A3]


@pytest.mark.parametrize("path", PATHS)
async def test_a_page_needs_no_sideways_scroll_on_an_old_phone_or_at_400_percent(
    page: Page, path: str
):
    await page.set_viewport_size({"width": 320, "height": 256})
    await page.goto(path)

    wide, seen = await page.locator("html").evaluate(WIDTHS)
    assert wide <= seen


@pytest.mark.parametrize(
    ("path", "table", "label"),
    [
        ("/plan/diff?from=R8", "redatings", "後の時点"),
        ("/plan/milestones/ms-std20", "slips", "期限日の差"),
        ("/plan/milestones/ms-std20", "reports-std20", "いつの報告か"),
    ],
)
async def test_on_an_old_phone_a_row_is_read_from_top_to_bottom_with_its_headings(
    page: Page, path: str, table: str, label: str
):
    await page.set_viewport_size({"width": 320, "height": 256})
    await page.goto(path)

    region = page.locator(f".m-region[aria-labelledby='{table}']")
    wide, seen = await region.evaluate(WIDTHS)
    assert wide <= seen
    assert await region.locator("thead").is_hidden()
    cell = region.locator(f"td[data-label='{label}']").first
    assert label in await cell.evaluate("e => getComputedStyle(e, '::before').content")


@pytest.mark.parametrize("path", PATHS)
async def test_a_keyboard_reaches_everything_in_its_order_and_shows_where_it_is(
    page: Page, path: str
):
    await page.goto(path)
    number = await page.locator(STOPS).count()
    seen: list[int] = []

    while not seen or seen[-1] < number - 1:
        await page.keyboard.press("Tab")
        stop, outline = await page.evaluate(FOCUS, STOPS)
        assert outline != "none", f"stop {stop} of {path} does not show that it is where one is"
        seen.append(stop)

    assert list(dict.fromkeys(seen)) == list(range(number))
