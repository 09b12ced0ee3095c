from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from typing import Any
from uuid import UUID

import pytest
from hypothesis import given, strategies as st

from roadmap.domain import (
    GENESIS,
    Change,
    End,
    Head,
    Verified,
    beyond,
    canonical,
    digest_of,
    hash_of,
    misfit,
    verify,
)

MONDAY = datetime(2026, 11, 23, 3, 0, tzinfo=UTC)
SALT = bytes(16)


def told(number: int, **more: Any) -> dict[str, Any]:
    kind = "machi.roadmap.milestone.rescheduled.v1"
    return {"id": str(UUID(int=number)), "type": kind, "subject": "ms-std20", **more}


def chained(
    records: Sequence[dict[str, Any]], scheme: int = 2, start: Head = GENESIS
) -> list[Change]:
    """The log that holds these records, one a second."""
    changes, head = list[Change](), start
    for record in records:
        body = canonical(record)
        named: dict[str, Any] = {**record, "scheme": scheme}
        named = {name: named[name] for name in ("type", "subject", "scheme")}
        event_id = UUID(record["id"]) if "id" in record else None
        found = Change(
            seq=head.seq + 1, at=MONDAY + timedelta(seconds=head.seq), event_id=event_id, **named,
            digest=digest_of(SALT, body), prev=head.hash, hash=b"", salt=SALT, body=body,
        )  # fmt: skip
        changes.append(replace(found, hash=hash_of(found)))
        head = changes[-1].head
    return changes


LOG = chained([told(1), told(2), {"type": "observation", "subject": "1-1"}, told(4)])
OLD = chained([told(1), told(2), told(3)], scheme=1)


def blanked(which: int, start: Head) -> list[Change]:
    """The row that tells of a gap."""
    return chained([{"type": "blanked", "subject": str(which)}], start=start)


def end_of(log: Sequence[Change], gaps: int = 0) -> End:
    return End(log[-1].head, log[-1].at, gaps)


def test_bytes_lie_as_the_module_says():
    first = LOG[0]
    micros = int(MONDAY.timestamp()) * 1_000_000

    digest = sha256(SALT + (first.body or "").encode()).digest()
    seq, at = (1).to_bytes(8, "big"), micros.to_bytes(8, "big")
    kind = "machi.roadmap.milestone.rescheduled.v1"
    label = f'{{"event_id":"{UUID(int=1)}","scheme":2,"subject":"ms-std20","type":"{kind}"}}'
    assert first.digest == digest
    assert first.hash == sha256(bytes(32) + seq + at + digest + label.encode()).digest()
    assert OLD[0].hash == sha256(bytes(32) + seq + at + digest).digest()


def test_rows_of_the_scheme_before_go_on_to_hold():
    log = [*OLD, *chained([told(4)], start=OLD[-1].head)]

    assert verify(log).head == log[-1].head
    wrong = verify([*OLD[:2], replace(OLD[2], subject="ms-online29"), log[3]]).wrong
    assert str(wrong) == "row 3: its id, type or subject is not the one in its text"
    assert str(verify([replace(OLD[0], scheme=2)]).wrong).startswith("row 1: its hash is not that")


def test_a_row_without_its_text_keeps_its_name():
    gap = replace(LOG[1], salt=None, body=None)

    assert verify([LOG[0], gap]).wrong is None
    assert verify([LOG[0], replace(gap, subject="ms-online29")]).wrong


def test_a_gap_that_a_row_tells_of_fits():
    log = [LOG[0], replace(LOG[1], salt=None, body=None), *LOG[2:], *blanked(2, LOG[-1].head)]

    assert misfit(verify(log), end_of(log, 1)) is None


