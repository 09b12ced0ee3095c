"""How far a date has moved: in months where it was told in months, and no surer than it is."""

from datetime import date, timedelta

import pytest
from hypothesis import given, strategies as st

from contracts.values import PartialDate
from roadmap.domain import Slip, direction, read_date, slip
from roadmap.domain.slip import months_between

DAYS = st.dates(date(1990, 1, 1), date(2100, 12, 31))


def _at(day: date, length: int) -> str:
    return day.isoformat()[:length]


@st.composite
def dates(draw: st.DrawFn) -> PartialDate | None:
    first, second = sorted([draw(DAYS), draw(DAYS)])
    length = draw(st.sampled_from([4, 7, 10]))
    one, other = _at(first, length), _at(second, length)
    edtf = draw(st.sampled_from([one, f"{one}/{other}", f"{one}/..", f"../{other}", None]))
    return PartialDate.from_edtf(edtf) if edtf else None


def test_three_months_later_stay_three_months():
    said = slip(read_date("令和9年9月"), read_date("令和9年12月"))

    assert said == Slip(direction="later", days=92, months=3, bounds=(62, 121))
    assert said.text == "+3か月"


@pytest.mark.parametrize(
    ("old", "new", "text"),
    [
        ("令和9年9月", "令和9年12月", "+3か月"),
        ("令和9年12月", "令和9年9月", "−3か月"),
        ("令和4年度末", "令和5年9月", "+6か月"),
        ("令和9年9月30日", "令和9年10月1日", "+1日"),
        ("令和9年10月1日", "令和9年9月30日", "−1日"),
        ("令和9年9月", "令和9年10月1日", "+1日から+30日"),
        ("令和9年10月1日", "令和9年9月", "−1日から−30日"),
        ("令和8年度", "令和9年度", "+1年"),
        ("令和9年度", "令和7年度", "−2年"),
        ("令和9年", "令和11年", "+2年"),
        ("令和8年度第2四半期", "令和8年度第4四半期", "+2四半期"),
        ("令和8年度第2四半期", "令和9年3月", "+152日から+273日"),
        ("令和8年度", "令和9年9月", "+154日から+547日"),
        ("令和9年9月", "令和9年9月", "変更なし"),
        ("令和9年9月", "令和9年", "判定できません"),
        ("令和9年9月", "令和9年9月30日", "判定できません"),
        ("令和9年9月", "令和10年以降", "後ろ倒し"),
        ("令和10年以降", "令和9年9月", "前倒し"),
        ("令和9年9月", None, "判定できません"),
        (None, "令和9年9月", "判定できません"),
        (None, None, "変更なし"),
    ],
)
def test_a_slip_is_told_in_months_only_where_both_dates_are_months(
    old: str | None, new: str | None, text: str
):
    before, after = (read_date(said) if said else None for said in (old, new))

    assert slip(before, after).text == text


def test_where_two_dates_overlap_the_span_still_says_how_far_apart_they_can_be():
    year = slip(read_date("令和9年9月"), read_date("令和9年"))
    later = slip(read_date("令和9年9月"), read_date("令和10年以降"))

    assert (year.text, year.span) == ("判定できません", "−272日から+121日")
    assert (later.text, later.span) == ("後ろ倒し", None)


def test_the_city_is_eighteen_months_after_the_nation():
    nation, city = read_date("令和７年度（2025 年度）まで"), read_date("令和９年（2027 年）９月")

    assert months_between(nation, city) == 18
    assert slip(nation, city) == Slip(direction="later", days=548, months=None, bounds=(519, 912))


@pytest.mark.parametrize(
    ("old", "new", "months"),
    [
        ("2027-09", "2027-12", 3),
        ("2027", "2026-12", -12),
        ("2021-04/2029-03", "2029-03", 0),
        ("2027-09", "2027-12-31", None),
        ("2027-09/2027-09-30", "2027-12", None),
        ("2027-09", "2027-12/..", None),
        ("2027-09/..", "2027-12", None),
    ],
)
def test_months_are_counted_between_deadlines_that_are_no_days(
    old: str, new: str, months: int | None
):
    before, after = PartialDate.from_edtf(old), PartialDate.from_edtf(new)

    assert months_between(before, after) == months


@given(dates(), dates())
def test_a_slip_back_is_the_opposite_of_the_slip(
    one: PartialDate | None, other: PartialDate | None
):
    there, back = slip(one, other), slip(other, one)

    opposite = {"later": "earlier", "earlier": "later"}
    assert back.direction == opposite.get(there.direction, there.direction)
    assert back.days == (None if there.days is None else -there.days)
    assert back.months == (None if there.months is None else -there.months)
    assert back.bounds == (there.bounds and (-there.bounds[1], -there.bounds[0]))


@given(dates(), dates())
def test_the_days_of_a_slip_lie_within_its_bounds(
    one: PartialDate | None, other: PartialDate | None
):
    said = slip(one, other)

    if said.bounds and said.days is not None:
        assert said.bounds[0] <= said.days <= said.bounds[1]


@given(dates(), dates())
def test_which_way_a_date_moved_is_told_by_its_bounds(
    one: PartialDate | None, other: PartialDate | None
):
    said = slip(one, other)

    assert said.direction == direction(one, other)
    if said.bounds and said.direction != "same":
        least, most = said.bounds
        assert said.direction == ("later" if least > 0 else "earlier" if most < 0 else "unknown")


@given(DAYS, st.integers(-9999, 9999))
def test_a_slip_between_days_is_exactly_known(day: date, days: int):
    moved = day + timedelta(days=days)
    said = slip(PartialDate.from_edtf(day.isoformat()), PartialDate.from_edtf(moved.isoformat()))

    assert (said.days, said.bounds, said.months) == (days, (days, days), None)


@given(dates(), dates())
def test_the_text_says_what_the_slip_says(one: PartialDate | None, other: PartialDate | None):
    said = slip(one, other)

    sign = {"later": "+後", "earlier": "−前", "same": "変", "unknown": "判"}
    assert said.text[0] in sign[said.direction]


def test_days_have_the_same_signs_as_all_else_and_are_not_told_without_an_end():
    assert slip(read_date("令和9年9月"), read_date("令和8年9月")).distance == "−365日"
    assert slip(read_date("令和9年9月"), None).distance is None
