"""What a person is told about the file they wrote."""

from decimal import Decimal
from typing import Annotated, Literal

import pytest
from hypothesis import given, strategies as st
from pydantic import BaseModel, ConfigDict, Field, field_validator

from documents import MAX_BYTES, MAX_DEPTH, Document, Problem, Unreadable, parse


class Part(BaseModel):
    model_config = ConfigDict(extra="forbid")


class Certificate(Part):
    kind: Literal["certificate"]
    label: Annotated[str, Field(min_length=1, max_length=20)]
    fee: Annotated[int, Field(ge=0, le=10_000)] = 0
    share: Decimal = Decimal(1)
    online: bool = False


class Filing(Part):
    kind: Literal["filing"]
    label: str
    rate: float | None = None
    due: None = None

    @field_validator("label")
    @classmethod
    def _no_abbreviation(cls, label: str) -> str:
        if label == "転入":
            message = "略さずに書いてください"
            raise ValueError(message)
        return label


class Office(Part):
    code: Annotated[str, Field(pattern="^[0-9]{6}$")]
    procedures: Annotated[
        list[Annotated[Certificate | Filing, Field(discriminator="kind")]],
        Field(min_length=1, max_length=300),
    ]
    contact: dict[str, str] = {}


def said(text: str | bytes) -> list[str]:
    with pytest.raises(Unreadable) as refused:
        parse(text, "office.yaml")
    return [str(problem) for problem in refused.value.problems]


def misfits(text: str) -> list[str]:
    office, problems = parse(text, "office.yaml").validate(Office)
    assert office is None
    return [str(problem) for problem in problems]


def test_a_good_file_becomes_the_model():
    document = parse(
        "\ufeffcode: '042111'  # 岩沼市\nprocedures:\n- {kind: filing, label: 転入届, rate: 80.5}\n",
        "x",
    )

    office, problems = document.validate(Office)

    assert problems == []
    assert office == Office(
        code="042111", procedures=[Filing(kind="filing", label="転入届", rate=80.5)]
    )


WRONG = (
    "code: '4211'\n"
    "contct: {}\n"
    "procedures:\n"
    "  - kind: certificate\n"
    "    label: 5\n"
    "    fee: -1\n"
    "    online: ok\n"
    "  - {kind: filing, label: 転入, due: 9月}\n"
    "  - {kind: filing, lable: 転入届, fee: 300}\n"
    "  - {kind: bar}\n"
    "  - {label: 転出届}\n"
    "  - 転居届\n"
)
TOLD = [
    "office.yaml:1:7 code 4211: 書き方が違います（^[0-9]{6}$ の形で書きます）",
    "office.yaml:2:1 contct: 「contct」という項目はありません。「contact」ではありませんか",
    "office.yaml:5:12 procedures[0].label 5: 文字列で書いてください（数字や true などは引用符で囲みます）",
    "office.yaml:6:10 procedures[0].fee -1: 0 以上で書いてください",
    "office.yaml:7:13 procedures[0].online ok: true か false で書いてください",
    "office.yaml:8:27 procedures[1].label 転入: 略さずに書いてください",
    "office.yaml:8:36 procedures[1].due 9月: null のままにしてください",
    "office.yaml:9:5 procedures[2]: 「label」がありません",
    "office.yaml:9:20 procedures[2].lable: 「lable」という項目はありません。「label」ではありませんか",
    "office.yaml:9:32 procedures[2].fee: 「fee」はここでは使えません",
    "office.yaml:10:12 procedures[3].kind bar: kind は 'certificate', 'filing' のどれかで書いてください",
    "office.yaml:11:5 procedures[4]: 「kind」がありません",
    "office.yaml:12:5 procedures[5] 転居届: 「項目: 値」の形で書いてください",
]


def test_all_misfits_are_told_at_once_in_the_order_of_lines():
    assert misfits(WRONG) == TOLD


