"""What is true of procedures, without any file or database."""

from dataclasses import replace

from catalog.domain import (
    Channel,
    Group,
    PlanLink,
    Procedure,
    ShownMilestone,
    Sourced,
    UnknownProcedure,
    in_groups,
    not_confirmed,
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
    assert not_confirmed(replace(MOVING_OUT, fee=None)) == ["fee"]


def test_a_way_that_nobody_has_seen_open_is_not_confirmed():
    moving_out = replace(MOVING_OUT, channels=(MYNAPORTAL,))

    assert not_confirmed(moving_out) == ["residence.move-out/mynaportal.since"]


def test_a_law_of_which_we_only_suppose_that_it_fits_is_not_confirmed():
    sources = (sourced("laws", "unverified"), sourced("fee", "official"))

    assert not_confirmed(replace(MOVING_OUT, sources=sources)) == ["laws"]


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


def test_a_milestone_that_was_never_moved_has_no_previous_date():
    online = ShownMilestone(
        milestone_id="ms-online29",
        label="29手続のオンライン申請",
        due=PartialDate.from_edtf("2023-03", precision="fiscal_year_end"),
        actual=None,
        previous_due=None,
        reason=None,
        decided_by=None,
        page="/plan/milestones/ms-online29",
    )

    assert online.previous_due is None
