"""What loading a plan over what is known would change, and when it is refused."""

from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest

from roadmap.domain import (
    ActualDiffers,
    Answer,
    Assertion,
    Base,
    DecidedBefore,
    Decision,
    DecisionNeeded,
    ItemInUse,
    KindIsFixed,
    NotYet,
    OtherCity,
    Overtaken,
    Plan,
    QuestionsOpen,
    RevisionIsFixed,
    RevisionsMustFollow,
    RevisionTooOld,
    UnfitDecision,
    Valid,
    as_promised,
    dry_run,
    read_date,
    read_plan,
    told_of,
)

FILES = Path(__file__).parents[3] / "examples" / "plans" / "999999"
CITY = "999999"


def read(name: str) -> Plan:
    path = FILES / name
    return read_plan(path.read_bytes(), path.name)


FIRST, SECOND = read("plan_r1.yaml"), read("plan_r2.yaml")
NOTHING = Base(
    revisions={},
    newest=None,
    tracked_since=None,
    nodes=(),
    kinds={},
    versions={},
    observed=frozenset(),
)
LOADED = Base(
    revisions={FIRST.revision.revision_id: FIRST.sha256},
    newest=FIRST.revision.in_force_from,
    tracked_since=FIRST.revision.in_force_from,
    nodes=FIRST.nodes,
    kinds={node.node_id: node.kind for node in FIRST.nodes},
    versions={node.node_id: 1 for node in FIRST.nodes},
    observed=frozenset(),
    extras=FIRST.extras,
    title=FIRST.revision.source.title,
)
TODAY = date(2026, 11, 23)
DECISION = Decision(body="見本市長", taken_on=date(2026, 11, 20), chosen="改訂する", reason="遅れ")


def unrelated(run_of: Base = LOADED) -> tuple[Answer, ...]:
    asked = dry_run(SECOND, run_of, CITY).diff.open
    return tuple(Answer(kind="unrelated", old=(each.gone,)) for each in asked)


def test_the_first_plan_is_history_and_needs_no_decision():
    run = dry_run(FIRST, NOTHING, CITY)

    assert (run.news, run.history, run.first) == (True, True, True)
    run.refuse_future(date(2026, 11, 23))
    assert {change.kind for change in run.diff.changes} == {"added"}
    run.refuse_unready(None, TODAY)


def test_the_same_plan_again_is_no_news():
    run = dry_run(FIRST, LOADED, CITY)

    assert (run.news, run.diff.changes, run.diff.open) == (False, (), ())


def test_a_later_revision_needs_answers_and_then_a_decision():
    asked, answered = (
        dry_run(SECOND, LOADED, CITY),
        dry_run(SECOND, LOADED, CITY, answers=unrelated()),
    )

    with pytest.raises(QuestionsOpen):
        asked.refuse_unready(DECISION, TODAY)
    with pytest.raises(DecisionNeeded):
        answered.refuse_unready(None, TODAY)
    answered.refuse_unready(DECISION, TODAY)


@pytest.mark.parametrize(
    ("decision", "refusal"),
    [
        (replace(DECISION, effect="none"), UnfitDecision),
        (replace(DECISION, effect="stop"), UnfitDecision),
        (replace(DECISION, about=("ms-write-free",), decision_id=1), UnfitDecision),
        (replace(DECISION, taken_on=date(2024, 2, 29)), DecidedBefore),
    ],
)
def test_a_revision_is_loaded_by_a_decision_about_the_plan_that_is_newer_than_what_it_revises(
    decision: Decision, refusal: type[Exception]
):
    with pytest.raises(refusal):
        dry_run(SECOND, LOADED, CITY, answers=unrelated()).refuse_unready(decision, TODAY)


def test_over_a_revision_that_is_to_begin_another_is_loaded_by_a_decision_of_any_day_until_then():
    ahead = replace(LOADED, newest=date(2024, 4, 1))
    run = dry_run(SECOND, ahead, CITY, answers=unrelated())

    run.refuse_unready(replace(DECISION, taken_on=date(2024, 3, 1)), date(2024, 3, 31))

    with pytest.raises(DecidedBefore):
        run.refuse_unready(replace(DECISION, taken_on=date(2024, 3, 1)), date(2024, 4, 1))


