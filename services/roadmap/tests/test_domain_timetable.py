"""The timetable of Iwanuma, whose extents nobody wrote down, and of a city that wrote them."""

from dataclasses import replace
from datetime import UTC, date, datetime

import pytest

from contracts.values import PartialDate
from roadmap.domain import (
    GENESIS,
    Ancestor,
    Assertion,
    At,
    Cell,
    Decision,
    Evidence,
    Extras,
    Milestone,
    Node,
    Picture,
    Plan,
    Recurrence,
    Row,
    StandsFor,
    Valid,
    fiscal_year,
    read_date,
    timetable,
)

MONDAY = date(2026, 11, 23)
PLAN = Node(node_id="plan", kind="plan", parent_id=None, label="計画", mark="S", lines="65")
SIGHT = replace(PLAN, node_id="1", kind="perspective", parent_id="plan", label="便利なまち")
WORK = replace(PLAN, node_id="1-1", kind="initiative", parent_id="1", label="オンライン化")
BAR = replace(PLAN, node_id="1-1-a", kind="bar", parent_id="1-1", label="窓口の導入")
ABOVE = tuple(Ancestor(node_id=each, label="") for each in ("plan", "1", "1-1"))


def stated(subject_id: str, value: PartialDate | None, mark: str = "S") -> Assertion:
    return Assertion(
        subject_id=subject_id,
        attr="due",
        asserter="plan",
        value=value,
        undated_reason=None if value else "図にだけある",
        mark=mark,  # pyright: ignore[reportArgumentType]
        evidence=(Evidence(source="計画", mark="S", lines="1"),),
        valid=Valid(since=date(2024, 4, 1)),
        revision_id="R1",
    )


def span(edtf: str) -> PartialDate:
    return PartialDate.from_edtf(edtf)


def promised(value: PartialDate | None, **more: object) -> Milestone:
    due = stated("ms-open", value)
    made = Milestone(
        milestone_id="ms-open",
        label="開始",
        kind="planned",
        parents=ABOVE,
        wording="目指します",
        due=due,
        actual=None,
        revision_id="R1",
        known_since=datetime(2024, 4, 1, tzinfo=UTC),
        promises=(due,),
    )
    return replace(made, **more)


def seen(
    *nodes: Node,
    milestones: tuple[Milestone, ...] = (),
    plan: str | None = None,
    bar: str | None = None,
) -> Picture:
    said = {name: span(edtf) for name, edtf in (("plan", plan), ("1-1-a", bar)) if edtf}
    return Picture(
        at=At(day=MONDAY),
        revisions=(),
        extras=Extras(),
        nodes=(PLAN, SIGHT, WORK, *nodes),
        milestones=milestones,
        extents={name: stated(name, value) for name, value in said.items()},
        head=GENESIS,
        earliest=None,
        latest=None,
    )


def rows(picture: Picture) -> list[Row]:
    return [row for group in timetable(picture).groups for row in group.rows]


def drawn(row: Row) -> list[tuple[str, int]]:
    return [(cell.kind, cell.columns) for cell in row.cells]


def test_a_fiscal_year_begins_in_april():
    assert [fiscal_year(date(2027, month, 1)) for month in (3, 4)] == [2026, 2027]


def test_an_extent_that_is_only_drawn_is_one_cell_over_all_columns():
    table = timetable(seen(BAR, plan="2021-04/2029-03"))

    assert table.grid.years == tuple(range(2021, 2029))
    assert drawn(table.groups[1].rows[0]) == [("unknown", 8)]
    assert table.groups[1].above == SIGHT


def test_years_without_quarters_are_not_cut():
    (row,) = rows(seen(BAR, plan="2024-04/2027-03", bar="2025-04/2026-03"))

    assert drawn(row) == [("none", 1), ("planned", 1), ("none", 1)]


