"""A date that a page has written can be read again, and is then no more exact than before."""

from datetime import date

import pytest
from hypothesis import given, strategies as st

from contracts.values import PartialDate
from pages.dates import Dated, japanese_date, japanese_text, western_text
from roadmap.domain import UnreadableDate, read_date

WORDS = st.sampled_from([None, "から", "まで", "末", "時点", "末 時点", "末 から"])
YEARS = st.integers(1900, 2098)
DAYS = st.dates(date(1900, 1, 1), date(2098, 12, 31))


def _of(edtf: str, precision: str, words: str | None = None) -> PartialDate:
    return PartialDate.from_edtf(edtf, precision=precision, qualifier=words)


def _point(day: date, precision: str, words: str | None) -> PartialDate:
    length = {"year": 4, "month": 7, "day": 10}[precision]
    return _of(day.isoformat()[:length], precision, words)


def _fiscal(year: int, words: str | None) -> PartialDate:
    kept = None if words and words.startswith("末") else words
    return _of(f"{year}-04/{year + 1}-03", "fiscal_year", kept)


def _fiscal_end(year: int, words: str | None) -> PartialDate:
    return _of(f"{year}-03", "fiscal_year_end", words if words in {"から", "まで"} else None)


def _quarter(year: int, nth: int, words: str | None) -> PartialDate:
    return _of(f"{year}-{nth * 3 - 2:02}/{year}-{nth * 3:02}", "quarter", words)


def _span(one: date, other: date, length: int, words: str | None) -> PartialDate:
    first, last = sorted([one, other])
    ends = f"{first.isoformat()[:length]}/{last.isoformat()[:length]}"
    return _of(ends, "interval", words)


def _since(day: date, length: int) -> PartialDate:
    return _of(f"{day.isoformat()[:length]}/..", "open", "以降")


LENGTHS = st.sampled_from([4, 7, 10])
COARSE = st.one_of(
    st.builds(_point, DAYS, st.sampled_from(["year", "month"]), WORDS),
    st.builds(_fiscal, YEARS, WORDS),
    st.builds(_fiscal_end, YEARS, WORDS),
    st.builds(_quarter, YEARS, st.integers(1, 4), WORDS),
    st.builds(_span, DAYS, DAYS, st.sampled_from([4, 7]), st.sampled_from([None, "末"])),
    st.builds(_since, DAYS, st.sampled_from([4, 7])),
)
DATES = st.one_of(
    COARSE,
    st.builds(_point, DAYS, st.just("day"), WORDS),
    st.builds(_span, DAYS, DAYS, LENGTHS, st.none()),
    st.builds(_since, DAYS, LENGTHS),
)
TEXT = "令和平成昭元年度月末から時点以降まで第四半期上下旬~()0123456789 （）～"


@given(DATES, st.booleans(), st.booleans())
def test_what_a_page_writes_reads_as_the_same_date(
    value: PartialDate,
    both: bool,
    weekday: bool,
):
    written = [
        japanese_text(value, both=both, weekday=weekday),
        western_text(value, weekday=weekday),
    ]

    for read in map(read_date, written):
        assert (read.edtf, read.precision) == (value.edtf, value.precision)
        assert (read.lo, read.hi, read.qualifier) == (value.lo, value.hi, value.qualifier)


@pytest.mark.parametrize("edtf", ["2027-04/2027-09", "2027-10/2028-03", "2019-01/2019-06"])
@pytest.mark.parametrize("both", [True, False])
def test_the_name_behind_half_a_year_is_read_over(edtf: str, both: bool):
    value = _of(edtf, "interval")

    for written in (japanese_text(value, both=both), western_text(value)):
        read = read_date(written)
        assert (read.edtf, read.precision, read.original) == (edtf, "interval", written)


def test_a_name_behind_other_months_than_its_own_is_refused():
    with pytest.raises(UnreadableDate, match="かっこの中の月と期間が一致しません"):
        read_date("令和9年4月〜令和9年10月（令和9年度上半期）")


@given(COARSE, st.booleans())
def test_a_month_never_becomes_a_day_on_a_page(value: PartialDate, both: bool):
    shown = japanese_date(value, both=both)

    assert "日" not in shown
    assert "日" not in western_text(value)
    assert all(len(part.partition('"')[0]) <= 7 for part in shown.split('datetime="')[1:])


@given(st.text(TEXT))
def test_a_text_without_a_day_never_becomes_a_day(text: str):
    try:
        read = read_date(text)
    except UnreadableDate:
        return

    assert read.precision != "day"
    assert all(len(end) <= 7 for end in read.edtf.split("/"))


@pytest.mark.parametrize(
    ("text", "written"),
    [
        ("令和９年（2027 年）９月", "令和9年9月"),
        ("令和９年度第２四半期（7～9月）", "令和9年度第2四半期（令和9年7月〜9月）"),
        ("2027年第3四半期", "令和9年度第2四半期（令和9年7月〜9月）"),
        ("令和9年度上期", "令和9年度上半期（令和9年4月〜9月）"),
        ("令和9年4月～令和10年3月", "令和9年4月〜令和10年3月"),
        ("令和9年4月～令和9年9月", "令和9年4月〜令和9年9月（令和9年度上半期）"),
        ("令和３年度から令和１０年度まで", "令和3年度（2021年度）〜令和10年度（2028年度）"),
        ("令和４年度（2022 年度）末から", "令和4年度（2022年度）末から"),
        ("平成２７年（2015 年）以降", "平成27年以降"),
    ],
)
def test_a_date_of_a_plan_is_written_in_one_way(text: str, written: str):
    value: Dated = read_date(text)

    assert japanese_text(value) == written
