"""What the rows of a table say that comes back, and what is wrong with each of their cells."""

from datetime import date

import pytest

from documents import Problem
from roadmap.domain import Evidence, read_date, read_date_or_edtf
from roadmap.domain.changing.cells import Cells, Where
from roadmap.domain.changing.earliest import decided_from
from roadmap.domain.changing.editing import MOST_EDITS, Edit, edits, others

COLUMNS = (
    "assertion_id", "subject_id", "attr", "asserter", "edtf", "precision", "qualifier", "original",
    "undated_reason", "mark", "evidence", "valid_from", "valid_until", "recorded_from",
    "recorded_until", "revision_id", "decision_id", "corrects", "why",
)  # fmt: skip
WHERE = Where("table.csv", {name: at for at, name in enumerate(COLUMNS, 1)})
EMPTY = dict.fromkeys(COLUMNS, "")
DUE = {
    **EMPTY,
    "assertion_id": "7",
    "subject_id": "ms-std20",
    "attr": "due",
    "asserter": "plan",
    "edtf": "2027-09",
    "precision": "month",
    "original": "令和９年（2027 年）９月",
    "mark": "S",
    "evidence": '[{"source": "計画", "mark": "S", "lines": "1133"}]',
    "valid_from": "2026-03-01",
    "recorded_from": "2026-11-23T03:00:00+00:00",
    "revision_id": "R8",
}
ENDED = {**DUE, "assertion_id": "8", "recorded_until": "2026-11-23T04:00:00+00:00"}
KNOWN = {"7": DUE, "8": ENDED}
REPORTED = {
    **EMPTY,
    "subject_id": "ms-std20",
    "attr": "reported",
    "asserter": "mic",
    "edtf": "2028-03",
    "evidence": "総務省の調査",
    "valid_from": "2026/11/1",
}
MOVED = {**EMPTY, "subject_id": "ms-std20", "attr": "due", "edtf": "令和9年度"}
REACHED = {**MOVED, "attr": "actual", "edtf": "2026-11-20", "evidence": "議事録"}

TODAY = date(2026, 11, 23)
FORGED = '[{"source": "計画", "mark": "S", "lines": "1133-1140", "sha256": "00"}]'


def read(*rows: Cells) -> tuple[list[Edit], list[Problem]]:
    return edits(rows, KNOWN, WHERE)


def one(row: Cells) -> Edit:
    (edit,), problems = read(row)
    assert problems == []
    return edit


def test_a_row_as_it_went_out_says_nothing_even_when_a_spreadsheet_wrote_its_days_anew():
    again = {**DUE, "valid_from": "2026/3/1"}
    before_it_ended = {**ENDED, "recorded_until": ""}

    assert read(again, before_it_ended) == ([], [])


def test_a_new_row_is_a_report_or_a_move_or_something_reached():
    report, move = one(REPORTED), one({**MOVED, "decision_id": "3", "mark": "X"})
    reached = one(REACHED)

    assert (report.kind, report.valid_from) == (
        "reported",
        read_date_or_edtf("2026-11-01"),
    )
    assert report.evidence == (Evidence(source="総務省の調査", mark="X"),)
    assert (move.kind, move.asserter, move.decision_id) == ("rescheduled", "plan", 3)
    assert move.value
    assert move.value.precision == "fiscal_year"
    assert (reached.kind, reached.asserter, reached.line) == ("reached", "city", 2)


@pytest.mark.parametrize(
    ("written", "read_as"),
    [
        ("2026-11", "2026-11"),
        ("２０２６年１１月", "2026-11"),
        ("令和8年10月末", "2026-10"),
        ("2026/11/1", "2026-11-01"),
    ],
)
def test_the_day_of_a_report_may_be_as_exact_as_it_is_known(written: str, read_as: str):
    as_of = one({**REPORTED, "valid_from": written}).valid_from

    assert as_of
    assert as_of.edtf == read_as


def test_the_day_of_a_move_may_be_written_as_in_japan():
    assert one({**MOVED, "valid_from": "令和8年11月20日"}).valid_from == read_date(
        "令和8年11月20日"
    )


def test_a_date_keeps_the_precision_that_stands_beside_it():
    year = {**MOVED, "edtf": "2027-04/2028-03", "precision": "fiscal_year", "qualifier": "まで"}

    value = one(year).value

    assert value
    assert (value.precision, value.qualifier) == ("fiscal_year", "まで")


