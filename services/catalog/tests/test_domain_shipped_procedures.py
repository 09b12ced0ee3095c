"""The procedures that are loaded on day one say what the plan says, and no more."""

import os
import unicodedata
from importlib.resources import files
from pathlib import Path

import pytest

from catalog.domain import Procedure, Sourced, publish, read_procedures, same_content

SHARED = Path(os.environ.get("MACHI_SHARED", Path(__file__).parents[4] / "shared" / "data"))
PLAN = SHARED / "plan" / "plan_r8.txt"

SHIPPED = files("catalog") / "data" / "042111" / "procedures.yaml"
PROCEDURES = read_procedures(SHIPPED.read_bytes(), "procedures.yaml").drafts
PRIORITY = [one for one in PROCEDURES if one.plan and one.plan.no]
CERTIFICATES = [one for one in PROCEDURES if one.group == "証明書"]


@pytest.fixture(scope="session")
def plan() -> list[str]:
    """The plan's lines; the first is at index 1."""
    if not PLAN.exists():
        pytest.skip("the plan's text is not beside the repository (../shared)")
    return ["", *PLAN.read_text(encoding="utf-8").split("\n")]


def fold(text: str) -> str:
    return "".join(unicodedata.normalize("NFKC", text).split())


def cited(plan: list[str], source: Sourced) -> str:
    first, _, last = (source.lines or "").partition("-")
    return fold("".join(plan[int(first) : int(last or first) + 1]))


def source_of(procedure: Procedure, field: str) -> Sourced:
    return next(source for source in procedure.sources if source.field == field)


def test_the_29_are_30_records_because_item_28_has_two():
    numbers = [one.plan.no for one in PRIORITY if one.plan]

    assert len(PRIORITY) == 30
    assert sorted({no for no in numbers if no}) == list(range(1, 30))
    assert [one.name for one in PRIORITY if one.plan and one.plan.no == 28] == [
        "転出届",
        "転入予定連絡",
    ]


def test_there_are_five_certificates_and_nothing_else():
    assert len(CERTIFICATES) == 5
    assert len(PROCEDURES) == len(PRIORITY) + len(CERTIFICATES)


def test_each_belongs_to_its_milestone():
    milestones = {one.procedure_id: one.plan.milestone for one in PROCEDURES if one.plan}

    assert {milestones[one.procedure_id] for one in PRIORITY} == {"ms-online29"}
    assert {milestones[one.procedure_id] for one in CERTIFICATES} == {"ms-convenience"}


@pytest.mark.parametrize("procedure", PROCEDURES, ids=lambda one: one.procedure_id)
def test_the_plan_names_it_so_at_these_lines(procedure: Procedure, plan: list[str]):
    named = fold(procedure.plan_name or "")

    assert named in cited(plan, source_of(procedure, "plan_name"))


@pytest.mark.parametrize("procedure", PROCEDURES, ids=lambda one: one.procedure_id)
def test_a_name_is_called_stated_only_where_the_plan_has_it(procedure: Procedure, plan: list[str]):
    source = source_of(procedure, "name")

    assert (fold(procedure.name) in cited(plan, source)) == (source.mark == "S")


def test_a_slip_of_the_plan_is_kept_beside_the_right_name():
    request = next(one for one in PROCEDURES if one.procedure_id == "care.plan-request")

    assert request.plan_name == "居住(介護予防)サービス計画作成(変更)依頼の届出"
    assert request.name == "居宅（介護予防）サービス計画作成（変更）依頼の届出"


def test_nobody_has_confirmed_that_one_of_the_29_can_be_filed_online():
    ways = [way for one in PRIORITY for way in one.channels]

    assert [(way.kind, way.since) for way in ways] == [("mynaportal", None)] * 30


def test_certificates_are_printed_in_stores_since_october_2019_for_an_unknown_fee():
    ways = [way for one in CERTIFICATES for way in one.channels]

    assert {(way.kind, way.since and way.since.edtf) for way in ways} == {
        ("convenience", "2019-10-01")
    }
    assert {(way.hours.opens, way.hours.closes) for way in ways if way.hours} == {
        ("06:30", "23:00")
    }
    assert {one.fee for one in CERTIFICATES} == {None}


def test_nineteen_items_match_the_national_survey_five_probably_five_not():
    matches = {one.plan.no: {ref.match for ref in one.national} for one in PRIORITY if one.plan}
    moving = {ref.match for one in PRIORITY if one.group == "引っ越し" for ref in one.national}
    found = {**matches, 28: moving}

    assert sum(match <= {"exact", "part"} and bool(match) for match in found.values()) == 19
    assert sum(match == {"probable"} for match in found.values()) == 5
    assert sum(match == set() for match in found.values()) == 5


def test_what_only_probably_matches_is_never_told_as_sure():
    doubtful = [one for one in PROCEDURES for ref in one.national if ref.match == "probable"]

    assert {source_of(one, "laws").confidence for one in doubtful} == {"unverified"}
    assert {one.fee for one in doubtful} == {None}


def test_reading_the_file_again_changes_nothing():
    published = [publish(one, after=None) for one in PROCEDURES]

    again = read_procedures(SHIPPED.read_bytes(), "procedures.yaml").drafts

    assert all(map(same_content, published, again))
