from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from clerks import Clerk
from httpx2 import ASGITransport, AsyncClient, Response
from icalendar import Calendar
from tokens import AUDIENCE, ISSUER, Issuer

from chassis.saying import Desk
from roadmap import app
from roadmap.settings import Settings
from roadmap.store import Store
from web.signin import SignIn

pytestmark = pytest.mark.real

PATH = "/api/roadmap/calendar.ics"
STD20 = "ms-std20@042111.machi"


@pytest.fixture
def clerk(client: AsyncClient, issuer: Issuer) -> Clerk:
    return Clerk(client, issuer.token("editor"))


async def ask(client: AsyncClient, **asked: str) -> Response:
    answer = await client.get(PATH, params=asked)
    assert answer.status_code == 200, answer.text
    return answer


async def events(client: AsyncClient, **asked: str) -> dict[str, Any]:
    """What a calendar program sees, by uid."""
    calendar = Calendar.from_ical((await ask(client, **asked)).content)
    assert isinstance(calendar, Calendar)
    return {str(event.uid): event for event in calendar.events}


def at(event: Any, name: str) -> Any:
    return event[name].dt


async def test_a_month_is_shown_from_its_first_to_its_last_day(client: AsyncClient):
    event = (await events(client))[STD20]

    assert (at(event, "DTSTART"), at(event, "DTEND")) == (date(2027, 9, 1), date(2027, 10, 1))
    assert event["SUMMARY"] == "標準化対応期限（令和9年9月）"
    assert event["X-MACHI-EDTF"] == "2027-09"
    assert event["TRANSP"] == "TRANSPARENT"
    assert "1133行目" in event["DESCRIPTION"]
    assert event["DESCRIPTION"].endswith("http://127.0.0.1:8080/plan/milestones/ms-std20")


async def test_a_slip_keeps_the_entry_and_tells_what_it_was(client: AsyncClient, clerk: Clerk):
    before = (await events(client))[STD20]

    await clerk.decides("令和9年12月")

    after = (await events(client))[STD20]
    assert (before["SEQUENCE"], after["SEQUENCE"]) == (0, 1)
    assert at(before, "LAST-MODIFIED") <= at(after, "LAST-MODIFIED")
    assert at(after, "DTSTART") == date(2027, 12, 1)
    assert "変更：令和9年9月 → 令和9年12月（+3か月）" in after["DESCRIPTION"]
    assert "岩沼市デジタル化推進本部の決定：期限を改める" in after["DESCRIPTION"]
    assert "理由：移行の確認に時間が要るため" in after["DESCRIPTION"]


async def test_what_is_given_up_stays_as_cancelled(client: AsyncClient, clerk: Clerk):
    await clerk.decides(None, effect="stop", undated_reason="標準化をやめるため")

    event = (await events(client, layer="deadlines"))[STD20]

    assert event["STATUS"] == "CANCELLED"
    assert event["SUMMARY"] == "中止：標準化対応期限（令和9年9月）"
    assert at(event, "DTSTART") == date(2027, 9, 1)


async def test_what_lost_its_date_stays_as_cancelled(client: AsyncClient, clerk: Clerk):
    await clerk.decides(None, undated_reason="国の方針を待つため")

    event = (await events(client))[STD20]

    assert event["STATUS"] == "CANCELLED"
    assert event["SUMMARY"] == "期日なしに変更：標準化対応期限（令和9年9月）"
    assert "期日がない理由：国の方針を待つため" in event["DESCRIPTION"]


async def test_what_was_reached_is_confirmed_on_its_day(client: AsyncClient, clerk: Clerk):
    await clerk.saw("2026-11-19")

    event = (await events(client, layer="deadlines"))[STD20]

    assert event["STATUS"] == "CONFIRMED"
    assert event["SUMMARY"] == "達成：標準化対応期限（令和8年11月19日）"
    assert at(event, "DTSTART") == date(2026, 11, 19)
    assert "期日：令和9年9月" in event["DESCRIPTION"]
    assert "岩沼市議会定例会の会議録、12行目" in event["DESCRIPTION"]


async def test_what_others_report_is_told_beside_the_date(client: AsyncClient, clerk: Clerk):
    first = await ask(client)
    await clerk.heard("2028-04/..")

    changed = await client.get(PATH, headers={"If-None-Match": first.headers["etag"]})
    event = (await events(client))[STD20]

    assert changed.status_code == 200
    assert "ほかからの報告：令和10年4月以降" in event["DESCRIPTION"]
    assert "出典：特定移行支援システムの該当見込み" in event["DESCRIPTION"]
    assert (event["SEQUENCE"], at(event, "DTSTART")) == (1, date(2027, 9, 1))


async def test_years_are_shown_only_where_they_are_asked_for(client: AsyncClient):
    usual, whole = await events(client), await events(client, layer="periods")

    assert "ms-end@042111.machi" not in usual
    end = whole["ms-end@042111.machi"]
    assert (at(end, "DTSTART"), at(end, "DTEND")) == (date(2028, 4, 1), date(2029, 4, 1))
    assert usual.keys() < whole.keys()
    assert {"デジタルの活用（令和5年度（2023年度）〜令和9年度（2027年度））"} <= {
        str(event["SUMMARY"]) for event in whole.values()
    }