def test_a_promise_may_be_left_without_a_date():
    edit = one({**MOVED, "edtf": "", "undated_reason": "国の制度が変わったため"})

    assert (edit.value, edit.undated_reason) == (None, "国の制度が変わったため")


def test_a_changed_row_puts_the_statement_right():
    edit = one({**DUE, "edtf": "2027-08", "why": "写し間違い"})

    assert (edit.kind, edit.corrects, edit.why) == ("corrected", 7, "写し間違い")
    assert (edit.before, edit.value and edit.value.edtf) == ("2027-09", "2027-08")
    assert edit.evidence == ()


def test_a_correction_may_change_how_exact_a_date_is_and_where_it_stands():
    found = '[{"source": "計画", "mark": "X", "url": "https://example.jp/plan"}]'

    edit = one({**DUE, "qualifier": "まで", "evidence": found, "why": "言葉が抜けていた"})

    assert edit.value
    assert (edit.value.qualifier, edit.value.original) == ("まで", DUE["original"])
    assert edit.evidence[0].url == "https://example.jp/plan"


@pytest.mark.parametrize(
    ("row", "column", "told"),
    [
        ({**DUE, "assertion_id": "99"}, "assertion_id", "この番号の記載はありません"),
        ({**ENDED, "edtf": "2027-08", "why": "誤り"}, "assertion_id", "もう置き換えられて"),
        ({**DUE, "edtf": "2027-08"}, "why", "改訂ですか、訂正ですか"),
        ({**DUE, "mark": "X", "why": "誤り"}, "mark", "変えられません"),
        ({**DUE, "edtf": "2027-13", "why": "誤り"}, "edtf", "日付として読めません"),
        ({**DUE, "precision": "day", "why": "誤り"}, "edtf", "日付として読めません"),
        ({**DUE, "precision": "山田花子", "why": "誤り"}, "precision", "日付の細かさ"),
        ({**DUE, "edtf": "2027-08", "why": "あ" * 2_001}, "why", "2,000字まで"),
        ({**MOVED, "attr": "forecast"}, "attr", "due、reported、actual"),
        ({**MOVED, "subject_id": ""}, "subject_id", "何についての"),
        ({**MOVED, "asserter": "nation"}, "asserter", "変えられません"),
        ({**MOVED, "edtf": "9月"}, "edtf", "年が書かれていません"),
        ({**MOVED, "decision_id": "9" * 30}, "decision_id", "決定の番号"),
        ({**MOVED, "valid_from": "11月20日"}, "valid_from", "年月日を"),
        ({**MOVED, "valid_from": "2026-11"}, "valid_from", "年月日を"),
        ({**MOVED, "edtf": "", "original": "令和９年９月"}, "edtf", "日付は、この列に"),
        ({**REPORTED, "edtf": "", "original": "令和９年９月"}, "edtf", "日付は、この列に"),
        ({**MOVED, "edtf": ""}, "edtf", "日付がない理由を undated_reason に"),
        ({**REPORTED, "valid_from": "先月"}, "valid_from", "日付として読めません"),
        ({**MOVED, "undated_reason": "未定"}, "undated_reason", "日付がある行"),
        ({**DUE, "undated_reason": "未定", "why": "誤記"}, "undated_reason", "日付がある行"),
        ({**MOVED, "edtf": "", "undated_reason": "未定\u202e"}, "undated_reason", "2,000字"),
        ({**REACHED, "valid_from": "2026-11-01"}, "valid_from", "達成した日から"),
        ({**REPORTED, "asserter": "nation"}, "asserter", "報告した機関を"),
        ({**REPORTED, "evidence": ""}, "evidence", "根拠の名前を"),
        ({**MOVED, "corrects": "7"}, "corrects", "空欄に"),
        ({**MOVED, "mark": "S"}, "mark", "空欄に"),
        ({**REPORTED, "decision_id": "3"}, "decision_id", "空欄に"),
        ({**REPORTED, "asserter": "総務省"}, "asserter", "だれの報告かを"),
        ({**REPORTED, "edtf": ""}, "edtf", "いつかを"),
        ({**MOVED, "original": "令和99年1月"}, "original", "2117-01"),
        ({**DUE, "qualifier": "ごろ", "why": "誤り"}, "qualifier", "から、まで"),
        ({**MOVED, "edtf": " " * 100 + "2027-09"}, "edtf", "日付として読めません"),
        ({**REPORTED, "evidence": FORGED}, "evidence", "mark は X"),
        ({**DUE, "evidence": FORGED, "why": "誤り"}, "evidence", "mark は X"),
        ({**REPORTED, "evidence": "[{]"}, "evidence", "根拠の名前か"),
        ({**REPORTED, "evidence": '[{"source": "\\u0007", "mark": "X"}]'}, "evidence", "2,000字"),
        (
            {**REPORTED, "evidence": '[{"source": "x", "mark": "X", "sha256": "山田花子"}]'},
            "evidence",
            "根拠の名前か",
        ),
        (
            {**REPORTED, "evidence": '[{"source": "x", "mark": "X", "url": "javascript:x"}]'},
            "evidence",
            "根拠の名前か",
        ),
    ],
)
def test_what_is_wrong_with_a_row_is_told_at_its_cell(row: Cells, column: str, told: str):
    made, problems = read(row)

    (problem,) = problems
    assert made == []
    assert (problem.line, problem.column, problem.path) == (2, WHERE.columns[column], column)
    assert told in problem.message


