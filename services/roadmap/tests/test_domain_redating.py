"""What is dated otherwise in one picture of the plan than in another; and which two are meant."""

from dataclasses import replace
from datetime import UTC, date, datetime

import pytest

from contracts.values import PartialDate
from roadmap.domain import (
    GENESIS,
    Ancestor,
    Assertion,
    At,
    Evidence,
    Extras,
    Milestone,
    Node,
    Picture,
    Plan,
    UnreadableMoment,
    Valid,
    before_newest,
    moment_of,
    read_date,
    redated,
)

NOW = datetime(2026, 11, 23, 3, 0, tzinfo=UTC)
BAR = Node(node_id="1-1-a", kind="bar", parent_id="1-1", label="導入", mark="S", lines="1")


def said(value: PartialDate | None, subject: str = "ms-open") -> Assertion:
    return Assertion(
        subject_id=subject,
        attr="due",
        asserter="plan",
        value=value,
        undated_reason=None if value else "未定",
        mark="S",
        evidence=(Evidence(source="計画", mark="S", lines="1"),),
        valid=Valid(since=date(2026, 3, 1)),
        revision_id="R8",
    )


SEPTEMBER, DECEMBER = said(read_date("令和9年9月")), said(read_date("令和9年12月"))
OPEN = Milestone(
    milestone_id="ms-open",
    label="開始",
    kind="planned",
    parents=(Ancestor(node_id="plan", label="計画"),),
    wording=None,
    due=SEPTEMBER,
    actual=None,
    revision_id="R8",
    known_since=datetime(2026, 4, 1, tzinfo=UTC),
    promises=(SEPTEMBER,),
)
SEEN = Picture(
    at=At(day=date(2026, 11, 23)),
    revisions=(),
    extras=Extras(),
    nodes=(BAR,),
    milestones=(OPEN,),
    extents={},
    head=GENESIS,
    earliest=None,
    latest=None,
)


def test_the_same_picture_differs_in_nothing():
    assert redated(SEEN, SEEN) == []


def test_a_moved_promise_is_told_with_how_far_it_moved():
    later = replace(SEEN, milestones=(replace(OPEN, due=DECEMBER),))

    (move,) = redated(SEEN, later)

    assert (move.kind, move.before, move.after) == ("due", SEPTEMBER, DECEMBER)
    assert move.slip
    assert move.slip.text == "+3か月"


def test_what_happened_meanwhile_is_told_with_the_status_that_follows():
    happened = replace(OPEN, actual=replace(SEPTEMBER, attr="actual"))

    fact, status = redated(SEEN, replace(SEEN, milestones=(happened,)))

    assert (fact.kind, fact.before, fact.slip) == ("actual", None, None)
    assert status.statuses == ("planned", "reached")


def test_a_date_that_was_taken_back_has_not_moved_by_any_time():
    undated = replace(OPEN, due=said(None))

    move, _ = redated(SEEN, replace(SEEN, milestones=(undated,)))

    assert (move.kind, move.slip) == ("due", None)


def test_an_extent_that_was_written_down_meanwhile_is_told():
    written = said(read_date("令和9年度"), "1-1-a")

    (extent,) = redated(SEEN, replace(SEEN, extents={"1-1-a": written}))

    assert (extent.kind, extent.label, extent.after) == ("extent", "導入", written)


def test_what_stands_in_one_picture_only_is_dated_in_none():
    new = replace(SEEN, extents={"1-1-a": said(read_date("令和9年度"), "1-1-a")})

    assert redated(replace(SEEN, nodes=(), milestones=()), new) == []


def test_a_version_is_its_first_day_and_the_one_before_is_set_beside_the_present(
    plans: list[Plan],
):
    known = [plans[1].revision, plans[0].revision]

    assert moment_of("R8", known, NOW).day == date(2026, 3, 1)
    assert before_newest(known, NOW).day == date(2021, 9, 1)
    assert before_newest(known[:1], NOW).day == date(2026, 11, 23)


def test_a_day_is_meant_by_what_is_known_now_and_an_instant_on_both_clocks():
    day = moment_of("2026-06-01", (), NOW)
    instant = moment_of("2026-06-01T20:00:00Z", (), NOW)

    assert (day.day, day.known) == (date(2026, 6, 1), None)
    assert instant.day == date(2026, 6, 2)
    assert instant.known == datetime(2026, 6, 1, 20, tzinfo=UTC)


def test_what_is_no_moment_is_refused():
    with pytest.raises(UnreadableMoment):
        moment_of("R9", (), NOW)
