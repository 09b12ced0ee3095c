"""How a plan file may be encoded and how large it may be; what is said of one that may not."""

import codecs
import re

import pytest
from hypothesis import given, strategies as st
from small_plans import BESIDE, LISTS, SMALL, changed, more, problems, refused

from documents import Problem, Unreadable
from roadmap.domain import Plan, read_plan

HEADING = '  - {{id: "p{n}", kind: perspective, parent: plan, label: 視点, mark: X}}\n'
VALUES = ["", "null", "true", "0", "-1", "9" * 18, "1.5", "[]", "{}", "[[]]", "x", '"x"']
WHOLE = more(nodes=LISTS, beside=BESIDE)
PLACES = [found.span() for found in re.finditer(r"(?<=: )[^\s,{}\[\]]+", WHOLE)]
LEVELS = "[" * 20 + "]" * 20


@pytest.mark.parametrize(
    "raw",
    [
        SMALL.encode(),
        codecs.BOM_UTF8 + SMALL.encode(),
        SMALL.replace("\n", "\r\n").encode(),
        SMALL.replace('"042111"', "042111").encode(),
    ],
    ids=["as it is", "with a BOM", "with CRLF", "with a code that is not quoted"],
)
def test_a_plan_is_the_same_however_an_editor_saves_it(raw: bytes):
    assert read_plan(raw, "plan.yaml") == read_plan(SMALL, "plan.yaml")


@pytest.mark.parametrize(
    ("raw", "message"),
    [
        (SMALL.encode("cp932"), "Shift_JIS で書かれているようです。UTF-8 で保存し直してください"),
        (SMALL.encode("utf-16"), "UTF-16 で書かれているようです。UTF-8 で保存し直してください"),
        (b"a: [\x81 ]", "UTF-8 の文字として読めません。UTF-8 で保存し直してください"),
        (SMALL.encode() + b" " * 2_000_000, "大きすぎます（2,000,000 バイトまで）"),
        (changed(("nodes:\n", f"nodes: {LEVELS}\nx:\n")), "入れ子が深すぎます（12 段まで）"),
        (changed(("nodes:\n", "nodes: &a [x]\nx: [*a, *a]\ny:\n")), "参照（& や *）は使えません"),
        (changed(("nodes:\n", "nodes: !!python/tuple [x]\nx:\n")), "型の指定（! で始まる語）は使えません"),
    ],
)  # fmt: skip
def test_what_no_plan_can_be_is_refused_with_one_sentence(raw: str | bytes, message: str):
    (problem,) = refused(raw)

    assert message in problem


def test_a_sign_that_nobody_can_see_is_named_also_where_it_is_escaped():
    found = problems(("label: 標準化対応期限", 'label: "標準化\\u202e対応期限"'))

    assert any("見えない文字（U+202E）があります" in problem for problem in found)


@pytest.mark.parametrize(
    ("written", "message"),
    [
        ("17481", '引用符の無い 042111 を 8 進数として読むソフトがあり、17481 はその結果のようです（"042111" では'),
        ("42111", '団体コードは引用符で囲んで書いてください（例: "042111"）'),
        ("-1", '団体コードは引用符で囲んで書いてください（例: "042111"）'),
        ("131016", '団体コードは引用符で囲んで書いてください（例: "042111"）'),
        ("true", "団体コードは引用符で囲んで書いてください"),
        ("null", "文字列で書いてください"),
    ],
)  # fmt: skip
def test_a_code_that_became_a_number_is_explained(written: str, message: str):
    assert any(message in problem for problem in problems(('"042111"', written)))


def test_a_plan_has_five_thousand_nodes_at_most():
    head, _, tail = SMALL.partition("  - {id: ms-std20")
    many = "".join(HEADING.format(n=n) for n in range(5_000))

    (problem,) = refused(f"{head}{many}  - {{id: ms-std20{tail}")

    assert "多すぎます（5000 件まで）" in problem


@pytest.mark.parametrize(
    ("due", "expected"),
    [
        ('{edtf: "2027-07/2027-09", precision: quarter, mark: X}', "quarter"),
        ('{edtf: "2027-07/2027-09", mark: X}', "interval"),
        ("{text: 令和9年度, precision: fiscal_year, mark: X}", "fiscal_year"),
        ('{edtf: "2027-04/2028-03", precision: fiscal_year, mark: X}', "fiscal_year"),
    ],
)
def test_a_bar_has_the_extent_that_is_written(due: str, expected: str):
    plan = read_plan(changed(("extent: null", f"extent: {due}")), "plan.yaml")

    (bar,) = plan.of_kind("bar")

    assert bar.due
    assert bar.due.value
    assert bar.due.value.precision == expected


@pytest.mark.parametrize(
    ("due", "message"),
    [
        ('{edtf: "2027-08/2027-09", precision: quarter, mark: X}', "この日付の精度ではありません（interval と"),
        ("{text: 令和9年9月, precision: fiscal_year, mark: X}", "この日付の精度ではありません（month と"),
        ('{text: 令和9年13月, edtf: "2027", precision: year, mark: X}', "暦にない月日です"),
        ('{edtf: "2027-8", precision: month, mark: X}', "EDTF の日付ではありません"),
        ('{edtf: "2027-08", precision: week, mark: X}', "のどれかで書いてください"),
    ],
)  # fmt: skip
def test_a_precision_that_the_date_has_not_is_refused(due: str, message: str):
    (problem,) = problems(("extent: null", f"extent: {due}"))

    assert message in problem


@pytest.mark.parametrize(
    ("old", "new", "place"),
    [
        ("text: 令和８年 3 月,", "text: 2201年3月,", "6:19 revision.adopted.text"),
        ('edtf: "2021-04/2029-03"', 'edtf: "2021-04/9999-12"', "11:21 nodes[0].period.edtf"),
        ("extent: null", 'extent: {text: 1899年3月, mark: X}', "14:100 nodes[3].extent.text"),
        ('"2028-04/2029-03", precision: fiscal_year', "9999-12", "35:61 indicators[0].target.due.edtf"),
        ("令和 7年 4月 30日時点", "9999年", "38:40 indicators[0].readings[1].as_of.text"),
        ("令和元年５月３１日", "1889年", "43:39 facts[1].date.text"),
    ],
)  # fmt: skip
def test_every_date_lies_in_years_that_a_timetable_can_show(old: str, new: str, place: str):
    assert old in WHOLE

    (told,) = refused(WHOLE.replace(old, new))

    assert told.startswith(f"plan.yaml:{place} ")
    assert "1900 年から 2200 年までの日付ではありません。終わりが決まっていない期間は" in told


@given(st.sampled_from(PLACES), st.sampled_from(VALUES))
def test_whatever_stands_in_the_place_of_a_value_the_file_is_read_or_refused(
    place: tuple[int, int], value: str
):
    start, end = place
    text = f"{WHOLE[:start]}{value}{WHOLE[end:]}"

    plan: Plan | None = None
    problems: tuple[Problem, ...] = ()
    try:
        plan = read_plan(text, "plan.yaml")
    except Unreadable as refused:
        problems = refused.problems

    assert bool(plan) != bool(problems)