@pytest.mark.parametrize("about", [(), ("plan", "ms-write-free")])
def test_a_decision_on_record_about_the_plan_or_about_nothing_by_name_loads_it(
    about: tuple[str, ...],
):
    recorded = replace(DECISION, about=about, decision_id=1)

    dry_run(SECOND, LOADED, CITY, answers=unrelated()).refuse_unready(recorded, TODAY)


def test_a_fingerprint_is_of_the_plan_of_what_it_is_loaded_over_and_of_the_answers():
    changed = replace(LOADED, versions={**LOADED.versions, "plan": 2})

    prints = {
        dry_run(SECOND, LOADED, CITY).fingerprint,
        dry_run(SECOND, LOADED, CITY, answers=unrelated()).fingerprint,
        dry_run(SECOND, changed, CITY).fingerprint,
        dry_run(SECOND, replace(LOADED, blanked=1), CITY).fingerprint,
        dry_run(FIRST, NOTHING, CITY).fingerprint,
    }

    assert len(prints) == 5
    assert dry_run(SECOND, LOADED, CITY).fingerprint in prints


@pytest.mark.parametrize(
    ("plan", "base", "city", "refusal"),
    [
        (FIRST, NOTHING, "042111", OtherCity),
        (replace(FIRST, sha256="0" * 64), LOADED, CITY, RevisionIsFixed),
        (SECOND, NOTHING, CITY, RevisionsMustFollow),
        (SECOND, replace(LOADED, newest=date(2100, 1, 1)), CITY, RevisionTooOld),
        (SECOND, replace(LOADED, kinds={SECOND.nodes[1].node_id: "step"}), CITY, KindIsFixed),
    ],
)
def test_what_can_never_be_loaded_is_refused(
    plan: Plan, base: Base, city: str, refusal: type[Exception]
):
    with pytest.raises(refusal):
        dry_run(plan, base, city)


def test_an_item_about_which_something_is_on_record_is_not_dropped_in_silence():
    gone = next(node.node_id for node in FIRST.nodes if node.kind == "item")
    without = tuple(node for node in SECOND.nodes if node.node_id != gone)

    with pytest.raises(ItemInUse, match=gone):
        dry_run(replace(SECOND, nodes=without), replace(LOADED, observed=frozenset([gone])), CITY)


MILESTONE = next(node for node in FIRST.nodes if node.kind == "milestone" and node.due)
DUE = Assertion(
    subject_id=MILESTONE.node_id,
    attr="due",
    asserter="plan",
    value=read_date("令和12年12月"),
    undated_reason=None,
    mark="X",
    evidence=(),
    valid=Valid(since=date(2026, 11, 20)),
    decision_id=1,
)
ACTUAL = replace(DUE, attr="actual", asserter="city", value=read_date("令和8年11月20日"))


def test_what_takes_a_decision_back_needs_one_whenever_it_is_from():
    """A text from before tracking began is history, unless a decision since then said otherwise."""
    later = replace(LOADED, tracked_since=date(2026, 11, 23))
    nodes = tuple(as_promised(n, [DUE]) if n is MILESTONE else n for n in FIRST.nodes)
    decided = replace(
        later, nodes=nodes, decided={MILESTONE.node_id: replace(DECISION, decision_id=1)}
    )

    assert dry_run(SECOND, later, CITY, answers=unrelated()).history
    assert not dry_run(SECOND, decided, CITY, answers=unrelated(decided)).history


def test_a_date_that_a_decision_moved_is_what_a_revision_is_compared_with():
    node = as_promised(MILESTONE, [DUE])

    assert node.due
    assert node.due.value == DUE.value
    assert as_promised(MILESTONE, []) == MILESTONE


def happened(node_id: str) -> Base:
    nodes = [
        as_promised(node, [ACTUAL]) if node.node_id == node_id else node for node in FIRST.nodes
    ]
    return replace(LOADED, nodes=tuple(nodes))


