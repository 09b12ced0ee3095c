"""What a plan file may say, what is refused in it, and that the shipped plan is the city's."""

import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any, NamedTuple

import pytest
import yaml
from small_plans import SMALL, problems

from documents import Unreadable
from roadmap.domain import Node, Plan, read_plan

DATA = Path(__file__).parents[1] / "src" / "roadmap" / "data" / "042111"
SHARED = Path(os.environ.get("MACHI_SHARED", Path(__file__).parents[4] / "shared" / "data"))

YEARS_DIFFER = "元号年 (2027) と西暦 (2026) が一致しません。西暦 2027 年ではありませんか"


def shipped(name: str) -> Plan:
    return read_plan((DATA / name).read_bytes(), name)


def of(plan: Plan, node_id: str) -> Node:
    return next(node for node in plan.nodes if node.node_id == node_id)


def test_a_small_plan_is_read():
    plan = read_plan(SMALL, "plan.yaml")

    assert [node.node_id for node in plan.nodes] == ["plan", "2", "2-1", "2-1-e", "ms-std20"]
    assert [node.place for node in plan.nodes] == [1, 1, 1, 1, 2]
    assert plan.root == of(plan, "plan")


def test_a_plan_has_one_hash_however_it_is_laid_out():
    loaded = read_plan(SMALL, "plan.yaml")
    laid_out = read_plan(f"# 岩沼市\n{SMALL}\n", "other.yaml")
    moved = read_plan(SMALL.replace('令和９年（2027 年）９月, edtf: "2027-09"', "令和10年9月"), "x")

    assert laid_out.sha256 == loaded.sha256
    assert moved.sha256 != loaded.sha256


def test_a_milestone_without_a_date_says_why():
    undated = SMALL.replace(
        '{text: 令和９年（2027 年）９月, edtf: "2027-09", mark: "S", lines: "1133"}',
        '{undated_reason: 時期は国の通知を待つ, mark: "N"}',
    )

    due = of(read_plan(undated, "plan.yaml"), "ms-std20").due

    assert due
    assert (due.value, due.undated_reason, due.mark) == (None, "時期は国の通知を待つ", "N")


def test_a_date_may_be_text_or_edtf_alone():
    text_alone = read_plan(SMALL.replace('edtf: "2027-09"', "edtf: null"), "plan.yaml")
    edtf_alone = read_plan(
        SMALL.replace("text: 令和９年（2027 年）９月", "text: null"), "plan.yaml"
    )

    dates = [of(plan, "ms-std20").statements[0].value for plan in (text_alone, edtf_alone)]

    assert [date and (date.edtf, date.original) for date in dates] == [
        ("2027-09", "令和９年（2027 年）９月"),
        ("2027-09", None),
    ]


def test_a_bar_may_have_an_extent_that_is_written():
    dated = SMALL.replace("extent: null", 'extent: {text: 令和9年度, mark: "S", lines: "1169"}')

    due = of(read_plan(dated, "plan.yaml"), "2-1-e").due

    assert due
    assert due.value
    assert due.value.edtf == "2027-04/2028-03"


def test_everything_that_is_wrong_is_told_at_once_with_its_line():
    told = problems(
        ("令和８年 3 月", "令和7年13月"),
        ("id: plan, kind: plan", "id: plan, colour: red, kind: plan"),
        ('label: 新たな価値の創造・共創, mark: "S"', "label: 新たな価値の創造・共創"),
        ('id: "2-1", kind', 'id: "2", kind'),
        ('kind: bar, parent: "2-1"', 'kind: bar, parent: "99"'),
        ("（2027 年）", "（2026 年）"),
        ('parent: "2-1", label: 標準化対応期限', 'parent: "2", label: 標準化対応期限'),
    )

    assert told == [
        "plan.yaml:6:19 revision.adopted.text 令和7年13月: 暦にない月日です",
        "plan.yaml:10:16 nodes[0].colour: 状況は書けません。期日（due）と実績（actual）から計算します",
        "plan.yaml:12:5 nodes[1]: 「mark」がありません",
        "plan.yaml:13:10 nodes[2].id 2: id が 2 回使われています（最初は 12 行目）",
        "plan.yaml:14:36 nodes[3].parent 99: この id の項目はありません",
        "plan.yaml:15:45 nodes[4].parent 2: milestone の親は initiative か plan です（これは perspective）",
        f"plan.yaml:16:18 nodes[4].due.text 令和９年（2026 年）９月: {YEARS_DIFFER}",
    ]


