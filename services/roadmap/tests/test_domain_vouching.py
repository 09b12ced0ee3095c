"""What a person may type beside a date, and name as its source."""

from dataclasses import replace

import pytest

from roadmap.domain import Evidence
from roadmap.domain.changing.vouching import (
    MOST_SOURCES,
    Unfit,
    Voucher,
    dated,
    read_typed,
    refuse_unvouched,
)

NOTHING = {"precision": "", "qualifier": "", "original": ""}
SEEN = Evidence(source="議事録", mark="X", lines="12", url="https://example.jp/", sha256="0a" * 32)


def test_words_beside_a_date_are_kept_where_they_agree_with_it():
    beside = {**NOTHING, "qualifier": "末 まで", "original": "令和9年9月末まで"}

    value = dated(read_typed("2027-09"), beside)

    assert (value.edtf, value.qualifier, value.original) == (
        "2027-09", "末 まで", "令和9年9月末まで",
    )  # fmt: skip


@pytest.mark.parametrize(
    ("typed", "column", "word"),
    [
        ("2028-10", "original", "令和99年1月"),
        ("2028-10", "original", "そのうち"),
        ("2028-10", "original", "2028-10" + " " * 100_000),
        ("2028-10", "original", "2028-10\x07"),
        ("2027-04/2028-03", "original", "令和9年度"),
        ("2027-09", "original", "令和9年9月まで"),
        ("2027-09", "qualifier", "ごろ"),
        ("2027-09", "qualifier", "まで まで"),
        ("令和9年9月から", "qualifier", "まで"),
        ("2027-09", "edtf", "fiscal_year"),
    ],
)
def test_a_word_beside_a_date_that_does_not_fit_it_is_refused(typed: str, column: str, word: str):
    name = "precision" if column == "edtf" else column

    with pytest.raises(Unfit) as unfit:
        dated(read_typed(typed), {**NOTHING, name: word})

    assert unfit.value.column == column


@pytest.mark.parametrize("text", ["2028-10" + " " * 100, "2028-10\x1d"])
def test_what_no_date_is_as_long_as_or_nobody_can_see_is_no_date(text: str):
    with pytest.raises(ValueError, match="日付として"):
        read_typed(text)


def test_what_is_on_record_stays_and_what_is_outside_of_the_plan_may_be_added():
    stated = Evidence(source="計画", mark="S", lines="1133")

    refuse_unvouched((stated, SEEN), (stated,))


@pytest.mark.parametrize(
    "named",
    [
        (replace(SEEN, mark="S"),),
        (replace(SEEN, sha256="false"),),
        (replace(SEEN, lines="1" * 201),),
        (replace(SEEN, url="javascript:x"),),
        (replace(SEEN, source="\x07"),),
        (SEEN,) * (MOST_SOURCES + 1),
    ],
)
def test_what_nobody_can_vouch_for_is_refused(named: tuple[Evidence, ...]):
    with pytest.raises(ValueError, match=r"根拠|mark"):
        refuse_unvouched(named, ())


def test_whatever_a_person_vouches_for_is_from_outside_the_plan():
    given = Voucher(source="議事録", url="https://example.jp/", lines="12", sha256="0a" * 32)

    assert given.evidence() == SEEN
