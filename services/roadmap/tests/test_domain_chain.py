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
    Head,
    Verified,
    beyond,
    canonical,
    digest_of,
    hash_of,
    verify,
)

MONDAY = datetime(2026, 11, 23, 3, 0, tzinfo=UTC)
SALT = bytes(16)


def told(number: int, **more: Any) -> dict[str, Any]:
    kind = "machi.roadmap.milestone.rescheduled.v1"
    return {"id": str(UUID(int=number)), "type": kind, "subject": "ms-std20", **more}


def chained(records: Sequence[dict[str, Any]]) -> list[Change]:
    """The log that holds these records, one a second."""
    changes, head = list[Change](), GENESIS
    for record in records:
        seq, at, body = head.seq + 1, MONDAY + timedelta(seconds=head.seq), canonical(record)
        digest = digest_of(SALT, body)
        found = Change(
            seq=seq,
            at=at,
            event_id=UUID(record["id"]) if "id" in record else None,
            type=record["type"],
            subject=record["subject"],
            digest=digest,
            prev=head.hash,
            hash=hash_of(head.hash, seq, at=at, digest=digest),
            salt=SALT,
            body=body,
        )
        changes.append(found)
        head = found.head
    return changes


LOG = chained([told(1), told(2), {"type": "observation", "subject": "1-1"}, told(4)])


def test_bytes_lie_as_the_module_says():
    first = LOG[0]
    micros = int(MONDAY.timestamp()) * 1_000_000

    digest = sha256(SALT + (first.body or "").encode()).digest()
    seq, at = (1).to_bytes(8, "big"), micros.to_bytes(8, "big")
    assert first.digest == digest
    assert first.hash == sha256(bytes(32) + seq + at + digest).digest()


def test_records_are_written_as_rfc_8785_says():
    record = {"title": "標準化対応期限", "b": 1.0, "a": [True, None, "\n"]}

    assert canonical(record) == '{"a":[true,null,"\\n"],"b":1,"title":"標準化対応期限"}'


def test_a_number_that_json_does_not_keep_is_refused():
    with pytest.raises(ValueError, match="domain"):
        canonical({"n": 2**53})


def test_a_log_that_nobody_touched_holds():
    assert verify(LOG, [LOG[1].head]) == Verified(LOG[-1].head)


@given(st.integers(0, len(LOG)))
def test_it_may_be_followed_in_parts(cut: int):
    part = verify(LOG[:cut])

    assert verify(LOG[cut:], since=part) == verify(LOG)


def test_what_was_blanked_is_a_gap_and_no_lie():
    blanked = replace(LOG[2], salt=None, body=None)

    assert verify([*LOG[:2], blanked, LOG[3]]) == Verified(LOG[-1].head, blanked=(3,))


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
        ({"event_id": UUID(int=9)}, "not the one in its text"),
        ({"type": "machi.roadmap.milestone.reached.v1"}, "not the one in its text"),
        ({"subject": "ms-online29"}, "not the one in its text"),
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
