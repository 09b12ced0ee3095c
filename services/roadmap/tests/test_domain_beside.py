"""What a revision changes beside its tree: targets, readings, facts, what is left unsaid."""

from dataclasses import replace
from pathlib import Path

import pytest
from small_plans import BESIDE, more

from roadmap.domain import (
    Answer,
    Diff,
    ExtraChange,
    Node,
    Plan,
    Text,
    differing,
    name_of,
    read_plan,
    told_of,
    word,
)

FILES = Path(__file__).parents[3] / "examples" / "plans" / "999999"
FIRST = read_plan(more(beside=BESIDE), "plan.yaml")

TARGET = 'target: {value: 90, mark: "S", lines: "10", due: {edtf: "2028-04/2029-03", precision: fiscal_year, mark: "S", lines: "10"}}'
WORDS = "90（2028-04/2029-03）"


def other(*changes: tuple[str, str], base: str = BESIDE) -> Plan:
    """The small plan with other words beside its tree."""
    text = more(beside=base)
    for old, new in changes:
        assert old in text
        text = text.replace(old, new)
    return read_plan(text, "plan.yaml")


def found(after: Plan, before: Plan = FIRST) -> Diff:
    return differing(Text.of(before), Text.of(after))


def told(diff: Diff) -> list[tuple[object, ...]]:
    return [(each.kind, each.what, each.extra_id, *each.fields) for each in diff.extras]


@pytest.mark.parametrize(
    ("change", "expected", "words"),
    [
        (("value: 90", "value: 95"), ("moved", "indicator", "card", "target"), ("90（2028-04/2029-03）", "95（2028-04/2029-03）")),
        (("2028-04/2029-03", "2027-04/2028-03"), ("moved", "indicator", "card", "target"), ("90（2028-04/2029-03）", "90（2027-04/2028-03）")),
        (('precision: fiscal_year, mark: "S"', 'precision: fiscal_year, mark: "I"'), ("reworded", "indicator", "card", "target"), ("90（2028-04/2029-03）", "90（2028-04/2029-03）")),
        (("definition: null", "definition: 持つ人の割合"), ("reworded", "indicator", "card", "definition"), (None, "持つ人の割合")),
        (('unit: "%"', "unit: 枚"), ("reworded", "indicator", "card", "unit"), ("%", "枚")),
        (("label: カード普及率", "label: カード保有率"), ("renamed", "indicator", "card", "label"), ("カード普及率", "カード保有率")),
        (('about: "2-1"\n', 'about: "2"\n'), ("reworded", "indicator", "card", "about"), ("2-1", "2")),
        (("value: 80.0", "value: 81"), ("moved", "reading", "card@undated", "value"), ("80.0", "81")),
        (("approx: true", "approx: false"), ("reworded", "reading", "card@undated", "approx"), ("True", "False")),
        (("令和元年５月３１日", "令和２年５月３１日"), ("moved", "fact", "act", "date"), ("2019-05-31", "2020-05-31")),
        (("令和元年５月３１日", "令和元年５月３１日時点"), ("reworded", "fact", "act", "date"), ("2019-05-31", "2019-05-31")),
        (("第９条第３項", "第９条第４項"), ("reworded", "fact", "law", "quotes"), ("「第９条第３項」", "「第９条第４項」")),
        (("name: デジタル化推進本部", "name: 推進本部"), ("renamed", "body", "hq", "name"), ("デジタル化推進本部", "推進本部")),
        (("市長を本部長とする", "副市長を本部長とする"), ("reworded", "body", "hq", "role"), ("「市長を本部長とする」", "「副市長を本部長とする」")),
        (("弱いほうを採る", "両方を示す"), ("reworded", "contradiction", "late", "done"), ("弱いほうを採る", "両方を示す")),
        (("title: 実施要領", "title: 要綱"), ("reworded", "dependency", "ms-std20:2-1-e", "source"), ("実施要領", "要綱")),
        (("[2026, 2027, 2028]", "[2026, 2027]"), ("moved", "revision", "text", "columns"), ("2026、2027、2028", "2026、2027")),
        (("title: 岩沼市デジタル化推進計画", "title: 岩沼市ＤＸ計画"), ("renamed", "revision", "text", "title"), ("岩沼市デジタル化推進計画", "岩沼市ＤＸ計画")),
    ],
)  # fmt: skip
def test_what_happened_beside_the_tree_is_computed(
    change: tuple[str, str], expected: tuple[str, ...], words: tuple[str | None, str | None]
):
    diff = found(other(change))

    assert told(diff) == [expected]
    assert told_of(diff.extras[0]) == words


