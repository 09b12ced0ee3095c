"""A clerk's story in a real browser, without any script: sign in, move a date, sign out."""

import asyncio
import re
from collections.abc import AsyncIterator
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import browsers
import pytest
from forks import until
from playwright.async_api import Browser, FilePayload, Locator, Page, async_playwright
from systems import System

pytestmark = [
    pytest.mark.real,
    pytest.mark.skipif(browsers.found() is None, reason=browsers.MISSING),
]

MILESTONE = "標準化対応期限"
MOVED = "デジタル化達成年度"
"""A milestone that no other journey moves: they share a system, and their order is not theirs."""
FORM = f"{MOVED}： 期日を改める（改訂）"
FIELDS = {
    "新しい期日": "令和11年12月",
    "理由": "移行の確認に時間が要るため",
    "決めたところ": "岩沼市デジタル化推進本部",
    "決めた日": "2026-11-20",
    "決めたこと": "期限を令和11年12月に改める",
}
SHIPPED = Path(__file__).parents[2] / "services/roadmap/src/roadmap/data/042111/plan_r8.yaml"
NEXT = (
    SHIPPED.read_text(encoding="utf-8")
    .replace("id: R8\n", "id: R9\n")
    .replace("supersedes: R3\n", "supersedes: R8\n")
    .replace('{text: 令和８年 3 月, edtf: "2026-03"', '{text: 令和８年 10 月, edtf: "2026-10"', 1)
    .replace(f"label: {MILESTONE}", f"label: {MILESTONE}の延長")
)
"""A revision of the plan that is shipped, with another name for one milestone."""
CHANGES = "変わるところを確かめる"
LOOK, PUBLISH = "公開する前に確かめる", "この内容で公開する"


@pytest.fixture(scope="module")
async def browser() -> AsyncIterator[Browser]:
    """The browser of this machine."""
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(
            executable_path=browsers.found(), args=browsers.options()
        )
        yield browser
        await browser.close()


@pytest.fixture
async def page(browser: Browser, system: System) -> AsyncIterator[Page]:
    """A tab of a browser that runs no script and knows nobody."""
    await system.until_ready()
    gateway = system.status()["addresses"]["gateway"]
    context = await browser.new_context(base_url=gateway, java_script_enabled=False)
    yield await context.new_page()
    await context.close()


def field(page: Page, label: str) -> Locator:
    """A field by its label; it is optional where a decision on record may be chosen instead."""
    return page.get_by_label(re.compile(f"^{label}※(必須|任意)$"))


async def another_decision(page: Page) -> None:
    """Say that it is none of those on record, where there are some."""
    if await (other := page.get_by_label("ほかの決定（下に書きます）")).count():
        await other.check()


async def signed_in(page: Page, system: System, *more: str) -> str:
    """Sign in by the address that the command prints; the address."""
    address = system.machi("token", "--link", "--role", "editor", *more)
    await page.goto(address)
    await page.get_by_role("button", name="ログインする").click()
    return address


async def test_a_clerk_signs_in_moves_a_date_and_signs_out(page: Page, system: System):
    await signed_in(page, system)
    await page.get_by_role("link", name=FORM).click()
    form = page.url
    for label, text in FIELDS.items():
        await field(page, label).fill(text)
    await another_decision(page)
    await page.get_by_role("button", name=LOOK).click()
    shown = await page.locator("main").inner_text()
    await page.get_by_role("button", name="入力に戻って直す").click()
    await page.get_by_role("button", name=LOOK).click()
    await page.get_by_role("button", name=PUBLISH).click()
    moved = await page.locator("main").inner_text()
    await page.goto("/plan/staff")
    await page.get_by_role("button", name="ログアウトする").click()
    left = urlsplit(page.url).path
    again = await page.goto(form)

    assert f"{MOVED}：令和10年度（2028年度） → 令和11年12月" in shown
    assert "令和11年（2029年）12月" in moved
    assert "移行の確認に時間が要るため" in moved
    assert left == "/plan"
    assert again
    assert again.status == 401


async def test_an_error_is_told_first_and_leads_to_its_field(page: Page, system: System):
    await signed_in(page, system, "--to", "/plan/staff/milestones/ms-end/reschedule")
    await page.get_by_label("新しい期日").fill("来年")
    await another_decision(page)

    await page.get_by_role("button", name=LOOK).click()

    assert (await page.title()).startswith("エラー：")
    assert await page.get_by_label("新しい期日").input_value() == "来年"
    await page.get_by_role("link", name="理由を入力してください").click()
    assert urlsplit(page.url).fragment == "reason"


async def test_a_plan_with_a_mistake_is_put_right_and_looked_at(page: Page, system: System):
    await signed_in(page, system, "--to", "/plan/staff/import")
    wrong = NEXT.replace("kind: bar", "kind: bart", 1).encode()
    file = FilePayload(name="plan_r9.yaml", mimeType="application/yaml", buffer=wrong)
    await page.get_by_label("計画のファイル").set_input_files(file)
    await page.get_by_role("button", name=CHANGES).click()
    told = await page.title()

    text = page.get_by_label("ファイルの中身")
    await text.fill((await text.input_value()).replace("kind: bart", "kind: bar"))
    await page.get_by_role("button", name=CHANGES).click()

    assert told.startswith("エラー：")
    assert await page.get_by_role("heading", name="変わるところ").is_visible()
    assert "名前が変わった" in await page.locator("main").inner_text()


async def test_one_sign_in_holds_in_every_service(page: Page, system: System):
    await signed_in(page, system, "--to", "/data")

    there = urlsplit(page.url).path
    answer = await page.goto("/plan/staff")

    assert there == "/data"
    assert answer
    assert answer.status == 200


async def test_neither_ticket_nor_token_stands_in_a_log(page: Page, system: System):
    address = await signed_in(page, system)
    (cookie,) = await page.context.cookies()
    (ticket,) = parse_qs(urlsplit(address).query)["ticket"]
    home = Path(system.environment["MACHI_HOME"])

    await until(lambda: is_logged(home / "log" / "access.log", "/plan/staff/sign-in"))
    logs = "".join(path.read_text() for path in (home / "log").glob("*.log"))
    assert [secret for secret in (ticket, cookie.get("value", "?")) if secret in logs] == []
    assert (cookie.get("httpOnly"), cookie.get("secure")) == (True, True)


async def is_logged(log: Path, path: str) -> bool:
    return path in await asyncio.to_thread(log.read_text)