def test_everything_wrong_is_told_at_once_and_a_number_stands_once():
    wrong = {**REPORTED, "edtf": "9月", "asserter": "nation", "valid_from": "x", "evidence": ""}

    _, problems = read(DUE, wrong, DUE)

    told = {(each.line, each.path) for each in problems}
    columns = ("edtf", "asserter", "valid_from", "evidence")
    assert told == {*((3, column) for column in columns), (4, "assertion_id")}


def test_the_evidence_of_the_plan_stays_and_a_person_adds_only_what_is_outside_of_it():
    beside = '[{"source": "計画", "mark": "S", "lines": "1133"}, {"source": "議事録", "mark": "X"}]'

    edit = one({**DUE, "evidence": beside, "why": "根拠が足りなかった"})

    assert [each.mark for each in edit.evidence] == ["S", "X"]


def test_another_date_leaves_the_words_of_the_old_one_behind_or_brings_its_own():
    words = "令和9年8月末まで"

    left = one({**DUE, "edtf": "2027-08", "why": "写し間違い"}).value
    brought = one({**DUE, "edtf": "令和9年8月末まで", "original": words, "why": "写し間違い"}).value
    untouched = one({**DUE, "why": "この記載は確かめてあります"}).value

    assert left
    assert left.original == "2027-08"
    assert brought
    assert (brought.original, brought.qualifier) == (words, "末 まで")
    assert untouched
    assert untouched.original == DUE["original"]


def test_of_rows_that_contradict_each_other_only_the_first_is_taken():
    corrected = {**DUE, "edtf": "2027-08", "why": "写し間違い"}
    other = {**MOVED, "subject_id": "ms-end"}

    made, problems = read(MOVED, {**MOVED, "edtf": "令和10年度"}, corrected, other)

    assert [each.line for each in made] == [2, 5]
    assert [(each.line, each.path) for each in problems] == [(3, "subject_id"), (4, "assertion_id")]
    assert "2行目も" in problems[0].message


def test_more_rows_than_one_file_may_change_are_refused_with_the_way_out():
    rows = [{**MOVED, "subject_id": f"ms-{number}"} for number in range(MOST_EDITS + 1)]

    made, (problem,) = read(*rows)

    assert (made, problem.line) == ([], MOST_EDITS + 2)
    assert "表を分けて" in problem.message
    assert len(read(*rows[1:])[0]) == MOST_EDITS


def test_a_decision_is_no_older_than_the_promises_that_wait_for_it():
    waiting = one(MOVED)
    named = [one({**MOVED, "decision_id": "3"}), one({**MOVED, "valid_from": "2026-11-20"})]
    replaced = {**DUE, "valid_from": "2020-01-01", "valid_until": "2026-03-01"}

    assert decided_from([waiting, *named], [replaced, DUE, ENDED], TODAY) == date(2026, 3, 1)
    assert decided_from(named, [DUE], TODAY) is None


def test_what_is_to_hold_later_can_be_moved_by_a_decision_of_any_day():
    later = {**DUE, "valid_from": "2027-04-01"}

    assert decided_from([one(MOVED)], [later], TODAY) is None


def test_of_a_table_that_only_goes_out_the_changed_rows_are_found():
    assert list(others([DUE, {**DUE, "edtf": "2027-08"}], [DUE, ENDED])) == [3]
