"""What was recorded about dates, told instant by instant."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

from roadmap.domain import (
    Assertion,
    At,
    Decision,
    Evidence,
    Recorded,
    Recording,
    Valid,
    gathered,
    known_by,
    read_date,
    recordings,
)

MONDAY = datetime(2026, 6, 1, tzinfo=UTC)
TUESDAY, WEDNESDAY = MONDAY + timedelta(days=1), MONDAY + timedelta(days=2)
DECISION = Decision(
    body="デジタル化推進本部",
    taken_on=date(2026, 6, 2),
    chosen="期限を12月に改める",
    reason="ベンダーの人員が足りないため",
    decision_id=3,
)
DUE = Assertion(
    subject_id="ms-std20",
    attr="due",
    asserter="plan",
    value=read_date("令和9年9月"),
    undated_reason=None,
    mark="S",
    evidence=(Evidence(source="岩沼市デジタル化推進計画", mark="S", lines="1133"),),
    valid=Valid(since=date(2026, 3, 1)),
    revision_id="R8",
    assertion_id=1,
    recorded=Recorded(since=MONDAY),
)
CLOSED = replace(DUE, recorded=Recorded(since=MONDAY, until=TUESDAY))
KEPT = replace(
    DUE,
    valid=Valid(since=date(2026, 3, 1), until=date(2026, 6, 2)),
    assertion_id=2,
    recorded=Recorded(since=TUESDAY),
)
MOVED = replace(
    DUE,
    value=read_date("令和9年12月"),
    revision_id=None,
    decision_id=3,
    valid=Valid(since=date(2026, 6, 2)),
    assertion_id=3,
    recorded=Recorded(since=TUESDAY),
)
ACTUAL = replace(
    DUE, attr="actual", asserter="city", revision_id=None, value=read_date("令和8年5月")
)


def told(*rows: Assertion, known: datetime | None = None) -> list[Recording]:
    return recordings(rows, {3: DECISION}, known)


def test_what_a_plan_states_is_the_first_that_is_told():
    (only,) = told(DUE)

    assert (only.kind, only.at, only.before, only.after) == ("stated", MONDAY, None, DUE)
    assert only.slip is None
    assert not only.correction


def test_a_move_by_a_decision_is_told_once_and_newest_first():
    move, first = told(CLOSED, KEPT, MOVED)

    assert (move.kind, move.before, move.after) == ("decided", CLOSED, MOVED)
    assert move.decision == DECISION
    assert move.slip
    assert move.slip.text == "+3か月"
    assert first.kind == "stated"


def test_what_was_recorded_later_is_not_told_of_an_earlier_moment():
    (only,) = told(CLOSED, KEPT, MOVED, known=MONDAY)

    assert (only.kind, only.after) == ("stated", CLOSED)


def test_a_correction_is_no_revision_also_of_a_date_that_a_decision_moved():
    wrong = replace(MOVED, recorded=Recorded(since=TUESDAY, until=WEDNESDAY))
    right = replace(
        MOVED,
        value=read_date("令和9年11月"),
        corrects=3,
        why="写し間違い",
        assertion_id=4,
        recorded=Recorded(since=WEDNESDAY),
    )

    newest = told(CLOSED, KEPT, wrong, right)[0]

    assert (newest.kind, newest.before, newest.after) == ("corrected", wrong, right)
    assert (newest.correction, newest.why) == (True, "写し間違い")


def test_what_was_never_so_is_taken_back():
    span = Recorded(since=MONDAY, until=TUESDAY)
    never = replace(ACTUAL, recorded=span, taken_back="別の節目のこと")

    back, reached = told(never)

    assert (back.kind, back.after, back.said) == ("withdrawn", None, never)
    assert (back.correction, back.why) == (True, "別の節目のこと")
    assert (reached.kind, reached.why) == ("reached", None)


def test_what_a_revision_states_is_its_own_word_also_if_it_was_decided():
    restated = replace(MOVED, revision_id="R9")

    newest = told(CLOSED, KEPT, restated)[0]

    assert (newest.kind, newest.decision, newest.stopped) == ("revised", DECISION, False)


def test_a_stop_is_told_as_one():
    stop = replace(MOVED, value=None, undated_reason="取りやめ", mark="N")

    newest = recordings((CLOSED, KEPT, stop), {3: replace(DECISION, effect="stop")})[0]

    assert (newest.kind, newest.stopped) == ("decided", True)


def test_a_move_begins_on_the_day_from_which_the_new_date_holds():
    moved = told(CLOSED, KEPT, replace(MOVED, valid=Valid(since=date(2027, 4, 1))))[0]

    assert moved.begins == date(2027, 4, 1)


def test_a_promise_that_a_revision_leaves_out_ends():
    ended, _ = told(CLOSED, KEPT)

    assert (ended.kind, ended.said) == ("ended", CLOSED)
    assert ended.valid == KEPT.valid
    assert ended.begins == date(2026, 6, 2)


def test_a_revision_replaces_a_promise_even_if_another_makes_it():
    restated = replace(
        MOVED, asserter="nation", revision_id="R9", decision_id=None, value=read_date("令和10年3月")
    )

    newest = told(CLOSED, KEPT, restated)[0]

    assert (newest.kind, newest.decision) == ("revised", None)
    assert newest.before == CLOSED


def test_reports_of_two_sources_stand_beside_one_another():
    ministry = replace(ACTUAL, attr="reported", asserter="mic", assertion_id=7)
    agency = replace(ministry, asserter="digital-agency", assertion_id=8)

    assert [each.kind for each in told(ministry, agency)] == ["reported", "reported"]


def test_what_one_source_first_reports_of_many_things_is_taken_together():
    tax, care, roads = (
        replace(
            ACTUAL, attr="reported", asserter="mic", subject_id=name, recorded=Recorded(since=at)
        )
        for name, at in (("tax", MONDAY), ("care", TUESDAY), ("roads", WEDNESDAY))
    )
    elsewhere = replace(tax, subject_id="land", evidence=())

    groups = gathered(told(tax, care, elsewhere, roads, ACTUAL))

    about = [[each.said.subject_id for each in group] for group in groups]
    assert about == [["roads", "care", "tax"], ["ms-std20"], ["land"]]


def test_a_report_that_replaces_another_stands_alone():
    before = replace(ACTUAL, attr="reported", recorded=Recorded(since=MONDAY, until=TUESDAY))
    anew = replace(before, value=read_date("令和8年7月"), recorded=Recorded(since=TUESDAY))

    assert [len(group) for group in gathered(told(before, anew))] == [1, 1]


def test_a_statement_that_was_never_recorded_is_not_told():
    assert told(replace(DUE, recorded=None)) == []


def test_what_was_taken_back_later_was_believed_then():
    rows = (CLOSED, KEPT, MOVED)

    then = known_by(rows, At(day=date(2026, 6, 1), known=MONDAY))
    now = known_by(rows, At(day=date(2026, 6, 1)))

    assert then == [DUE]
    assert now == list(rows)


def test_of_a_day_that_is_asked_for_only_what_had_begun_is_told():
    day = At(day=date(2026, 6, 1), valid_asked="2026-06-01")

    assert known_by((CLOSED, KEPT, MOVED), day) == [CLOSED, KEPT]


def test_a_statement_that_is_not_kept_yet_has_no_past():
    draft = replace(DUE, recorded=None)

    assert draft.as_known(MONDAY) == draft
    assert known_by((draft,), At(day=date(2026, 6, 1))) == []
