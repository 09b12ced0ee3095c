"""What a person chose for each node that is gone, as answers and back."""

import pytest

from roadmap.domain import Answer, answers_from, chosen_in


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