def test_what_happened_since_is_no_difference_when_the_text_is_silent_about_it():
    living = {node.node_id for node in SECOND.nodes}
    node_id = next(
        n.node_id
        for n in FIRST.nodes
        if n.kind == "milestone" and n.node_id in living and not n.actual
    )

    changes = dry_run(SECOND, happened(node_id), CITY).diff.changes

    assert not [each for each in changes if each.node_id == node_id and "actual" in each.fields]


def test_a_text_that_gives_another_day_than_the_record_is_refused():
    living = {node.node_id: node for node in SECOND.nodes}
    node = next(
        n for n in FIRST.nodes if n.kind == "milestone" and n.node_id in living and not n.actual
    )
    said = as_promised(living[node.node_id], [replace(ACTUAL, value=read_date("令和8年11月19日"))])
    plan = replace(
        SECOND, nodes=tuple(said if n.node_id == node.node_id else n for n in SECOND.nodes)
    )

    with pytest.raises(ActualDiffers, match="2026-11-19"):
        dry_run(plan, happened(node.node_id), CITY)


def test_a_change_is_told_in_the_words_and_dates_of_the_plan():
    changes = dry_run(SECOND, LOADED, CITY).diff.changes
    moved = next(each for each in changes if each.kind == "moved" and each.fields == ("due",))
    added = next(each for each in changes if each.kind == "added")

    before, after = told_of(moved)
    assert before != after
    assert (told_of(added)[0], told_of(added)[1]) == (None, added.after and added.after.label)


def test_what_came_to_be_known_had_nothing_before_it():
    changes = dry_run(SECOND, LOADED, CITY).diff.changes
    reached = next(each for each in changes if each.fields == ("actual",))

    assert told_of(reached) == (None, "2024-10")


def test_what_a_revision_changes_beside_its_tree_is_part_of_what_it_changes():
    run = dry_run(replace(SECOND, nodes=FIRST.nodes), LOADED, CITY)

    assert run.diff.changes == ()
    assert {"moved", "added", "removed"} <= {each.kind for each in run.diff.extras}
    assert not run.first


def test_a_plan_that_tells_as_done_what_lies_ahead_is_refused():
    done = replace(ACTUAL, value=read_date("令和13年4月"))
    nodes = tuple(
        as_promised(n, [done]) if n.node_id == MILESTONE.node_id else n for n in FIRST.nodes
    )

    with pytest.raises(NotYet, match="2031-04"):
        dry_run(replace(FIRST, nodes=nodes), NOTHING, CITY).refuse_future(date(2026, 11, 23))


def test_what_may_have_begun_after_tracking_did_is_no_history():
    begun = FIRST.revision.adopted.hi
    assert begun

    assert not dry_run(FIRST, replace(NOTHING, tracked_since=begun), CITY).history


def test_a_text_that_gives_the_same_day_as_the_record_is_no_difference():
    living = {node.node_id: node for node in SECOND.nodes}
    node = next(
        n for n in FIRST.nodes if n.kind == "milestone" and n.node_id in living and not n.actual
    )
    said = as_promised(living[node.node_id], [ACTUAL])
    plan = replace(
        SECOND, nodes=tuple(said if n.node_id == node.node_id else n for n in SECOND.nodes)
    )

    changes = dry_run(plan, happened(node.node_id), CITY).diff.changes

    assert not [
        each for each in changes if each.node_id == node.node_id and "actual" in each.fields
    ]


def test_a_plan_is_loaded_over_what_it_was_compared_with_and_with_the_answers_that_were_given():
    run = dry_run(SECOND, LOADED, CITY)
    run.refuse_overtaken(LOADED.state, ())

    moved = replace(LOADED, versions={**LOADED.versions, FIRST.nodes[0].node_id: 99}).state
    for state, answers in ((moved, ()), (LOADED.state, unrelated())):
        with pytest.raises(Overtaken):
            run.refuse_overtaken(state, answers)
