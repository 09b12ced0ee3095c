"""Lists and items of a plan: joined on code and names, counted for a warning alone."""

import pytest
from small_plans import BESIDE, LISTS, changed, extended, more, refused

from roadmap.domain import below, items_by_list, items_of, read_plan

OVER = ("label: 標準化対応期限, ", "label: 標準化対応期限, over: online3, ")


def lists(*changes: tuple[str, str]) -> str:
    text = LISTS
    for old, new in changes:
        assert old in text
        text = text.replace(old, new)
    return text


def test_items_have_a_code_and_other_names():
    plan = extended(lists())

    moving = next(node for node in plan.nodes if node.node_id == "online-02")

    assert (moving.code, moving.aliases) == ("residence.move", ("転出届", "転入予定連絡"))
    assert [node.place for node in below(plan.nodes, "online3", "item")] == [1, 2, 3]
    assert plan.warnings == ()


def test_what_is_below_a_node_is_found_however_deep_and_wherever_it_stands():
    plan = extended(lists())

    turned = below(tuple(reversed(plan.nodes)), "2-1", "item")

    assert [node.node_id for node in turned] == ["online-03", "online-02", "online-01"]
    assert below(plan.nodes, "online-01", "item") == ()


def test_the_items_of_a_list_are_in_the_order_of_the_tree_and_no_lists():
    plan = extended(lists())

    inner, outer = [items_of(plan.nodes, each) for each in ("childcare", "online3")]

    assert [node.node_id for node in outer] == ["online-01", "online-02", "online-03"]
    assert items_by_list(plan.nodes, ["childcare", "online3"]) == {
        "childcare": inner,
        "online3": outer,
    }


def test_another_number_of_items_than_is_stated_is_a_warning():
    plan = extended(lists(("stated_count: {value: 3", "stated_count: {value: 4")))

    assert [str(warning) for warning in plan.warnings] == [
        "plan.yaml:18:28 nodes[5].stated_count.value 4: 計画の記載は 4 件ですが、この並びにある項目は 3 件です"
    ]


def test_a_target_where_the_file_says_that_there_is_none_is_a_warning():
    silent = "not_in_text: [{id: kpi-targets, label: 数値の目標}]\n"
    denied, right = (
        more(beside=beside).replace("not_in_text: []\n", silent)
        for beside in (BESIDE, BESIDE.replace("target: {", "target: null # {"))
    )

    assert [warning.message for warning in read_plan(denied, "plan.yaml").warnings] == [
        "数値の目標は計画にないと書かれていますが、指標「カード普及率」に目標があります"
    ]
    assert read_plan(right, "plan.yaml").warnings == ()


def test_a_milestone_can_take_a_whole_list():
    taking = more(lists()).replace(*OVER)
    of_nothing = changed(OVER)

    plan = read_plan(taking, "plan.yaml")

    assert plan.of_kind("milestone")[0].over == "online3"
    assert refused(of_nothing)[0].endswith("over online3: この id の並び（list）はありません")


def test_a_list_may_be_stated_without_a_number():
    plan = extended(lists((',\n     stated_count: {value: 3, mark: "S", lines: "983"}', "")))

    assert plan.warnings == ()
    assert next(node for node in plan.nodes if node.kind == "list").stated_count is None


@pytest.mark.parametrize(
    ("change", "message"),
    [
        (("code: ballot", "code: residence.move"), "同じ並びの 21 行目の項目と同じ名前です（residence.move）"),
        (("label: 不在者投票用紙等の請求", "label: 転出届"), "同じ並びの 22 行目の項目と同じ名前です（転出届）"),
        (("aliases: [転出届", "aliases: [妊娠　の届出"), "同じ並びの 20 行目の項目と同じ名前です（妊娠の届出）"),
        (("kind: item, parent: childcare", 'kind: item, parent: "2-1"'), "item の親は list です"),
        (("kind: list, parent: online3", "kind: list, parent: ms-std20"), "list の親は initiative か plan か list です"),
        (("code: ballot, ", ""), "「code」がありません"),
        (('parent: "2-1", label: 優先する手続', "parent: childcare, label: 優先する手続"), "親をたどると元に戻ります"),
        (("aliases: [転出届, 転入予定連絡]", "aliases: 転出届"), "並び（- 値）で書いてください"),
    ],
)  # fmt: skip
def test_a_fault_of_a_list_is_told(change: tuple[str, str], message: str):
    assert any(message in problem for problem in refused(more(lists(change))))


def chain(*, first: str, length: int) -> str:
    """Lists in lists in lists."""
    row = '  - {{id: in-{n}, kind: list, parent: "{parent}", label: 並び{n}, mark: X}}\n'
    parents = [first, *(f"in-{n}" for n in range(length - 1))]
    return "".join(row.format(n=n, parent=parent) for n, parent in enumerate(parents))


def test_lists_in_lists_have_a_limit():
    fits, too_deep = more(chain(first="2-1", length=9)), more(chain(first="2-1", length=40))

    assert len(read_plan(fits, "x").of_kind("list")) == 9
    (problem,) = refused(too_deep)
    assert problem.endswith("parent in-8: 親が重なりすぎています（12 段まで）")


def test_a_long_circle_is_told_in_short():
    told = refused(more(chain(first="in-19", length=20)))

    assert any("（in-0 → in-19 → in-18 → in-17 → … → in-0）" in problem for problem in told)


def test_likely_ids_are_looked_for_a_few_times_only():
    row = '  - {{id: b-{n}, kind: bar, parent: "2-{n}", label: 工程, mark: X, extent: null}}\n'

    told = refused(more("".join(row.format(n=n) for n in range(2, 60))))

    assert sum("ではありませんか" in problem for problem in told) == 20
    assert len(told) == 58
