"""How strongly the plan's own wording commits, and what is not taken for a promise."""

from importlib import resources

import pytest
from hypothesis import given, strategies as st

from roadmap.domain import Commitment, Plan, commitment, read_plan
from roadmap.domain.commitment import LABELS, LONGEST, VERSION, level_of

LEVELS = {
    "1-1-a": (3, "推進"),
    "1-1-b": (3, "推進"),
    "1-2-a": (4, "導入"),
    "1-2-b": (4, "導入"),
    "2-1-a": None,
    "2-1-b": (1, "検討"),
    "2-1-c": (4, "開始"),
    "2-1-d": (4, "開始"),
    "2-1-e": (4, "開始"),
    "2-1-m": None,
    "2-2-a": (4, "導入"),
    "2-2-b": None,
    "2-2-c": (3, "推進"),
    "2-3-a": (1, "検討"),
    "2-3-b": (3, "推進"),
    "2-4-a": (5, "済"),
    "2-4-b": (4, "継続"),
    "2-5-a": (4, "実施"),
    "2-5-b": None,
    "3-1-a": (4, "整備"),
    "3-2-a": (1, "検討"),
    "3-2-b": (1, "見極め"),
    "3-3-a": (1, "把握"),
    "3-3-b": None,
    "3-4-a": (1, "見極め"),
    "3-4-b": (1, "検討"),
    "ms-plan-r3": (5, "しました"),
    "ms-plan-r8": None,
    "ms-convenience": (5, "しました"),
    "ms-renkei": (4, "開始"),
    "ms-current-system": (4, "開始"),
    "ms-secpolicy": None,
    "ms-online29": (4, "図る"),
    "ms-std-national": None,  # what was done is to oblige: nothing is ready by it
    "ms-std20": (2, "目指す"),
    "ms-end": None,
    "ms-support-end": None,  # resolved, not done
}
WORDS = "実施検討導入見極め整備推進図進目指努視野未中済等又はをにのすししましたてい、。・（）() "


@pytest.fixture(scope="module")
def plan() -> Plan:
    """The city's own plan, as it is shipped."""
    path = resources.files("roadmap") / "data" / "042111" / "plan_r8.yaml"
    return read_plan(path.read_text("utf-8"), "plan_r8.yaml")


def _wordings(plan: Plan) -> dict[str, str]:
    bars = {node.node_id: node.label for node in plan.nodes if node.kind == "bar"}
    said = [(node.node_id, stated.wording) for node in plan.nodes for stated in node.statements]
    return bars | {node_id: wording for node_id, wording in said if wording}


def _read(wording: str) -> Commitment:
    read = commitment(wording)
    assert read, f"{wording} has no level"
    return read


def test_each_label_and_wording_of_the_plan_has_its_strength(plan: Plan):
    read = {node_id: commitment(wording) for node_id, wording in _wordings(plan).items()}

    assert {key: found and (found.level, found.word) for key, found in read.items()} == LEVELS


def test_seven_of_the_bars_examine_or_make_out(plan: Plan):
    read = {node.node_id: commitment(node.label) for node in plan.nodes if node.kind == "bar"}
    weak = {
        node_id
        for node_id, found in read.items()
        if found and {"検討", "見極め"} & {found.word, *found.bracketed}
    }

    assert weak == {"1-1-b", "2-1-b", "2-3-a", "3-2-a", "3-2-b", "3-4-a", "3-4-b"}


@pytest.mark.parametrize(
    ("wording", "level"),
    [
        ("職員研修を定期的に実施しています", 5),
        ("システムの改修を実施してきました", 5),
        ("対応済みです", 5),
        ("整備されました", 5),
        ("仕様書への記載を進めていきます。", 4),
        ("職員の負担軽減を図っていきます", 4),
        ("研修を実施していきます", 4),
        ("導入することとしました", 4),
        ("市全体でオープンデータの取組みを推進していきます", 3),
        ("業務システムへの切替え完了を目指します", 2),
        ("利便性の向上に努めていきます", 2),
        ("導入に向けた検討をしていきます", 1),
        ("調査・研究", 1),
        ("自治体クラウドの導入にシフトしていくことを視野に入れ、対応していくこととします", 0),
    ],
)
def test_the_end_of_a_sentence_is_what_it_promises(wording: str, level: int):
    read = _read(wording)

    assert read.level == level