@pytest.mark.parametrize(
    ("extent", "parts", "cells"),
    [
        ("2025-07/2025-12", 4, [("none", 5), ("planned", 2), ("none", 5)]),
        ("2025-05/2025-05", 12, [("none", 13), ("planned", 1), ("none", 22)]),
        ("2025-05-10/2025-06-20", 12, [("none", 13), ("planned", 2), ("none", 21)]),
        ("../2024-06", 4, [("planned", 1), ("none", 11)]),
        ("2026-10/..", 4, [("none", 10), ("planned", 2)]),
        ("2020-04/2028-03", 1, [("planned", 3)]),
        ("2030-04/2031-03", 1, [("outside", 3)]),
        ("2020-04/2021-03", 1, [("outside", 3)]),
    ],
)
def test_a_stated_extent_is_drawn_as_far_as_it_is_stated(
    extent: str, parts: int, cells: list[tuple[str, int]]
):
    picture = seen(BAR, plan="2024-04/2027-03", bar=extent)

    assert timetable(picture).grid.parts == parts
    assert drawn(rows(picture)[0]) == cells


def test_columns_that_a_plan_names_are_taken():
    picture = seen(BAR, plan="2024-04/2027-03")

    named = replace(picture, extras=Extras(columns=(2024, 2025)))

    assert timetable(named).grid.columns == 2


def test_without_a_period_the_columns_are_those_of_what_is_dated():
    assert timetable(seen(BAR, bar="2025-04/2027-03")).grid.years == (2025, 2026)
    assert timetable(seen(BAR, bar="2025-04/..")).grid.years == (2025,)


def test_a_last_year_that_means_no_end_makes_no_column_for_each_year_until_then():
    endless = timetable(seen(BAR, bar="2021-04/9999-12"))

    assert endless.grid.years == tuple(range(2021, 2071))
    assert drawn(endless.groups[1].rows[0]) == [("planned", 50)]


def test_where_nothing_is_dated_there_is_no_timetable():
    assert timetable(seen(BAR)).groups == ()
    assert timetable(replace(seen(), nodes=())).groups == ()


def test_a_table_without_a_plan_above_has_no_group_for_it():
    picture = seen(BAR, bar="2025-04/2026-03")

    rootless = replace(picture, nodes=picture.nodes[1:])

    assert [group.node for group in timetable(rootless).groups] == [WORK]


def test_what_only_examines_looks_weaker_than_what_is_done():
    examined = replace(BAR, label="導入の検討")

    (row,) = rows(seen(examined, plan="2024-04/2025-03", bar="2024-04/2025-03"))

    assert drawn(row) == [("weak", 1)]
    assert row.commitment
    assert row.commitment.word == "検討"


@pytest.mark.parametrize(("mark", "kind"), [("I", "inferred"), ("X", "external")])
def test_what_is_inferred_or_comes_from_elsewhere_looks_so(mark: str, kind: str):
    picture = seen(BAR, plan="2024-04/2025-03")
    said = stated("1-1-a", span("2024-04/2025-03"), mark)

    (row,) = rows(replace(picture, extents={**picture.extents, "1-1-a": said}))

    assert drawn(row) == [(kind, 1)]


def test_a_bar_that_recurs_each_year_is_inferred_if_the_years_agree():
    each = Recurrence(times=3, each="fiscal_year", mark="I", rule="3 回")
    picture = seen(replace(BAR, recurs=each), plan="2024-04/2027-03")

    assert drawn(rows(picture)[0]) == [("inferred", 3)]
    other = replace(BAR, recurs=replace(each, times=4))
    assert drawn(rows(replace(picture, nodes=(SIGHT, WORK, other)))[0]) == [("unknown", 3)]


def test_a_mark_for_a_milestone_stands_where_the_plan_says_also_after_a_move():
    mark = StandsFor(milestone="ms-open", year=2025, mark="I", rule="月だけ")
    moved = replace(
        stated("ms-open", read_date("令和8年9月"), "X"), revision_id=None, decision_id=3
    )
    milestone = promised(read_date("令和7年9月"))
    milestone = replace(milestone, due=moved, promises=(*milestone.promises, moved))

    bar, promise = rows(
        seen(replace(BAR, stands_for=mark), milestones=(milestone,), plan="2024-04/2027-03")
    )

    assert drawn(bar) == [("none", 1), ("inferred", 1), ("none", 1)]
    assert drawn(promise) == [("none", 2), ("planned", 1)]