async def test_a_month_that_became_a_year_is_not_lost(client: AsyncClient, clerk: Clerk):
    await clerk.decides("令和10年度")

    event = (await events(client))[STD20]

    assert (at(event, "DTSTART"), at(event, "DTEND")) == (date(2028, 4, 1), date(2029, 4, 1))


async def test_a_deadline_day_reminds_a_week_before_where_it_is_asked_for(client: AsyncClient):
    usual, asked = await events(client), await events(client, layer="deadlines")

    name = "ms-std20.deadline@042111.machi"
    (alarm,) = asked[name].walk("VALARM")
    assert at(asked[name], "DTSTART") == date(2027, 9, 30)
    assert alarm["TRIGGER"].dt == timedelta(days=-7)
    assert usual.keys() == {each for each in asked if ".deadline@" not in each}
    assert not any(event.walk("VALARM") for event in usual.values())


async def test_one_follows_what_one_chooses(client: AsyncClient):
    initiative, heading = (
        await events(client, initiative="2-1"),
        await events(client, perspective="2"),
    )
    both = await events(client, initiative="2-1", milestone="ms-plan-r8")

    assert STD20 in initiative
    assert "ms-plan-r8@042111.machi" not in initiative.keys() | heading.keys()
    assert initiative.keys() <= heading.keys()
    assert both.keys() == initiative.keys() | {"ms-plan-r8@042111.machi"}


async def test_the_calendar_says_what_it_is(client: AsyncClient):
    answer = await ask(client, initiative="2-1", layer="deadlines")

    lines = answer.content.replace(b"\r\n ", b"").decode().split("\r\n")
    address = "http://127.0.0.1:8080/api/roadmap/calendar.ics?initiative=2-1&layer=deadlines"
    name = "岩沼市デジタル化推進計画：2-1 自治体情報システムの標準化・共通化への対応"
    assert {
        f"SOURCE;VALUE=URI:{address}",
        "REFRESH-INTERVAL;VALUE=DURATION:PT6H",
        "X-PUBLISHED-TTL:PT6H",
        "COLOR:navy",
        f"NAME:{name}",
        f"X-WR-CALNAME:{name}",
    } <= set(lines)
    assert answer.headers["content-type"] == "text/calendar; charset=utf-8"
    assert "X-WR-CALDESC" in answer.text


async def test_lines_are_folded_between_characters(client: AsyncClient, clerk: Clerk):
    await clerk.decides("令和9年12月", reason="𠮷野家の🏯を、守る;ため\\n" * 30)

    content = (await ask(client)).content

    lines = content.split(b"\r\n")
    assert max(map(len, lines)) <= 75
    assert [line.decode() for line in lines]
    assert "𠮷野家の🏯を、守る;ため\\n" * 30 in (await events(client))[STD20]["DESCRIPTION"]


async def test_what_did_not_change_is_not_rendered_again(client: AsyncClient, clerk: Clerk):
    first = await ask(client)
    known = {"If-None-Match": first.headers["etag"]}

    again = await client.get(PATH, headers=known)
    await clerk.decides("令和9年12月")
    changed = await client.get(PATH, headers=known)

    assert (again.status_code, again.content) == (304, b"")
    assert changed.status_code == 200
    assert changed.content == (await ask(client)).content != first.content


async def test_the_past_is_as_it_was_and_may_be_kept(
    client: AsyncClient, clerk: Clerk, loaded: Desk[Store], issuer: Issuer
):
    first = await ask(client)
    instant = await loaded.pool.fetchval("select max(lower(recorded)) from assertion")
    await clerk.decides("令和9年12月")

    desk = replace(loaded, clock=lambda: instant + timedelta(hours=2))
    http = app.http(desk, Settings(), SignIn(ISSUER, AUDIENCE, str(issuer.keys)))
    async with AsyncClient(transport=ASGITransport(http), base_url="http://roadmap") as later:
        past = await ask(later, valid="2026-11-23", known=instant.isoformat())
        now = await ask(later)

    assert entries(past) == entries(first) != entries(now)
    assert "immutable" in past.headers["cache-control"]


def entries(answer: Response) -> bytes:
    """The file without its head, which has its own address."""
    return answer.content[answer.content.index(b"BEGIN:VEVENT") :]


@pytest.mark.parametrize(
    ("asked", "status", "told"),
    [
        ({"initiative": "9-9"}, 400, "2-1"),
        ({"perspective": "2-1"}, 400, "perspective: 1, 2, 3"),
        ({"milestone": "ms-mars"}, 400, "ms-std20"),
        ({"layer": "weather"}, 400, "periods"),
        ({"valid": "mars"}, 400, "2026-06"),
    ],
)
async def test_what_is_not_there_is_refused_with_what_is(
    client: AsyncClient, asked: dict[str, str], status: int, told: str
):
    answer = await client.get(PATH, params=asked)

    assert answer.status_code == status
    assert told in answer.text


async def test_before_anything_was_loaded_the_calendar_is_empty(
    client: AsyncClient,
):
    answer = await ask(client, known=datetime(2020, 1, 1, tzinfo=UTC).isoformat())

    assert answer.text.startswith("BEGIN:VCALENDAR")
    assert "BEGIN:VEVENT" not in answer.text


async def test_what_is_asked_again_is_the_same_file_and_each_address_its_own(client: AsyncClient):
    first, again = await ask(client), await ask(client)
    other = await ask(client, valid="2026")
    day = await ask(client, valid="2026-12-31")

    assert first.content == again.content
    assert entries(other) == entries(day)
    assert other.content != day.content
