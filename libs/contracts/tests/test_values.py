"""What is true of dates that travel in events."""

from datetime import date, timedelta

import pytest
from hypothesis import given, strategies as st
from pydantic import TypeAdapter, ValidationError

from contracts.values import Municipality, PartialDate, Refusal, UnreadableEdtf

DAYS = st.dates(date(1900, 1, 1), date(2100, 12, 31))


def _point(day: date, length: int) -> str:
    return day.isoformat()[:length]


POINTS = st.builds(_point, DAYS, st.sampled_from([4, 7, 10]))


@st.composite
def edtfs(draw: st.DrawFn) -> str:
    first, second = sorted([draw(DAYS), draw(DAYS)])
    length = draw(st.sampled_from([4, 7, 10]))
    one, other = _point(first, length), _point(second, length)
    return draw(st.sampled_from([one, f"{one}/{other}", f"{one}/..", f"../{other}"]))


DATES = edtfs().map(PartialDate.from_edtf)


@pytest.mark.parametrize(
    ("edtf", "precision", "days"),
    [
        ("2027", "year", (date(2027, 1, 1), date(2027, 12, 31))),
        ("2027-09", "month", (date(2027, 9, 1), date(2027, 9, 30))),
        ("2028-02", "month", (date(2028, 2, 1), date(2028, 2, 29))),
        ("2027-09-30", "day", (date(2027, 9, 30), date(2027, 9, 30))),
        ("2021-04/2029-03", "interval", (date(2021, 4, 1), date(2029, 3, 31))),
        ("2015/..", "open", (date(2015, 1, 1), None)),
        ("../2015-03", "open", (None, date(2015, 3, 31))),
    ],
)
def test_a_span_reaches_from_its_first_day_to_its_last(
    edtf: str, precision: str, days: tuple[date | None, date | None]
):
    read = PartialDate.from_edtf(edtf)

    assert (read.precision, (read.lo, read.hi)) == (precision, days)


@pytest.mark.parametrize(
    ("edtf", "precision"),
    [
        ("2028-04/2029-03", "fiscal_year"),
        ("2028-07/2028-09", "quarter"),
        ("2023-03", "fiscal_year_end"),
        ("2028-04/2029-03", "interval"),
    ],
)
def test_a_precision_that_edtf_cannot_show_is_believed_where_it_fits(edtf: str, precision: str):
    read = PartialDate.from_edtf(edtf, precision=precision)

    assert read.precision == precision


@pytest.mark.parametrize(
    ("edtf", "precision"),
    [
        ("2028-05/2029-04", "fiscal_year"),
        ("2021-04/2029-03", "fiscal_year"),
        ("2028-02/2028-04", "quarter"),
        ("2023-04", "fiscal_year_end"),
        ("2023/2024-012", "fiscal_year"),
        ("2023-04-01/..", "fiscal_year"),
        ("2027", "day"),
        ("../2028-04-2029", "quarter"),
    ],
)
def test_a_precision_that_does_not_fit_is_refused(edtf: str, precision: str):
    with pytest.raises(UnreadableEdtf):
        PartialDate.from_edtf(edtf, precision=precision)


@pytest.mark.parametrize(
    "edtf",
    ["", "/", "0000", "2027-9", "２０２７", "2027-13", "2027-02-30", "2027-00", "2027-09-00", "../..", "2028/2027",
     "2027-09/", "2027?", "XXXX-09", "2022-33", "2027\n", "令和9年"],
)  # fmt: skip
def test_what_the_calendar_does_not_have_is_refused(edtf: str):
    with pytest.raises(UnreadableEdtf):
        PartialDate.from_edtf(edtf)


@given(DATES)
def test_a_date_survives_the_wire(stated: PartialDate):
    received = PartialDate.model_validate_json(stated.model_dump_json())

    assert received == stated
    assert received == PartialDate.from_edtf(stated.edtf)


@given(DATES, DATES)
def test_comparing_the_other_way_round_says_the_opposite(one: PartialDate, other: PartialDate):
    opposite = {"before": "after", "after": "before", "same": "same", "unknown": "unknown"}

    assert other.compare(one) == opposite[one.compare(other)]


@given(DATES)
def test_every_date_is_the_same_as_itself(stated: PartialDate):
    assert stated.compare(stated) == "same"


@given(DATES, DATES, DATES)
def test_before_is_passed_on(one: PartialDate, two: PartialDate, three: PartialDate):
    if one.compare(two) == two.compare(three) == "before":
        assert one.compare(three) == "before"


@given(DAYS, DAYS)
def test_days_are_compared_as_days(one: date, other: date):
    said = PartialDate.from_edtf(one.isoformat()).compare(PartialDate.from_edtf(other.isoformat()))

    assert said == ("same" if one == other else "before" if one < other else "after")