def test_a_mark_for_a_milestone_that_is_gone_has_no_time():
    mark = StandsFor(milestone="ms-gone", year=2025, mark="I", rule="月だけ")

    (row,) = rows(seen(replace(BAR, stands_for=mark), plan="2024-04/2027-03"))

    assert drawn(row) == [("unknown", 3)]


def test_a_milestone_shows_what_happened_and_a_report_stands_below_it():
    happened = replace(stated("ms-open", read_date("令和7年5月")), attr="actual")
    report = replace(stated("ms-open", span("2026-04/.."), "X"), attr="reported", asserter="mic")
    reached = promised(read_date("令和7年9月"), actual=happened, reported=(report,), wording=None)

    done, told = rows(seen(milestones=(reached,), plan="2024-04/2027-03"))

    assert done.cells[1] == Cell(kind="done", columns=1, value=happened.value, status="reached")
    assert (told.kind, drawn(told)) == ("report", [("none", 2), ("external", 1)])


def test_a_milestone_without_a_date_says_so():
    undated = promised(None)

    (row,) = rows(seen(milestones=(undated,), plan="2024-04/2027-03"))
    (bare,) = rows(
        seen(milestones=(replace(undated, due=None, promises=()),), plan="2024-04/2027-03")
    )

    assert row.cells == (Cell(kind="unknown", columns=3, status="undated"),)
    assert drawn(bare) == [("unknown", 3)]


def test_steps_of_the_plan_stand_above_all_else(plans: list[Plan]):
    picture = seen()
    period = {"plan": stated("plan", span("2021-04/2029-03"))}
    steps = {
        node.node_id: stated(node.node_id, node.due.value)
        for node in plans[1].of_kind("step")
        if node.due
    }

    table = timetable(replace(picture, nodes=plans[1].nodes, extents={**period, **steps}))

    first = table.groups[0]
    assert [drawn(row) for row in first.rows] == [
        [("planned", 2), ("none", 6)],
        [("none", 2), ("planned", 5), ("none", 1)],
        [("none", 7), ("planned", 1)],
    ]
    assert len([row for group in table.groups for row in group.rows if row.kind == "bar"]) == 26


def test_a_decision_is_not_information_from_elsewhere():
    decision = Decision(body="本部", taken_on=MONDAY, chosen="改める", reason="遅れ", decision_id=3)
    said = stated("ms-open", span("2026-09"), "X")
    moved = replace(said, revision_id=None, decision_id=decision.decision_id)

    (row,) = rows(seen(milestones=(promised(None, due=moved),), plan="2024-04/2027-03"))

    assert drawn(row) == [("none", 2), ("planned", 1)]


@pytest.mark.parametrize(("edtf", "side"), [("2020-04/2021-03", "before"), ("2030-04/..", "after")])
def test_of_what_lies_outside_the_table_it_is_told_on_which_side(edtf: str, side: str):
    said = stated("ms-open", span(edtf), "S")

    (row,) = rows(seen(milestones=(promised(None, due=said),), plan="2024-04/2027-03"))

    assert [(cell.kind, cell.side) for cell in row.cells] == [("outside", side)]


def test_a_report_about_items_says_about_how_many():
    milestone = replace(PLAN, node_id="ms-open", kind="milestone", parent_id="1-1", over="list")
    those = replace(PLAN, node_id="list", kind="list", parent_id="1-1")
    items = [replace(PLAN, node_id=name, kind="item", parent_id="list") for name in ("a", "b")]
    own = replace(stated("ms-open", span("2026-09"), "X"), attr="reported", asserter="mic")
    report = replace(own, subject_id="a")
    said = promised(span("2026-04"), reported=(own, report))
    picture = replace(
        seen(milestone, those, *items, milestones=(said,), plan="2024-04/2027-03"),
        reported={"a": [report]},
    )

    assert [row.told for row in rows(picture)] == [None, None, (1, 2)]
    assert [row.told for row in rows(replace(picture, nodes=picture.nodes[:3]))][1:] == [None, None]
