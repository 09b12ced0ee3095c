"""What changed from one tree to another: laws of every diff, and the two revisions of 見本市."""

from dataclasses import replace
from pathlib import Path
from typing import TypeAlias

import pytest
from hypothesis import given, strategies as st

from roadmap.domain import (
    Answer,
    AnswerUnfit,
    Candidate,
    Diff,
    KindIsFixed,
    Node,
    NodeChange,
    Statement,
    read_date,
    read_plan,
)
from roadmap.domain.difference.diffing import diff

Revisions: TypeAlias = tuple[tuple[Node, ...], tuple[Node, ...]]

PLANS = Path(__file__).parents[3] / "examples" / "plans" / "999999"
DUE = Statement(
    attr="due", asserter="plan", value=None, undated_reason="未定", mark="N", edtf_mark="N", lines=None
)  # fmt: skip
MIRRORED = {"added": "removed", "removed": "added", "split": "merged", "merged": "split"}
ANSWERS = (
    Answer(kind="split", old=("write-free",), new=("write-free-hall", "write-free-branches")),
    Answer(kind="merged", old=("apply", "notify-result"), new=("apply-and-result",)),
    Answer(kind="replaced", old=("advisers",), new=("visiting-advisers",)),
)


def due(text: str | None, wording: str | None = None) -> Statement:
    if text is None:
        return replace(DUE, wording=wording)
    value = read_date(text)
    return replace(
        DUE, value=value, undated_reason=None, mark="S", edtf_mark="S", wording=wording, lines="9"
    )


def node(node_id: str, parent: str | None = "hall", **more: object) -> Node:
    said: dict[str, object] = {"kind": "bar", "label": f"{node_id}の導入", "lines": None} | more
    return Node(node_id=node_id, parent_id=parent, mark="S", **said)  # pyright: ignore[reportArgumentType]


HALL = node("hall", None, kind="initiative", label="窓口の見直し")


def told(found: Diff) -> set[tuple[str, str, tuple[str, ...]]]:
    return {(each.kind, each.node_id, each.fields or each.others) for each in found.changes}


def of(*nodes: Node) -> list[Node]:
    return [HALL, *nodes]


@st.composite
def trees(draw: st.DrawFn) -> list[Node]:
    """A few nodes below two headings, some of them dated, some worded alike."""
    ids = draw(st.lists(st.sampled_from("abcdef"), unique=True))
    dates = st.sampled_from([None, "令和9年9月", "令和9年度", "2027年"])
    tail = [
        node(
            each,
            draw(st.sampled_from(["hall", "other"])),
            place=draw(st.integers(1, 4)),
            label=draw(st.sampled_from(["電子決裁の導入", "電子決裁", "受付番号"])),
            statements=(due(draw(dates), draw(st.sampled_from(["目指します", None]))),),
            actor=draw(st.sampled_from([None, "国"])),
        )
        for each in ids
    ]
    return [HALL, replace(HALL, node_id="other"), *tail]


def mirrored(change: NodeChange) -> NodeChange:
    return replace(
        change,
        kind=MIRRORED.get(change.kind, change.kind),
        before=change.after,
        after=change.before,
    )


@given(trees())
def test_a_tree_does_not_differ_from_itself(tree: list[Node]):
    assert diff(tree, tree) == Diff(changes=(), open=())


@given(trees(), trees())
def test_the_way_back_is_the_way_there_mirrored(one: list[Node], other: list[Node]):
    there, back = diff(one, other), diff(other, one)

    assert {mirrored(change) for change in there.changes} == set(back.changes)
    assert {(each.gone, new) for each in there.open for new in each.new} == {
        (new, each.gone) for each in back.open for new in each.new
    }


@given(trees(), trees())
def test_a_tree_without_changes_is_the_same_but_for_lines_and_places(
    one: list[Node], other: list[Node]
):
    found = diff(one, other)

    same = {each.node_id for each in one} & {each.node_id for each in other}
    changed = {each.node_id for each in found.changes}
    by_id = {each.node_id: each for each in other}

    for each in one:
        if each.node_id in same - changed:
            assert replace(each, place=0) == replace(by_id[each.node_id], place=0)


