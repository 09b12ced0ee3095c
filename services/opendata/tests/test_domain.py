from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given, strategies as st

from contracts.values import PartialDate
from opendata.domain import (
    DATASETS,
    LICENCES,
    SLUGS,
    About,
    Cell,
    Change,
    Column,
    Diff,
    Form,
    Imprint,
    Move,
    Publisher,
    Row,
    ShownMilestone,
    ShownProcedure,
    Slug,
    Source,
    Table,
    UnknownFile,
    Version,
    Waiting,
    Way,
    change,
    named,
    ripe,
)

MONDAY = datetime(2026, 11, 23, 3, 0, tzinfo=UTC)
IMPRINT = Imprint(publisher=Publisher(code="042111", name="岩沼市"), licence=LICENCES["CC-BY-4.0"])
COLUMNS = tuple(Column(name, name, "text", "") for name in ("place", "district", "capacity"))
ABOUT = About(
    name="042111_shelters",
    title="避難場所",
    description="",
    keywords=(),
    columns=COLUMNS,
    key=("place",),
    imprint=IMPRINT,
)
TAMAURA: Row = ("玉浦小学校", "玉浦", 200)
NISHI: Row = ("西小学校", "西", None)
STD20 = ShownMilestone(
    milestone_id="ms-std20",
    label="標準化対応期限",
    kind="planned",
    parents=("plan", "2", "2-1"),
    revision="R8",
    wording="目指します",
    first_due=PartialDate.from_edtf("2027-09"),
    due=PartialDate.from_edtf("2027-09", original="令和９年（2027 年）９月"),
    undated_reason=None,
    actual=None,
    move=None,
    sources=(Source(title="計画", mark="S", lines="1133"),),
    page="/plan/milestones/ms-std20",
)
MOVING_OUT = ShownProcedure(
    procedure_id="residence.move-out",
    name="転出届",
    plan_name="転出届",
    reading="てんしゅつとどけ",
    summary=None,
    kind="届出",
    plan_no=28,
    initiative="1-1",
    milestone_id="ms-online29",
    life_events=("moving",),
    ways=(Way(kind="mynaportal", label="マイナポータル", since=None),),
    laws=("住民基本台帳法 第24条",),
    national=(("9064", "part"),),
    not_confirmed=("fee",),
    page="/procedures/residence.move-out",
)
cells = st.one_of(st.none(), st.integers(0, 3), st.sampled_from(["玉浦", "西", ""]))
tables = st.dictionaries(st.sampled_from("アイウエオ"), st.tuples(cells, cells)).map(
    lambda rows: table(*((key, *rest) for key, rest in sorted(rows.items())))
)


def table(*rows: Row, about: About = ABOUT) -> Table:
    return Table(about=about, rows=rows)


def diff(before: Table, after: Table) -> Diff:
    found = change(before, after)
    return found.diff if found else Diff()


def cells_of(milestone: ShownMilestone) -> dict[str, Cell]:
    made = DATASETS["milestones"].table([milestone], IMPRINT)
    return dict(made.by_key()["ms-std20",])


def test_what_nobody_has_told_of_is_not_published():
    assert change(None, table()) is None


def test_the_first_rows_make_the_first_version_and_are_compared_with_nothing():
    assert change(None, table(TAMAURA)) == Change(
        reason="first", data_changed=True, diff=Diff(basis="none")
    )


@given(tables)
def test_the_same_rows_and_metadata_make_no_version(rows: Table):
    assert change(rows, rows) is None


def test_another_licence_is_a_version_with_the_same_data():
    free = replace(ABOUT, imprint=replace(IMPRINT, licence=LICENCES["CC0-1.0"]))

    assert change(table(TAMAURA), table(TAMAURA, about=free)) == Change(
        reason="metadata", data_changed=False, diff=Diff()
    )


def test_rows_are_told_apart_by_their_key_and_cells_are_counted():
    moved: Row = ("玉浦小学校", "早股", 180)

    found = change(table(TAMAURA, NISHI), table(moved, ("本町公園", "本町", 50)))

    assert found == Change(
        reason="automatic",
        data_changed=True,
        diff=Diff(rows_added=1, rows_removed=1, rows_changed=1, cells_changed=2),
    )


