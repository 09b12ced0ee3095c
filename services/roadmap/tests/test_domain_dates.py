"""What the plan's own dates mean, and which dates are refused."""

import os
from datetime import date
from pathlib import Path
from unicodedata import normalize

import pytest
from hypothesis import given, strategies as st

from contracts.values import PartialDate
from roadmap.domain import UnreadableDate, read_date, read_date_or_edtf

SHARED = Path(os.environ.get("MACHI_SHARED", Path(__file__).parents[4] / "shared" / "data"))
PLAN_TEXT = SHARED / "plan" / "plan_r8.txt"

# line of the plan's text, as it stands there (⏎ is a line break), EDTF, precision, words
FORMS = [
    (34, "令和３年９月", "2021-09", "month", None),
    (56, "令和８年 3 月", "2026-03", "month", None),
    (50, "令和３年度から令和１０年度まで", "2021-04/2029-03", "interval", None),
    (
        238,
        "令和３年度（2021 年度）から令和１０年度（2028年度）",
        "2021-04/2029-03",
        "interval",
        None,
    ),
    (
        238,
        "令和３年度（2021 年度）から令和１０年度（2028年度）まで",
        "2021-04/2029-03",
        "interval",
        None,
    ),
    (911, "令和３年度（2021 年度）～令和４年度（2022 年度）", "2021-04/2023-03", "interval", None),
    (915, "令和５年度（2023 年度）～令和９年度（2027 年度）", "2023-04/2028-03", "interval", None),
    (903, "令和１０年度（2028 年度）", "2028-04/2029-03", "fiscal_year", None),
    (919, "令和１０年度（2028 年度）", "2028-04/2029-03", "fiscal_year", None),
    (923, "令和１０年度（2028⏎年度）", "2028-04/2029-03", "fiscal_year", None),
    (1113, "令和 7 年度（2025 年度）", "2025-04/2026-03", "fiscal_year", None),
    (598, "令和７年度⏎（2025 年度）まで", "2025-04/2026-03", "fiscal_year", "まで"),
    (604, "令和１２年度（2030 年度）まで", "2030-04/2031-03", "fiscal_year", "まで"),
    (1109, "平成２９年度（2017 年度）から", "2017-04/2018-03", "fiscal_year", "から"),
    (625, "令和４年度（2022 年度）⏎より", "2022-04/2023-03", "fiscal_year", "から"),
    (983, "令和４年度（2022 年度）末から", "2023-03", "fiscal_year_end", "から"),
    (693, "令和元年度（2019 年度）末", "2020-03", "fiscal_year_end", None),
    (1133, "令和９年（2027 年）９月", "2027-09", "month", None),
    (1358, "平成３１年（2019 年）３月", "2019-03", "month", None),
    (1051, "平成２９年（2017 年）１１月から", "2017-11", "month", "から"),
    (655, "令和２年（2020 年）２月末時点", "2020-02", "month", "末 時点"),
    (1059, "令和 7年 4月 30日時点", "2025-04-30", "day", "時点"),
    (769, "令和７年 4 月１日（2025 年）", "2025-04-01", "day", None),
    (953, "令和元年（2019 年）１０月１日から", "2019-10-01", "day", "から"),
    (757, "令和２年（2020 年）９月１４日", "2020-09-14", "day", None),
    (115, "令⏎和２年１２月２５日", "2020-12-25", "day", None),
    (523, "令和２年１２月⏎２５日", "2020-12-25", "day", None),
    (549, "令和２年１２月２５日", "2020-12-25", "day", None),
    (113, "令和⏎元年５月３１日", "2019-05-31", "day", None),
    (121, "平成２８年１２月１４日", "2016-12-14", "day", None),
    (123, "平成２９年５月３０日", "2017-05-30", "day", None),
    (125, "平成３０年６月⏎１５日", "2018-06-15", "day", None),
    (299, "平成２１年（2009 年）", "2009", "year", None),
    (299, "令和元年（2019⏎年）", "2019", "year", None),
    (257, "令和２年（2020 年）から", "2020", "year", "から"),
    (226, "（2021 年）", "2021", "year", None),
    (496, "平成２７年（2015 年）５月", "2015-05", "month", None),
    (712, "平成２７年（2015 年）以降", "2015/..", "open", "以降"),
    (718, "令和２年（2020 年）１２月", "2020-12", "month", None),
    (765, "2021⏎年～2024 年", "2021/2024", "interval", None),
    (773, "(2025～2027)", "2025/2027", "interval", None),
    *[
        (1036, f"令和{year}年度", f"{2018 + year}-04/{2019 + year}-03", "fiscal_year", None)
        for year in range(3, 11)
    ],
    *[
        (1038, f"({year}年度)", f"{year}-04/{year + 1}-03", "fiscal_year", None)
        for year in range(2021, 2029)
    ],
]


