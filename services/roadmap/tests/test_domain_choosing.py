from dataclasses import replace

import pytest

from roadmap.domain import Choice, Node, UnknownChoice, in_order
from roadmap.domain.plan import Kind


def node(node_id: str, kind: Kind, parent_id: str | None) -> Node:
    return Node(
        node_id=node_id, kind=kind, parent_id=parent_id, label=node_id, mark="S", lines=None
    )


TREE = [
    node("plan", "plan", None),
    node("2", "perspective", "plan"),
    node("2-1", "initiative", "2"),
    node("2-1-a", "bar", "2-1"),
    node("ms-std20", "milestone", "2-1"),
    node("2-2", "initiative", "2"),
    node("ms-end", "milestone", "plan"),
]


def test_nothing_chosen_is_the_whole_plan():
    choice = Choice.read({"initiative": ["", " , "]})

    assert choice == Choice()
    assert choice.below(TREE) is None


def test_what_stands_below_a_heading_belongs_to_it():
    choice = Choice.read({"perspective": ["2"]})

    assert choice.below(TREE) == {"2", "2-1", "2-1-a", "ms-std20", "2-2"}


def test_choices_add_up():
    choice = Choice.read({"initiative": ["2-2"], "milestone": ["ms-end"]})

    assert choice.below(TREE) == {"2-2", "ms-end"}


def test_however_it_was_asked_an_equal_choice_has_one_address():
    one = Choice.read({"initiative": ["2-2,2-1"], "milestone": ["ms-end"]})
    other = Choice.read({"initiative": ["2-1", " 2-2", "2-2"], "milestone": ["ms-end"]})

    assert one.query == other.query == {"initiative": "2-1,2-2", "milestone": "ms-end"}


@pytest.mark.parametrize(
    ("asked", "told"),
    [
        ({"initiative": ["9-9"]}, "initiative=9-9; initiative: 2-1, 2-2"),
        ({"milestone": ["2-1"]}, "milestone=2-1; milestone: ms-std20, ms-end"),
        ({"perspective": ["2-1"]}, "perspective=2-1; perspective: 2"),
    ],
)
def test_an_unknown_name_is_refused_with_those_there_are(asked: dict[str, list[str]], told: str):
    with pytest.raises(UnknownChoice) as refused:
        Choice.read(asked).below(TREE)

    assert refused.value.detail == told


def test_headings_are_named_in_the_order_of_their_numbers():
    ids = ("1-1", "2-1", "1-10", "1-2", "counter", "2-1-a")
    headings = [node(each, "initiative", "plan") for each in ids]

    found = [each.node_id for each in in_order(headings)]
    assert found == ["1-1", "1-2", "1-10", "2-1", "2-1-a", "counter"]


def test_an_id_that_is_no_number_is_not_part_of_a_title():
    assert node("2-1", "initiative", "2").title == "2-1 2-1"
    assert (
        replace(node("counter", "initiative", "life"), label="窓口の見直し").title == "窓口の見直し"
    )


def test_a_refusal_does_not_name_thousands():
    many = [node(f"ms-{number}", "milestone", "plan") for number in range(1_000)]

    with pytest.raises(UnknownChoice) as refused:
        Choice.read({"milestone": ["ms-mars"]}).below(many)

    assert refused.value.detail.endswith("ms-49, …")
