from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import Any, ClassVar

import pytest

from catalog import handlers
from catalog.domain import Catalogue, Move, OtherCity, ShownMilestone
from catalog.store import Store
from chassis.testing import Said
from contracts.catalog import PlanLink, ProcedurePublished
from contracts.envelope import Event
from contracts.notify import NoticeIssued
from contracts.roadmap import (
    AssertionCorrected,
    DecisionTaken,
    MilestoneCancelled,
    MilestoneDecision,
    MilestoneReached,
    MilestoneRescheduled,
    MilestoneScheduled,
)
from contracts.schemas import example
from contracts.values import PartialDate

pytestmark = pytest.mark.real

MONDAY = datetime(2026, 11, 23, 3, 0, tzinfo=UTC)
YEAR_END = PartialDate.from_edtf("2023-03", precision="fiscal_year_end", qualifier="まで")
MARCH = PartialDate.from_edtf("2027-03")
TODAY = PartialDate.from_edtf("2026-11-23")
STATE: dict[str, Any] = {
    "title": "29手続のオンライン申請",
    "page": "/plan/milestones/ms-online29",
    "milestone_id": "ms-online29",
    "plan_id": "plan",
    "revision": "R8",
    "label": "29手続のオンライン申請",
    "parents": ["plan", "1", "1-1"],
    "kind": "planned",
    "wording": None,
    "undated_reason": None,
    "actual": None,
    "commitment": None,
    "reported": [],
    "status": "planned",
    "because": [],
    "slip": [],
    "slip_count": 0,
    "total_slip": None,
    "decision_id": None,
    "evidence": [],
    "backfill": False,
}
SLIP: dict[str, Any] = {
    "baseline": "R8",
    "direction": "later",
    "days": None,
    "months": None,
    "least_days": None,
    "most_days": None,
}
SCHEDULED = MilestoneScheduled(**STATE, version=1, due=YEAR_END, reason=None)
RESCHEDULED = MilestoneRescheduled(
    **STATE,
    version=2,
    due=MARCH,
    reason="様式の見直しに時間が要るため",
    old_due=YEAR_END,
    new_due=MARCH,
    direction="later",
    decision=MilestoneDecision(
        decision_id=1,
        body="岩沼市デジタル化推進本部",
        taken_on=date(2026, 11, 20),
        chosen="期限を令和9年3月に改める",
    ),
)


async def load(catalogue: Catalogue, store: Store, said: Said) -> object:
    return await handlers.load_procedures(catalogue, store, say=said, now=MONDAY, city="042111")


async def test_each_procedure_is_told_once_when_the_file_is_loaded(
    store: Store, said: Said, catalogue: Catalogue
):
    await load(catalogue, store, said)
    again = await load(catalogue, store, said)

    told = [event for event in said if isinstance(event, ProcedurePublished)]
    assert len(told) == len(said) == 35
    assert {(one.version, one.change, one.backfill) for one in told} == {(1, "first", True)}
    assert again is None


async def test_what_is_known_of_a_procedure_is_told_whole(
    store: Store, said: Said, catalogue: Catalogue
):
    await load(catalogue, store, said)

    (event,) = [one for one in said if one.subject == "residence.move-out"]
    assert isinstance(event, ProcedurePublished)
    assert (event.title, event.page) == (
        "「転出届」を手続の一覧に載せました",
        "/procedures/residence.move-out",
    )
    assert event.plan == PlanLink(initiative="1-1", milestone="ms-online29", no=28)
    assert [(way.kind, way.online, way.since) for way in event.channels] == [
        ("mynaportal", True, None)
    ]
    assert [ref.id for ref in event.national] == ["9064"]
    assert "residence.move-out/mynaportal.since" in event.not_confirmed


async def test_only_what_changed_is_told_again_and_it_is_no_history(
    store: Store, said: Said, catalogue: Catalogue
):
    await load(catalogue, store, said)
    moving_out, *others = sorted(catalogue.drafts, key=lambda one: one.name != "転出届")
    changed = replace(moving_out, summary="市の外へ引っ越すときの届出です")

    await load(replace(catalogue, drafts=(*others, changed)), store, said)

    event = said[-1]
    assert len(said) == 36
    assert isinstance(event, ProcedurePublished)
    assert event.title == "「転出届」の案内が変わりました"
    assert (event.version, event.change, event.backfill) == (2, "content", False)


