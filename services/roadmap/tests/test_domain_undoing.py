"""What a new text takes back of what was decided on dates, told before it is loaded."""

from dataclasses import replace
from datetime import date

from small_plans import changed

from roadmap.domain import (
    Answer,
    Assertion,
    Base,
    Decision,
    Node,
    Plan,
    Valid,
    as_promised,
    dry_run,
    read_date,
    read_plan,
    told_of,
)

FIRST = read_plan(changed(), "plan.yaml")
NEXT = (
    ("id: R8", "id: R9"),
    ("supersedes: R3", "supersedes: R8"),
    ("令和８年 3 月", "令和８年 12 月"),
)
AGAIN = read_plan(changed(*NEXT), "plan.yaml")
MOVED = Decision(
    body="岩沼市長", taken_on=date(2026, 11, 20), chosen="改める", reason="遅れ", decision_id=1
)
STOP = replace(MOVED, effect="stop", chosen="やめる", decision_id=2)
ROW = Assertion(
    subject_id="ms-std20",
    attr="due",
    asserter="plan",
    value=read_date("令和9年12月"),
    undated_reason=None,
    mark="X",
    evidence=(),
    valid=Valid(since=date(2026, 11, 20)),
    decision_id=1,
)
STOPPED = replace(ROW, value=None, undated_reason="方針が変わったため", mark="N", decision_id=2)


def base(row: Assertion, decision: Decision, over: Plan = FIRST) -> Base:
    """The first plan, with one date that came by a decision."""
    return Base(
        revisions={"R8": FIRST.sha256},
        newest=FIRST.revision.in_force_from,
        tracked_since=FIRST.revision.in_force_from,
        nodes=tuple(
            as_promised(n, [row], decision) if n.node_id == row.subject_id else n
            for n in over.nodes
        ),
        kinds={},
        versions={},
        observed=frozenset(),
        title=FIRST.revision.source.title,
        decided={row.subject_id: decision},
    )


def due(node: Node) -> str | None:
    return node.due.value.edtf if node.due and node.due.value else None


def test_a_date_that_goes_back_is_told_with_the_decision_that_moved_it():
    run = dry_run(AGAIN, base(ROW, MOVED), "042111")

    (undoing,) = run.undoes
    (change,) = run.diff.changes
    assert (undoing.decision, undoing.revives, due(undoing.node)) == (MOVED, False, "2027-09")
    assert undoing.before.value == ROW.value
    assert undoing.after == undoing.node.due
    assert (change.kind, change.fields) == ("moved", ("due",))


def test_what_was_stopped_comes_back_and_was_stopped_before_whatever_the_reason():
    run = dry_run(AGAIN, base(STOPPED, STOP), "042111")

    (undoing,) = run.undoes
    (change,) = run.diff.changes
    assert (undoing.revives, undoing.before.value) == (True, None)
    assert told_of(change) == ("中止", "2027-09")


def test_what_was_stopped_comes_back_without_a_date_too():
    undated = 'due: {text: null, mark: "N", lines: null, undated_reason: 未定}'
    old = 'due: {text: 令和９年（2027 年）９月, edtf: "2027-09", mark: "S", lines: "1133"}'
    after = read_plan(changed(*NEXT, (old, undated)), "plan.yaml")

    (undoing,) = dry_run(after, base(STOPPED, STOP), "042111").undoes

    assert undoing.revives
    assert due(undoing.node) is None


def test_a_text_that_states_what_was_decided_takes_nothing_back():
    follows = changed(
        *NEXT, ("令和９年（2027 年）９月", "令和９年（2027 年）12月"), ("2027-09", "2027-12")
    )

    assert dry_run(read_plan(follows, "plan.yaml"), base(ROW, MOVED), "042111").undoes == ()


def test_what_lives_on_under_another_id_is_told_and_what_is_left_out_is_removed():
    text = changed(*NEXT, ("id: ms-std20", "id: ms-new"))
    renamed, over = read_plan(text, "plan.yaml"), base(ROW, MOVED)
    answer = Answer(kind="replaced", old=("ms-std20",), new=("ms-new",))

    (undoing,) = dry_run(renamed, over, "042111", answers=[answer]).undoes

    assert undoing.node.node_id == "ms-new"
    assert dry_run(renamed, over, "042111").undoes == ()


def test_the_same_text_again_takes_nothing_back():
    assert dry_run(FIRST, base(ROW, MOVED), "042111").undoes == ()