def test_columns_that_come_and_go_change_no_row():
    columns = (COLUMNS[0], COLUMNS[2], Column("phone", "電話番号", "text", ""))
    after = table(("玉浦小学校", 200, None), about=replace(ABOUT, columns=columns))

    assert diff(table(TAMAURA), after) == Diff(
        columns_added=("phone",), columns_removed=("district",)
    )


@given(tables, tables)
def test_back_again_what_was_added_is_removed(before: Table, after: Table):
    there, back = diff(before, after), diff(after, before)

    assert (there.rows_added, there.rows_removed) == (back.rows_removed, back.rows_added)
    assert (there.rows_changed, there.cells_changed) == (back.rows_changed, back.cells_changed)


@given(tables, tables)
def test_no_row_is_counted_twice(before: Table, after: Table):
    found = diff(before, after)

    assert len(before.rows) + found.rows_added - found.rows_removed == len(after.rows)
    assert found.rows_changed <= found.cells_changed <= 2 * found.rows_changed


def version(number: int) -> Version:
    form = Form(
        format="CSV", media_type="text/csv", encoding="UTF-8", bom=True, size=3, sha256="0" * 64
    )
    return Version(
        number=number,
        at=MONDAY,
        caused_by=None,
        change=Change(reason="first", data_changed=True, diff=Diff()),
        about=ABOUT,
        rows=1,
        forms=(form,),
    )


def test_a_version_knows_the_one_before():
    assert [version(number).previous for number in (1, 2)] == [None, 1]


def test_the_bytes_of_a_version_have_an_address_that_no_other_has():
    second = version(2)
    (form,) = second.forms

    assert second.path(form) == "/data/042111_shelters/versions/2/042111_shelters.csv"
    assert second.latest_path(form) == "/data/042111_shelters/042111_shelters.csv"


@pytest.mark.parametrize(
    "file", ["042111_shelters.xlsx", "shelters.csv", "042111_shelters", "csv", ""]
)
def test_a_file_is_named_after_its_data_set(file: str):
    assert version(1).asked("042111_shelters.csv") in version(1).forms

    with pytest.raises(UnknownFile):
        version(1).asked(file)


def waiting(first: float, last: float) -> Waiting:
    """Changes were heard so many seconds ago."""
    return Waiting(
        slug="milestones",
        first=MONDAY - timedelta(seconds=first),
        last=MONDAY - timedelta(seconds=last),
        event_id="x",
        hops=1,
    )


@pytest.mark.parametrize(
    ("heard", "published"),
    [((0.5, 0.5), False), ((1, 1), True), ((2.9, 0.1), False), ((3, 0.1), True)],
)
def test_a_burst_waits_for_quiet_but_not_for_long(heard: tuple[float, float], published: bool):
    assert bool(ripe([waiting(*heard)], MONDAY)) == published


def test_data_sets_are_named_after_the_city():
    assert named("042111", "milestones") == "042111_milestones"


def test_rows_stand_in_the_order_of_their_keys():
    shown = [replace(STD20, milestone_id=name) for name in ("ms-b", "ms-a", "ms-c")]

    made = DATASETS["milestones"].table(shown, IMPRINT)

    assert [row[0] for row in made.rows] == ["ms-a", "ms-b", "ms-c"]


def test_no_column_is_a_version_or_a_clock_of_ours():
    names = {column.physical for dataset in DATASETS.values() for column, _ in dataset.filled}

    assert not {name for name in names if "version" in name or "publish" in name}


@pytest.mark.parametrize("slug", SLUGS)
def test_columns_have_ascii_names_and_labels_of_their_own(slug: Slug):
    columns = DATASETS[slug].table([], IMPRINT).about.columns

    assert all(column.physical.isascii() for column in columns)
    assert len({column.label for column in columns}) == len(columns)


