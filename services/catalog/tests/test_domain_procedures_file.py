"""A file of procedures is read whole, or refused with everything that is wrong with it."""

import pytest

from catalog.domain import Procedure, Requires, read_procedures
from documents import Unreadable

HEAD = """\
machi_procedures: 1
municipality: "042111"
sources:
  plan: {title: 岩沼市デジタル化推進計画, date: "2026-03", confidence: city}
procedures:
"""
MOVING_OUT = """\
  - id: residence.move-out
    name: 転出届
    reading: てんしゅつとどけ
    plan_name: 転出届
    kind: 届出
    group: 引っ越し
    plan: {no: 28, initiative: "1-1", milestone: ms-online29}
    life_events: [moving]
    fee: null
    laws: []
    national: []
    channels:
      - id: mynaportal
        kind: mynaportal
        label: マイナポータル
        since: null
        hours: null
        closures: []
        requires: {card: マイナンバーカード, certificate: null}
        sources:
          label: {source: plan, mark: "S", lines: "985"}
          requires: {source: plan, mark: "S", lines: "985"}
    sources:
      name: {source: plan, mark: "S", lines: "981"}
      plan_name: {source: plan, mark: "S", lines: "981"}
      plan: {source: plan, mark: "I", lines: "979-985"}
"""
WHOLE = HEAD + MOVING_OUT


def line_of(text: str, words: str) -> int:
    return text[: text.rindex(words)].count("\n") + 1


def read(text: str) -> Procedure:
    return read_procedures(text, "procedures.yaml").drafts[0]


def refused(text: str) -> list[tuple[int, str]]:
    """The line and place of everything that was wrong."""
    with pytest.raises(Unreadable) as caught:
        read_procedures(text, "procedures.yaml")
    return [(problem.line, problem.path) for problem in caught.value.problems]


def test_a_record_carries_its_sources_with_date_mark_and_lines():
    name = read(WHOLE).sources[0]

    assert (name.field, name.title, name.date.edtf) == (
        "name",
        "岩沼市デジタル化推進計画",
        "2026-03",
    )
    assert (name.mark, name.lines, name.confidence) == ("S", "981", "city")


def test_a_file_says_whose_procedures_they_are():
    assert read_procedures(WHOLE, "procedures.yaml").municipality == "042111"


def test_the_whole_id_of_a_way_names_its_procedure():
    way = read(WHOLE).channels[0]

    assert way.channel_id == "residence.move-out/mynaportal"
    assert way.requires == Requires(card="マイナンバーカード", certificate=None)


def test_a_source_may_be_doubted_at_one_field():
    doubted = WHOLE.replace('lines: "979-985"}', 'lines: "979-985", confidence: unverified}')

    assert [one.confidence for one in read(doubted).sources] == ["city", "city", "unverified"]


def test_a_procedure_need_not_be_in_the_plan_nor_ask_for_a_card():
    plain = WHOLE.replace(
        'plan: {no: 28, initiative: "1-1", milestone: ms-online29}', "plan: null"
    ).replace("requires: {card: マイナンバーカード, certificate: null}", "requires: null")

    assert (read(plain).plan, read(plain).channels[0].requires) == (None, None)


def test_a_procedure_may_be_superseded_by_another_of_the_file():
    other = MOVING_OUT.replace("residence.move-out", "residence.leave")
    followed = HEAD + other + "    superseded_by: residence.move-out\n" + MOVING_OUT

    assert read(followed).superseded_by == "residence.move-out"


@pytest.mark.parametrize(
    ("right", "wrong", "path"),
    [
        ("    kind: 届出", "    kind: 届け", "kind"),
        ("    group: 引っ越し", "    group: ひっこし", "group"),
        ("no: 28", "no: 30", "plan.no"),
        ("no: 28", "no: 0", "plan.no"),
        ("id: residence.move-out", "id: residence", "id"),
        ("id: residence.move-out", "id: Residence.move-out", "id"),
        ("id: residence.move-out", f"id: residence.{'x' * 51}", "id"),
        ("id: residence.move-out", "id: residence.json", "id"),
        ("id: residence.move-out", "id: residence.move-out.csv", "id"),
        ("reading: てんしゅつとどけ", "reading: 転出とどけ", "reading"),
        ("    fee: null", "    fees: null\n    fee: null", "fees"),
        ("since: null", 'since: {edtf: "2023-13", text: 令和5年}', "channels[0].since.edtf"),
        ("hours: null", 'hours: {opens: "6:30", closes: "24:00"}', "channels[0].hours.opens"),
        ('"I", lines: "979-985"', '"I"', "sources.plan"),
        ('"I", lines: "979-985"', '"I", lines: L979', "sources.plan.lines"),
        ("name: {source: plan", "name: {source: law", "sources.name.source"),
        ("    fee: null", "    fee: 無料", "fee"),
        ("    laws: []", "    laws: [{name: 住民基本台帳法, law_no: null, article: null}]", "laws"),
        (
            "    national: []",
            "    superseded_by: residence.gone\n    national: []",
            "superseded_by",
        ),
    ],
)
def test_a_mistake_is_named_with_its_line(right: str, wrong: str, path: str):
    broken = WHOLE.replace(right, wrong, 1)

    places = [place for _, place in refused(broken)]

    assert f"procedures[0].{path}" in places


def test_a_value_without_a_source_is_refused_at_its_line():
    broken = WHOLE.replace("hours: null", 'hours: {opens: "06:30", closes: "24:00"}')

    assert refused(broken) == [
        (line_of(broken, "hours:"), "procedures[0].channels[0].hours"),
    ]


def test_the_same_id_twice_is_refused_at_the_second():
    broken = WHOLE + MOVING_OUT

    assert refused(broken) == [(line_of(broken, "id: residence.move-out"), "procedures[1].id")]


def test_the_same_way_twice_in_one_procedure_is_refused():
    start, end = (
        MOVING_OUT.index("      - id: mynaportal"),
        MOVING_OUT.index("    sources:\n      name"),
    )
    way = MOVING_OUT[start:end]
    broken = HEAD + MOVING_OUT.replace(way, way + way)

    assert [path for _, path in refused(broken)] == ["procedures[0].channels[1].id"]


def test_all_mistakes_are_told_at_once_in_the_order_of_their_lines():
    second = MOVING_OUT.replace("fee: null", "fee: 300円").replace("kind: 届出", "kind: 届け")
    broken = WHOLE.replace("no: 28", "no: 31").replace("life_events", "life_event") + second

    assert [path for _, path in refused(broken)] == [
        "procedures[0]",
        "procedures[0].plan.no",
        "procedures[0].life_event",
        "procedures[1].id",
        "procedures[1].kind",
        "procedures[1].fee",
    ]


def test_a_file_without_sources_or_records_says_so():
    assert refused(
        'machi_procedures: 1\nmunicipality: "042111"\nsources: {}\nprocedures: []\n'
    ) == [(4, "procedures")]


def test_what_is_no_list_of_records_is_refused_at_its_line():
    assert refused(HEAD + "  id: residence.move-out\n") == [(6, "procedures")]


def test_a_file_that_is_no_yaml_is_refused_at_its_line():
    assert refused("machi_procedures: 1\nsources: {plan: [\n")[0][0] in {2, 3}