@pytest.mark.parametrize(
    ("change", "message"),
    [
        (('edtf: "2027-09"', 'edtf: "2027-10"'), "text（2027-09）と一致しません"),
        (('edtf: "2027-09"', 'edtf: "2027-13"'), "EDTF の日付ではありません"),
        (('edtf: "2021-04/2029-03"', "edtf: 2021-4"), "EDTF の日付ではありません"),
        (("text: 令和９年（2027 年）９月", "text: できるだけ早く"), "日付として読めません"),
        (('text: 令和９年（2027 年）９月, edtf: "2027-09", ', ""), "text か edtf、または undated_reason が必要です"),
        (('edtf: "2027-09", ', "undated_reason: 未定, "), "日付があるときは undated_reason を書けません"),
        (('edtf: "2027-09", mark: "S"', 'mark: "N"'), "mark の N は日付が無いときだけ使い"),
        (('mark: "S", lines: "1133"', 'mark: "S"'), "mark が S・R・I のときは lines が必要です"),
        (('mark: "S", lines: "893"', 'mark: "S"'), "mark が S・R・I のときは lines が必要です"),
        (('mark: "S", lines: "1133"', 'lines: "1133"'), "「mark」がありません"),
        (("due: {text", "actual: {undated_reason: 不明, text"), "日付があるときは"),
        (
            ('due: {text: 令和９年（2027 年）９月, edtf: "2027-09", mark: "S", lines: "1133"}', "due: null"),
            "due か actual が必要です",
        ),
        (
            (
                'due: {text: 令和９年（2027 年）９月, edtf: "2027-09", mark: "S", lines: "1133"}',
                'actual: {undated_reason: 不明, mark: "N"}',
            ),
            "実績には日付が必要です",
        ),
        (('text: 令和８年 3 月, mark: "S"', 'undated_reason: 不明, mark: "N"'), "始まりの分かる日付が必要です"),
        (('text: 令和８年 3 月, mark', 'edtf: "../2026", mark'), "始まりの分かる日付が必要です"),
        (('lines: "1133"', "lines: 1133"), "文字列で書いてください"),
        (('lines: "1133"', 'lines: "千百"'), "書き方が違います"),
        (('"042111"', '"42111"'), "書き方が違います"),
        (("kind: bar", "kind: task"), "kind は 'plan', 'perspective', "),
        (("extent: null", "extent: null, status: 遅れ"), "状況は書けません。期日（due）と実績（actual）から計算します"),
        (("extent: null", "extent: null, percent: 40"), "進み具合の割合は書けません"),
        (("extent: null", "extent: null, due: 2027"), "「due」はここでは使えません"),
        (
            ("extent: null", 'extent: null, stands_for: {milestone: ms-x, year: 2027, mark: "I", rule: 図}'),
            "この id の節目（milestone）はありません",
        ),
        (("not_in_text: []", "not_in_text: []\nmachi_plan: 1"), "「machi_plan」が 2 回書かれています"),
        (("id: 2-1-e, kind: bar, parent: \"2-1\"", "id: 2-1-e, kind: bar, parent: \"2-2\""), "。2-1 ではありませんか"),
        (("nodes:\n", "nodes:\n  - 転入届\n"), "「項目: 値」の形で書いてください"),
        (("nodes:\n", "nodes:\n  - {id: 5, kind: step}\n"), "文字列で書いてください"),
        (("extent: null", "extent: null, stands_for: {milestone: 5}"), "文字列で書いてください"),
    ],
)  # fmt: skip
def test_a_fault_of_one_record_is_told(change: tuple[str, str], message: str):
    assert any(message in problem for problem in problems(change))


def test_a_circle_of_parents_is_told_once():
    told = problems(
        ('id: "2", kind: perspective, parent: plan', 'id: "2", kind: perspective, parent: "2-1"')
    )

    assert [line for line in told if "親をたどる" in line] == [
        "plan.yaml:12:42 nodes[1].parent 2-1: 親をたどると元に戻ります（2 → 2-1 → 2）"
    ]


def test_a_file_has_one_plan():
    second = '  - {id: plan-b, kind: plan, label: 別の計画, mark: "X", period: {edtf: "2030", mark: "X"}}\n'

    told = problems(("not_in_text", f"{second}not_in_text"))

    assert told == ["plan.yaml:17:24 nodes[5].kind plan: plan は一つだけです"]


