from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any

import pytest
from notes import MONDAY, Notes, NoticeIssued, answer, keep, message, notice, outside

from bus.reading import Record
from chassis.database import Pool
from chassis.hearing import BadDeploy, Hearing, Overtaken
from chassis.hears import Line, dated_view, react, view
from chassis.saying import Desk

pytestmark = pytest.mark.real

PLACE = ("machi.notify.v1", 0)


async def listening(desk: Desk[Notes], *hears: Line[Any]) -> Hearing[Notes]:
    hearing = Hearing(desk, hears or [view(NoticeIssued, keep)])
    await hearing.begin([PLACE])
    return hearing


async def notes(pool: Pool) -> list[str]:
    return [row["text"] for row in await pool.fetch("select text from note order by number")]


async def parked(pool: Pool) -> list[tuple[int, str]]:
    rows = await pool.fetch('select "offset", state from parked order by "offset"')
    return [(row["offset"], row["state"]) for row in rows]


async def refuse_burst_pipes(event: NoticeIssued, store: Notes) -> None:
    """A view with a flaw: it fails on one word."""
    await store.keep(event)
    if event.text == "漏水":
        raise ZeroDivisionError


async def test_effects_and_position_move_together(desk: Desk[Notes]):
    hearing = await listening(desk)

    reached = await hearing.hear(
        [message(notice(text="一"), 1, 0), message(notice(text="二"), 2, 1)]
    )

    assert reached == {PLACE: 2}
    assert await notes(desk.pool) == ["一", "二"]
    assert await desk.pool.fetchval("select next_offset from heard_until") == 2


async def test_the_same_event_twice_is_one_effect(desk: Desk[Notes]):
    hearing = await listening(desk)

    await hearing.hear([message(notice(text="一"), 1, 0), message(notice(text="一"), 1, 1)])
    await hearing.hear([message(notice(text="一"), 1, 2)])

    assert await notes(desk.pool) == ["一"]


async def test_an_old_copy_does_not_let_a_newer_event_be_heard_again(desk: Desk[Notes]):
    hearing = await listening(desk)
    await hearing.hear([message(notice(text="一"), 1, 0), message(notice(text="二"), 2, 1)])

    await hearing.hear([message(notice(text="一"), 1, 2)])
    await hearing.hear([message(notice(text="二"), 2, 3)])

    assert await notes(desk.pool) == ["一", "二"]


async def test_a_consumer_that_was_replaced_changes_nothing(desk: Desk[Notes]):
    replaced, active = await listening(desk), await listening(desk)
    await active.hear([message(notice(text="一"), 1, 0)])

    with pytest.raises(Overtaken):
        await replaced.hear([message(notice(text="一"), 1, 0)])

    assert await notes(desk.pool) == ["一"]


async def test_unknown_types_and_other_cities_pass(desk: Desk[Notes]):
    hearing = await listening(desk)
    unknown = [("ce_type", b"machi.notify.shelter.opened.v9")]
    headers = [pair for pair in message(notice(), 1, 0).headers if pair[0] != "ce_type"] + unknown

    await hearing.hear(
        [
            message(
                notice(text="よその市"), 1, 0, envelope=outside(notice(), municipality="042072")
            ),
            message(notice(text="新しい型"), 1, 1, headers=headers),
            message(notice(text="岩沼市"), 2, 2),
        ]
    )

    assert await notes(desk.pool) == ["岩沼市"]
    assert hearing.gaps == 0


async def test_fields_of_tomorrow_pass(desk: Desk[Notes]):
    hearing = await listening(desk)
    value = '{"title":"給水","page":"/","notice_id":"玉浦","text":"給水","color":"赤"}'.encode()

    await hearing.hear([message(notice(), 1, 0, value=value)])

    assert await notes(desk.pool) == ["給水"]


FOREIGN: dict[str, dict[str, Any]] = {
    "no headers": {"headers": []},
    "a null header": {"headers": [("ce_type", None), ("ce_id", b"1")]},
    "a header that is no UTF-8": {"headers": [("ce_type", b"\xff\xfe"), ("ce_id", b"1")]},
    "no key": {"key": None},
    "a key with NUL": {"key": b"042111/\x00"},
    "no value": {"value": None},
    "wrong JSON": {"value": b"{"},
    "JSON of another shape": {"value": b'["\x5cu0000"]'},
    "foreign bytes": {"value": bytes(range(256)), "key": bytes(range(256)), "headers": []},
    "a NUL in its words": {"value": b'{"title":"","page":"","notice_id":"1","text":"a\\u0000b"}'},
    "two megabytes": {"value": b"x" * 2_000_000},
}


