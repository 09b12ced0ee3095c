"""Every promise that was told counts as one, also when another took its place before it held on any day."""

from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest
from clerks import Clerk
from histories import now
from httpx2 import AsyncClient
from tokens import Issuer

from chassis.saying import Desk
from roadmap import app, handlers
from roadmap.domain import Decision, read_plan
from roadmap.store import Store

pytestmark = pytest.mark.real

R8 = Path(app.__file__).parent / "data" / "042111" / "plan_r8.yaml"
DUE = '{text: 令和９年（2027 年）９月, edtf: "2027-09"'
MILESTONES = "/api/roadmap/milestones"
MILESTONE = "/api/roadmap/milestones/ms-std20"


@pytest.fixture
def clerk(client: AsyncClient, issuer: Issuer) -> Clerk:
    """A clerk who moves dates."""
    return Clerk(client, issuer.token("editor"))


async def revise(desk: Desk[Store], *, ahead: bool = False, states: str = DUE) -> None:
    """A revision that states a date: in force from before the day of the decisions, or from next April."""
    adopted = ("令和９年 4 月", "2027-04") if ahead else ("令和８年 10 月", "2026-10")
    file = R8.read_text(encoding="utf-8")
    for old, new in (
        ("id: R8\n", "id: R9\n"),
        ("supersedes: R3\n", "supersedes: R8\n"),
        ('{text: 令和８年 3 月, edtf: "2026-03"', f'{{text: {adopted[0]}, edtf: "{adopted[1]}"'),
        (DUE, states),
    ):
        assert old in file
        file = file.replace(old, new, 1)
    decision = Decision(
        body="本部", taken_on=date(2026, 10, 1), chosen="計画を改める", reason="見直し"
    )
    async with replace(desk, clock=now).open(now()) as (store, say):
        run = await handlers.look(
            read_plan(file.encode(), "r9.yaml"), await store.base(), city="042111"
        )
        await handlers.take_over(run, store, say=say, now=now(), by=(decision, "approver"))


async def test_three_moves_by_decisions_of_one_day_are_three_moves(
    clerk: Clerk, client: AsyncClient
):
    events = [await clerk.decides(value) for value in ("2027-12", "2028-03", "2028-06")]
    slips = (await client.get(f"{MILESTONE}/slip")).json()["slip"]

    assert [each["milestone"]["slip_count"] for each in events] == [1, 2, 3]
    assert [each["due"]["edtf"] for each in slips] == ["2027-09", "2027-12", "2028-03"]
    assert slips[0]["months"] == 9


async def test_a_move_and_a_stop_on_one_day_are_a_move_and_a_stop(
    clerk: Clerk, client: AsyncClient
):
    await clerk.decides("2027-12")
    await clerk.decides(None, effect="stop", undated_reason="取りやめ")

    found = (await client.get(MILESTONE)).json()
    page = (await client.get("/plan/milestones/ms-std20")).text

    assert (found["status"], found["slip_count"]) == ("cancelled", 1)
    assert "一度も変わっていません" not in page


async def test_a_revision_that_goes_back_behind_a_decision_is_another_move(
    clerk: Clerk, client: AsyncClient, loaded: Desk[Store]
):
    await clerk.decides("2027-12")
    await revise(loaded)

    found = (await client.get(MILESTONE, params={"valid": "2026-12-01"})).json()
    before = (await client.get(MILESTONE, params={"valid": "2026-09-30"})).json()

    assert (found["due"]["value"]["edtf"], found["slip_count"]) == ("2027-09", 2)
    assert [each["due"]["edtf"] for each in found["slip"]] == ["2027-09", "2027-12"]
    assert before["slip_count"] == 0


async def test_what_is_decided_about_one_milestone_moves_no_other(
    clerk: Clerk, client: AsyncClient
):
    for milestone, since in (("ms-end", "2026-11-22"), ("ms-std20", "2026-11-20")):
        for value in ("令和11年12月", "令和12年3月"):
            await clerk.decides(value, milestone, valid_from=since)

    other = await client.get("/api/roadmap/milestones/ms-end", params={"valid": "2026-11-21"})

    assert (other.json()["slip_count"], other.json()["slip"]) == (0, [])


