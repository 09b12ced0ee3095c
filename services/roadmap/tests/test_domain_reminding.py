"""When a deadline day that comes near is told, and when nothing is."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given, strategies as st
from promised import DUE, STANDARDIZATION

from roadmap.domain import (
    OVER,
    read_date,
    reminder,
)

DEADLINE = date(2027, 9, 30)


@pytest.mark.parametrize(
    ("left", "told", "threshold"),
    [
        (181, set[int](), None),
        (180, set[int](), 180),
        (179, {180}, None),
        (60, set[int](), 90),
        (0, {180, 90, 30}, 7),
        (0, {180, 90, 30, 7}, None),
        (-1, {180, 90, 30, 7}, OVER),
        (-400, {OVER}, None),
    ],
)
def test_the_nearest_threshold_that_was_passed_is_told_once(
    left: int, told: set[int], threshold: int | None
):
    due = reminder(STANDARDIZATION, told, DEADLINE - timedelta(days=left))

    assert (due.threshold if due else None) == threshold


def test_what_was_passed_during_a_pause_is_not_told_afterwards():
    due = reminder(STANDARDIZATION, set[int](), DEADLINE - timedelta(days=20))

    assert due
    assert (due.deadline, due.threshold, due.passed) == (DEADLINE, 30, (180, 90, 30))


@pytest.mark.parametrize(
    "changed",
    [
        {"actual": replace(DUE, attr="actual", value=read_date("令和9年3月"))},
        {"removed": True},
        {"due": replace(DUE, value=None, undated_reason="未定", mark="N")},
        {"due": None},
    ],
)
@pytest.mark.parametrize("left", [1, -1])
def test_of_what_is_reached_cancelled_or_undated_nobody_is_reminded(
    changed: dict[str, object], left: int
):
    milestone = replace(STANDARDIZATION, **changed)

    assert reminder(milestone, set[int](), DEADLINE - timedelta(days=left)) is None


def test_what_was_over_before_anybody_watched_is_not_told_as_missed():
    late = replace(STANDARDIZATION, known_since=datetime(2028, 1, 1, tzinfo=UTC))

    assert reminder(late, set[int](), date(2028, 1, 2)) is None


@given(st.lists(st.integers(0, 900), min_size=1, max_size=30))
def test_however_often_one_looks_each_threshold_is_told_at_most_once(days: list[int]):
    told, said = set[int](), list[int]()

    for day in sorted(days):
        due = reminder(STANDARDIZATION, told, date(2026, 4, 1) + timedelta(days=day))
        if due:
            said.append(due.threshold)
            told |= set(due.passed)

    assert said == sorted(set(said), reverse=True)