@pytest.mark.parametrize("changes", FOREIGN.values(), ids=FOREIGN)
async def test_a_foreign_record_is_set_aside_and_blocks_nothing(
    desk: Desk[Notes], changes: dict[str, Any]
):
    hearing = await listening(desk)
    batch: list[Record] = [message(notice(f"{n}丁目", f"{n}"), 1, n) for n in range(50)]
    batch[20] = message(notice("20丁目"), 1, 20, **changes)

    await hearing.hear(batch)
    await hearing.hear([message(notice("20丁目", "次"), 2, 50)])

    assert await parked(desk.pool) == [(20, "undecodable")]
    assert await notes(desk.pool) == [str(n) for n in range(50) if n != 20] + ["次"]


async def test_what_fails_is_parked_and_only_its_subject_waits_behind_it(desk: Desk[Notes]):
    hearing = await listening(desk, view(NoticeIssued, refuse_burst_pipes))

    await hearing.hear(
        [
            message(notice("玉浦", "漏水"), 1, 0),
            message(notice("本町", "給水"), 1, 1),
            message(notice("玉浦", "復旧"), 2, 2),
        ]
    )
    await hearing.hear([message(notice("玉浦", "お礼"), 3, 3)])

    assert await notes(desk.pool) == ["給水"]
    assert await parked(desk.pool) == [(0, "failed"), (2, "waiting"), (3, "waiting")]


async def test_five_failures_in_a_row_are_a_bad_deploy_and_park_nothing(desk: Desk[Notes]):
    hearing = await listening(desk, view(NoticeIssued, refuse_burst_pipes))
    batch = [message(notice(f"{n}丁目", "漏水"), 1, n) for n in range(6)]

    with pytest.raises(BadDeploy):
        await hearing.hear(batch)

    assert await parked(desk.pool) == []
    assert await desk.pool.fetchval("select next_offset from heard_until") == 0


async def test_a_gap_in_the_numbers_of_a_subject_is_counted(desk: Desk[Notes]):
    hearing = await listening(desk)

    await hearing.hear([message(notice(), 1, 0), message(notice(), 4, 1)])

    assert hearing.gaps == 2


async def test_a_reaction_says_in_the_same_transaction_what_caused_it(desk: Desk[Notes]):
    hearing = await listening(desk, react(NoticeIssued, answer))

    await hearing.hear([message(notice(), 1, 0, envelope=outside(notice(), hops=2))])

    said = await desk.pool.fetchrow(
        "select headers->>'hops' as hops, payload->>'text' as text from outbox"
    )
    assert dict(said or {}) == {"hops": "3", "text": "読みました：断水のお知らせ"}


async def test_a_reaction_that_would_make_a_circle_is_parked(desk: Desk[Notes]):
    hearing = await listening(desk, react(NoticeIssued, answer))

    await hearing.hear([message(notice(), 1, 0, envelope=outside(notice(), hops=6))])

    assert await parked(desk.pool) == [(0, "failed")]
    assert await notes(desk.pool) == []


async def test_numbers_beyond_the_calendar_are_no_event_of_ours(desk: Desk[Notes]):
    hearing = await listening(desk)
    records: Sequence[Record] = [message(notice(), 2**63, 0), message(notice(), 0, 1)]

    await hearing.hear(records)

    assert await parked(desk.pool) == [(0, "undecodable"), (1, "undecodable")]
    assert desk.now() == MONDAY


def filled(log: str, *texts: str) -> list[Record]:
    """A log of one subject, in one of its fillings."""
    return [
        message(notice(text=text), n, n - 1, more=[("log", log.encode())])
        for n, text in enumerate(texts, 1)
    ]


FIRST, SECOND = (f"01990000-0000-7000-8000-00000000000{n}" for n in (1, 2))


async def test_a_log_that_was_filled_anew_is_heard_from_its_beginning_and_nothing_twice(
    desk: Desk[Notes],
):
    hearing = await listening(desk)
    await hearing.hear([message(notice(text="一"), 1, 0), message(notice(text="二"), 2, 1)])
    anew = filled(FIRST, "一", "二", "三")

    with pytest.raises(Overtaken):
        await hearing.hear(anew[2:])
    position = await hearing.begin([PLACE])
    await hearing.hear(anew)

    assert position == {PLACE: 0}
    assert await notes(desk.pool) == ["一", "二", "三"]


async def test_a_log_that_was_filled_anew_with_as_many_as_were_heard_is_noticed_at_the_start(
    desk: Desk[Notes],
):
    hearing = await listening(desk)
    await hearing.hear([message(notice(text="一"), 1, 0), message(notice(text="一"), 1, 1)])
    anew = filled(FIRST, "一", "二")

    position = await hearing.begin([PLACE])
    with pytest.raises(Overtaken):
        await hearing.hear(anew[position[PLACE] :])

    assert (position, await hearing.begin([PLACE])) == ({PLACE: 1}, {PLACE: 0})