def test_a_month_stays_a_month_and_its_days_stand_beside():
    found = cells_of(STD20)

    assert (found["due"], found["due_precision"]) == ("2027-09", "month")
    assert (found["due_first_day"], found["due_last_day"]) == ("2027-09-01", "2027-09-30")
    assert found["due_original"] == "令和９年（2027 年）９月"


def test_an_open_end_is_blank():
    since = replace(STD20, due=PartialDate.from_edtf("2015/.."))

    assert cells_of(since)["due_last_day"] is None


def test_where_the_plan_names_no_date_all_is_blank_and_marked():
    found = cells_of(replace(STD20, due=None, undated_reason="計画に記載なし"))

    assert {found[name] for name in found if name.startswith("due")} == {None}
    assert (found["mark"], found["undated_reason"]) == ("N", "計画に記載なし")


def test_a_mark_that_was_not_told_is_not_guessed():
    assert cells_of(replace(STD20, sources=()))["mark"] is None
    assert cells_of(STD20)["mark"] == "S"


def test_a_milestone_of_the_whole_plan_belongs_to_no_initiative():
    found = cells_of(replace(STD20, parents=("plan",)))

    assert (found["perspective"], found["initiative"]) == (None, None)
    assert (cells_of(STD20)["perspective"], cells_of(STD20)["initiative"]) == ("2", "2-1")


def test_a_move_stands_with_the_date_before_its_reason_and_who_decided():
    move = Move(
        previous_due=PartialDate.from_edtf("2027-09"),
        reason="切替えの確認に時間が要るため",
        decided_by="推進本部",
        decided_on=date(2026, 11, 20),
    )

    found = cells_of(replace(STD20, move=move))

    assert (found["previous_due"], found["reason"]) == ("2027-09", "切替えの確認に時間が要るため")
    assert (found["decided_by"], found["decided_on"]) == ("推進本部", "2026-11-20")
    assert cells_of(replace(STD20, move=replace(move, previous_due=None)))["previous_due"] is None


def test_from_which_day_a_date_holds_is_a_cell_beside_it():
    later = replace(STD20, valid_from=date(2027, 4, 1))

    assert cells_of(later)["due_valid_from"] == "2027-04-01"
    assert cells_of(STD20)["due_valid_from"] is None


def test_how_a_milestone_stands_and_how_far_it_slipped_are_cells():
    moved = replace(STD20, status="planned", slip_count=2, slip_days=92)

    found = cells_of(moved)

    assert (found["status"], found["slip_count"], found["slip_days"]) == ("planned", 2, 92)
    assert cells_of(replace(moved, slip_days=None))["slip_days"] is None


def test_a_move_without_a_decision_on_record_leaves_blank_who_decided():
    undecided = Move(previous_due=None, reason=None, decided_by=None, decided_on=None)

    found = cells_of(replace(STD20, move=undecided))

    assert (found["decided_by"], found["decided_on"]) == (None, None)


def procedure(**other: Any) -> dict[str, Cell]:
    shown = replace(MOVING_OUT, **other)
    made = DATASETS["procedures"].table([shown], IMPRINT)
    return dict(made.by_key()["residence.move-out",])


def test_what_nobody_has_confirmed_of_a_way_is_blank():
    found = procedure()

    assert (found["ways"], found["way_kinds"]) == ("マイナポータル", "mynaportal")
    assert found["ways_since"] is None


def test_several_ways_stand_in_one_order_even_where_one_is_blank():
    counter = Way(kind="counter", label="窓口", since=PartialDate.from_edtf("2019-10"))

    found = procedure(ways=(*MOVING_OUT.ways, counter))

    assert (found["ways"], found["ways_since"]) == ("マイナポータル;窓口", ";2019-10")


def test_a_procedure_of_which_little_is_known_has_blank_cells():
    found = procedure(ways=(), laws=(), national=(), not_confirmed=(), life_events=())

    assert {found[name] for name in ("ways", "laws", "national_ids", "not_confirmed")} == {None}


def test_a_procedure_keeps_its_number_in_the_plan_and_its_national_row():
    found = procedure()

    assert (found["plan_no"], found["national_ids"], found["national_matches"]) == (
        28,
        "9064",
        "part",
    )
