"""What is true of the outside of an event, whoever says it."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, datetime, timedelta, timezone
from typing import ClassVar
from uuid import UUID

import pytest
from hypothesis import given, strategies as st
from pydantic import ValidationError

from contracts.envelope import (
    Envelope,
    Event,
    attributes,
    encode,
    header,
    headers,
    numbered,
    partition_key,
    service_of,
)
from contracts.topics import topic, topic_of

TOKYO = timezone(timedelta(hours=9))
MONDAY = datetime(2026, 11, 23, 9, 30, tzinfo=TOKYO)
INSTANTS = st.integers(0, 4_000_000_000).map(lambda second: datetime.fromtimestamp(second, UTC))
EVENT_ID = UUID("0199a0c4-5b1e-7c3a-9f20-3d6f1b2a4c5d")
TRACE = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01"
ALWAYS = {
    "specversion",
    "type",
    "source",
    "subject",
    "time",
    "recordedtime",
    "municipality",
    "partitionkey",
    "hops",
}


class ShelterOpened(Event):
    """A shelter was opened."""

    ce_type: ClassVar[str] = "machi.notify.shelter.opened.v1"
    ce_subject: ClassVar[str] = "shelter_id"

    shelter_id: str


TAMAURA = ShelterOpened(
    title="玉浦小学校に避難所を開設しました",
    page="/notices/shelters/tamaura",
    shelter_id="tamaura",
)


def _outside(causationid: str | None = None, traceparent: str | None = None) -> Envelope:
    return Envelope(
        type=TAMAURA.ce_type,
        source="/machi/042111/notify",
        subject=TAMAURA.subject,
        time=MONDAY,
        recordedtime=MONDAY + timedelta(seconds=1),
        municipality="042111",
        causationid=causationid,
        hops=1,
        traceparent=traceparent,
    )


def _headers(named: Mapping[str, str]) -> dict[str, bytes]:
    return dict(headers(named))


@pytest.mark.parametrize(
    ("ce_type", "service"),
    [
        ("machi.catalog.procedure.withdrawn.v1", "catalog"),
        ("machi.roadmap.decision.taken.v1", "roadmap"),
        ("machi.opendata.dataset.published.v12", "opendata"),
        ("machi.notify.shelter.opened.v1", "notify"),
    ],
)
def test_a_type_tells_who_says_it(ce_type: str, service: str):
    assert service_of(ce_type) == service


@pytest.mark.parametrize(
    "ce_type",
    [
        "machi.library.book.lent.v1",
        "machi.catalog.procedure.publish.v1",
        "machi.catalog.procedure.published",
        "machi.catalog.procedure.published.v0",
        "machi.catalog.procedure.published.v1.draft",
        "machi.catalog.procedure.published.v1\n",
        "sendai.catalog.procedure.published.v1",
        "",
    ],
)
def test_what_is_no_type_of_ours_is_refused_by_name(ce_type: str):
    with pytest.raises(ValueError, match="does not read machi"):
        service_of(ce_type)


def test_an_event_goes_to_the_topic_of_its_service():
    assert topic_of(ShelterOpened) == topic("notify") == "machi.notify.v1"


def test_what_one_shelter_is_told_of_stays_in_order():
    assert _outside().key == partition_key("042111", "tamaura") == "042111/tamaura"
    assert attributes(_outside())["partitionkey"] == "042111/tamaura"


def test_what_is_not_known_is_left_out():
    assert attributes(_outside()).keys() == ALWAYS


def test_a_cause_is_named():
    assert attributes(_outside(causationid="request-7"))["causationid"] == "request-7"


def test_an_instant_is_told_in_utc():
    named = attributes(_outside())

    assert named["time"] == "2026-11-23T00:30:00.000000Z"
    assert named["recordedtime"] == "2026-11-23T00:30:01.000000Z"


@given(INSTANTS, st.integers(-23, 23))
def test_an_instant_is_the_same_in_every_zone(instant: datetime, hours: int):
    elsewhere = instant.astimezone(timezone(timedelta(hours=hours)))

    told = attributes(replace(_outside(), time=elsewhere))["time"]

    assert told.endswith("Z")
    assert datetime.fromisoformat(told) == instant


def test_an_event_gets_its_id_and_number_with_its_row():
    named = numbered(attributes(_outside()), EVENT_ID, 7)

    assert named["id"] == str(EVENT_ID)
    assert named["sequence"] == "0000000007"


@given(st.lists(st.integers(1, 9_999_999_999), min_size=2))
def test_numbers_sort_as_text_as_they_do_as_numbers(numbers: list[int]):
    told = [numbered({}, EVENT_ID, number)["sequence"] for number in numbers]

    assert [int(number) for number in sorted(told)] == sorted(numbers)


def test_kafka_headers_are_the_attributes_in_binary_mode():
    named = numbered(attributes(_outside(causationid="避難指示")), EVENT_ID, 1)

    told = _headers(named)

    assert told["content-type"] == b"application/json"
    assert told["ce_causationid"].decode() == "避難指示"
    assert told.keys() == {f"ce_{name}" for name in named} | {"content-type"}


def test_a_trace_is_told_to_cloudevents_and_to_tracers():
    told = _headers(attributes(_outside(traceparent=TRACE)))

    assert told["ce_traceparent"] == told["traceparent"] == TRACE.encode()


def test_without_a_trace_neither_header_is_there():
    assert not {"ce_traceparent", "traceparent"} & _headers(attributes(_outside())).keys()


@pytest.mark.parametrize(
    ("sent", "read"),
    [
        ([("ce_subject", "玉浦".encode())], "玉浦"),
        ([("ce_subject", b"")], ""),
        ([("ce_subject", None)], None),
        ([("ce_subject", "玉浦".encode("shift_jis"))], None),
        ([("ce_type", b"tamaura")], None),
        ([("CE_SUBJECT", b"tamaura")], None),
        ([], None),
    ],
    ids=["text", "empty", "null", "no utf-8", "another", "another case", "none"],
)
def test_one_header_is_read_or_is_none(sent: list[tuple[str, bytes | None]], read: str | None):
    assert header(sent, "ce_subject") == read


def test_a_spoilt_header_does_not_spoil_the_others():
    sent = [("ce_source", None), ("ce_id", b"\xff"), ("ce_type", b"machi.notify.shelter.opened.v1")]

    assert header(sent, "ce_type") == "machi.notify.shelter.opened.v1"


def test_data_is_json_with_japanese_as_it_is():
    assert "玉浦小学校に避難所を開設しました" in encode(TAMAURA)
    assert ShelterOpened.model_validate_json(encode(TAMAURA)) == TAMAURA


def test_what_is_on_the_outside_is_not_repeated_inside():
    assert "ce_type" not in encode(TAMAURA)


def test_a_newer_event_is_read_without_what_is_new_in_it():
    newer = TAMAURA.model_dump() | {"pets": True}

    assert ShelterOpened.model_validate(newer) == TAMAURA


def test_what_was_said_is_said():
    with pytest.raises(ValidationError, match="frozen"):
        TAMAURA.title = "玉浦小学校の避難所を閉鎖しました"