async def test_a_procedure_that_is_added_later_is_told_as_new(
    store: Store, said: Said, catalogue: Catalogue
):
    await load(replace(catalogue, drafts=catalogue.drafts[1:]), store, said)

    await load(catalogue, store, said)

    event = said[-1]
    assert isinstance(event, ProcedurePublished)
    assert (event.subject, event.change) == (catalogue.drafts[0].procedure_id, "first")
    assert not event.backfill


async def test_the_procedures_of_another_city_are_refused(
    store: Store, said: Said, catalogue: Catalogue
):
    with pytest.raises(OtherCity, match="042072"):
        await load(replace(catalogue, municipality="042072"), store, said)

    assert (said, await store.procedures()) == ([], [])


async def test_a_promised_milestone_is_shown_with_its_date(store: Store):
    await handlers.show_milestone(SCHEDULED, store, at=MONDAY)

    shown = (await store.shown_milestones())["ms-online29"]
    assert (shown.label, shown.due, shown.move) == ("29手続のオンライン申請", YEAR_END, None)


async def test_a_moved_milestone_is_shown_with_the_date_before_the_reason_and_who_decided(
    store: Store,
):
    await handlers.show_milestone(SCHEDULED, store, at=MONDAY)
    await handlers.show_milestone(RESCHEDULED, store, at=MONDAY)

    shown = (await store.shown_milestones())["ms-online29"]
    assert (shown.version, shown.due) == (2, MARCH)
    assert shown.move == Move(
        previous_due=YEAR_END,
        reason="様式の見直しに時間が要るため",
        decided_by="岩沼市デジタル化推進本部",
        decided_on=date(2026, 11, 20),
    )


async def test_a_milestone_that_was_reached_is_shown_with_the_day(store: Store):
    reached: dict[str, Any] = {**STATE, "actual": TODAY}

    await handlers.show_milestone(
        MilestoneReached(**reached, version=3, due=MARCH, reason=None, on_time=None),
        store,
        at=MONDAY,
    )

    shown = (await store.shown_milestones())["ms-online29"]
    assert shown.actual == TODAY


async def test_a_move_without_a_decision_on_record_is_shown_as_one(store: Store):
    undecided = RESCHEDULED.model_copy(update={"decision": None, "reason": None})

    await handlers.show_milestone(undecided, store, at=MONDAY)

    shown = (await store.shown_milestones())["ms-online29"]
    assert shown.move == Move(previous_due=YEAR_END, reason=None, decided_by=None, decided_on=None)


def corrected(**right: object) -> AssertionCorrected:
    """The milestone was moved once, and then something about it was put right."""
    told = example(AssertionCorrected)
    state = told["milestone"] | {
        "milestone_id": "ms-online29",
        "version": 3,
        "slip_count": 1,
        "slip": [SLIP | {"due": YEAR_END.model_dump(mode="json")}],
    }
    return AssertionCorrected.model_validate(
        told | {"node_id": "ms-online29", "milestone": state | right}
    )


async def test_what_was_put_right_is_shown_and_the_move_before_it_stays(store: Store):
    await handlers.show_milestone(RESCHEDULED, store, at=MONDAY)
    (known,) = (await store.shown_milestones()).values()

    await handlers.show_corrected(corrected(), store, at=MONDAY)

    shown = (await store.shown_milestones())["ms-online29"]
    assert shown.due
    assert (shown.version, shown.due.edtf, shown.move) == (3, "2027-09", known.move)


async def test_the_date_before_a_move_can_be_put_right_too(store: Store):
    await handlers.show_milestone(RESCHEDULED, store, at=MONDAY)
    february = SLIP | {"due": PartialDate.from_edtf("2023-02").model_dump(mode="json")}

    await handlers.show_corrected(corrected(slip=[february]), store, at=MONDAY)

    shown = (await store.shown_milestones())["ms-online29"]
    assert shown.move
    assert shown.move.previous_due
    assert shown.move.previous_due.edtf == "2023-02"


