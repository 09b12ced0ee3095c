"""That the shipped plan has all that the city's text names, and nothing that it does not."""

import os
from pathlib import Path
from typing import Any

import pytest
import yaml

from documents import Unreadable
from roadmap.domain import Plan, below, named, read_observations, read_plan

DATA = Path(__file__).parents[1] / "src" / "roadmap" / "data" / "042111"
SHARED = Path(os.environ.get("MACHI_SHARED", Path(__file__).parents[4] / "shared" / "data"))
OBSERVED = """\
machi_observations: 1
municipality: "042111"
observations:
  - {id: a, asserter: mic, list: std20, said: 遅れ, as_of: {edtf: "2025-12", mark: X}, source: {title: 一覧},
     items: [戸籍], reported: {edtf: 2026-04-01/.., mark: X}}
"""


@pytest.fixture(scope="module")
def plan() -> Plan:
    return read_plan((DATA / "plan_r8.yaml").read_bytes(), "plan_r8.yaml")


@pytest.fixture(scope="module")
def extraction() -> dict[str, Any]:
    """The marked extraction that the shipped file was written from."""
    path = SHARED / "plan" / "plan_r8.yaml"
    if not path.exists():
        pytest.skip(f"the extraction is not at {path} (../shared)")
    source = yaml.safe_load(path.read_text("utf-8"))
    return {**source, **{row["id"]: row for row in source["initiatives"]}}


def labels(plan: Plan, list_id: str) -> list[str]:
    return [item.label for item in below(plan.nodes, list_id, "item")]


def test_the_lists_name_what_the_extraction_names_in_its_order(
    plan: Plan, extraction: dict[str, Any]
):
    certificates = next(
        row["certificates"] for row in extraction["1-1"]["current"] if "certificates" in row
    )

    assert labels(plan, "std20") == extraction["2-1"]["core_businesses_20"]
    assert labels(plan, "layout23") == extraction["2-4"]["layout_businesses_23"]
    assert labels(plan, "online-childcare") == extraction["1-1"]["procedures_childcare_15"]
    assert labels(plan, "online-care") == extraction["1-1"]["procedures_care_11"]
    assert labels(plan, "certificates") == certificates


def test_seventeen_businesses_are_in_both_lists(plan: Plan):
    core, layout = (
        {item.code for item in below(plan.nodes, list_id, "item")}
        for list_id in ("std20", "layout23")
    )

    assert (len(core), len(layout), len(core & layout)) == (20, 23, 17)


def test_moving_is_one_of_the_29_procedures_and_is_found_by_both_its_names(plan: Plan):
    names = named(plan.nodes, "online29")

    assert len(below(plan.nodes, "online29", "item")) == 29
    assert names["転出届"] is names["転入予定連絡"] is names["residence.move"]


def test_the_bodies_and_dates_are_those_of_the_extraction(plan: Plan, extraction: dict[str, Any]):
    names = [row["name"] for row in extraction["bodies"]]
    dated = [fact.date.value.edtf for fact in plan.extras.facts if fact.date]
    wanted = [str(row["edtf"]) for row in extraction["context_dates"]]

    assert [body.name for body in plan.extras.bodies] == names
    assert {edtf for row in wanted for edtf in row.split(";")} <= set(dated)


def test_no_target_and_no_dependency_is_made_up(plan: Plan):
    city, nation = plan.extras.indicators

    assert not plan.extras.dependencies
    assert not any(each.target or each.definition for each in plan.extras.indicators)
    assert [(reading.value, reading.approx, reading.as_of) for reading in city.readings] == [
        (80, True, None)
    ]
    assert nation.readings[0].as_of
    assert nation.readings[0].as_of.value.edtf == "2025-04-30"


def test_each_initiative_says_how_things_are_and_where_they_go_in_short_quotes(plan: Plan):
    for initiative in plan.of_kind("initiative"):
        assert initiative.current
        assert initiative.direction
        assert all(len(quote.text) <= 90 for quote in initiative.current + initiative.direction)


def test_each_contradiction_says_what_is_done_about_it(plan: Plan):
    known = {node.node_id for node in plan.nodes}

    assert len(plan.extras.contradictions) == 20
    assert all(set(each.about) <= known for each in plan.extras.contradictions)


def test_what_outside_sources_report_is_of_items_of_the_plan(plan: Plan):
    late, steps = read_observations((DATA / "observations.yaml").read_bytes(), "observations.yaml")
    names = named(plan.nodes, "std20")

    assert late.reported
    assert late.reported.edtf == "2026-04-01/.."
    assert len({names[item].node_id for item in late.items}) == 15
    assert {names[item].node_id for item in steps.items} == {
        item.node_id for item in below(plan.nodes, "std20", "item")
    }
    assert {steps.values[item] for item in steps.items if item not in late.items} != set()
    assert all("照合していない" in (each.source.note or "") for each in (late, steps))


@pytest.mark.parametrize(
    ("change", "message"),
    [
        (("items: [戸籍], ", ""), "items と reported、または values と unit が必要です"),
        (("reported: {edtf: 2026-04-01/.., mark: X}", "unit: 割合, values: {戸籍: 0.9}"), ""),
        (("items: [戸籍]", "items: [戸籍], unit: 割合, values: {戸籍: 0.9}"), "または values と unit"),
        (("machi_observations: 1", "machi_observations: 2"), "1 のどれかで"),
        (("source: {title: 一覧},", ""), "「source」がありません"),
        (("asserter: mic", "asserter: MIC.v2"), "asserter MIC.v2: 書き方が違います"),
    ],
)  # fmt: skip
def test_observations_say_what_is_reported_and_by_whom(change: tuple[str, str], message: str):
    text = OBSERVED.replace(*change)

    if not message:
        assert read_observations(text, "x.yaml")[0].unit == "割合"
        return
    with pytest.raises(Unreadable, match=message):
        read_observations(text, "x.yaml")
