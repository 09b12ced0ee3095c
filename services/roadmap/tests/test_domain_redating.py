"""What is dated otherwise in one picture of the plan than in another; which two are meant; and both at once."""

from dataclasses import replace
from datetime import UTC, date, datetime

import pytest

from contracts.values import PartialDate
from roadmap.domain import (
    GENESIS,
    Ancestor,
    Answer,
    Assertion,
    At,
    Evidence,
    Extras,
    Milestone,
    Node,
    Picture,
    Plan,
    UnreadableSide,
    Valid,
    before_newest,
    moment_of,
    newest,
    read_date,
    redated,
    side_by_side,
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
    assert newest(known, NOW).day == date(2026, 3, 1)
    assert newest((), NOW).day == date(2026, 11, 23)


def test_a_day_is_meant_by_what_is_known_now_and_an_instant_on_both_clocks():
    day = moment_of("2026-06-01", (), NOW)
    instant = moment_of("2026-06-01T20:00:00Z", (), NOW)

    assert (day.day, day.known) == (date(2026, 6, 1), None)
    assert instant.day == date(2026, 6, 2)
    assert instant.known == datetime(2026, 6, 1, 20, tzinfo=UTC)


def test_what_is_no_moment_is_refused():
    with pytest.raises(UnreadableSide) as refused:
        moment_of("R9", (), NOW)

    assert refused.value.detail == "from=R9; revisions: "


ROOT = Node(node_id="plan", kind="plan", parent_id=None, label="計画", mark="S", lines="1")
WHOLE = replace(SEEN, nodes=(ROOT, BAR))


def test_pictures_of_one_plan_are_compared_and_a_status_alone_has_not_moved(plans: list[Plan]):
    later = replace(WHOLE, milestones=(replace(OPEN, due=DECEMBER),))
    over = replace(WHOLE, at=At(day=date(2028, 1, 1)))

    assert side_by_side(WHOLE, later, {}).moved
    assert [each.kind for each in side_by_side(WHOLE, over, {}).redatings] == ["status"]
    assert not side_by_side(WHOLE, over, {}).moved


def test_why_two_pictures_cannot_be_compared_is_told(plans: list[Plan]):
    empty = replace(WHOLE, nodes=(), milestones=(), revisions=[plans[0].revision])
    early = At(day=date(2026, 11, 23), known=datetime(2020, 1, 1, tzinfo=UTC))
    nothing = replace(empty, revisions=(), at=early, earliest=NOW)

    assert "The text of R3 is not at hand" in (side_by_side(empty, WHOLE, {}).because or "")
    assert "Nothing was known yet" in (side_by_side(nothing, WHOLE, {}).because or "")
    assert "No plan was in force on 2026-11-23" in (
        side_by_side(WHOLE, replace(nothing, earliest=None), {}).because or ""
    )


def test_what_was_answered_for_the_revisions_between_is_applied_whichever_side_is_older(
    plans: list[Plan],
):
    old, new = plans[0].revision, plans[1].revision
    renamed = replace(BAR, node_id="1-1-z")
    before = replace(WHOLE, revisions=[old])
    after = replace(WHOLE, nodes=(ROOT, renamed), revisions=[new, old])
    answers = {"R8": (Answer(kind="replaced", old=("1-1-a",), new=("1-1-z",)),)}

    there, back = side_by_side(before, after, answers), side_by_side(after, before, answers)
    asked = side_by_side(before, after, {})

    assert [(each.kind, each.node_id) for each in there.diff.changes] == [("renamed", "1-1-a")]
    assert [(each.kind, each.node_id) for each in back.diff.changes] == [("renamed", "1-1-z")]
    assert asked.diff.open
