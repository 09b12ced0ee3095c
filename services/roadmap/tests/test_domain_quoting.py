"""Whether the words of a plan stand at their lines, in a text of ten lines and in the city's own."""

import os
from hashlib import sha256
from pathlib import Path

import pytest
from small_plans import SMALL, changed

from roadmap.domain import Quote, read_plan
from roadmap.domain.reading.quoting import OtherText, check_lines

DATA = Path(__file__).parents[1] / "src" / "roadmap" / "data" / "042111"
SHARED = Path(os.environ.get("MACHI_SHARED", Path(__file__).parents[4] / "shared" / "data"))
TEXT = """\
本計画は、「岩沼市総合
計画」等の上位計画と整合を図りながら、令和９年（2027
年）９月を標準化対応期限に設定し、完了を
目指します。
全業務　運用開始
1 2 3

完
了
目
標
"""
NODE = '{id: 2-1-e, kind: bar, parent: "2-1", label: 全業務運用開始, mark: "S", lines: "1169"'


def quoting(label: str, mark: str, lines: str) -> str:
    """A plan of one bar whose label is quoted so."""
    head, _, rest = SMALL.partition("nodes:\n")
    node = f'{{id: plan, kind: plan, label: "{label}", mark: {mark}, lines: "{lines}",'
    period = ' period: {edtf: "2021", mark: X}}'
    return f"{head}nodes:\n  - {node}{period}\nnot_in_text: []\n" if rest else ""


def misquoted(label: str, mark: str, lines: str) -> list[str]:
    plan = read_plan(quoting(label, mark, lines), "plan.yaml")
    return [found.words for found in check_lines(plan, TEXT)]


@pytest.mark.parametrize(
    ("label", "mark", "lines"),
    [
        ("全業務運用開始", "S", "5"),
        ("岩沼市総合計画", "S", "1"),
        ("「上位計画」と「完了」", "I", "7"),
        ("上位計画…完了を目指します", "S", "2-4"),
        ("「整合」「目指します」", "S", "2, 4"),
        ("完了目標", "R", "8-11"),
        ("標目了完", "R", "8"),
        ("１２３", "S", "6"),
        ("記載なし", "N", ""),
    ],
)
def test_words_at_their_lines_are_let_pass(label: str, mark: str, lines: str):
    written = quoting(label, mark, lines).replace('lines: "",', "")

    assert check_lines(read_plan(written, "plan.yaml"), TEXT) == ()


@pytest.mark.parametrize(
    ("label", "mark", "lines"),
    [
        ("全業務運用開始", "S", "1"),
        ("全業務運用開始", "S", "6-10"),
        ("全業務運用開始", "S", "5, 8"),
        ("全業務運用開始", "S", "99"),
        ("上位計画…中止", "S", "2-4"),
        ("完了目標達成", "R", "8-11"),
    ],
)
def test_words_that_are_elsewhere_are_told(label: str, mark: str, lines: str):
    assert misquoted(label, mark, lines) == [label]


def test_each_kind_of_quotation_is_checked():
    beside = """\
bodies: [{id: hq, name: 本部, mark: "S", lines: "1", role: {text: 長, mark: "S", lines: "1"}}]
facts: [{id: law, label: 法, quotes: [{text: 第９条, mark: "S", lines: "1"}], date: {text: 令和元年, mark: "S", lines: "1"}}]
indicators:
  - {id: card, label: 率, unit: "%", definition: null, target: null,
     readings: [{value: 80.5, as_of: {edtf: "2025", mark: "S", lines: "1"}, mark: "S", lines: "1"}]}
"""
    written = changed(
        ("  decision: null\n", '  decision: null\n  reason: {text: 不足, mark: "S", lines: "1"}\n'),
        ('mark: "S", lines: "1105"', 'mark: "S", lines: "1105", current: [{text: 現, mark: "S", lines: "1"}]'),
        ("not_in_text", f"{beside}not_in_text"),
    )  # fmt: skip

    found = check_lines(read_plan(written, "plan.yaml"), TEXT)

    assert {misquote.of for misquote in found} == {
        "plan", "2", "2-1", "2-1-e", "ms-std20", "revision", "hq", "law", "card",
    }  # fmt: skip
    assert len(found) == 12


def test_the_word_after_a_date_may_be_left_out_by_the_text():
    written = changed(
        ("text: 令和９年（2027 年）９月", "text: 令和９年（2027 年）９月まで"), ('"1133"', '"2"')
    )

    found = check_lines(read_plan(written, "plan.yaml"), TEXT)

    assert "ms-std20" not in {misquote.of for misquote in found}


def test_another_text_than_the_plan_names_is_refused():
    ours = sha256(TEXT.encode()).hexdigest()
    plan = read_plan(changed(("岩沼市デジタル化推進計画}", f"計画, sha256: {ours}}}")), "plan.yaml")

    assert check_lines(plan, TEXT)
    with pytest.raises(OtherText):
        check_lines(plan, f"{TEXT}\n")


def test_every_word_of_the_shipped_plan_stands_at_its_lines():
    path = SHARED / "plan" / "plan_r8.txt"
    if not path.exists():
        pytest.skip(f"the plan's text is not at {path} (../shared)")

    for name in ("plan_r3.yaml", "plan_r8.yaml"):
        plan = read_plan((DATA / name).read_bytes(), name)
        assert check_lines(plan, path.read_text("utf-8")) == ()


@pytest.mark.parametrize(
    ("words", "excerpt"),
    [
        ("平成２９年度から運用を開始しており", "…平成２９年度から運用を開始しており…"),
        ("業務システムへの切替え完了を目指します", "…業務システムへの切替え完了を目指します"),
        ("本市では未導入となっています。", "…本市では未導入となっています。"),
        ("届出を行っている", "…届出を行っている…"),
        (
            "「人的リソース不足が深刻化」「遅延が発生」",
            "「人的リソース不足が深刻化」「遅延が発生」",
        ),
    ],
)
def test_a_quotation_shows_where_it_may_be_cut(words: str, excerpt: str):
    assert Quote(text=words, mark="S", lines="1").excerpt == excerpt