def _folded(text: str) -> str:
    return "".join(normalize("NFKC", text).split())


@pytest.mark.parametrize("form", FORMS, ids=lambda form: f"L{form[0]}-{form[2]}")
def test_each_date_form_of_the_plan_is_read(form: tuple[int, str, str, str, str | None]):
    _, text, edtf, precision, words = form

    read = read_date(text.replace("⏎", "\n"))

    assert (read.edtf, read.precision, read.qualifier) == (edtf, precision, words)
    assert read.original == text.replace("⏎", "\n")


@pytest.mark.parametrize("form", FORMS, ids=lambda form: f"L{form[0]}-{form[2]}")
def test_each_date_form_stands_at_its_line(form: tuple[int, str, str, str, str | None]):
    if not PLAN_TEXT.exists():
        pytest.skip(f"the plan's text is not at {PLAN_TEXT} (../shared)")
    line, text, *_ = form

    nearby = PLAN_TEXT.read_text("utf-8").split("\n")[line - 1 : line + 3]

    assert _folded(text.replace("⏎", "")) in _folded("".join(nearby))


def test_the_month_in_a_timetable_has_no_year_of_its_own():
    with pytest.raises(UnreadableDate) as refused:
        read_date("9\n月")

    assert refused.value.said == "年が書かれていません。令和9年9月のように年から書きます"


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("平成31年6月", "平成の期間の外です。令和元年ではありませんか"),
        ("令和元年4月", "令和の期間の外です。平成31年ではありませんか"),
        ("昭和64年2月", "昭和の期間の外です。平成元年ではありませんか"),
        ("平成40年", "平成の期間の外です。令和10年ではありませんか"),
        ("昭和元年1月", "昭和の期間の外です"),
        ("令和0年", "令和に 0 年はありません。令和元年ではありませんか"),
        ("令和9年（2026年）9月", "元号年 (2027) と西暦 (2026) が一致しません。西暦 2027 年ではありませんか"),
        ("令和7年4月1日（2024年）", "元号年 (2025) と西暦 (2024) が一致しません。西暦 2025 年ではありませんか"),
        ("令和3年度（2021年）", "元号と西暦の一方が年、もう一方が年度です"),
        ("令和7年13月", "暦にない月日です"),
        ("令和7年2月30日", "暦にない月日です"),
        ("令和7年2月29日", "暦にない月日です"),
        ("9999年度", "暦にない月日です"),
        ("2月30日", "暦にない月日です"),
        ("9月", "年が書かれていません。令和9年9月のように年から書きます"),
        ("9月末", "年が書かれていません。令和9年9月のように年から書きます"),
        ("１２月２９日から１月３日", "年が書かれていません。令和9年12月のように年から書きます"),
        ("令和7年4月から6月まで", "年が書かれていません。令和9年6月のように年から書きます"),
        ("令和9", "年か年度かが書かれていません。2027年、2027年度のように書きます"),
        ("2027", "年か年度かが書かれていません。2027年、2027年度のように書きます"),
        ("令和9年度3月", "年度に月は付けられません。令和10年3月は令和9年度の月です"),
        ("令和10年から令和3年まで", "終わりが始まりより前です"),
        ("令和3年末から令和4年まで", "日付として読めません"),
        ("令和3年～令和4年時点", "日付として読めません"),
    ],
)  # fmt: skip
def test_a_date_that_would_need_a_guess_is_refused_with_a_reason(text: str, said: str):
    with pytest.raises(UnreadableDate) as refused:
        read_date(text)

    assert refused.value.said == said