@pytest.mark.parametrize(
    ("part", "what", "extra_id", "name"),
    [
        ('  - {id: law, about: plan, label: 根拠, quotes: [{text: 第９条第３項, mark: "S", lines: "121"}]}\n', "fact", "law", "根拠"),
        ('  - {node: ms-std20, needs: 2-1-e, source: {title: 実施要領, lines: "12"}}\n', "dependency", "ms-std20:2-1-e", "2-1-e → ms-std20"),
        ('      - {value: 80.0, approx: true, as_of: null, mark: "S", lines: "1057"}\n', "reading", "card@undated", "80.0"),
        ('  - {id: late, about: ["2-1"], lines: "42, 1123", what: 遅延が半数以上, done: 弱いほうを採る}\n', "contradiction", "late", "遅延が半数以上"),
    ],
)  # fmt: skip
def test_what_came_or_went_beside_the_tree_is_told(part: str, what: str, extra_id: str, name: str):
    base = BESIDE.replace(part, "").replace(
        "contradictions:\n", "" if what == "contradiction" else "contradictions:\n"
    )
    base = base.replace("dependencies:\n", "" if what == "dependency" else "dependencies:\n")
    without = other(base=base)

    gone, come = found(without), found(FIRST, without)

    assert told(gone) == [("removed", what, extra_id)]
    assert told(come) == [("added", what, extra_id)]
    assert (told_of(gone.extras[0]), told_of(come.extras[0])) == ((name, None), (None, name))


def test_what_the_plan_leaves_unsaid_comes_goes_and_is_said_otherwise():
    silent = other(("not_in_text: []", "not_in_text: [{id: budget, label: 予算}]"))
    other_words = other(
        ("not_in_text: []", "not_in_text: [{id: budget, label: 予算額, note: 別紙}]")
    )

    assert told(found(silent)) == [("added", "silence", "budget")]
    assert told(found(FIRST, silent)) == [("removed", "silence", "budget")]
    assert told(found(other_words, silent)) == [
        ("renamed", "silence", "budget", "label"),
        ("reworded", "silence", "budget", "note"),
    ]


def test_where_it_stands_in_the_text_is_no_change_and_neither_is_the_plans_own_new_title():
    title = "岩沼市デジタル化推進計画"
    base = BESIDE.replace("title: 実施要領", f"title: {title}").replace(
        'mark: "S", lines: "1057"', f'mark: "S", lines: "1057", source: {{title: {title}}}'
    )
    before = other(base=base)
    after = other(
        (title + "}\nnodes", title + "２}\nnodes"),
        ('lines: "12"', 'lines: "99"'),
        ('lines: "1057"', 'lines: "2057"'),
        ("42, 1123", "142"),
        base=base.replace(f"title: {title}", f"title: {title}２"),
    )

    assert told(found(after, before)) == [("renamed", "revision", "text", "title")]


def test_what_cites_the_text_by_its_old_title_has_not_changed_when_that_has_a_new_one():
    title = "岩沼市デジタル化推進計画"
    base = BESIDE.replace("title: 実施要領", f"title: {title}")
    after = other((title + "}\nnodes", title + "２}\nnodes"), base=base)

    assert told(found(after, other(base=base))) == [("renamed", "revision", "text", "title")]


def test_a_reading_of_another_definition_is_another_reading():
    after = other(("    definition: null\n", "    definition: 持つ人の割合\n    version: 2\n"))

    kinds = [(each.kind, each.what) for each in found(after).extras]

    assert kinds.count(("removed", "reading")) == kinds.count(("added", "reading")) == 2


def test_two_readings_that_say_the_same_of_themselves_are_two():
    twice = '      - {value: 80.0, approx: true, as_of: null, mark: "S", lines: "1057"}\n'
    after = other((twice, twice + twice.replace("80.0", "70.0")))

    (change,) = found(after).extras

    assert (change.kind, told_of(change)) == ("added", (None, "70.0"))


def test_what_is_about_a_node_under_another_id_did_not_change():
    renamed = other(("2-1-e", "2-1-z"), ("ms-std20", "ms-twenty"))
    answers = (
        Answer(kind="replaced", old=("2-1-e",), new=("2-1-z",)),
        Answer(kind="replaced", old=("ms-std20",), new=("ms-twenty",)),
    )

    assert differing(Text.of(FIRST), Text.of(renamed), answers).extras == ()
    assert told(found(renamed)) == [
        ("added", "dependency", "ms-twenty:2-1-z"),
        ("removed", "dependency", "ms-std20:2-1-e"),
    ]