@pytest.mark.parametrize(
    ("line", "message"),
    [
        ("procedures: 転入届", "並び（- 値）で書いてください"),
        ("procedures: []", "1 件以上必要です"),
        ("procedures: [{kind: certificate, label: ''}]", "空にはできません（1 文字以上）"),
        ("procedures: [{kind: certificate, label: a, fee: 1.5}]", "整数で書いてください"),
        ("procedures: [{kind: certificate, label: a, fee: 10001}]", "10000 以下で書いてください"),
        ("procedures: [{kind: filing, label: a, rate: high}]", "数で書いてください"),
        ("procedures: [{kind: certificate, label: a, share: high}]", "数で書いてください"),
        ("procedures: [{kind: certificate, label: a, share: [1]}]", "数で書いてください"),
        (
            "procedures: [{kind: filing, label: a}]\ncontact: 窓口",
            "「項目: 値」の形で書いてください",
        ),
    ],
)
def test_a_misfit_is_said_in_japanese(line: str, message: str):
    [problem] = misfits(f"code: '042111'\n{line}\n")

    assert problem.endswith(f": {message}")


def test_a_misfit_without_words_of_ours_still_has_its_line():
    class Month(Part):
        number: Annotated[int, Field(multiple_of=3)]

    _, [problem] = parse("number: 4\n", "x.yaml").validate(Month)

    assert str(problem).startswith("x.yaml:1:9 number 4: 値が正しくありません（")


def test_a_file_full_of_misfits_is_told_in_part():
    rows = "".join("  - {kind: filing, label: 1}\n" for _ in range(250))

    problems = misfits(f"code: '042111'\nprocedures:\n{rows}")

    assert len(problems) == 201
    assert problems[0] == "office.yaml:1:1: 問題が 250 件あり、はじめの 200 件だけを示します"


def test_of_very_many_problems_the_first_are_told_and_how_many_there_are():
    many = Unreadable(Problem("office.yaml", n, 1, "", "二重です") for n in range(1, 1_002))

    assert len(many.problems) == 401
    assert "全部で 1001 件" in str(many.problems[0])
    assert many.problems[-1].line == 400


def test_long_values_are_shortened_and_kept_on_one_line():
    problem = misfits(
        f"code: |\n  岩沼市\n  {'あ' * 60}\nprocedures: [{{kind: filing, label: a}}]\n"
    )[0]

    assert f"岩沼市 {'あ' * 36}…: " in problem


def test_a_later_check_can_name_the_place_of_any_value():
    document = parse("procedures:\n  - {label: 転入届}\n", "office.yaml")

    at_value = document.problem(("procedures", 0, "label"), "二重です")
    above = document.problem(("procedures", 0, "kind", "x"), "ありません")

    assert str(at_value) == "office.yaml:2:13 procedures[0].label 転入届: 二重です"
    assert str(above) == "office.yaml:2:5 procedures[0]: ありません"


