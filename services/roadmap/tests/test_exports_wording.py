import pytest

from contracts.values import PartialDate
from roadmap.domain import Choice, Node, Plan
from roadmap.exports.wording import moved, named, western


def dated(edtf: str, precision: str | None = None) -> PartialDate:
    return PartialDate.from_edtf(edtf, precision=precision)


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (None, "期日なし"),
        (dated("2027"), "2027年"),
        (dated("2027-09"), "2027年9月"),
        (dated("2027-09-30"), "2027年9月30日"),
        (dated("2028-04/2029-03", "fiscal_year"), "2028年度"),
        (dated("2023-03", "fiscal_year_end"), "2022年度末"),
        (dated("2021/2024"), "2021年〜2024年"),
        (dated("2022-04/2022-06", "quarter"), "2022年4月〜2022年6月"),
        (dated("2015/.."), "2015年以降"),
        (dated("../2029-03"), "2029年3月まで"),
    ],
)
def test_a_date_is_written_as_exactly_as_it_is_known(value: PartialDate | None, text: str):
    assert western(value) == text


@pytest.mark.parametrize(
    ("old", "new", "text"),
    [
        (dated("2027-09"), dated("2027-12"), "2027年9月 → 12月"),
        (dated("2027-09"), dated("2027-12-28"), "2027年9月 → 12月28日"),
        (dated("2027-09"), dated("2028-03"), "2027年9月 → 2028年3月"),
        (dated("2027"), dated("2027-12"), "2027年 → 2027年12月"),
        (None, dated("2027-12"), "期日なし → 2027年12月"),
        (dated("2027-12"), None, "2027年12月 → 期日なし"),
    ],
)
def test_a_move_names_a_year_once_where_both_lie_in_it(
    old: PartialDate | None, new: PartialDate | None, text: str
):
    assert moved(old, new) == text


def test_a_feed_is_named_by_its_headings_in_the_order_of_the_plan(plans: list[Plan]):
    choice = Choice.read({"initiative": ["2-1", "1-2"], "perspective": ["3"]})

    name = named(choice, plans[1].nodes)

    assert name.startswith("岩沼市デジタル化推進計画：1-2 マイナンバーカードの普及、2-1 自治体情報")
    assert name.endswith("ほか1件")


def test_a_heading_without_a_number_is_named_by_its_words_alone():
    counter = Node(
        node_id="counter",
        kind="initiative",
        parent_id="life",
        label="窓口の見直し",
        mark="S",
        lines="6",
    )

    assert named(Choice(initiative=("counter",)), [counter]) == "計画：窓口の見直し"
