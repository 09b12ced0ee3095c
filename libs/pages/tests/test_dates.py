"""Dates read as residents of Japan write them, and never more exact than they are known."""

from dataclasses import dataclass
from datetime import UTC, date, datetime

import pytest

from pages.dates import Dated, iso_text, japanese_date, japanese_text, western_text

DAY, MONTH, YEAR, QUARTER = "day", "month", "year", "quarter"
FISCAL, FISCAL_END, SPAN, OPEN = "fiscal_year", "fiscal_year_end", "interval", "open"


@dataclass(frozen=True, slots=True, kw_only=True)
class Known:
    """What is known of a date: anything of this shape can be shown."""

    edtf: str
    precision: str
    qualifier: str | None = None
    lo: date | None = None
    hi: date | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Named(Known):
    """The same, with the words of its source."""

    original: str


@pytest.mark.parametrize(
    ("day", "text"),
    [
        (date(2027, 9, 30), "令和9年9月30日（木）"),
        (date(2019, 5, 1), "令和元年5月1日（水）"),
        (date(2019, 4, 30), "平成31年4月30日（火）"),
        (date(1989, 1, 8), "平成元年1月8日（日）"),
        (date(1989, 1, 7), "昭和64年1月7日（土）"),
        (date(1900, 1, 1), "1900年1月1日（月）"),
    ],
)
def test_a_day_belongs_to_the_era_it_lies_in(day: date, text: str):
    assert japanese_text(day) == text


@pytest.mark.parametrize(
    ("edtf", "precision", "qualifier", "text"),
    [
        ("2027-09", MONTH, None, "令和9年9月"),
        ("2019-04", MONTH, None, "平成31年4月"),
        ("2019-05", MONTH, None, "令和元年5月"),
        ("2017-11", MONTH, "から", "平成29年11月から"),
        ("2020-02", MONTH, "末 時点", "令和2年2月末時点"),
        ("2025-04-30", DAY, "時点", "令和7年4月30日（水）時点"),
        ("2019", YEAR, None, "令和元年"),
        ("2009", YEAR, None, "平成21年"),
        ("2027-04/2028-03", FISCAL, None, "令和9年度（2027年度）"),
        ("2019-04/2020-03", FISCAL, None, "令和元年度（2019年度）"),
        ("2018-04/2019-03", FISCAL, None, "平成30年度（2018年度）"),
        ("2025-04/2026-03", FISCAL, "まで", "令和7年度（2025年度）まで"),
        ("2017-04/2018-03", FISCAL, "から", "平成29年度（2017年度）から"),
        ("2020-03", FISCAL_END, None, "令和元年度（2019年度）末"),
        ("2023-03", FISCAL_END, "から", "令和4年度（2022年度）末から"),
        ("2023-03", FISCAL_END, "末から", "令和4年度（2022年度）末から"),
        ("2021-04/2029-03", SPAN, None, "令和3年度（2021年度）〜令和10年度（2028年度）"),
        ("2018/2024", SPAN, None, "平成30年〜令和6年"),
        ("2027-04/2028-03", SPAN, None, "令和9年4月〜令和10年3月"),
        ("2027-04/2028-03", SPAN, "末", "令和9年4月〜令和10年3月末"),
        ("2027-10-04/2028-01-03", SPAN, None, "令和9年10月4日（月）〜令和10年1月3日（月）"),
        ("2027-04/2027-09", SPAN, None, "令和9年4月〜令和9年9月（令和9年度上半期）"),
        ("2027-10/2028-03", SPAN, "から", "令和9年10月〜令和10年3月から（令和9年度下半期）"),
        ("2027-10/2029-03", SPAN, None, "令和9年10月〜令和11年3月"),
        ("2019-01/2019-06", SPAN, None, "平成31年1月〜令和元年6月（令和元年上半期）"),
        ("2027-07/2027-12", SPAN, None, "令和9年7月〜令和9年12月（令和9年下半期）"),
        ("2027-06/2027-09", SPAN, None, "令和9年6月〜令和9年9月"),
        ("2015/..", OPEN, "以降", "平成27年以降"),
        ("2022-04/..", OPEN, None, "令和4年4月以降"),
        ("2022-04/..", OPEN, "から", "令和4年4月から"),
        ("../2027-09", OPEN, None, "令和9年9月まで"),
        ("2027-09~", "season", None, "2027-09~"),
        ("X", FISCAL, None, "X"),
        ("X", FISCAL_END, None, "X"),
        ("2022-33", QUARTER, None, "2022-33"),
    ],
)
def test_a_partial_date_is_written_as_exactly_as_it_is_known(
    *, edtf: str, precision: str, qualifier: str | None, text: str
):
    value = Known(edtf=edtf, precision=precision, qualifier=qualifier)

    assert japanese_text(value) == text


@pytest.mark.parametrize(
    ("first", "last", "text"),
    [
        (date(2027, 4, 1), date(2027, 6, 30), "令和9年度第1四半期（令和9年4月〜6月）"),
        (date(2027, 7, 1), date(2027, 9, 30), "令和9年度第2四半期（令和9年7月〜9月）"),
        (date(2027, 10, 1), date(2027, 12, 31), "令和9年度第3四半期（令和9年10月〜12月）"),
        (date(2028, 1, 1), date(2028, 3, 31), "令和9年度第4四半期（令和10年1月〜3月）"),
        (date(2019, 4, 1), date(2019, 6, 30), "令和元年度第1四半期（平成31年4月〜令和元年6月）"),
    ],
)
def test_a_quarter_counts_from_april_and_names_its_months(first: date, last: date, text: str):
    quarter = Known(edtf=f"{first:%Y-%m}/{last:%Y-%m}", precision=QUARTER, lo=first, hi=last)

    assert japanese_text(quarter) == text