def test_plain_words_mean_what_they_look_like():
    document = parse(
        "a: N\nb: no\nc: 042111\nd: 2027-09-30\ne: 2027\nf: -80.5\ng: ~\nh: true\ni: 1-1\nj: '5'\nk:\nl: 1_0\n",
        "x",
    )

    assert document.value == {
        "a": "N", "b": "no", "c": "042111", "d": "2027-09-30", "e": 2027, "f": -80.5, "g": None,
        "h": True, "i": "1-1", "j": "5", "k": None, "l": "1_0",
    }  # fmt: skip


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("", "1:1: ファイルに中身がありません"),
        ("# 岩沼市\n", "1:1: ファイルに中身がありません"),
        ("null\n", "1:1: ファイルに中身がありません"),
        ("- 転入届\n", "1:1: いちばん外側は「項目: 値」の形で書いてください"),
        ("転入届\n", "1:1: いちばん外側は「項目: 値」の形で書いてください"),
        ("a: 1\n---\nb: 2\n", "2:1: 一つのファイルに書ける文書は一つだけです（2 つ目の --- を除いてください）"),
        ("a: &x [1]\nb: *x\n", "1:4: 参照（& や *）は使えません。値をそのまま書いてください"),
        ("a: [*x]\n", "1:5: 参照（& や *）は使えません。値をそのまま書いてください"),
        ("a: !!python/object:os.system ls\n", "1:4: 型の指定（! で始まる語）は使えません"),
        ("!!set {a: 1}\n", "1:1: 型の指定（! で始まる語）は使えません"),
        ("[a]: 1\n", "1:1: 項目の名前は一つの語で書いてください"),
        ("a:\n\t- 1\n", "2:1: 字下げにタブがあります。半角の空白で字下げしてください"),
        ("a: \x07\n", "1:4: 文字のファイルではありません（使えない制御文字があります）"),
        ("a: \ud800\n", "1:4: 文字のファイルではありません（使えない制御文字があります）"),
        (b"PK\x03\x04\x00\xff", "1:1: 文字のファイルではありません（使えない制御文字があります）"),
        ("a: 1\n岩沼: 市\n".encode("cp932"), "2:1: Shift_JIS で書かれているようです。UTF-8 で保存し直してください"),
        ("a: 岩沼\n".encode("utf-16"), "1:1: UTF-16 で書かれているようです。UTF-8 で保存し直してください"),
        (b"a: 1\nb: \x81 \n", "2:1: UTF-8 の文字として読めません。UTF-8 で保存し直してください"),
        (
            "a: 転入: 届\n",
            "1:6: YAML として読めません。この行の前後の字下げ・括弧・引用符・コロンを確かめてください",
        ),
    ],
)  # fmt: skip
def test_a_file_that_is_no_plain_yaml_gets_one_clear_sentence(text: str | bytes, problem: str):
    assert said(text) == [f"office.yaml:{problem}"]


def test_every_doubled_key_is_told_with_its_first_line():
    problems = said("a: 1\nb: {c: 1, c: 2}\na: 2\n")

    assert problems == [
        "office.yaml:2:11: 「c」が 2 回書かれています（最初は 2 行目）",
        "office.yaml:3:1: 「a」が 2 回書かれています（最初は 1 行目）",
    ]


def test_a_mapping_written_twice_is_one_problem():
    assert len(said("a: {b: 1}\na: {b: 1}\n")) == 1


def test_a_bomb_of_references_is_refused_before_it_grows():
    lines = ["a0: &a0 [x, x]"] + [f"a{n}: &a{n} [*a{n - 1}, *a{n - 1}]" for n in range(1, 60)]

    assert len(said("\n".join(lines))) == 1


def test_the_number_of_values_has_a_limit():
    assert said("a: [" + "1," * 200_000 + "]") == [
        "office.yaml:1:400003: 値が多すぎます（200,000 個まで）"
    ]


def test_nesting_has_a_limit():
    deep = "a: " + "[" * (MAX_DEPTH - 1) + "]" * (MAX_DEPTH - 1)
    too_deep = "a: " + "[" * 50

    assert parse(deep, "x").value
    assert said(too_deep) == ["office.yaml:1:16: 入れ子が深すぎます（12 段まで）"]


@pytest.mark.parametrize("text", ["あ" * MAX_BYTES, b"a" * (MAX_BYTES + 1)], ids=["text", "bytes"])
def test_size_has_a_limit(text: str | bytes):
    assert said(text) == ["office.yaml:1:1: 大きすぎます（2,000,000 バイトまで）"]


@given(st.one_of(st.text(), st.binary(), st.text("ab:-[]{}&*!'\"|>\n \t#%?,"), st.just("a: 'x")))
def test_whatever_comes_is_read_or_refused(text: str | bytes):
    problems: tuple[Problem, ...] = ()
    document: Document | None = None

    try:
        document = parse(text, "x")
    except Unreadable as refused:
        problems = refused.problems

    assert bool(document) != bool(problems)
