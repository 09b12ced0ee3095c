"""Which moment is meant by what somebody asks, on either clock."""

from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given, strategies as st

from roadmap.domain import (
    LATEST,
    NotKnownYet,
    UnreadableMoment,
    boundary,
    present,
    read_at,
    read_date,
)
from roadmap.domain.asof import SETTLED

NOW = datetime(2026, 11, 23, 3, 0, tzinfo=UTC)  # noon in the city


@pytest.mark.parametrize(
    ("valid", "day"),
    [
        ("2026-06-01", date(2026, 6, 1)),
        ("2026-06", date(2026, 6, 30)),
        ("2026", date(2026, 12, 31)),
        ("令和8年6月", date(2026, 6, 30)),
        ("令和8年度", date(2027, 3, 31)),
        ("2030-01-01", date(2030, 1, 1)),
    ],
)
def test_of_what_was_in_force_the_last_day_counts(valid: str, day: date):
    at = read_at(valid, None, NOW)

    assert (at.day, at.known, at.asked) == (day, None, True)


def test_of_a_day_on_which_something_was_known_its_end_in_the_city_counts():
    at = read_at(None, "2026-06-01", NOW)

    assert at.known == datetime(2026, 6, 1, 14, 59, 59, 999999, tzinfo=UTC)
    assert at.day == date(2026, 11, 23)


def test_of_today_all_that_is_known_counts():
    assert read_at(None, "2026-11-23", NOW).known is None


def test_an_address_may_lose_the_plus_of_an_offset():
    at = read_at(None, "2026-06-01T09:00:00 09:00", NOW)

    assert at.known == datetime(2026, 6, 1, tzinfo=UTC)


def test_nothing_asked_is_the_present():
    assert read_at(None, None, NOW) == present(NOW)
    assert read_at("", "", NOW) == present(NOW)
    assert not present(NOW).asked


@pytest.mark.parametrize("valid", ["gestern", "2026/2027", "2015/..", "9月", "2026-13", "9" * 200])
def test_what_is_no_day_month_or_year_is_refused(valid: str):
    with pytest.raises(UnreadableMoment):
        read_at(valid, None, NOW)


@pytest.mark.parametrize(
    "known",
    [
        "2026-06",
        "gestern",
        "2026-06-01T09:00",
        "2026-02-30",
        "0001-01-01T00:00:00+14:00",
    ],
)
def test_what_is_no_day_or_instant_is_refused(known: str):
    with pytest.raises(UnreadableMoment):
        read_at(None, known, NOW)


@pytest.mark.parametrize("known", ["2026-11-24", "2026-11-23T03:00:01Z"])
def test_what_cannot_be_known_yet_is_refused(known: str):
    with pytest.raises(NotKnownYet):
        read_at(None, known, NOW)


@pytest.mark.parametrize(
    ("known", "valid", "settled"),
    [
        ("2026-06-01", "2026-06-01", True),
        ("2026-06-01", None, False),  # what is in force today is another thing tomorrow
        (None, "2026-06-01", False),
        ("2026-11-23T02:59:00Z", "2026-06-01", False),
    ],
)
def test_an_answer_is_settled_when_no_transaction_can_change_it_any_more(
    known: str | None, valid: str | None, *, settled: bool
):
    assert read_at(valid, known, NOW).settled(NOW) is settled


def test_the_latest_is_never_settled():
    assert not LATEST.settled(NOW + SETTLED)


@pytest.mark.parametrize(
    ("adopted", "day", "said"),
    [
        ("令和8年3月", date(2026, 2, 28), "certain"),
        ("令和8年3月", date(2026, 3, 1), "uncertain"),
        ("令和8年3月", date(2026, 3, 30), "uncertain"),
        ("令和8年3月", date(2026, 3, 31), "certain"),
        ("令和8年3月5日", date(2026, 3, 5), "certain"),
        ("平成27年以降", date(2026, 3, 5), "certain"),
    ],
)
def test_within_the_span_in_which_a_revision_began_either_may_have_held(
    adopted: str, day: date, said: str
):
    assert boundary(read_date(adopted), day) == said


@given(st.dates(date(2020, 1, 1), date(2026, 11, 22)))
def test_a_day_ends_before_the_next_one_begins(day: date):
    at = read_at(day.isoformat(), day.isoformat(), NOW)

    assert at.known
    following = (at.known + timedelta(microseconds=1)).astimezone(UTC) + timedelta(hours=9)
    assert (following.date() - day, following.hour) == (timedelta(days=1), 0)
    assert at.day == day


def test_a_day_before_all_calendars_of_ours_is_before_all_knowledge():
    assert read_at(None, "0001-01-01", NOW).known


def test_what_was_known_then_is_past_and_what_was_in_force_then_is_not():
    assert read_at(None, "2026-06-01", NOW).past
    assert not read_at("2026-06-01", None, NOW).past
