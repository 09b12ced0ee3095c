"""What a calendar makes of dates that the shipped plan does not have."""

from dataclasses import replace
from datetime import UTC, date, datetime

import pytest
from icalendar import Calendar

from contracts.values import PartialDate
from roadmap.domain import Ancestor, Assertion, At, Milestone, Trace, Valid
from roadmap.exports.calendars import Facts, calendar
from roadmap.exports.publishing import Outlet, Publisher

IWANUMA = Publisher(city="岩沼市", municipality="042111", base="https://machi.example")
OUTLET = Outlet(
    publisher=IWANUMA,
    name="岩沼市デジタル化推進計画",
    topic="",
    address=IWANUMA.address("/api/roadmap/calendar.ics"),
    about=IWANUMA.address("/plan"),
)
DUE = Assertion(
    subject_id="ms-std20",
    attr="due",
    asserter="plan",
    value=PartialDate.from_edtf("2027-09"),
    undated_reason=None,
    mark="S",
    evidence=(),
    valid=Valid(since=date(2026, 3, 1)),
    revision_id="R8",
)
STANDARDIZATION = Milestone(
    milestone_id="ms-std20",
    label="標準化対応期限",
    kind="planned",
    parents=(Ancestor(node_id="plan", label="岩沼市デジタル化推進計画"),),
    wording=None,
    due=DUE,
    actual=None,
    revision_id="R8",
    known_since=datetime(2026, 4, 1, tzinfo=UTC),
    promises=(DUE,),
)


def shown(*milestones: Milestone, layers: frozenset[str] = frozenset()) -> str:
    trace = Trace(changes=0, changed=datetime(2026, 4, 1, tzinfo=UTC))
    traces = {each.milestone_id: trace for each in milestones}
    facts = Facts(at=At(day=date(2026, 6, 1)), milestones=milestones, spans=(), traces=traces)
    return calendar(OUTLET, facts, layers).replace(b"\r\n ", b"").decode()


def due(edtf: str, precision: str | None = None) -> Milestone:
    said = replace(DUE, value=PartialDate.from_edtf(edtf, precision=precision))
    return replace(STANDARDIZATION, due=said, promises=(said,))


@pytest.mark.parametrize(
    ("wording", "status"),
    [
        (None, None),
        ("設定し", None),
        ("導入します", None),
        ("目指します", None),
        ("検討します", "TENTATIVE"),
        ("視野に入れます", "TENTATIVE"),
    ],
)
def test_what_is_only_examined_is_tentative(wording: str | None, status: str | None):
    text = shown(replace(STANDARDIZATION, wording=wording))

    assert [line for line in text.splitlines() if line.startswith("STATUS")] == (
        [f"STATUS:{status}"] if status else []
    )


def test_what_a_revision_left_out_is_cancelled_on_its_last_date():
    text = shown(replace(STANDARDIZATION, removed=True, due=None))

    assert "STATUS:CANCELLED" in text
    assert "SUMMARY:中止：標準化対応期限（令和9年9月）" in text


@pytest.mark.parametrize(
    ("edtf", "precision", "first", "after"),
    [
        ("2027-09-30", None, "20270930", "20271001"),
        ("2027-02", None, "20270201", "20270301"),
        ("2023-03", "fiscal_year_end", "20230301", "20230401"),
        ("2022-04/2022-06", "quarter", "20220401", "20220701"),
    ],
)
def test_an_entry_ends_on_the_day_after(edtf: str, precision: str | None, first: str, after: str):
    text = shown(due(edtf, precision))

    assert f"DTSTART;VALUE=DATE:{first}\r\nDTEND;VALUE=DATE:{after}" in text


@pytest.mark.parametrize(
    ("edtf", "precision", "told"),
    [
        ("2028-04/2029-03", "fiscal_year", "期間で示された節目1件"),
        ("2027", None, "期間で示された節目1件"),
        ("2026-04/..", None, "終わりの日がない節目1件"),
    ],
)
def test_what_is_left_out_is_told(edtf: str, precision: str | None, told: str):
    text = shown(due(edtf, precision))

    assert "BEGIN:VEVENT" not in text
    assert told in text


def test_a_year_is_shown_as_a_period():
    text = shown(due("2027"), layers=frozenset(["periods"]))

    assert "DTSTART;VALUE=DATE:20270101\r\nDTEND;VALUE=DATE:20280101" in text


def test_words_with_signs_of_the_format_are_read_back_as_they_were():
    label = "標準化\\対応;期限,\n「BEGIN:VEVENT」"

    text = shown(replace(STANDARDIZATION, label=label))

    calendar = Calendar.from_ical(text)
    assert isinstance(calendar, Calendar)
    (event,) = calendar.events
    assert event["SUMMARY"] == f"{label}（令和9年9月）"


def test_the_nations_date_says_whose_it_is():
    text = shown(replace(STANDARDIZATION, kind="planned_by_nation"))

    assert "DESCRIPTION:国の予定です。" in text


def test_the_last_day_of_the_calendar_has_none_after_it():
    text = shown(due("9999-12-31"))

    assert "DTSTART;VALUE=DATE:99991231" in text
    assert "DTEND" not in text
