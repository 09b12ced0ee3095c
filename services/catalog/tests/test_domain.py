"""What is true of procedures, without any file or database."""

from dataclasses import replace
from datetime import date

import pytest

from catalog.domain import (
    Catalogue,
    Channel,
    Group,
    PlanLink,
    Procedure,
    ShownMilestone,
    Sourced,
    UnknownProcedure,
    Usable,
    ahead,
    in_groups,
    milestone_of,
    news,
    publish,
    same_content,
)
from contracts.values import PartialDate

MOVING_OUT = Procedure(
    procedure_id="residence.move-out",
    name="転出届",
    plan_name="転出届",
    reading="てんしゅつとどけ",
    summary=None,
    kind="届出",
    group="引っ越し",
    plan=PlanLink(no=28, initiative="1-1", milestone="ms-online29"),
    laws=(),
    national=(),
    life_events=("moving",),
    channels=(),
    fee="手数料等無し",
    superseded_by=None,
    sources=(),
)
IWANUMA = Catalogue(municipality="042111", drafts=(MOVING_OUT,))
TODAY = date(2026, 11, 24)
MYNAPORTAL = Channel(
    channel_id="residence.move-out/mynaportal",
    kind="mynaportal",
    label="マイナポータル",
    since=None,
    hours=None,
    closures=(),
    requires=None,
    url=None,
    sources=(),
)


def sourced(field: str, confidence: str) -> Sourced:
    return Sourced(
        field=field,
        source="national",
        title="行政手続等の悉皆調査結果等",
        date=PartialDate.from_edtf("2025-07-29"),
        mark="X",
        lines=None,
        confidence="unverified" if confidence == "unverified" else "official",
    )


def certificate(reading: str, group: Group = "証明書") -> Procedure:
    return replace(MOVING_OUT, group=group, plan=None, reading=reading)


def test_a_procedure_read_from_a_file_is_a_draft_without_a_version():
    assert (MOVING_OUT.state, MOVING_OUT.version) == ("draft", 0)


def test_the_first_publication_is_version_1():
    published = publish(MOVING_OUT, after=None)

    assert (published.state, published.version) == ("published", 1)


def test_a_changed_procedure_becomes_the_next_version():
    second = replace(publish(MOVING_OUT, after=None), version=2)

    third = publish(replace(MOVING_OUT, summary="市外へ引っ越すとき"), after=second)

    assert (third.version, third.summary) == (3, "市外へ引っ越すとき")


def test_the_same_draft_again_differs_in_nothing_from_what_is_published():
    published = publish(MOVING_OUT, after=None)

    assert same_content(published, MOVING_OUT)


def test_a_link_that_was_added_is_a_change_of_content():
    published = publish(replace(MOVING_OUT, channels=(MYNAPORTAL,)), after=None)
    linked = replace(MYNAPORTAL, url="https://myna.go.jp/")

    assert not same_content(published, replace(MOVING_OUT, channels=(linked,)))


def test_a_missing_fee_is_not_confirmed():
    assert replace(MOVING_OUT, fee=None).not_confirmed == ["fee"]


def test_a_way_that_nobody_has_seen_open_is_not_confirmed():
    moving_out = replace(MOVING_OUT, channels=(MYNAPORTAL,))

    assert moving_out.not_confirmed == ["residence.move-out/mynaportal.since"]


def test_a_law_of_which_we_only_suppose_that_it_fits_is_not_confirmed():
    sources = (sourced("laws", "unverified"), sourced("fee", "official"))

    assert replace(MOVING_OUT, sources=sources).not_confirmed == ["laws"]


def test_a_convenience_store_is_not_online_and_the_portal_is():
    store = replace(MYNAPORTAL, kind="convenience")

    assert (MYNAPORTAL.online, store.online) == (True, False)


def test_groups_stand_in_the_order_of_the_plan_and_none_is_left_out():
    groups = in_groups([MOVING_OUT])

    assert list(groups) == ["子育て", "介護", "被災者支援", "引っ越し", "選挙", "証明書"]
    assert groups["引っ越し"] == [MOVING_OUT]


def test_in_a_group_the_plan_numbers_come_first_and_then_the_kana():
    residents = certificate("じゅうみんひょうのうつし")
    seal = certificate("いんかんとうろくしょうめいしょ")
    numbered = replace(MOVING_OUT, group="証明書")

    groups = in_groups([residents, seal, numbered])

    assert groups["証明書"] == [numbered, seal, residents]


def test_an_unknown_procedure_is_refused_with_its_id():
    refusal = UnknownProcedure("residence.move-on")

    assert str(refusal) == "There is no such procedure in the catalogue. (residence.move-on)"


