"""The plan at a moment, and what is not certain about it."""

from dataclasses import replace
from datetime import UTC, date, datetime

from promised import DUE, STANDARDIZATION

from roadmap.domain import GENESIS, At, Extras, Picture, Plan, present

MONDAY = datetime(2026, 11, 23, 3, 0, tzinfo=UTC)
NOTHING = Picture(
    at=present(MONDAY),
    revisions=(),
    extras=Extras(),
    nodes=(),
    milestones=(),
    extents={},
    head=GENESIS,
    earliest=None,
    latest=None,
)


def test_before_a_plan_is_loaded_nothing_is_shown_and_nothing_is_uncertain():
    assert (NOTHING.root, NOTHING.revision, NOTHING.uncertain) == (None, None, None)
    assert not NOTHING.too_early


def test_in_the_month_of_a_revision_it_or_the_one_before_was_in_force(plans: list[Plan]):
    older, newer = (plan.revision for plan in plans)
    march = replace(NOTHING, at=At(day=date(2026, 3, 15)), revisions=(newer, older))

    assert march.uncertain == (newer, older)
    assert replace(march, revisions=(newer,)).uncertain == (newer, None)
    assert replace(march, at=At(day=date(2026, 4, 1))).uncertain is None


def test_before_the_first_knowledge_it_is_too_early():
    asked = At(day=date(2026, 6, 1), known=datetime(2026, 6, 1, tzinfo=UTC))

    assert replace(NOTHING, at=asked, earliest=MONDAY).too_early
    assert not replace(NOTHING, at=asked, earliest=asked.known).too_early


def test_of_each_item_of_a_list_it_is_told_what_is_reported(plans: list[Plan]):
    report = replace(DUE, subject_id="std20-pension", attr="reported", asserter="mic")
    seen = replace(NOTHING, nodes=plans[1].nodes, reported={"std20-pension": [report]})

    systems = seen.over("ms-std20")
    assert systems
    reports = seen.reports_of(systems)
    assert (len(reports.items), reports.told) == (20, 1)
    assert reports.sources == [DUE.evidence]
    assert (reports.told_by("mic"), reports.told_by("digital-agency")) == (1, 0)
    assert (seen.over("ms-end"), seen.over("ms-mars")) == (None, None)


def test_a_milestone_takes_the_items_of_the_lists_in_its_list_and_no_list(plans: list[Plan]):
    online = replace(STANDARDIZATION, milestone_id="ms-online29")
    seen = replace(NOTHING, nodes=plans[1].nodes, milestones=[online])

    assert seen.taking("online-01") == seen.taking("online-29") == [online]
    assert seen.taking("online-care") == seen.taking("certificates-tax") == []
    dropped = [node for node in plans[1].nodes if node.node_id != "online-01"]
    assert replace(seen, nodes=dropped).taking("online-01") == []


def test_the_parts_of_the_tree_stand_in_their_places(plans: list[Plan]):
    seen = replace(NOTHING, nodes=plans[1].nodes)

    assert seen.root
    assert [node.node_id for node in seen.children("2", "initiative")][:2] == ["2-1", "2-2"]
    assert len(seen.of_kind("bar")) == 26
    assert seen.milestones_of("2-1") == []


def test_what_belongs_to_no_initiative_is_the_plan_its_perspectives_and_its_steps(
    plans: list[Plan],
):
    seen = replace(NOTHING, nodes=plans[1].nodes)

    above = seen.above_initiatives

    kinds = {node.kind for node in seen.nodes if node.node_id in above}
    assert None in above
    assert {"plan", "perspective", "step"} <= kinds
    assert not kinds & {"initiative", "bar"}
    assert {"2-1", "2-1-e"} <= seen.within("2-1")
    assert "2-2" not in seen.within("2-1")