def test_where_no_text_is_at_hand_nothing_is_known_to_have_been_left_out():
    empty = replace(Text.of(FIRST), nodes=())

    came = differing(empty, Text.of(FIRST)).extras

    assert {each.kind for each in came} == {"added"}
    assert "revision" not in {each.what for each in came}


def test_changes_stand_by_kind_and_then_as_people_count():
    def bar(node_id: str) -> Node:
        return Node(
            node_id=node_id, kind="bar", parent_id=None, label=node_id, mark="S", lines=None
        )

    ids = ["2-10", "1-2", "2-2", "1-1", "2-1"]
    facts = "facts:\n" + "".join(
        f"  - {{id: f{n}, label: 記載, date: {{edtf: '2019', mark: X}}}}\n" for n in (10, 2)
    )

    diff = differing(Text(), Text(nodes=list(map(bar, ids))))
    beside = found(other(base=facts), other(base=""))

    assert [each.node_id for each in diff.changes] == ["1-1", "1-2", "2-1", "2-2", "2-10"]
    assert [each.extra_id for each in beside.extras] == ["f2", "f10"]


def test_the_revision_of_the_made_up_city_moves_its_target_drops_a_reading_and_adds_a_fact():
    first, second = (
        read_plan((FILES / name).read_bytes(), name) for name in ("plan_r1.yaml", "plan_r2.yaml")
    )

    diff = found(second, first)

    assert told(diff) == [
        ("added", "fact", "delay"),
        ("removed", "reading", "waiting@2024-01"),
        ("added", "reading", "waiting@2026-01"),
        ("moved", "indicator", "waiting", "target"),
        ("renamed", "revision", "text", "title"),
    ]
    assert diff.all[-len(diff.extras) :] == diff.extras


def test_a_first_target_is_added_and_a_target_that_is_given_up_is_removed():
    without = other((TARGET, "target: null"))

    (given,) = found(FIRST, without).extras
    (gone,) = found(without, FIRST).extras

    assert (given.kind, given.fields, told_of(given)) == ("added", ("target",), (None, WORDS))
    assert (gone.kind, gone.fields, told_of(gone)) == ("removed", ("target",), (WORDS, None))


def test_a_newer_reading_stands_beside_the_older_one_in_whose_place_it_came():
    newer = other(("令和 7年 4月 30日", "令和 8年 4月 30日"), ("id: law", "id: lawful"))

    assert told(found(newer)) == [
        ("added", "fact", "lawful"),
        ("removed", "reading", "card@2025-04-30"),
        ("added", "reading", "card@2026-04-30"),
        ("removed", "fact", "law"),
    ]


def test_long_words_are_cut_where_they_are_told_in_a_line():
    long = ExtraChange(
        kind="added",
        what="silence",
        extra_id="long",
        label="",
        before=None,
        after=replace(
            other(("not_in_text: []", "not_in_text: [{id: a, label: 予算}]")).silences[0],
            label="長" * 300,
        ),
    )

    assert told_of(long) == (None, "長" * 100 + "…")


def test_every_field_of_the_made_up_citys_plan_can_be_told_in_words():
    plan = read_plan((FILES / "plan_r2.yaml").read_bytes(), "plan_r2.yaml")
    node = {each.node_id: each for each in plan.nodes}

    assert word(node["open-sets"], "stated_count") == "4"
    assert word(node["ms-vouchers"], "wording") == "発行しました"
    assert word(node["ms-vouchers"], "statements") == "令和6年10月"
    assert word(node["sensors"], "parent") == "city-data"
    assert word(node["sensors"], "children") is None
    assert name_of(node["sensors"]) == "センサーの設置"


def test_what_is_drawn_and_not_dated_is_told_in_words(plans: list[Plan]):
    node = {each.node_id: each for each in plans[1].nodes}

    assert word(node["2-5-a"], "recurs") == "fiscal_year、8"
    assert word(node["2-1-m"], "stands_for") == "ms-std20（2027）"
    assert "本文に記載がありません" in (word(node["2-1-b"], "due") or "")
    assert "本文に記載がありません" in (word(node["2-1-b"], "statements") or "")