SUMMER = Known(edtf="2027-07/2027-09", precision=QUARTER, lo=date(2027, 7, 1), hi=date(2027, 9, 30))


def test_half_a_year_has_its_name_first_only_where_the_source_names_it_so():
    half = Named(edtf="2027-04/2027-09", precision=SPAN, original="令和９年度上半期")
    months = Named(edtf="2027-04/2027-09", precision=SPAN, original="令和９年4月から9月まで")

    assert japanese_text(half) == "令和9年度上半期（令和9年4月〜9月）"
    assert japanese_text(months) == "令和9年4月〜令和9年9月（令和9年度上半期）"


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (date(2027, 9, 30), "令和9年（2027年）9月30日（木）"),
        (Known(edtf="2027-09", precision=MONTH), "令和9年（2027年）9月"),
        (Known(edtf="2020", precision=YEAR), "令和2年（2020年）"),
        (Known(edtf="2027-04/2028-03", precision=FISCAL), "令和9年度（2027年4月〜2028年3月）"),
        (SUMMER, "令和9年度第2四半期（2027年7月〜9月）"),
        (
            Known(edtf="2027-04/2027-09", precision=SPAN),
            "令和9年（2027年）4月〜令和9年（2027年）9月（令和9年度上半期）",
        ),
    ],
)
def test_at_first_mention_both_calendars_are_shown(value: Dated, text: str):
    assert japanese_text(value, both=True) == text


@pytest.mark.parametrize(
    ("value", "markup"),
    [
        (date(2027, 9, 30), '<time datetime="2027-09-30">令和9年9月30日（木）</time>'),
        (Known(edtf="2027-09", precision=MONTH), '<time datetime="2027-09">令和9年9月</time>'),
        (
            Known(edtf="2017-11", precision=MONTH, qualifier="から"),
            '<time datetime="2017-11">平成29年11月</time>から',
        ),
        (
            Known(edtf="2018/2024", precision=SPAN),
            '<time datetime="2018">平成30年</time>〜<time datetime="2024">令和6年</time>',
        ),
        (Known(edtf="2027-04/2028-03", precision=FISCAL), "令和9年度（2027年度）"),
        (
            SUMMER,
            '令和9年度第2四半期（<time datetime="2027-07">令和9年7月</time>〜<time datetime="2027-09">9月</time>）',
        ),
    ],
)
def test_the_machine_reads_no_more_than_is_known(value: Dated, markup: str):
    assert japanese_date(value) == markup


@pytest.mark.parametrize(
    ("value", "western", "iso"),
    [
        (date(2027, 9, 30), "2027年9月30日（木）", "2027-09-30"),
        (Known(edtf="2027-09", precision=MONTH), "2027年9月", "2027-09"),
        (Known(edtf="2019", precision=YEAR), "2019年", "2019"),
        (SUMMER, "2027年度第2四半期（2027年7月〜9月）", "2027-07/2027-09"),
        (Known(edtf="2027-04/2028-03", precision=FISCAL), "2027年度", "2027-04/2028-03"),
        (Known(edtf="2028-03", precision=FISCAL_END), "2027年度末", "2028-03"),
        (Known(edtf="2021-04/2029-03", precision=SPAN), "2021年度〜2028年度", "2021-04/2029-03"),
        (Known(edtf="2027-04/2027-09", precision=SPAN), "2027年4月〜2027年9月（2027年度上半期）", "2027-04/2027-09"),
        (Known(edtf="2015/..", precision=OPEN), "2015年以降", "2015/.."),
        (datetime(2026, 12, 31, 15, 4, tzinfo=UTC), "2027年1月1日（金）00:04", "2027-01-01T00:04+09:00"),
    ],
)  # fmt: skip
def test_a_date_can_be_written_without_eras_and_for_machines(value: Dated, western: str, iso: str):
    assert (western_text(value), iso_text(value)) == (western, iso)


def test_a_moment_is_shown_on_the_clock_of_the_city():
    late_evening_in_utc = datetime(2026, 12, 31, 15, 4, tzinfo=UTC)

    assert japanese_date(late_evening_in_utc) == (
        '<time datetime="2027-01-01T00:04+09:00">令和9年1月1日（金）00:04</time>'
    )


def test_a_moment_without_a_time_zone_is_refused():
    naive = datetime(2027, 9, 30, 12, 0)  # noqa: DTZ001 - this is the mistake to be refused

    with pytest.raises(ValueError, match="time zone"):
        japanese_date(naive)


def test_the_weekday_can_be_left_out():
    assert japanese_text(date(2027, 9, 30), weekday=False) == "令和9年9月30日"


def test_what_an_event_brings_cannot_become_markup():
    value = Known(edtf="2027-09", precision=MONTH, qualifier="<b>から</b>")

    assert "<b>" not in japanese_date(value)
