"""What a person chose for each node that is gone, as answers and back, and over several revisions."""

import pytest

from roadmap.domain import Answer, Node, answers_from, chosen_in, composed, turned
from roadmap.domain.difference.diffing import diff


@pytest.mark.parametrize(
    ("chosen", "answer"),
    [
        ({"a": ("x",)}, Answer(kind="replaced", old=("a",), new=("x",))),
        ({"a": ("x", "y")}, Answer(kind="split", old=("a",), new=("x", "y"))),
        ({"a": ("x",), "b": ("x",)}, Answer(kind="merged", old=("a", "b"), new=("x",))),
        ({"a": ()}, Answer(kind="unrelated", old=("a",))),
    ],
)
def test_what_is_chosen_for_each_node_is_an_answer_and_back(
    chosen: dict[str, tuple[str, ...]], answer: Answer
):
    assert answers_from(chosen) == (answer,)
    assert chosen_in([answer]) == chosen


def test_each_node_has_its_own_answer():
    answers = answers_from({"a": ("x",), "b": (), "c": ("y", "z")})

    assert [answer.kind for answer in answers] == ["replaced", "split", "unrelated"]


def tree(ids: str) -> list[Node]:
    return [
        Node(node_id=each, kind="bar", parent_id=None, label=each, mark="S", lines=None)
        for each in ids
    ]


def given(text: str) -> Answer:
    """`a>x` is replaced, `a>xy` split, `ab>x` merged, `a>` unrelated."""
    old, new = text.split(">")
    kind = {(1, 1): "replaced", (1, 2): "split", (2, 1): "merged"}.get((len(old), len(new)))
    return Answer(kind=kind or "unrelated", old=tuple(old), new=tuple(new))  # pyright: ignore[reportArgumentType]


@pytest.mark.parametrize(
    ("before", "steps", "after", "expected"),
    [
        ("a", ["a>x"], "x", ["a>x"]),
        ("a", ["a>x", "x>y"], "y", ["a>y"]),
        ("a", ["a>xy", "x>z"], "zy", ["a>zy"]),
        ("ab", ["a>x", "xb>m"], "m", ["ab>m"]),
        ("a", ["a>xy", "xy>m"], "m", ["a>m"]),
        ("a", ["a>x", "x>"], "n", ["a>"]),
        ("a", ["a>x"], "n", ["a>"]),
        ("a", ["a>x", "b>y"], "xy", ["a>x"]),
        ("a", ["a>ab"], "ab", ["a>ab"]),
        ("a", ["a>x", "x>a"], "a", []),
        ("abc", ["a>xy", "b>y"], "xyc", []),
        ("ab", [], "xb", []),
    ],
)
def test_what_was_answered_revision_by_revision_is_one_answer_or_stays_a_question(
    before: str, steps: list[str], after: str, expected: list[str]
):
    one, other = tree(before), tree(after)

    answers = composed([[given(step)] for step in steps], one, other)

    assert answers == tuple(map(given, expected))
    diff(one, other, answers)


def test_an_answer_is_looked_at_from_the_other_end():
    there = tuple(map(given, ["a>x", "b>yz", "cd>w", "e>"]))

    assert {(each.kind, each.old, each.new) for each in turned(there)} == {
        ("replaced", ("x",), ("a",)),
        ("merged", ("y", "z"), ("b",)),
        ("split", ("w",), ("c", "d")),
    }
