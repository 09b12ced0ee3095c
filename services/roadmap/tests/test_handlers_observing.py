"""What outside sources report of the items of a list, and what follows for the milestones over it."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, date, datetime
from pathlib import Path

import pytest

from chassis.testing import Said
from contracts.values import PartialDate
from roadmap import app, handlers
from roadmap.domain import (
    LATEST,
    Answer,
    Assertion,
    At,
    Correct,
    Evidence,
    Observation,
    OutOfThePlan,
    Plan,
    Report,
    StatedAlready,
    UnknownItem,
    UnknownMilestone,
    correct,
    read_observations,
)
from roadmap.store import Store

pytestmark = pytest.mark.real

MONDAY = datetime(2026, 11, 23, 3, 0, tzinfo=UTC)
FILE = Path(app.__file__).parent / "data" / "042111" / "observations.yaml"


@pytest.fixture
async def known(store: Store, said: Said, plans: list[Plan]) -> Store:
    """The store with the shipped plan."""
    for plan in plans:
        await handlers.load_plan(plan, store, say=said, now=MONDAY, city="042111")
    return store


@pytest.fixture
def observations() -> tuple[Observation, ...]:
    """What is shipped: the systems that the nation expects to be late."""
    return read_observations(FILE.read_bytes(), FILE.name)


async def test_each_item_is_reported_once(known: Store, observations: tuple[Observation, ...]):
    first = await handlers.observe(observations, known, by="operator")
    again = await handlers.observe(observations, known, by="operator")

    reports = await known.assertions.all_reports()
    assert (first, again) == (15, 0)
    assert {value.edtf for row in reports.values() if (value := row.value)} == {"2026-04-01/.."}
    assert {row.mark for row in reports.values()} == {"X"}


async def test_a_milestone_over_a_list_takes_what_is_reported_of_its_items(
    known: Store, observations: tuple[Observation, ...]
):
    await handlers.observe(observations, known, by="operator")

    national = await known.milestone("ms-std-national")
    city = await known.milestone("ms-std20")

    (report,) = city.reported
    assert (report.asserter, report.value and report.value.edtf) == (
        "digital-agency",
        "2026-04-01/..",
    )
    assert national.status(date(2026, 11, 23)) == "missed"
    assert report in national.standing(date(2026, 11, 23)).because
    assert city.status(date(2026, 11, 23)) == "planned"  # it may still be in time


async def test_before_it_was_reported_nothing_followed_from_it(
    known: Store, observations: tuple[Observation, ...]
):
    await handlers.observe(observations, known, by="operator")

    assert (await known.milestone("ms-std20", At(day=date(2026, 12, 31)))).reported
    assert (await known.milestone("ms-std20", At(day=date(2026, 3, 1)))).reported
    assert not (await known.plans.nodes(At(day=date(2025, 12, 1))))


async def test_a_later_report_of_the_same_source_takes_the_place_of_the_earlier(
    known: Store, observations: tuple[Observation, ...]
):
    await handlers.observe(observations, known, by="operator")
    later = replace(
        observations[0],
        as_of=PartialDate.from_edtf("2026-06-30"),
        reported=PartialDate.from_edtf("2027-12"),
        items=observations[0].items[:1],
    )

    new = await handlers.observe([later], known, by="operator")

    (report,) = (await known.milestone("ms-std20", LATEST)).reported
    assert new == 1
    assert report.value
    assert report.value.edtf == "2026-04-01/.."  # the others are still expected then, or later


async def test_another_report_as_of_the_same_day_is_refused(
    known: Store, observations: tuple[Observation, ...]
):
    await handlers.observe(observations, known, by="operator")
    other = replace(observations[0], reported=PartialDate.from_edtf("2027-12"))

    with pytest.raises(StatedAlready, match="2026-04-01"):
        await handlers.observe([other], known, by="operator")


@pytest.mark.parametrize("became", ["replaced by something newer", "put right", "taken back"])
async def test_what_became_of_a_shipped_report_is_not_undone_when_it_is_loaded_again(
    known: Store, observations: tuple[Observation, ...], became: str
):
    await handlers.observe(observations, known, by="operator")
    shipped = next(iter((await known.assertions.all_reports()).values()))
    if became == "replaced by something newer":
        newer = replace(
            observations[0],
            as_of=PartialDate.from_edtf("2026-06-30"),
            reported=PartialDate.from_edtf("2027-12"),
        )
        await handlers.observe([newer], known, by="operator")
    else:
        right = PartialDate.from_edtf("2027-04") if became == "put right" else None
        await known.keep_change(shipped.subject_id, correct(shipped, wrong(shipped, right)), by="x")
    before = await known.assertions.all_reports()

    again = await handlers.observe(observations, known, by="operator")

    assert (again, await known.assertions.all_reports()) == (0, before)


def wrong(said: Assertion, right: PartialDate | None) -> Correct:
    return Correct(
        assertion_id=said.assertion_id or 0,
        value=right,
        undated_reason=None,
        reason="写し間違い",
        today=date(2026, 11, 23),
    )


def heard_of(subject_id: str) -> Report:
    """What the ministry expects of something, long after it was due."""
    return Report(
        subject_id=subject_id,
        asserter="mic",
        value=PartialDate.from_edtf("2028-03"),
        valid_from=date(2026, 11, 1),
        today=date(2026, 11, 23),
        evidence=(Evidence(source="総務省の調査", mark="X"),),
    )


@pytest.mark.parametrize("node_id", ["ms-mars", "2-1", "online29", "online-childcare"])
async def test_only_of_milestones_and_items_something_is_reported(
    known: Store, said: Said, node_id: str
):
    with pytest.raises(UnknownMilestone, match=node_id):
        await handlers.report(heard_of(node_id), known, say=said, now=MONDAY, by="clerk")


@pytest.mark.parametrize("item", ["online-01", "online-29"])
async def test_an_item_makes_a_milestone_late_however_deep_in_its_list_it_stands(
    known: Store, said: Said, item: str
):
    before = await known.milestone("ms-online29")

    await handlers.report(heard_of(item), known, say=said, now=MONDAY, by="clerk")

    late = await known.milestone("ms-online29")
    assert before.status(date(2026, 11, 23)) == "unconfirmed"
    assert [row.subject_id for row in late.reported] == [item]
    assert late.status(date(2026, 11, 23)) == "missed"


async def revised(known: Store, plan: Plan, *gone: str, replaced: Mapping[str, str]) -> None:
    """A later version without some nodes, and with others in place of some."""
    nodes = [
        replace(node, node_id=replaced.get(node.node_id, node.node_id))
        for node in plan.nodes
        if node.node_id not in gone
    ]
    adopted = PartialDate.from_edtf("2026-10")
    revision = replace(plan.revision, revision_id="R9", supersedes="R8", adopted=adopted)
    later = replace(plan, revision=revision, nodes=tuple(nodes), sha256="9" * 64)
    answers = [Answer(kind="replaced", old=(old,), new=(new,)) for old, new in replaced.items()]
    await known.keep_plan(later, answers=answers)


@pytest.mark.parametrize("replaced", [{}, {"std20-pension": "std20-pensions"}], ids=str)
async def test_what_was_reported_of_an_item_that_the_plan_has_no_more_keeps_no_milestone_late(
    known: Store, said: Said, plans: list[Plan], replaced: dict[str, str]
):
    report = replace(heard_of("std20-pension"), valid_from=date(2026, 9, 1))
    await handlers.report(report, known, say=said, now=MONDAY, by="clerk")
    late = await known.milestone("ms-std20")

    gone = () if replaced else ("std20-pension",)
    await revised(known, plans[1], *gone, replaced=replaced)

    after = await known.milestone("ms-std20")
    then = await known.milestone("ms-std20", At(day=date(2026, 9, 30)))
    assert (late.status(date(2026, 11, 23)), len(late.reported)) == ("late_reported", 1)
    assert (after.status(date(2026, 11, 23)), after.reported) == ("planned", ())
    assert then.status(date(2026, 9, 30)) == "late_reported"  # the plan still had it


@pytest.mark.parametrize("node_id", ["ms-std20", "std20-pension", "online-01"])
async def test_of_what_the_plan_has_dropped_nothing_is_reported(
    known: Store, said: Said, plans: list[Plan], node_id: str
):
    await revised(known, plans[1], node_id, replaced={})
    noted = await known.log.head()

    with pytest.raises(OutOfThePlan, match=node_id):
        await handlers.report(heard_of(node_id), known, say=said, now=MONDAY, by="clerk")

    assert (await known.assertions.reports(node_id), await known.log.head()) == ({}, noted)


async def test_a_name_that_no_item_has_is_refused(
    known: Store, observations: tuple[Observation, ...]
):
    other = replace(observations[0], items=("戸籍システム一式",))

    with pytest.raises(UnknownItem, match="戸籍システム一式"):
        await handlers.observe([other], known, by="operator")