@pytest.mark.parametrize(
    ("log", "end", "why"),
    [
        (
            [replace(LOG[0], salt=None, body=None)],
            End(LOG[0].head, LOG[0].at, 1),
            "row 1: its text",
        ),
        ([LOG[0], *blanked(1, LOG[0].head)], End(LOG[0].head, LOG[0].at, 0), "row 1: is told as"),
        (LOG, end_of(LOG, 1), "row 4: 0 rows were blanked, and 1 are counted"),
        (LOG, End(LOG[-1].head, MONDAY, 0), "row 4: is not the last one"),
        (LOG, End(LOG[2].head, LOG[3].at, 0), "row 4: is not the last one"),
        ([], End(GENESIS, MONDAY, 0), "row 0: is not the last one"),
    ],
)
def test_what_is_kept_beside_the_rows_must_fit_them(log: list[Change], end: End, why: str):
    assert str(misfit(verify(log), end)).startswith(why)


def test_a_row_that_tells_of_no_gap_is_none():
    odd = chained([{"type": "blanked", "subject": "1-1"}])

    assert misfit(verify(odd), end_of(odd)) is None
    assert misfit(verify([]), End(GENESIS, None, 0)) is None


def test_records_are_written_as_rfc_8785_says():
    record = {"title": "標準化対応期限", "b": 1.0, "a": [True, None, "\n"]}

    assert canonical(record) == '{"a":[true,null,"\\n"],"b":1,"title":"標準化対応期限"}'


def test_a_number_that_json_does_not_keep_is_refused():
    with pytest.raises(ValueError, match="domain"):
        canonical({"n": 2**53})


def test_a_log_that_nobody_touched_holds():
    assert verify(LOG, [LOG[1].head]) == Verified(LOG[-1].head, at=LOG[-1].at)


@given(st.integers(0, len(LOG)))
def test_it_may_be_followed_in_parts(cut: int):
    part = verify(LOG[:cut])

    assert verify(LOG[cut:], since=part) == verify(LOG)


def test_what_was_blanked_is_a_gap_and_no_lie():
    blanked = replace(LOG[2], salt=None, body=None)

    assert verify([*LOG[:2], blanked, LOG[3]]) == Verified(
        LOG[-1].head, blanked=(3,), at=LOG[-1].at
    )


@pytest.mark.parametrize(
    ("lie", "why"),
    [
        ({"body": canonical(told(2, title="別の題"))}, "text is not the one"),
        ({"salt": b"another"}, "text is not the one"),
        ({"at": MONDAY}, "its hash is not that"),
        ({"digest": bytes(32)}, "its hash is not that"),
        ({"hash": bytes(32)}, "its hash is not that"),
        ({"prev": bytes(32)}, "not chained"),
        ({"seq": 3}, "what lay between is gone"),
        ({"event_id": UUID(int=9)}, "its hash is not that"),
        ({"type": "machi.roadmap.milestone.reached.v1"}, "its hash is not that"),
        ({"subject": "ms-online29"}, "its hash is not that"),
        ({"scheme": 1}, "its hash is not that"),
    ],
)
def test_the_first_row_that_was_touched_is_named(lie: dict[str, Any], why: str):
    touched = replace(LOG[1], **lie)

    wrong = verify([LOG[0], touched, *LOG[2:]]).wrong

    assert wrong
    assert wrong.seq == touched.seq
    assert why in str(wrong)


def test_a_row_that_was_taken_out_is_missed():
    wrong = verify([LOG[0], *LOG[2:]]).wrong

    assert str(wrong) == "row 3: comes after row 1: what lay between is gone"


def test_a_log_that_was_written_anew_does_not_have_the_head_that_was_kept():
    kept = LOG[1].head
    anew = chained([told(1), told(2, title="はじめからこうでした")])

    assert verify(anew).wrong is None
    assert "than the head that was kept" in str(verify(anew, [kept]).wrong)


def test_a_log_that_was_cut_off_does_not_reach_the_head_that_was_kept():
    head = verify(LOG[:2]).head

    assert beyond(head, [LOG[0].head, LOG[1].head]) is None
    assert str(beyond(head, [LOG[3].head])) == "row 4: is gone: the log ends at 2"


def test_a_head_comes_back_as_it_was_written():
    assert Head.read(str(LOG[0].head)) == LOG[0].head


@pytest.mark.parametrize("text", ["", "17", "17:", "x:00", f"1:{'00' * 31}"])
def test_what_is_no_head_is_refused(text: str):
    with pytest.raises(ValueError):  # noqa: PT011 of several kinds
        Head.read(text)