async def test_a_move_that_was_none_is_shown_no_more(store: Store):
    await handlers.show_milestone(RESCHEDULED, store, at=MONDAY)

    await handlers.show_corrected(corrected(slip=[], slip_count=0), store, at=MONDAY)

    assert (await store.shown_milestones())["ms-online29"].move is None


async def test_what_is_put_right_of_another_node_is_found_by_its_page(store: Store):
    of_a_bar = corrected().model_copy(update={"node_id": "2-1-a", "milestone": None})

    await handlers.show_corrected(of_a_bar, store, at=MONDAY)

    (page,) = await store.neighbour_pages()
    assert (page.subject, await store.shown_milestones()) == ("2-1-a", {})


async def test_a_milestone_that_is_planned_no_more_tells_why(store: Store):
    stopped = MilestoneCancelled.model_validate(example(MilestoneCancelled))

    await handlers.show_milestone(stopped, store, at=MONDAY)

    (shown,) = (await store.shown_milestones()).values()
    assert shown.cancelled
    assert shown.move
    assert (shown.move.previous_due, shown.move.reason) == (stopped.old_due, stopped.reason)


APRIL = date(2027, 4, 1)
LATER = RESCHEDULED.model_copy(update={"valid_from": APRIL})


async def shown_on(day: date, store: Store) -> ShownMilestone:
    """The only milestone, as it stands on a day."""
    (shown,) = (await store.shown_milestones()).values()
    return shown.on(day)


async def test_a_move_that_holds_from_a_later_day_leaves_the_date_of_today(store: Store):
    await handlers.show_milestone(SCHEDULED, store, at=MONDAY)
    await handlers.show_milestone(LATER, store, at=MONDAY)

    today, then = await shown_on(MONDAY.date(), store), await shown_on(APRIL, store)
    assert (today.version, today.due, today.move) == (2, YEAR_END, None)
    assert (then.due, then.move, then.to_come) == (MARCH, handlers.as_move(LATER), ())


async def test_a_move_for_a_later_day_that_is_the_first_that_is_heard_tells_the_date_before(
    store: Store,
):
    await handlers.show_milestone(LATER, store, at=MONDAY)

    assert (await shown_on(MONDAY.date(), store)).due == YEAR_END


async def test_a_move_for_a_later_day_that_is_told_twice_is_shown_as_once(store: Store):
    await handlers.show_milestone(LATER, store, at=MONDAY)
    once = await store.shown_milestones()

    await handlers.show_milestone(LATER, store, at=MONDAY)

    assert await store.shown_milestones() == once


async def test_what_is_promised_only_from_a_later_day_has_not_begun(store: Store):
    await handlers.show_milestone(
        SCHEDULED.model_copy(update={"valid_from": APRIL}), store, at=MONDAY
    )

    assert not (await shown_on(MONDAY.date(), store)).begun
    assert (await shown_on(APRIL, store)).due == YEAR_END


async def test_a_stop_for_a_later_day_is_none_today(store: Store):
    stopped = MilestoneCancelled.model_validate(
        example(MilestoneCancelled) | {"milestone_id": "ms-online29", "valid_from": "2027-04-01"}
    )
    await handlers.show_milestone(SCHEDULED, store, at=MONDAY)
    await handlers.show_milestone(stopped, store, at=MONDAY)

    today, then = await shown_on(MONDAY.date(), store), await shown_on(APRIL, store)
    assert (today.cancelled, today.due, then.cancelled) == (False, YEAR_END, True)


async def test_what_is_reached_before_a_later_date_holds_keeps_both_dates(store: Store):
    reached: dict[str, Any] = {**STATE, "actual": TODAY, "valid_from": APRIL, "slip_count": 1}
    await handlers.show_milestone(LATER, store, at=MONDAY)
    await handlers.show_milestone(
        MilestoneReached(**reached, version=3, due=MARCH, reason=None, on_time=None),
        store,
        at=MONDAY,
    )

    today = await shown_on(MONDAY.date(), store)
    assert (today.actual, today.due, [one.due for one in today.to_come]) == (
        TODAY,
        YEAR_END,
        [MARCH],
    )


