import ast
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest

from chassis.testing import Said
from contracts.roadmap import (
    MilestoneCancelled,
    MilestoneReached,
    MilestoneRescheduled,
    MilestoneScheduled,
)
from roadmap import handlers
from roadmap.domain import (
    Decision,
    NoDueDate,
    OtherCity,
    Plan,
    Reschedule,
    RevisionIsFixed,
    RevisionsMustFollow,
    read_date_or_edtf,
    read_plan,
)
from roadmap.store import Store

pytestmark = pytest.mark.real

ROOMS = Path(handlers.__file__).parent
MONDAY = datetime(2026, 11, 23, 3, 0, tzinfo=UTC)
DECISION = Decision(
    body="岩沼市デジタル化推進本部",
    taken_on=date(2026, 11, 20),
    chosen="期限を令和9年12月に改める",
    reason="移行の確認に時間が要るため",
)


def command(milestone_id: str) -> Reschedule:
    return Reschedule(
        milestone_id=milestone_id,
        value=read_date_or_edtf("令和9年12月"),
        valid_from=date(2026, 11, 20),
        today=date(2026, 11, 23),
        decision=DECISION,
    )


async def load(plans: list[Plan], store: Store, said: Said) -> None:
    for plan in plans:
        await handlers.load_plan(plan, store, say=said, now=MONDAY, city="042111")


async def test_each_milestone_is_told_once_when_the_plan_is_loaded(
    store: Store, said: Said, plans: list[Plan]
):
    await load(plans, store, said)
    await load(plans, store, said)

    kinds = [type(event) for event in said]
    assert (kinds.count(MilestoneScheduled), kinds.count(MilestoneReached)) == (7, 6)
    assert all(getattr(event, "backfill") for event in said)  # noqa: B009 events are many


async def test_what_the_plan_promises_is_told_with_its_lines(
    store: Store, said: Said, plans: list[Plan]
):
    await load(plans, store, said)

    (event,) = [e for e in said if isinstance(e, MilestoneScheduled) and e.subject == "ms-std20"]
    assert event.title == "標準化対応期限：令和9年9月"
    assert event.valid_from == date(2026, 3, 1)
    assert (event.revision, event.kind, event.wording) == ("R8", "planned", "目指します")
    assert (event.evidence[0].lines, event.evidence[0].mark) == ("1133", "S")


async def test_a_moved_date_is_told_with_both_dates_the_reason_and_who_decided(
    store: Store, said: Said, plans: list[Plan]
):
    await load(plans, store, said)

    moved = await handlers.reschedule(
        command("ms-std20"), store, say=said, now=MONDAY, by="clerk-1"
    )

    event = said[-1]
    assert isinstance(event, MilestoneRescheduled)
    assert event.title == "標準化対応期限：令和9年9月 → 令和9年12月"
    assert event.decision
    assert (event.reason, event.decision.body) == (
        "移行の確認に時間が要るため",
        "岩沼市デジタル化推進本部",
    )
    assert (event.direction, event.version, event.backfill) == ("later", 2, False)
    assert moved.spoken
    assert moved.spoken.sequence == 2


async def test_a_move_that_holds_from_a_later_day_says_so(
    store: Store, said: Said, plans: list[Plan]
):
    await load(plans, store, said)
    later = replace(command("ms-std20"), valid_from=date(2027, 4, 1))

    await handlers.reschedule(later, store, say=said, now=MONDAY, by="clerk-1")

    event = said[-1]
    assert isinstance(event, MilestoneRescheduled)
    assert event.title == "標準化対応期限：令和9年9月 → 令和9年12月（令和9年4月1日から）"
    assert event.valid_from == date(2027, 4, 1)


async def test_a_stop_that_holds_from_a_later_day_says_so(
    store: Store, said: Said, plans: list[Plan]
):
    await load(plans, store, said)
    stop = replace(
        command("ms-std20"),
        value=None,
        undated_reason="国の制度が変わるため",
        valid_from=date(2027, 4, 1),
        decision=replace(DECISION, effect="stop"),
    )

    await handlers.reschedule(stop, store, say=said, now=MONDAY, by="clerk-1")

    event = said[-1]
    assert isinstance(event, MilestoneCancelled)
    assert event.title == "標準化対応期限：中止（令和9年4月1日から）"
    assert event.valid_from == date(2027, 4, 1)


async def test_a_refused_move_keeps_and_says_nothing(store: Store, said: Said, plans: list[Plan]):
    await load(plans, store, said)
    before = len(said)

    with pytest.raises(NoDueDate):
        await handlers.reschedule(
            command("ms-convenience"), store, say=said, now=MONDAY, by="clerk-1"
        )

    assert len(said) == before
    assert (await store.milestone("ms-convenience")).version == 1


async def test_a_revision_that_was_loaded_cannot_be_loaded_otherwise(
    store: Store, said: Said, plans: list[Plan]
):
    await load(plans[:1], store, said)
    other = read_plan(OTHER_R3, "plan.yaml")

    with pytest.raises(RevisionIsFixed, match="R3"):
        await load([other], store, said)


async def test_a_revision_comes_after_the_one_that_it_supersedes(
    store: Store, said: Said, plans: list[Plan]
):
    with pytest.raises(RevisionsMustFollow, match="R3"):
        await load(plans[1:], store, said)


async def test_the_plan_of_another_city_is_refused(store: Store, said: Said, plans: list[Plan]):
    with pytest.raises(OtherCity, match="042111"):
        await handlers.load_plan(plans[0], store, say=said, now=MONDAY, city="042072")


def functions_that_say(room: Path) -> set[str]:
    tree = ast.parse(room.read_text(encoding="utf-8"))
    functions = [node for node in ast.walk(tree) if isinstance(node, ast.AsyncFunctionDef)]
    return {each.name for each in functions if "await say(" in ast.unparse(each)}


def test_nothing_is_said_that_does_not_stand_in_the_change_log():
    saying = set[str]().union(*map(functions_that_say, ROOMS.rglob("*.py")))

    assert saying == {"tell"}, "say it with `handlers.tell`, which enters it into the log"


async def test_answers_are_forgotten_after_seven_days(store: Store, said: Said):
    await store.requests.keep("old", "f", "{}", now=MONDAY - timedelta(days=8))
    await store.requests.keep("new", "f", "{}", now=MONDAY - timedelta(days=6))

    await store.requests.forget(MONDAY - handlers.KEEP_ANSWERS)

    assert (await store.requests.answer_of("old"), await store.requests.answer_of("new")) == (
        None,
        ("f", "{}"),
    )


OTHER_R3 = """
machi_plan: 1
municipality: "042111"
revision:
  id: R3
  supersedes: null
  adopted: {text: 令和３年１０月, edtf: "2021-10", mark: "S", lines: "34"}
  decision: null
  source: {title: 別の計画}
nodes: []
not_in_text: []
"""
