"""What is decided today and holds from a later day: told as that, and the date of today stays until then."""

import re
from datetime import UTC, date, datetime
from html import unescape
from pathlib import Path

import pytest
from clerks import BODY, Clerk
from httpx2 import AsyncClient
from tokens import Issuer

from chassis.saying import Desk
from roadmap import app, handlers
from roadmap.domain import Decision, read_plan
from roadmap.store import Store

pytestmark = pytest.mark.real

MONDAY = datetime(2026, 11, 23, 3, 0, tzinfo=UTC)
R8 = Path(app.__file__).parent / "data" / "042111" / "plan_r8.yaml"
STD20 = "/plan/milestones/ms-std20"
DUE = '{text: 令和９年（2027 年）９月, edtf: "2027-09"'
LATER = DUE.replace("令和９年（2027 年）９月", "令和10年12月").replace("2027-09", "2028-12")
DECISION = Decision(
    body=BODY, taken_on=date(2026, 11, 20), chosen="計画を改める", reason="移行が遅れているため"
)


def text(html: str) -> str:
    return " ".join(re.sub(r"<[^>]+>", " ", html).split())


def card(html: str, label: str) -> str:
    """What one of the four dates says."""
    return text(html.partition(f"<dt>{label}</dt>")[2].partition("</div>")[0])


@pytest.fixture
def clerk(client: AsyncClient, issuer: Issuer) -> Clerk:
    return Clerk(client, issuer.token("editor"))


async def revise(desk: Desk[Store], *changes: tuple[str, str]) -> None:
    """Load the plan of next April, which changes some words of the present one."""
    file = R8.read_text(encoding="utf-8")
    for old, new in (
        ("id: R8\n", "id: R10\n"),
        ("supersedes: R3\n", "supersedes: R8\n"),
        ('{text: 令和８年 3 月, edtf: "2026-03"', '{text: 令和９年４月, edtf: "2027-04"'),
        *changes,
    ):
        assert old in file
        file = file.replace(old, new, 1)
    async with desk.open(MONDAY) as (store, say):
        run = await handlers.look(
            read_plan(file.encode(), "r10.yaml"), await store.base(), city="042111"
        )
        await handlers.take_over(run, store, say=say, now=MONDAY, by=(DECISION, "approver"))


async def test_beside_the_date_of_today_stands_what_a_revision_changes_later(
    client: AsyncClient, loaded: Desk[Store]
):
    await revise(loaded, (DUE, LATER))

    now = card((await client.get(STD20)).text, "いまの期日")

    assert now.startswith("令和9年（2027年）9月")
    assert "決まっている変更： 令和9年4月1日 から 令和10年（2028年）12月 （R10） 記載" in now
    assert f"{BODY}の決定" in now


async def test_from_that_day_on_the_new_date_stands_alone(client: AsyncClient, loaded: Desk[Store]):
    await revise(loaded, (DUE, LATER))

    then = card((await client.get(STD20, params={"valid": "2027-04-01"})).text, "いまの期日")

    assert then.startswith("令和10年（2028年）12月")
    assert "決まっている変更" not in then


async def test_what_a_revision_only_states_again_is_no_change(
    client: AsyncClient, loaded: Desk[Store]
):
    await revise(loaded)

    assert "決まっている変更" not in (await client.get(STD20)).text


async def test_what_a_revision_leaves_out_later_says_from_when(
    client: AsyncClient, loaded: Desk[Store]
):
    file = R8.read_text(encoding="utf-8")
    (whole,) = re.findall(r"  - id: ms-step2\n(?:    .*\n)+", file)
    await revise(loaded, (whole, ""))

    now = card((await client.get("/plan/milestones/ms-step2")).text, "いまの期日")

    assert "決まっている変更： 令和9年4月1日 から 計画から外れます" in now


async def test_after_it_was_left_out_leads_to_the_day_on_which_it_is_gone(
    visitor: AsyncClient, loaded: Desk[Store]
):
    file = R8.read_text(encoding="utf-8")
    (whole,) = re.findall(r"  - id: ms-step2\n(?:    .*\n)+", file)
    await revise(loaded, (whole, ""))

    for page in ("/plan/changes", "/plan/milestones/ms-step2"):
        html = (await visitor.get(page)).text
        found = re.search(r'href="([^"]+)"[^>]*>この(?:変更|記録)の後の内容', html)
        assert found, page
        assert "valid=2027-04-01" in found[1]
        assert "計画から外れました" in card(
            (await visitor.get(unescape(found[1]))).text, "いまの期日"
        )


async def test_a_stop_that_is_decided_for_later_says_so(client: AsyncClient, clerk: Clerk):
    stop = {"effect": "stop", "undated_reason": "国の制度が変わるため"}
    await clerk.decides(None, valid_from="2027-01-10", **stop)

    now = card((await client.get(STD20)).text, "いまの期日")

    assert now.startswith("令和9年（2027年）9月")
    assert "決まっている変更： 令和9年1月10日 から 中止 決定" in now


async def test_several_changes_that_are_decided_stand_in_their_order(
    client: AsyncClient, clerk: Clerk
):
    await clerk.decides("2027-12", valid_from="2027-01-10")
    await clerk.decides("2028-03", valid_from="2027-04-01")

    now = card((await client.get(STD20)).text, "いまの期日")

    told = re.findall(r"決まっている変更： (\S+) から (\S+)", now)
    assert told == [
        ("令和9年1月10日", "令和9年（2027年）12月"),
        ("令和9年4月1日", "令和10年（2028年）3月"),
    ]


async def test_what_was_not_decided_yet_at_a_moment_is_not_told_of_it(
    visitor: AsyncClient, issuer: Issuer
):
    clerk = Clerk(visitor, issuer.token("editor"))
    before = (await visitor.get("/api/roadmap/milestones/ms-std20/history")).json()
    known = before["history"][0]["recorded"]["since"]
    await clerk.decides("2028-12", valid_from="2027-04-01")

    then = (await visitor.get(STD20, params={"known": known})).text

    assert "決まっている変更" not in card(then, "いまの期日")
    assert "決まっている変更" in (await visitor.get(STD20)).text


async def test_the_plan_says_of_its_last_changes_from_when_they_hold(
    client: AsyncClient, clerk: Clerk
):
    await clerk.decides("2028-12", valid_from="2027-04-01")

    html = (await client.get("/plan")).text

    news = text(html.partition("<h2>最近の変更</h2>")[2].partition("<h2")[0])
    assert "令和9年9月 から 令和10年12月 へ（ 令和9年4月1日 から）（+15か月）" in news


async def test_the_plan_says_of_what_is_left_out_from_when(
    client: AsyncClient, loaded: Desk[Store]
):
    file = R8.read_text(encoding="utf-8")
    (whole,) = re.findall(r"  - id: ms-step2\n(?:    .*\n)+", file)
    await revise(loaded, (whole, ""))

    html = (await client.get("/plan")).text

    news = text(html.partition("<h2>最近の変更</h2>")[2].partition("<h2")[0])
    assert "計画から外れます（それまで 令和5年度" in news
    assert "（ 令和9年4月1日 から）" in news