async def test_the_date_of_today_can_be_put_right_while_another_is_decided_for_later(
    store: Store,
):
    await handlers.show_milestone(LATER, store, at=MONDAY)
    last = {"due": MARCH.model_dump(mode="json"), "valid_from": "2027-04-01"}
    of_today = corrected(**last).model_copy(update={"valid_until": APRIL})

    await handlers.show_corrected(of_today, store, at=MONDAY)

    today, then = await shown_on(MONDAY.date(), store), await shown_on(APRIL, store)
    assert (today.due, then.due) == (of_today.after.value, MARCH)


@pytest.mark.parametrize(("effect", "news"), [("none", True), ("ask", True), ("revise", False)])
async def test_a_decision_is_news_unless_what_it_changes_is(store: Store, effect: str, news: bool):
    decision = DecisionTaken.model_validate(example(DecisionTaken) | {"effect": effect})

    await handlers.show_page(decision, store, at=MONDAY)

    (page,) = await store.neighbour_pages()
    assert page.news is news


async def test_a_milestone_that_is_told_twice_is_shown_as_once(store: Store):
    await handlers.show_milestone(RESCHEDULED, store, at=MONDAY)
    once = await store.shown_milestones()

    await handlers.show_milestone(RESCHEDULED, store, at=MONDAY)

    assert await store.shown_milestones() == once


class ShelterOpened(Event):
    """An event of tomorrow, of which catalog knows no more than that it is one."""

    ce_type: ClassVar[str] = "machi.notify.shelter.opened.v1"
    ce_subject: ClassVar[str] = "shelter_id"

    shelter_id: str = "1"


NOTICE = ShelterOpened(title="避難所を開きました", page="/notices/1")


async def test_any_event_lets_its_page_be_found(store: Store):
    await handlers.show_page(NOTICE, store, at=MONDAY)

    (page,) = await store.neighbour_pages()
    assert (page.service, page.subject, page.type) == ("notify", "1", NOTICE.ce_type)
    assert (page.title, page.page, page.at, page.news) == (
        "避難所を開きました",
        "/notices/1",
        MONDAY,
        True,
    )


async def test_a_milestone_is_found_by_its_reason_too(store: Store):
    await handlers.show_milestone(RESCHEDULED, store, at=MONDAY)

    (page,) = await store.neighbour_pages()
    assert page.text == "29手続のオンライン申請\n様式の見直しに時間が要るため"


async def test_history_told_at_the_first_load_is_no_news(store: Store):
    await handlers.show_milestone(SCHEDULED.model_copy(update={"backfill": True}), store, at=MONDAY)

    (page,) = await store.neighbour_pages()
    assert not page.news


async def test_a_page_is_told_of_once_as_it_was_told_last(store: Store):
    later = MONDAY + timedelta(hours=1)
    await handlers.show_milestone(SCHEDULED, store, at=MONDAY)
    await handlers.show_page(NOTICE.model_copy(update={"page": SCHEDULED.page}), store, at=later)

    (page,) = await store.neighbour_pages()

    assert page.title == "避難所を開きました"


@pytest.mark.parametrize("page", ["https://example.com/", "//example.com", "javascript:alert(1)"])
async def test_a_page_that_is_not_of_this_site_is_not_shown(store: Store, page: str):
    await handlers.show_page(NOTICE.model_copy(update={"page": page}), store, at=MONDAY)

    assert await store.neighbour_pages() == []


async def test_a_notice_is_news_until_it_says_so(store: Store):
    notice = NoticeIssued.model_validate(example(NoticeIssued))

    await handlers.show_page(notice, store, at=MONDAY)

    (page,) = await store.neighbour_pages()
    assert page.until == notice.expires_at
    assert page.text == notice.summary