@pytest.mark.parametrize(
    ("line", "text"),
    [
        (1503, "平成２８年法律第１０３号"),
        (308, "令和２年版情報通信白書"),
        (317, "令和２年情報通信白書"),
        (965, "１２月２９日から１月３日"),
        (963, "６時３０分"),
        (341, "13 歳"),
        (0, ""),
        (0, "近いうち"),
        (0, "（）"),
        (0, "令和9年9月から末"),
    ],
)
def test_what_is_no_date_is_not_taken_for_one(line: int, text: str):
    with pytest.raises(UnreadableDate) as refused:
        read_date(text)

    assert str(refused.value).startswith(
        "The text is not a date that can be read without guessing."
    )


@pytest.mark.parametrize(
    ("text", "edtf"),
    [
        ("平成31年4月30日", "2019-04-30"),
        ("令和元年5月1日", "2019-05-01"),
        ("昭和64年1月7日", "1989-01-07"),
        ("平成元年1月8日", "1989-01-08"),
        ("令和元年", "2019"),
        ("平成31年度", "2019-04/2020-03"),
        ("令和10年3月", "2028-03"),
        ("2027年9月", "2027-09"),
        ("令和6年2月29日", "2024-02-29"),
        ("2021年〜2024年", "2021/2024"),
        ("令和3年度以降", "2021-04/.."),
    ],
)
def test_eras_begin_and_end_on_their_days(text: str, edtf: str):
    assert read_date(text).edtf == edtf


@pytest.mark.parametrize(
    ("text", "edtf", "precision", "words"),
    [
        ("令和9年度第2四半期", "2027-07/2027-09", "quarter", None),
        ("令和９年度第１四半期（4～6月）", "2027-04/2027-06", "quarter", None),
        ("令和９年度（2027 年度）の第四四半期（１月から３月まで）", "2028-01/2028-03", "quarter", None),
        ("令和9年度第4四半期（令和10年1月〜3月）まで", "2028-01/2028-03", "quarter", "まで"),
        ("令和9年度第2四半期（2027年7月〜2027年9月）末", "2027-07/2027-09", "quarter", "末"),
        ("2027年第3四半期", "2027-07/2027-09", "quarter", None),
        ("令和9年第4四半期", "2027-10/2027-12", "quarter", None),
        ("令和元年度第1四半期", "2019-04/2019-06", "quarter", None),
        ("平成31年度第4四半期", "2020-01/2020-03", "quarter", None),
        ("令和9年度第2四半期以降", "2027-07/..", "open", "以降"),
        ("令和9年度上期", "2027-04/2027-09", "interval", None),
        ("令和9年度下半期から", "2027-10/2028-03", "interval", "から"),
        ("令和9年の上半期", "2027-01/2027-06", "interval", None),
        ("令和9年度（2027年4月〜2028年3月）", "2027-04/2028-03", "fiscal_year", None),
    ],
)  # fmt: skip
def test_a_part_of_a_year_is_read(text: str, edtf: str, precision: str, words: str | None):
    read = read_date(text)

    assert (read.edtf, read.precision, read.qualifier) == (edtf, precision, words)


@pytest.mark.parametrize(
    ("text", "edtf", "words"),
    [
        ("令和9年4月～令和10年3月", "2027-04/2028-03", None),
        ("令和9年4月1日から令和9年9月30日まで", "2027-04-01/2027-09-30", None),
        ("令和9年4月1日（木）〜令和9年9月30日（木）", "2027-04-01/2027-09-30", None),
        ("令和9年10月～令和10年3月末まで", "2027-10/2028-03", "末"),
        ("令和9年度第2四半期から令和9年度第4四半期まで", "2027-07/2028-03", None),
        ("令和9年度第1四半期（4～6月）～令和9年度第3四半期（10～12月）", "2027-04/2027-12", None),
        ("令和9年度上期～令和10年度上期", "2027-04/2028-09", None),
    ],
)
def test_a_span_reaches_from_the_first_day_of_its_start(text: str, edtf: str, words: str | None):
    read = read_date(text)

    assert (read.edtf, read.precision, read.qualifier) == (edtf, "interval", words)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("第2四半期", "年が書かれていません。令和9年度第2四半期のように年度から書きます"),
        ("上半期末", "年が書かれていません。令和9年度第2四半期のように年度から書きます"),
        ("令和9年度第5四半期", "四半期は第1から第4までです"),
        ("令和9年度第1四半期（7～9月）", "かっこの中の月と期間が一致しません"),
        ("令和9年度第4四半期（2027年1月～3月）", "かっこの中の月と期間が一致しません"),
        ("令和9年度（2027年4月〜2028年2月）", "かっこの中の月と期間が一致しません"),
        ("令和元年第1四半期", "令和の期間の外です。平成31年ではありませんか"),
        ("9999年度第4四半期", "暦にない月日です"),
        ("令和9年9月30日（金）", "日付と曜日が一致しません。木曜日ではありませんか"),
        ("9月上旬", "年が書かれていません。令和9年9月のように年から書きます"),
        ("平成31年6月上旬", "平成の期間の外です。令和元年ではありませんか"),
        ("今年度中", "日付として読めません"),
    ],
)
def test_a_part_of_a_year_that_would_need_a_guess_is_refused(text: str, said: str):
    with pytest.raises(UnreadableDate) as refused:
        read_date(text)

    assert refused.value.said == said