def milestone(milestone_id: str, due: str | None, actual: str | None = None) -> ShownMilestone:
    return ShownMilestone(
        milestone_id=milestone_id,
        version=1,
        label="標準化対応期限",
        due=PartialDate.from_edtf(due) if due else None,
        undated_reason=None,
        actual=PartialDate.from_edtf(actual) if actual else None,
        move=None,
        page=f"/plan/milestones/{milestone_id}",
    )


def test_what_lies_ahead_begins_with_the_nearest_and_leaves_out_what_is_over():
    told = [
        milestone("ms-later", "2028-03"),
        milestone("ms-sooner", "2026-11"),
        milestone("ms-over", "2026-10"),
        milestone("ms-reached", "2027-01", actual="2026-09"),
        milestone("ms-undated", None),
        milestone("ms-open", "2026-04/.."),
        replace(milestone("ms-stopped", "2027-02"), cancelled=True),
    ]

    assert [one.milestone_id for one in ahead(told, TODAY)] == ["ms-sooner", "ms-later", "ms-open"]


@pytest.mark.parametrize(
    ("since", "usable"),
    [
        (None, "unknown"),
        ("2026-11-23", "yes"),
        ("2026-11-24", "yes"),
        ("2026-11-25", "not_yet"),
        ("2026-11", "unknown"),
        ("2026-10", "yes"),
    ],
)
def test_a_way_is_usable_from_its_first_day_and_unknown_is_not_no(
    since: str | None, usable: Usable
):
    begun = PartialDate.from_edtf(since) if since else None

    assert replace(MYNAPORTAL, since=begun).usable(TODAY) == usable


def test_a_file_that_is_known_already_is_no_news():
    published = publish(MOVING_OUT, after=None)

    assert news(IWANUMA, {"residence.move-out": published}) == []


def test_only_what_is_new_or_changed_is_news():
    published = publish(replace(MOVING_OUT, fee=None), after=None)
    seal = replace(certificate("いんかん"), procedure_id="certificate.seal")

    found = news(replace(IWANUMA, drafts=(MOVING_OUT, seal)), {"residence.move-out": published})

    assert [(one.procedure_id, one.version) for one in found] == [
        ("residence.move-out", 2),
        ("certificate.seal", 1),
    ]


def test_the_page_of_a_procedure_is_named_after_its_id():
    assert MOVING_OUT.page == "/procedures/residence.move-out"


def test_a_milestone_stands_beside_the_procedures_that_name_it_if_it_was_heard_of():
    heard = {"ms-online29": milestone("ms-online29", "2027-03")}

    assert milestone_of(MOVING_OUT, heard, TODAY) == heard["ms-online29"]
    assert milestone_of(MOVING_OUT, {}, TODAY) is None
    assert milestone_of(certificate("いんかん"), heard, TODAY) is None


JANUARY, APRIL = date(2027, 1, 10), date(2027, 4, 1)
MARCH = milestone("ms-online29", "2027-03")
NEXT = milestone("ms-online29", "2027-12").only_from(JANUARY, MARCH)
LAST = milestone("ms-online29", "2028-12").only_from(APRIL, NEXT)


@pytest.mark.parametrize(
    ("day", "due", "to_come"),
    [
        (TODAY, "2027-03", [JANUARY, APRIL]),
        (JANUARY, "2027-12", [APRIL]),
        (APRIL, "2028-12", []),
    ],
)
def test_the_date_that_holds_on_a_day_is_shown_beside_what_is_decided_for_later(
    day: date, due: str, to_come: list[date]
):
    shown = LAST.on(day)

    assert shown.due
    assert shown.due.edtf == due
    assert [one.valid_from for one in shown.to_come] == to_come


def test_what_holds_sooner_takes_the_place_of_what_was_decided_for_later():
    sooner = milestone("ms-online29", "2028-03").only_from(JANUARY, LAST)

    assert [(one.valid_from, one.due and one.due.edtf) for one in sooner.to_come] == [
        (JANUARY, "2028-03")
    ]


def test_what_lies_ahead_goes_by_the_date_that_holds_today():
    assert [one.due for one in ahead([LAST], TODAY)] == [MARCH.due]
    assert ahead([replace(NEXT, due=None)], TODAY) == []


def test_what_is_in_the_plan_only_later_has_not_begun():
    new = milestone("ms-new", "2028-12").only_from(APRIL, milestone("ms-new", None))

    assert not new.begun
    assert new.on(APRIL).begun