@pytest.mark.parametrize(
    ("before", "after", "expected"),
    [
        ({"label": "旧"}, {"label": "新"}, ("renamed", ("label",))),
        ({}, {"actor": "国"}, ("reworded", ("actor",))),
        ({"statements": (due("令和9年9月"),)}, {"statements": (due("令和9年12月"),)}, ("moved", ("due",))),
        ({"statements": (due("令和9年9月"),)}, {"statements": (due("令和9年9月30日"),)}, ("moved", ("due",))),
        ({"statements": (due("令和9年9月", "目指します"),)}, {"statements": (due("2027年9月", "検討します"),)}, ("reworded", ("wording",))),
        ({"statements": (due("令和9年9月"),)}, {"statements": (due("令和9年9月まで"),)}, ("reworded", ("statements",))),
        ({"statements": (replace(due("令和9年12月"), mark="X"),)}, {"statements": (due("令和9年9月"),)}, ("moved", ("due",))),
        ({"statements": (due(None),)}, {"statements": (due("令和9年9月"),)}, ("moved", ("due",))),
        ({}, {"parent": "other"}, ("moved", ("parent",))),
    ],
)  # fmt: skip
def test_what_happened_to_a_node_is_computed(
    before: dict[str, str], after: dict[str, str], expected: tuple[str, tuple[str, ...]]
):
    other = replace(HALL, node_id="other")

    found = diff(of(other, node("a", **before)), of(other, node("a", **after)))

    kind, fields = expected
    assert told(found) == {(kind, "a", fields)}


def test_other_lines_are_no_change():
    one = node("a", lines="12", statements=(due("令和9年9月"),))
    other = replace(one, lines="48", statements=(replace(one.statements[0], lines="49"),))

    assert diff(of(one), of(other)).changes == ()


def test_siblings_that_change_places_are_told_once_and_newcomers_between_them_are_not():
    two = of(node("a", place=1), node("b", place=2))
    turned = of(node("b", place=1), node("a", place=2))
    between = of(node("a", place=1), node("z", place=2, label="別"), node("b", place=3))

    assert told(diff(two, turned)) == {("moved", "hall", ("children",))}
    assert told(diff(two, between)) == {("added", "z", ())}


def test_another_kind_under_the_same_id_is_refused():
    with pytest.raises(KindIsFixed):
        diff(of(node("a")), of(node("a", kind="milestone")))


@pytest.mark.parametrize(
    ("gone", "new", "alike"),
    [
        ({"label": "相談員の配置"}, {"label": "相談員の派遣"}, True),
        ({"label": "相談員の配置"}, {"label": "電子決裁"}, False),
        ({"label": "配置", "lines": "9"}, {"label": "拡大", "lines": "9"}, True),
        ({"label": "相談員の配置"}, {"label": "相談員の派遣", "parent": "x"}, False),
        ({"label": "相談員の配置"}, {"label": "相談員の 配置", "parent": "x"}, True),
        ({"label": "相談員"}, {"label": "相談員", "kind": "milestone"}, False),
        ({"label": "甲"}, {"label": "乙"}, False),
    ],
)
def test_a_vanished_node_that_may_live_on_is_a_question(
    gone: dict[str, str], new: dict[str, str], alike: bool
):
    found = diff(of(node("old", **gone)), of(node("new", **new)))

    assert found.open == ((Candidate(gone="old", new=("new",)),) if alike else ())
    assert found.answered is not alike
    assert {each.kind for each in found.changes} == {"removed", "added"}


def test_among_very_many_siblings_only_the_same_label_is_a_question():
    many = of(*(node(f"n{n}", label=f"電子決裁の導入{n}") for n in range(501)))

    found = diff(of(node("old", label="電子決裁の導入")), many)
    same = diff(of(node("old", label="電子決裁の導入7")), many)

    assert found.answered
    assert same.open == (Candidate(gone="old", new=("n7",)),)


@pytest.fixture(scope="module")
def revisions() -> Revisions:
    """The made-up city's plan before and after."""
    before, after = (PLANS / "plan_r1.yaml", PLANS / "plan_r2.yaml")
    return read_plan(before.read_bytes(), "r1").nodes, read_plan(after.read_bytes(), "r2").nodes


