from dataclasses import replace
from datetime import UTC, datetime, timedelta
from itertools import pairwise
from uuid import UUID

import pytest
from hypothesis import given, strategies as st

from notify.domain import (
    BULK,
    PROMPT,
    Accepted,
    Confirmation,
    Deferred,
    Delivery,
    Doubtful,
    Endpoint,
    EndpointState,
    Impossible,
    Kind,
    Notice,
    Outcome,
    Refused,
    Standing,
    after,
    delivery_of,
    obstacle,
)

MONDAY = datetime(2026, 11, 23, 3, 0, tzinfo=UTC)
NOTICE = Delivery(
    delivery_id=UUID(int=1),
    kind="notice",
    endpoint_id=7,
    notice_id=UUID(int=2),
    lane=BULK,
    attempts=1,
    doubts=0,
    expires_at=MONDAY + timedelta(days=14),
)
LETTER = replace(NOTICE, kind="confirmation", notice_id=None, lane=PROMPT)


def standing(kind: Kind, state: EndpointState | None, *, wanted: bool = True) -> Standing:
    known = state and Endpoint(endpoint_id=7, state=state, blind=b"", sealed=b"", generation=1)
    return Standing(
        delivery=replace(NOTICE, kind=kind),
        lease=UUID(int=3),
        endpoint=known or None,
        notice=None,
        wanted=wanted,
        sealed_token=None,
    )


@pytest.mark.parametrize(
    ("outcome", "state"),
    [
        (Accepted("250"), "accepted"),
        (Refused("550 5.1.1"), "refused"),
        (Impossible("other keys"), "dead"),
        (Deferred("450"), "queued"),
        (Doubtful("after the data"), "queued"),
    ],
)
def test_each_outcome_has_its_state(outcome: Outcome, state: str):
    step = after(outcome, NOTICE, now=MONDAY, luck=0.5)

    assert (step.state, step.why) == (state, outcome.why)


def test_what_is_in_doubt_is_tried_once_more_and_then_left_so():
    first = after(Doubtful(""), NOTICE, now=MONDAY, luck=0.5)
    second = after(Doubtful(""), replace(NOTICE, doubts=first.doubts), now=MONDAY, luck=0.5)

    assert (first.state, first.due_at) == ("queued", MONDAY + timedelta(minutes=10))
    assert (second.state, second.doubts) == ("uncertain", 2)


def test_a_letter_for_which_somebody_waits_is_tried_again_soon():
    step = after(Deferred(""), LETTER, now=MONDAY, luck=0.5)
    doubted = after(Doubtful(""), replace(LETTER, doubts=4), now=MONDAY, luck=0.5)

    assert step.due_at == MONDAY + timedelta(seconds=15)
    assert doubted.state == "queued"


def test_a_notice_waits_longer_each_time():
    waits = [
        after(Deferred(""), replace(NOTICE, attempts=tries), now=MONDAY, luck=0.5).due_at
        for tries in range(1, 22)
    ]

    assert waits[0] == MONDAY + timedelta(minutes=5)
    assert all(a and b and a < b for a, b in pairwise(waits))


@given(st.floats(0, 1))
def test_luck_moves_a_retry_by_a_fifth_at_most(luck: float):
    step = after(Deferred(""), NOTICE, now=MONDAY, luck=luck)

    assert step.due_at
    assert timedelta(minutes=4) <= step.due_at - MONDAY <= timedelta(minutes=6)


def test_nothing_is_tried_again_past_its_time():
    late = replace(NOTICE, expires_at=MONDAY + timedelta(minutes=1))

    assert after(Deferred(""), late, now=MONDAY, luck=0.5).state == "expired"
    assert after(Doubtful(""), late, now=MONDAY, luck=0.5).state == "uncertain"


def test_what_was_tried_often_enough_is_given_up():
    assert after(Deferred(""), replace(NOTICE, attempts=22), now=MONDAY, luck=0.5).state == "dead"


@pytest.mark.parametrize(
    ("kind", "state", "wanted", "found"),
    [
        ("notice", "active", True, None),
        ("notice", "active", False, "suppressed"),
        ("notice", "pending", True, "suppressed"),
        ("notice", "suppressed", True, "suppressed"),
        ("notice", None, True, "suppressed"),
        ("confirmation", "pending", False, None),
        ("preferences", "active", False, None),
        ("confirmation", "suppressed", False, "suppressed"),
    ],
)
def test_what_stands_in_the_way_of_a_delivery(
    kind: Kind,
    state: EndpointState | None,
    wanted: bool,
    found: str | None,
):
    assert obstacle(standing(kind, state, wanted=wanted), MONDAY) == found


def test_what_has_expired_is_never_sent():
    assert obstacle(standing("notice", "active"), NOTICE.expires_at) == "expired"


@pytest.mark.parametrize(("followed_by", "found"), [(None, None), (UUID(int=4), "expired")])
def test_a_notice_that_a_later_one_ended_is_not_sent(followed_by: UUID | None, found: str | None):
    notice = Notice(
        notice_id=UUID(int=2),
        rule="moved",
        title="期日が変わりました",
        lines=(),
        topics=("plan",),
        caused_by="1",
        about="/plan/milestones/ms-std20",
        issued_at=MONDAY,
        expires_at=NOTICE.expires_at,
        followed_by=followed_by,
    )

    assert obstacle(replace(standing("notice", "active"), notice=notice), MONDAY) == found


def test_the_id_of_a_letter_is_derived():
    assert delivery_of(b"token") == delivery_of(b"token") != delivery_of(b"another")


def test_a_confirmation_lasts_until_its_time_is_over():
    asked = Confirmation(endpoint_id=7, wanted=("plan",), expires_at=MONDAY, used_at=None)

    assert asked.lasts(MONDAY - timedelta(seconds=1))
    assert not asked.lasts(MONDAY)