def test_nodes_that_are_no_list_are_one_problem():
    head = SMALL.partition("nodes:\n")[0]

    with pytest.raises(Unreadable) as refused:
        read_plan(f"{head}nodes: なし\nnot_in_text: []\n", "plan.yaml")

    assert [str(problem) for problem in refused.value.problems] == [
        "plan.yaml:9:8 nodes なし: 並び（- 値）で書いてください"
    ]


def test_the_first_revision_is_dated_and_empty():
    first = shipped("plan_r3.yaml")

    assert (first.revision.revision_id, first.revision.adopted.edtf) == ("R3", "2021-09")
    assert first.revision.note == "当初計画の本文は手元にありません"
    assert first.nodes == ()
    assert [silent.silence_id for silent in first.silences] == ["r3-period", "r3-contents"]
    assert first.root is None


def test_the_present_revision_has_all_that_the_plan_names():
    plan = shipped("plan_r8.yaml")

    counts = [
        len(plan.of_kind(kind))
        for kind in ("perspective", "initiative", "bar", "milestone", "step", "list", "item")
    ]

    assert counts == [3, 11, 26, 13, 3, 6, 77]
    assert plan.warnings == ()
    assert plan.revision.supersedes == "R3"
    assert plan.revision.in_force_from.isoformat() == "2026-03-01"
    assert len({node.node_id for node in plan.nodes}) == len(plan.nodes)


def test_no_extent_of_a_bar_is_filled_in():
    bars = shipped("plan_r8.yaml").of_kind("bar")

    assert all(bar.due and bar.due.value is None and bar.due.undated_reason for bar in bars)


def test_what_is_done_is_told_as_done_and_the_nations_date_as_the_nations():
    milestones = shipped("plan_r8.yaml").of_kind("milestone")

    kinds = [node.milestone_kind for node in milestones]

    assert (kinds.count("actual"), kinds.count("planned"), kinds.count("planned_by_nation")) == (
        6,
        5,
        2,
    )
    assert all(node.due is None for node in milestones if node.milestone_kind == "actual")
    assert all(node.actual is None for node in milestones if node.milestone_kind != "actual")


def test_the_mark_of_the_timetable_stands_for_the_deadline():
    bar = of(shipped("plan_r8.yaml"), "2-1-m")

    assert bar.stands_for
    assert (bar.stands_for.milestone, bar.stands_for.mark) == ("ms-std20", "I")


def test_the_training_is_printed_for_every_year():
    training = of(shipped("plan_r8.yaml"), "2-5-a")

    assert training.recurs
    assert (training.recurs.times, training.recurs.mark) == (8, "I")


class Stated(NamedTuple):
    """What the extraction, and what the shipped file, says of one thing."""

    label: str | None
    edtf: str | None
    mark: str
    lines: str


def _stated(row: dict[str, Any], label: str | None, edtf: str | None = None) -> Stated:
    return Stated(label, edtf, row["p"], str(row["L"]).strip("[]"))


@pytest.fixture(scope="module")
def extraction() -> dict[str, Stated]:
    """The marked extraction that the shipped file was written from."""
    path = SHARED / "plan" / "plan_r8.yaml"
    if not path.exists():
        pytest.skip(f"the extraction is not at {path} (../shared)")
    return dict(_extracted(yaml.safe_load(path.read_text("utf-8"))))


def _extracted(source: dict[str, Any]) -> Iterator[tuple[str, Stated]]:
    for row in source["perspectives"]:
        yield str(row["num"]), _stated(row, row["name"])
    for row in source["initiatives"]:
        yield row["id"], _stated(row["name"], row["name"]["v"])
        yield from ((bar["id"], _stated(bar, bar["label"])) for bar in row["bars"])
    for row in source["milestone_candidates"]:
        yield row["id"], _stated(row, None, str(row["edtf"]))
    for row in source["steps"]:
        yield f"step-{row['num']}", _stated(row, row["name"], row["edtf"])


def _shipped(node: Node) -> Stated:
    dated = next((said for said in node.statements if said.value), None)
    edtf = dated.value.edtf if dated and dated.value else None
    label = None if node.kind == "milestone" else node.label
    return Stated(label, edtf, node.mark, node.lines or "")


def test_every_mark_and_line_is_that_of_the_extraction(extraction: dict[str, Stated]):
    besides = ("plan", "list", "item")

    nodes = [node for node in shipped("plan_r8.yaml").nodes if node.kind not in besides]

    assert {node.node_id: _shipped(node) for node in nodes} == extraction