async def test_a_log_that_holds_two_fillings_is_begun_again_once(desk: Desk[Notes]):
    hearing = await listening(desk)
    log = filled(FIRST, "一", "二")[:1] + filled(SECOND, "一", "二")[1:]

    with pytest.raises(Overtaken):
        await hearing.hear(log)
    await hearing.begin([PLACE])
    await hearing.hear(log)

    assert await notes(desk.pool) == ["一", "二"]


async def test_a_consumer_that_was_replaced_does_not_begin_again_for_another(desk: Desk[Notes]):
    replaced, active = await listening(desk), await listening(desk)
    await active.hear([message(notice(text="一"), 1, 0)])

    with pytest.raises(Overtaken):
        await replaced.hear(filled(FIRST, "一"))

    assert await active.begin([PLACE]) == {PLACE: 0}
    assert await desk.pool.fetchval("select next_offset from heard_until") == 1


async def test_a_log_that_begins_before_what_was_heard_is_heard_from_its_beginning(
    desk: Desk[Notes],
):
    hearing = await listening(desk)
    await hearing.hear([message(notice(text="一"), 1, 90)])
    anew = [message(notice(text="一"), 1, 0), message(notice(text="二"), 2, 1)]

    with pytest.raises(Overtaken):
        await hearing.hear(anew)
    assert await hearing.begin([PLACE]) == {PLACE: 0}
    await hearing.hear(anew)

    assert await notes(desk.pool) == ["一", "二"]


async def test_the_record_before_the_position_comes_again_at_the_start_and_never_later(
    desk: Desk[Notes],
):
    hearing = await listening(desk)
    log = [message(notice(text=text), n, n - 1) for n, text in enumerate("一二", 1)]
    await hearing.hear(log[:1])

    await hearing.begin([PLACE])
    await hearing.hear(log)
    with pytest.raises(Overtaken):
        await hearing.hear(log[1:])

    assert await notes(desk.pool) == ["一", "二"]


async def test_the_same_log_is_heard_on_from_the_position(desk: Desk[Notes]):
    hearing = await listening(desk)
    log = [message(notice(text=text), n, n - 1) for n, text in enumerate("一二三", 1)]
    await hearing.hear(log[:2])

    position = await hearing.begin([PLACE])
    await hearing.hear(log[position[PLACE] :])

    assert await notes(desk.pool) == ["一", "二", "三"]


async def test_the_reason_of_a_record_with_countless_errors_stays_short(desk: Desk[Notes]):
    hearing = await listening(desk, view(ManyRead, keep_many))
    value = b'{"title":"","page":"","notice_id":"1","lines":[' + b"0," * 100_000 + b"0]}"

    await hearing.hear([message(notice(), 1, 0, value=value)])

    reason = await desk.pool.fetchval("select reason from parked")
    assert "100001 errors" in reason


class ManyRead(NoticeIssued):
    """A notice of many lines."""

    text: str = ""
    lines: list[str]


async def keep_many(event: ManyRead, store: Notes) -> None:
    """A view of it."""
    await store.keep(event)


class Dated(Notes):
    """A store that keeps the time with the text."""

    async def keep_at(self, notice: NoticeIssued, at: datetime) -> None:
        await self.keep(notice.model_copy(update={"text": f"{at:%H:%M} {notice.text}"}))


async def keep_at(event: NoticeIssued, store: Dated, *, at: datetime) -> None:
    """A view that keeps when it happened."""
    await store.keep_at(event, at)


async def test_a_view_can_keep_when_it_happened_as_the_event_says_on_its_outside(
    desk: Desk[Notes],
):
    dated = replace(desk, store=Dated)
    hearing = await listening(dated, dated_view(NoticeIssued, keep_at))
    noon = replace(outside(notice()), time=MONDAY.replace(hour=12))

    await hearing.hear([message(notice(), 1, 0), message(notice(), 2, 1, envelope=noon)])

    assert await notes(desk.pool) == ["00:00 断水のお知らせ", "12:00 断水のお知らせ"]


async def test_without_a_time_it_is_no_event(desk: Desk[Notes]):
    dated = replace(desk, store=Dated)
    hearing = await listening(dated, dated_view(NoticeIssued, keep_at))
    timeless = [pair for pair in message(notice(), 1, 0).headers if pair[0] != "ce_time"]

    await hearing.hear([message(notice(), 1, 0, headers=timeless)])

    assert await parked(desk.pool) == [(0, "undecodable")]
