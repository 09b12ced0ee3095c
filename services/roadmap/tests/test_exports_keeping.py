"""Answers that were rendered: the same bytes while nothing was recorded, new ones after any commit."""

from dataclasses import replace
from datetime import date, timedelta

import pytest
from httpx2 import ASGITransport, AsyncClient

from chassis.saying import Desk
from contracts.values import PartialDate
from roadmap import app, handlers
from roadmap.domain import Decision, Plan, Reschedule
from roadmap.exports.keeping import Kept, Rendered
from roadmap.settings import Settings
from roadmap.store import Store

PATHS = ("/api/roadmap/plan", "/plan/timetable")


def at_doors(desk: Desk[Store]) -> AsyncClient:
    """A replica of its own."""
    return AsyncClient(
        transport=ASGITransport(app.http(desk, Settings(), None)), base_url="http://roadmap"
    )


async def moved(desk: Desk[Store], to: str) -> None:
    """Move the date by another process than those that answer."""
    day = date(2026, 11, 23)
    command = Reschedule(
        milestone_id="ms-std20",
        value=PartialDate.from_edtf(to),
        valid_from=day,
        today=day,
        decision=Decision(body="本部", taken_on=day, chosen="改める", reason="遅れ"),
    )
    async with desk.open(desk.now()) as (store, say):
        await handlers.reschedule(command, store, say=say, now=desk.now(), by="clerk")


def test_what_was_kept_of_an_older_version_is_never_found_again():
    kept = Kept()
    kept.keep((1, 0), "plan", Rendered.of("令和9年9月".encode()))

    kept.keep((2, 0), "timetable", Rendered.of(b""))

    assert kept.find((1, 0), "plan") is None
    assert kept.find((2, 0), "plan") is None


def test_a_reader_who_looks_at_an_older_version_takes_nothing_away_from_others():
    kept = Kept()
    kept.keep((2, 0), "plan", Rendered.of(b"new"))

    late = kept.keep((1, 0), "plan", Rendered.of(b"old"))

    found = kept.find((2, 0), "plan")
    assert (late.body, found and found.body) == (b"old", b"new")


def test_not_more_is_kept_than_there_is_room_for():
    kept = Kept(most_bytes=10)
    for name in ("first", "second", "first", "third"):
        kept.keep((1,), name, Rendered.of(b"12345"))

    assert [kept.find((1,), name) is not None for name in ("first", "second", "third")] == [
        True,
        False,
        True,
    ]
    assert kept.keep((1,), "long", Rendered.of(b"12345678901")).body == b"12345678901"


def test_an_answer_of_parts_has_another_name_when_one_of_them_or_its_frame_is_another():
    frame, parts = (b"[", b"]"), [Rendered.of(b"1"), Rendered.of(b"2")]

    answers = [
        Rendered.joined(frame, parts),
        Rendered.joined((b"{", b"]"), parts),
        Rendered.joined(frame, [*parts, Rendered.of(b"3")]),
        Rendered.joined(frame, parts[::-1]),
    ]

    assert answers[0].body == b"[1,2]"
    assert answers[0] == Rendered.joined(frame, parts)
    assert len({answer.etag for answer in answers}) == len(answers)


@pytest.mark.real
@pytest.mark.parametrize("path", PATHS)
async def test_after_a_commit_every_replica_answers_anew(loaded: Desk[Store], path: str):
    async with at_doors(loaded) as one, at_doors(loaded) as other:
        before = [(await client.get(path)).content for client in (one, other, one)]

        await moved(loaded, "2028-03")

        after = [(await client.get(path)).content for client in (one, other, one)]
    assert len(set(before)) == len(set(after)) == 1
    assert before[0] != after[0]


@pytest.mark.real
@pytest.mark.parametrize("path", PATHS)
async def test_on_another_day_the_answer_is_that_of_the_day(loaded: Desk[Store], path: str):
    clock = [loaded.now()]
    async with at_doors(replace(loaded, clock=lambda: clock[0])) as client:
        first = await client.get(path)
        clock[0] += timedelta(days=400)
        later = await client.get(path)
        again = await client.get(path, headers={"If-None-Match": later.headers["ETag"]})

    assert first.content != later.content
    assert (again.status_code, again.content) == (304, b"")


@pytest.mark.real
async def test_a_revision_without_a_tree_is_seen_though_nothing_is_told(
    desk: Desk[Store], plans: list[Plan]
):
    async with at_doors(desk) as client:
        before = (await client.get(PATHS[0])).json()
        async with desk.open(desk.now()) as (store, say):
            await handlers.load_plan(plans[0], store, say=say, now=desk.now(), city="042111")
        after = (await client.get(PATHS[0])).json()

    assert [each["as_of"]["revisions"] for each in (before, after)] == [[], ["R3"]]
