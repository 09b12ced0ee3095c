"""How often a node changed visibly, and when last: what only states the same again is no change."""

from dataclasses import replace
from datetime import UTC, date, datetime

import pytest

from roadmap.domain import At, Held, Trace, traced

FIRST, SECOND, THIRD, FOURTH = (datetime(2026, 11, day, tzinfo=UTC) for day in (1, 2, 3, 4))
NOW = At(day=date(2026, 11, 20))
STATED = Held(
    node_id="a",
    part="due plan",
    since=FIRST,
    until=SECOND,
    valid_since=date(2026, 3, 1),
    valid_until=None,
    words="2027-09",
)
UNTIL = replace(STATED, since=SECOND, until=None, valid_until=date(2026, 11, 2))
AGAIN = replace(UNTIL, valid_since=date(2026, 11, 2), valid_until=None)
REVISED = [STATED, UNTIL, AGAIN]


@pytest.mark.parametrize(
    ("rows", "changes", "changed"),
    [
        ([replace(STATED, until=None)], 0, FIRST),
        (REVISED, 0, FIRST),
        ([STATED, UNTIL, replace(AGAIN, words="2027-12")], 1, SECOND),
        ([STATED, UNTIL], 1, SECOND),
        ([*REVISED, replace(STATED, part="text", words="期限", until=None)], 0, FIRST),
        ([*REVISED, replace(AGAIN, part="text", words="期限", since=THIRD)], 2, THIRD),
    ],
)
def test_only_what_is_seen_counts_and_the_number_never_falls(
    rows: list[Held], changes: int, changed: datetime
):
    assert traced(rows, NOW) == {"a": Trace(changes=changes, changed=changed)}


def test_the_trace_of_a_past_moment_is_what_it_was_then():
    moved = [STATED, UNTIL, replace(AGAIN, words="2027-12", until=FOURTH)]
    first, third = (replace(NOW, known=known) for known in (FIRST, THIRD))

    assert traced(moved, first)["a"] == Trace(changes=0, changed=FIRST)
    assert traced(moved, third)["a"] == Trace(changes=1, changed=SECOND)
    assert traced(moved, NOW)["a"] == Trace(changes=2, changed=FOURTH)


def test_what_is_decided_for_a_later_day_changes_on_that_day():
    later = date(2026, 12, 15)
    moved = [
        STATED,
        replace(UNTIL, valid_until=later),
        replace(AGAIN, valid_since=later, words="2027-12"),
    ]
    then, too_early = At(day=later), replace(NOW, known=THIRD)

    assert traced(moved, NOW)["a"] == Trace(changes=0, changed=FIRST)
    assert traced(moved, too_early)["a"] == Trace(changes=0, changed=FIRST)
    assert traced(moved, then)["a"] == Trace(
        changes=2, changed=datetime(2026, 12, 14, 15, tzinfo=UTC)
    )
    assert traced(moved, replace(then, known=THIRD))["a"] == Trace(changes=0, changed=FIRST)