def test_the_revision_of_a_plan_asks_what_became_of_what(revisions: Revisions):
    found = diff(*revisions)

    asked = {each.gone: each.new for each in found.open}
    assert asked["write-free"] == ("write-free-hall", "write-free-branches")
    assert asked["apply"] == ("apply-and-result",)
    assert asked["advisers"] == ("visiting-advisers",)
    assert "shop-data" not in asked


def test_the_revision_of_a_plan_is_told_when_all_is_answered(revisions: Revisions):
    found = diff(*revisions, ANSWERS)

    assert found.answered
    assert told(found) == {
        ("added", "data", ()),
        ("added", "ms-result", ()),
        ("added", "open-toilets", ()),
        ("removed", "shop-data", ()),
        ("split", "write-free", ("write-free-hall", "write-free-branches")),
        ("merged", "apply-and-result", ("apply", "notify-result")),
        ("renamed", "advisers", ("label", "node_id")),
        ("moved", "advisers", ("due",)),
        ("renamed", "cashless", ("label",)),
        ("moved", "plan", ("due",)),
        ("moved", "ms-write-free", ("due",)),
        ("moved", "sensors", ("due",)),
        ("moved", "city-data", ("parent",)),
        ("moved", "ms-vouchers", ("actual",)),
        ("reworded", "counter", ("current",)),
        ("reworded", "staff", ("direction",)),
        ("reworded", "ms-vouchers", ("wording",)),
        ("reworded", "open-sets", ("stated_count",)),
    }


def test_nodes_that_have_nothing_to_do_with_one_another_are_removed_and_added(
    revisions: Revisions,
):
    apart = Answer(kind="unrelated", old=("advisers",))

    found = diff(*revisions, (*ANSWERS[:2], apart))

    assert found.answered
    assert {("removed", "advisers", ()), ("added", "visiting-advisers", ())} <= told(found)


def test_the_children_of_what_has_another_id_did_not_move():
    renamed = node("office", None, kind="initiative", label="窓口の見直し")
    answer = Answer(kind="replaced", old=("hall",), new=("office",))

    found = diff(of(node("a")), [renamed, node("a", "office")], (answer,))

    assert told(found) == {("renamed", "hall", ("node_id",))}


def test_a_part_may_keep_the_id_of_the_whole():
    one, two = of(node("a")), of(node("a"), node("b"))

    split = diff(one, two, (Answer(kind="split", old=("a",), new=("a", "b")),))
    merged = diff(two, one, (Answer(kind="merged", old=("a", "b"), new=("a",)),))

    assert told(split) == {("split", "a", ("a", "b"))}
    assert told(merged) == {("merged", "a", ("a", "b"))}
    assert (split.of_kind("added"), merged.of_kind("removed")) == ((), ())


@pytest.mark.parametrize(
    "answers",
    [
        (Answer(kind="split", old=("a",), new=("x",)),),
        (Answer(kind="merged", old=("a",), new=("x",)),),
        (Answer(kind="replaced", old=("a",), new=("x", "y")),),
        (Answer(kind="unrelated", old=(), new=()),),
        (Answer(kind="unrelated", old=("a",), new=("x",)),),
        (Answer(kind="unrelated", old=("stays",)),),
        (Answer(kind="replaced", old=("nobody",), new=("x",)),),
        (Answer(kind="replaced", old=("a",), new=("nobody",)),),
        (Answer(kind="replaced", old=("stays",), new=("x",)),),
        (Answer(kind="replaced", old=("a",), new=("stays",)),),
        (Answer(kind="replaced", old=("a",), new=("ms",)),),
        (Answer(kind="split", old=("a",), new=("stays", "also")),),
        (Answer(kind="merged", old=("stays", "also"), new=("x",)),),
        (Answer(kind="replaced", old=("a",), new=("x",)), Answer(kind="unrelated", old=("a",))),
    ],
    ids=str,
)
def test_an_answer_that_does_not_fit_is_refused(answers: tuple[Answer, ...]):
    stays = (node("stays"), node("also"))
    before = of(node("a"), node("b"), *stays)
    after = of(node("x"), node("y"), node("ms", kind="milestone"), *stays)

    with pytest.raises(AnswerUnfit):
        diff(before, after, answers)
