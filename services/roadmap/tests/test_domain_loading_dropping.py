"""When a plan may be loaded over what is known, and when not."""

from datetime import date
from pathlib import Path

import pytest

from roadmap.domain import Answer, DryRun, ItemInUse, dry_run, read_plan
from roadmap.domain.loading import Base

FILES = Path(__file__).parents[3] / "examples" / "plans" / "999999"
FIRST, SECOND = (
    read_plan((FILES / name).read_bytes(), name) for name in ("plan_r1.yaml", "plan_r2.yaml")
)
ASKED, UNASKED = "write-free", "shop-data"


def run(observed: str, *answers: Answer) -> DryRun:
    """The second plan over the first, with something on record about one node."""
    base = Base(
        revisions={FIRST.revision.revision_id: FIRST.sha256},
        newest=FIRST.revision.in_force_from,
        tracked_since=date(2026, 11, 23),
        nodes=FIRST.nodes,
        kinds={},
        versions={},
        observed=frozenset([observed]),
    )
    return dry_run(SECOND, base, "999999", answers=answers)


def test_what_is_on_record_is_not_dropped():
    with pytest.raises(ItemInUse):
        run(UNASKED)


def test_what_is_on_record_may_be_gone_while_it_is_asked_what_became_of_it():
    assert ASKED in {question.gone for question in run(ASKED).diff.open}


def test_what_is_on_record_may_live_on_under_other_names():
    parts = ("write-free-hall", "write-free-branches")

    answered = run(ASKED, Answer(kind="split", old=(ASKED,), new=parts))

    assert ASKED not in {question.gone for question in answered.diff.open}


def test_what_is_on_record_is_not_dropped_by_an_answer():
    with pytest.raises(ItemInUse):
        run(ASKED, Answer(kind="unrelated", old=(ASKED,)))
