"""What a plan file says beside its tree: bodies, indicators, facts, contradictions, silences."""

from decimal import Decimal

import pytest
from pydantic import TypeAdapter
from small_plans import BESIDE, SMALL, extended, more, refused

from roadmap.domain import Extras, read_plan


def test_all_that_stands_beside_the_tree_is_read():
    extras = extended(beside=BESIDE).extras

    (card,) = extras.indicators
    city, nation = card.readings
    assert (city.value, city.approx, city.as_of) == (Decimal("80.0"), True, None)
    assert (str(nation.value), nation.as_of and nation.as_of.value.edtf) == ("78.40", "2025-04-30")
    assert card.target
    assert (card.target.value, card.target.due.value and card.target.due.value.precision) == (
        90,
        "fiscal_year",
    )
    assert extras.dependencies[0].source.title == "実施要領"
    assert extras.contradictions[0].about == ("2-1",)
    assert [fact.date and fact.date.value.edtf for fact in extras.facts] == [None, "2019-05-31"]


def test_what_stands_beside_the_tree_can_be_kept_as_json_and_restored():
    extras = extended(beside=BESIDE).extras
    kept = TypeAdapter(Extras)

    assert kept.validate_json(kept.dump_json(extras)) == extras


def test_the_columns_of_the_timetable_are_those_that_are_written():
    assert extended(beside="columns: [2026, 2027]\n").extras.columns == (2026, 2027)
    assert read_plan(SMALL, "plan.yaml").extras.columns == ()


def test_a_plan_of_another_hash_says_something_else_beside_its_tree():
    assert extended(beside=BESIDE).sha256 != read_plan(SMALL, "plan.yaml").sha256


@pytest.mark.parametrize(
    ("beside", "message"),
    [
        ("columns: [2027, 2026]\n", "年度を小さい順に"),
        ("bodies:\n  - {id: hq, name: 本部, mark: S, lines: '1'}\n  - {id: hq, name: 本部, mark: S, lines: '1'}\n",
         "bodies[1].id hq: id が 2 回使われています（最初は 18 行目）"),
        ("facts:\n  - {id: law, label: 根拠}\n", "quotes か date が必要です"),
        ("facts:\n  - {id: law, about: '9', label: 根拠, date: {edtf: '2019', mark: X}}\n",
         "facts[0].about 9: この id の項目はありません"),
        ("facts:\n  - {id: law, about: 2-1-f, label: 根拠, date: {edtf: '2019', mark: X}}\n",
         "2-1-e ではありませんか"),
        ("facts:\n  - {id: law, label: 根拠, date: {undated_reason: 不明, mark: N}}\n",
         "始まりの分かる日付が必要です"),
        ("dependencies:\n  - {node: ms-std20, needs: 2-1-e}\n", "「source」がありません"),
        ("dependencies:\n  - {node: ms-std20, needs: x, source: {title: 要領}}\n", "dependencies[0].needs x: この id"),
        ("dependencies:\n  - {node: ms-std20, needs: 2-1-e, source: {title: 要領, url: 'ftp://x'}}\n", "書き方が違います"),
        ("contradictions:\n  - {id: a, about: [x], lines: '1', what: 食い違い, done: 両方を示す}\n",
         "contradictions[0].about[0] x: この id"),
        ("indicators:\n  - {id: a, label: 率, unit: '%', definition: null, readings: []}\n", "「target」がありません"),
        ("indicators:\n  - {id: a, label: 率, unit: '%', definition: null, target: null, readings: [{value: 1, as_of: null, mark: X}]}\n",
         "mark が X のときは source が必要です"),
        ("indicators:\n  - {id: a, label: 率, unit: '%', definition: null, target: null, readings: [{value: 八割, as_of: null, mark: I, lines: '1'}]}\n",
         "数で書いてください"),
        ("indicators:\n  - {id: a, label: 率, unit: '%', definition: null, target: null, readings: [{value: 9000000000000000, as_of: null, mark: I, lines: '1'}]}\n",
         "以下で書いてください"),
    ],
)  # fmt: skip
def test_a_fault_beside_the_tree_is_told(beside: str, message: str):
    assert any(message in problem for problem in refused(more(beside=beside)))