async def test_promises_that_one_revision_overtakes_stand_in_the_order_in_which_they_were_made(
    clerk: Clerk, client: AsyncClient, loaded: Desk[Store]
):
    """The first is recorded anew when the second is to hold later: in the same instant."""
    await clerk.decides("2027-12")
    await clerk.decides("2028-03", valid_from="2026-12-15")
    await clerk.decides("2028-02", valid_from="2026-12-15")
    await revise(loaded)

    slips = (await client.get(f"{MILESTONE}/slip", params={"valid": "2027-01-01"})).json()["slip"]

    assert [each["due"]["edtf"] for each in slips] == ["2027-09", "2027-12", "2028-03", "2028-02"]


async def test_a_date_of_a_revision_that_begins_in_april_is_moved_in_november(
    clerk: Clerk, client: AsyncClient, loaded: Desk[Store]
):
    await revise(loaded, ahead=True)

    await clerk.decides("2028-03")

    now = (await client.get(MILESTONE, params={"valid": "2027-03-31"})).json()
    then = (await client.get(MILESTONE, params={"valid": "2027-04-01"})).json()
    assert [each["due"]["value"]["edtf"] for each in (now, then)] == ["2027-09", "2028-03"]


@pytest.mark.parametrize("effect", ["revise", "stop"])
async def test_what_was_reached_neither_moves_nor_stops(
    clerk: Clerk, client: AsyncClient, effect: str
):
    await clerk.saw("2026-11-20")
    value = "2028-03" if effect == "revise" else None
    said = {"subject_id": "ms-std20", "attr": "due", "value": value, "reason": "試し",
            "undated_reason": None if value else "取りやめ",
            "decision": {"body": "本部", "taken_on": "2026-11-20", "chosen": "改める", "effect": effect}}  # fmt: skip

    answer = await client.post(
        "/api/roadmap/assertions",
        json=said,
        headers={"Authorization": f"Bearer {clerk.token}", "If-Match": "*"},
    )

    assert (answer.status_code, answer.json()["type"].rpartition(":")[2]) == (
        409,
        "reached-already",
    )


async def test_a_date_that_a_later_revision_only_states_again_has_not_moved_since(
    clerk: Clerk, client: AsyncClient, loaded: Desk[Store]
):
    await clerk.decides("2027-12")
    await revise(loaded, ahead=True, states='{text: 令和９年（2027 年）12 月, edtf: "2027-12"')
    asked = {"valid": "2027-04-01"}

    async def moved_since(day: str) -> list[str]:
        answer = await client.get(MILESTONES, params={**asked, "moved_since": day})
        return [each["milestone_id"] for each in answer.json()["milestones"]]

    assert await moved_since("2026-11-20") == ["ms-std20"]
    assert await moved_since("2026-11-21") == []


async def test_what_is_decided_for_later_has_not_moved_until_then(
    clerk: Clerk, client: AsyncClient
):
    await clerk.decides("2027-12", valid_from="2027-01-10")
    asked = {"moved_since": "2026-01-01"}

    now = (await client.get(MILESTONES, params=asked)).json()["milestones"]
    then = (await client.get(MILESTONES, params={**asked, "valid": "2027-01-10"})).json()

    assert [len(now), len(then["milestones"])] == [0, 1]


async def test_what_was_overtaken_and_stopped_before_it_held_moved_on_the_day_of_the_stop(
    clerk: Clerk, client: AsyncClient
):
    await clerk.decides("2027-12", valid_from="2027-01-10")
    await clerk.decides(None, effect="stop", undated_reason="取りやめ", valid_from="2027-01-10")
    asked = {"valid": "2027-01-10"}

    found = [
        (await client.get(MILESTONES, params={**asked, "moved_since": day})).json()["milestones"]
        for day in ("2027-01-10", "2027-01-11")
    ]

    assert [len(each) for each in found] == [1, 0]