@pytest.mark.parametrize(
    "wording",
    ["利活用の検討・実装", "検討・実施します", "実施・検討します", "検討・実装を進めます", "検討及び実施",
     "検討を進めていきます", "検討を積極的に進めます", "検討を実施しています", "導入を検討します", "導入、検討",
     "検討することを目指します", "導入します。検討します。"],
)  # fmt: skip
def test_of_words_that_belong_together_the_weaker_counts(wording: str):
    read = _read(wording)

    assert (read.level, read.word) == (1, "検討")


@pytest.mark.parametrize(
    ("wording", "level"),
    [("整備を検討し、導入します", 4), ("導入を進め、普及に努めます", 2), ("検討結果を踏まえ導入します", 4)],
)  # fmt: skip
def test_a_clause_before_the_main_one_does_not_decide(wording: str, level: int):
    read = _read(wording)

    assert read.level == level


@pytest.mark.parametrize(
    ("wording", "level"),
    [("優先してオンライン化を図りました", 4), ("導入を検討しました", 1), ("検討済み", 1), ("普及に努めてきました", 2)],
)  # fmt: skip
def test_an_effort_of_the_past_is_not_taken_for_a_deed(wording: str, level: int):
    read = _read(wording)

    assert (read.level, read.past) == (level, True)
    assert read.label == f"{LABELS[level]}（過去形）"


@pytest.mark.parametrize(
    "wording",
    ["", "。", "未実施", "未導入となっています", "実施しません", "実施予定", "導入したい", "検討を中止しました",
     "導入の延期", "電子決済", "地域経済", "体制図", "目標を示しました", "臨機応変に対応していくこととします",
     "動向を見極め、デジタルの活用に取り組んでいきます", "市民窓口のDX化", "（導入を推進）"],
)  # fmt: skip
def test_what_the_list_does_not_name_stays_unclassified(wording: str):
    assert commitment(wording) is None


def test_words_in_brackets_are_listed_and_decide_nothing():
    read = _read("全行政手続きのオンライン化推進（見極め（調査・研究を含む）、ルール整備含む）")

    assert (read.level, read.word) == (3, "推進")
    assert read.bracketed == ("調査研究", "見極め", "整備")


@pytest.mark.parametrize(
    ("wording", "options"),
    [
        ("ローカル５G又はWi-Fi６等を活用した超高速無線LANの導入", ("又は", "等")),
        ("農業等、漁業等の分野への導入", ("等",)),
        ("検討・実装など", ("など",)),
        ("平等な利用環境の整備", ()),
    ],
)
def test_words_that_leave_a_choice_are_shown(wording: str, options: tuple[str, ...]):
    read = _read(wording)

    assert read.options == options


def test_each_level_has_a_plain_word_and_the_version_of_its_list():
    read = _read("切替え完了を目指します")

    assert (read.label, read.version, read.past) == ("目指す・努める", VERSION, False)
    assert sorted(LABELS) == [0, 1, 2, 3, 4, 5]


@given(st.text(alphabet=WORDS))
def test_any_wording_has_a_level_of_the_list_or_none(wording: str):
    read = commitment(wording)

    assert read is None or read.level in LABELS


@given(
    st.sampled_from(["検討の継続", "オンライン化推進", "努めます", "仕様化対応済"]), st.text(WORDS)
)
def test_a_bracket_never_changes_the_level(wording: str, within: str):
    bracket = within.translate(dict.fromkeys(map(ord, "（）()")))
    plain, bracketed = _read(wording), _read(f"{wording}（{bracket}）")

    assert bracketed.level == plain.level


def test_what_is_too_long_for_a_promise_has_no_level():
    assert commitment("導入します。" * LONGEST) is None


def test_what_has_no_level_is_told_to_machines_as_nothing():
    assert level_of(_read("導入します")) == 4
    assert level_of(None) is None
