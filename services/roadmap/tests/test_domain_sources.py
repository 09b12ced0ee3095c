"""What the plan rests on: every source once, with how many statements cite it."""

from dataclasses import replace
from datetime import date

from small_plans import BESIDE, extended

from roadmap.domain import Assertion, Cited, Evidence, Valid, cited, read_date

PLAN = extended(beside=BESIDE)
DUE = Assertion(
    subject_id="ms-std20",
    attr="due",
    asserter="plan",
    value=read_date("令和9年9月"),
    undated_reason=None,
    mark="S",
    evidence=(Evidence(source="岩沼市デジタル化推進計画", mark="S", lines="1133"),),
    valid=Valid(since=date(2026, 3, 1)),
    revision_id="R8",
)
REPORTED = replace(
    DUE,
    attr="reported",
    evidence=(Evidence(source="該当見込み一覧", mark="X", url="https://example.jp/"),),
)


def by_title(*assertions: Assertion) -> dict[str, Cited]:
    return {each.title: each for each in cited([PLAN.revision], PLAN.extras, assertions)}


def test_each_source_is_there_once_with_the_marks_of_what_cites_it():
    found = by_title(DUE, replace(DUE, mark="I"), REPORTED)

    plan, list_ = found["岩沼市デジタル化推進計画"], found["該当見込み一覧"]
    assert plan.marks == {"S": 3}  # two dates, and a value of an indicator without another source
    assert (list_.url, list_.sha256, list_.statements) == ("https://example.jp/", None, 1)


def test_values_of_indicators_and_dependencies_name_their_sources():
    found = by_title()

    assert found["総務省の公表"].marks == {"X": 1}
    assert found["実施要領"].marks == {"X": 1}


def test_a_revision_whose_text_nobody_cites_is_named_all_the_same():
    empty = replace(PLAN.revision, source=replace(PLAN.revision.source, title="当初計画"))

    found = cited([empty], replace(PLAN.extras, indicators=()), ())

    assert {each.title: each.statements for each in found} == {"実施要領": 1, "当初計画": 0}
