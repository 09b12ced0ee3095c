"""That the plan of another city is read as it stands: real extents, quarters, targets, two revisions."""

from pathlib import Path

import pytest

from roadmap.domain import Plan, read_plan
from roadmap.domain.reading.quoting import check_lines

CODE = "999999"
PLANS = Path(__file__).parents[3] / "examples" / "plans" / CODE
NAMES = ("plan_r1.yaml", "plan_r2.yaml")


def plan(name: str) -> Plan:
    return read_plan((PLANS / name).read_bytes(), name)


def edtf(plan: Plan, node_id: str) -> tuple[str, str]:
    (due,) = (node.due for node in plan.nodes if node.node_id == node_id)
    assert due
    assert due.value
    return due.value.edtf, due.value.precision


def test_no_city_has_the_code():
    weighted = sum(
        int(digit) * weight for digit, weight in zip(CODE, range(6, 1, -1), strict=False)
    )

    assert str(11 - weighted % 11)[-1] != CODE[-1]
    assert int(CODE[:2]) > 47


@pytest.mark.parametrize("name", NAMES)
def test_both_revisions_are_read_and_stand_at_their_lines(name: str):
    read = plan(name)

    assert read.municipality == CODE
    assert read.warnings == ()
    assert check_lines(read, (PLANS / name).with_suffix(".txt").read_text("utf-8")) == ()


def test_its_bars_have_extents_and_its_milestones_quarters():
    before, after = map(plan, NAMES)

    assert all(bar.due and bar.due.value for bar in before.of_kind("bar") + after.of_kind("bar"))
    assert edtf(before, "numbers") == ("2025-04/2025-09", "interval")
    assert edtf(before, "ms-write-free") == ("2025-07/2025-09", "quarter")
    assert edtf(after, "ms-write-free") == ("2027-01/2027-03", "quarter")


def test_its_period_grew():
    before, after = (edtf(plan(name), "plan") for name in NAMES)

    assert before == ("2024-04/2029-03", "interval")
    assert after == ("2024-04/2031-03", "interval")


def test_its_indicator_has_a_target_and_a_reading_in_each_revision():
    values = [plan(name).extras.indicators[0] for name in NAMES]

    assert [each.readings[0].value for each in values] == [42, 31]
    assert [each.target and each.target.value for each in values] == [15, 15]