@pytest.mark.parametrize(
    ("one", "other", "order"),
    [
        ("2027-09", "2027-12", "before"),
        ("2027-12", "2027-09", "after"),
        ("2027-09", "2027-09", "same"),
        ("2027-09", "2027", "unknown"),
        ("2027-09-30", "2027-09", "unknown"),
        ("2015/..", "2014", "after"),
        ("2015/..", "2016", "unknown"),
        ("../2015", "2016", "before"),
        ("2015/..", "../2016", "unknown"),
    ],
)
def test_overlapping_dates_cannot_be_put_in_order(one: str, other: str, order: str):
    said = PartialDate.from_edtf(one).compare(PartialDate.from_edtf(other))

    assert said == order


@pytest.mark.parametrize(
    ("actual", "due", "kept"),
    [
        ("2027-09-30", "2027-09", "yes"),
        ("2027-09", "2027-09", "yes"),
        ("2027-10-01", "2027-09", "no"),
        ("2029-03", "2028-04/2029-03", "yes"),
        ("2027", "2027-09", "unknown"),
        ("2015/..", "2016", "unknown"),
        ("2017/..", "2016", "no"),
        ("../2028", "2027", "unknown"),
        ("2027", "2015/..", "unknown"),
    ],
)
def test_a_promise_is_kept_until_the_last_day_of_its_date(actual: str, due: str, kept: str):
    said = PartialDate.from_edtf(actual).on_time(PartialDate.from_edtf(due))

    assert said == kept


@given(DATES)
def test_the_last_day_is_on_time_and_the_next_is_not(due: PartialDate):
    deadline = due.deadline
    if deadline is None:
        return

    next_day = deadline + timedelta(days=1)

    assert PartialDate.from_edtf(deadline.isoformat()).on_time(due) == "yes"
    assert PartialDate.from_edtf(next_day.isoformat()).on_time(due) == "no"


@pytest.mark.parametrize(
    ("edtf", "precision", "deadline"),
    [
        ("2028-09", "month", date(2028, 9, 30)),  # a Saturday
        ("2028-04/2029-03", "fiscal_year", date(2029, 3, 31)),  # a Saturday
        ("2028-10/2028-12", "quarter", date(2028, 12, 31)),  # a Sunday, and the year's end
    ],
)
def test_a_deadline_is_not_moved_off_a_day_on_which_the_office_is_closed(
    edtf: str, precision: str, deadline: date
):
    assert PartialDate.from_edtf(edtf, precision=precision).deadline == deadline


def test_words_at_a_date_are_kept():
    read = PartialDate.from_edtf("2020-02", qualifier="末 時点", original="令和２年２月末時点")

    assert (read.qualifier, read.original) == ("末 時点", "令和２年２月末時点")


def test_a_date_does_not_change():
    stated = PartialDate.from_edtf("2027-09")

    with pytest.raises(ValidationError):
        stated.edtf = "2027-12"


def test_a_newer_writer_may_say_more():
    received = PartialDate.model_validate(
        {"edtf": "2027-26", "lo": "2027-09-01", "hi": "2027-11-30", "precision": "season", "new": 1}
    )

    assert received.precision == "season"


@pytest.mark.parametrize("code", ["42111", "0421111", "04211a", "０４２１１１", "042111\n"])
def test_a_municipality_is_six_digits(code: str):
    municipality: TypeAdapter[str] = TypeAdapter(Municipality)

    assert municipality.validate_python("042111") == "042111"
    with pytest.raises(ValidationError):
        municipality.validate_python(code)


class AlreadyWithdrawn(Refusal):
    """The procedure is no longer offered, so it cannot be withdrawn again."""


class Wordless(Refusal):
    __doc__ = None


def test_a_refusal_is_its_sentence_with_the_id():
    refusal = AlreadyWithdrawn("residence.move-in")

    assert refusal.detail == "residence.move-in"
    assert str(refusal) == (
        "The procedure is no longer offered, so it cannot be withdrawn again. (residence.move-in)"
    )


def test_a_refusal_without_words_gives_its_name():
    assert str(Wordless()) == "Wordless"


@pytest.mark.parametrize(
    ("precision", "edtf"),
    [
        ("day", "2031-02-30"),
        ("month", "0000-01"),
        ("month", "2031"),
        ("quarter", "2031-02/2031-04"),
        ("quarter", "2031-33"),
        ("interval", "abcd-04/efgh-03"),
        ("fiscal_year", "2031-04/2032-²"),
        ("fiscal_year_end", "0001-03"),
    ],
)
def test_a_date_that_no_calendar_has_cannot_be_read_from_a_message(precision: str, edtf: str):
    data = {"edtf": edtf, "lo": None, "hi": None, "precision": precision}

    with pytest.raises(ValueError, match="1 validation error"):
        PartialDate.model_validate(data)


def test_a_precision_of_tomorrow_can_be_read():
    data = {"edtf": "2031-04", "lo": "2031-04-01", "hi": "2031-04-30", "precision": "decade"}

    assert PartialDate.model_validate(data).precision == "decade"