@pytest.mark.parametrize(
    ("text", "word", "exact"),
    [
        ("令和９年９月上旬", "上旬", "令和9年9月"),
        ("令和9年9月中旬まで", "中旬", "令和9年9月"),
        ("令和9年9月下旬から", "下旬", "令和9年9月"),
        ("令和9年9月末頃", "頃", "令和9年9月末"),
        ("令和9年度中に", "中", "令和9年度"),
        ("令和9年度の半ば", "半ば", "令和9年度"),
        ("令和9年度上期中", "中", "令和9年度上期"),
        ("令和9年秋頃", "秋頃", "令和9年"),
    ],
)
def test_a_word_that_is_not_exact_is_refused_with_what_may_stand_instead(
    text: str, word: str, exact: str
):
    with pytest.raises(UnreadableDate) as refused:
        read_date(text)

    assert refused.value.reason == f"「{word}」の付いた日付は、範囲を一つに決められません"
    assert refused.value.suggestion == f"「{exact}」か、始まりと終わりの日付で書きます"
    assert read_date(exact).lo


@given(st.dates(date(1989, 1, 8), date(2099, 12, 31)))
def test_a_day_is_the_same_in_either_calendar(day: date):
    era, before = ("令和", 2018) if day >= date(2019, 5, 1) else ("平成", 1988)
    japanese = f"{era}{day.year - before}年（{day.year}年）{day.month}月{day.day}日"

    assert read_date(japanese).edtf == day.isoformat()
    assert read_date(f"{day.year}年{day.month}月{day.day}日").edtf == day.isoformat()


@given(st.integers(1, 90))
def test_a_fiscal_year_ends_on_the_last_day_of_march(year: int):
    read = read_date(f"令和{year}年度")

    assert (read.lo, read.hi) == (date(2018 + year, 4, 1), date(2019 + year, 3, 31))


@given(
    st.text(
        alphabet="令和平成昭元年度月日末から時点以降まで第四半期上下旬頃木~()0123456789 \n（）～"
    )
)
def test_any_text_is_a_date_or_refused(text: str):
    try:
        read = read_date(text)
    except UnreadableDate as refused:
        read = PartialDate.from_edtf("2000", original=refused.text)

    assert read.original == text


@pytest.mark.parametrize(
    ("text", "edtf"),
    [
        ("2027-09", "2027-09"),
        (" 2027 ", "2027"),
        ("令和９年９月", "2027-09"),
        ("2015/..", "2015/.."),
    ],
)
def test_a_machine_may_send_edtf_and_a_person_words(text: str, edtf: str):
    assert read_date_or_edtf(text).edtf == edtf


@pytest.mark.parametrize("text", ["2027-13", "../..", "2027/", "9.30"])
def test_bad_edtf_is_refused_as_a_bad_date(text: str):
    with pytest.raises(UnreadableDate):
        read_date_or_edtf(text)


def test_a_text_that_is_longer_than_any_date_is_refused_at_once():
    with pytest.raises(UnreadableDate):
        read_date("令和9年" + "中頃" * 1_000 + "x")


def test_words_that_could_be_read_in_many_ways_are_read_in_no_time_that_grows():
    with pytest.raises(UnreadableDate):
        read_date("令和9年" + "中頃" * 45 + "x")
