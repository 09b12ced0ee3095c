"""Every event has a true-to-life example, which travels as a CloudEvent and can be read tomorrow."""

import json
import re
from datetime import UTC, datetime
from typing import Any, cast
from uuid import UUID

import pytest
from cloudevents.core.bindings.kafka import KafkaMessage, from_binary, to_binary
from cloudevents.core.formats.json import JSONFormat

from contracts.envelope import (
    Envelope,
    Event,
    attributes,
    encode,
    headers,
    numbered,
    partition_key,
    service_of,
    structured,
)
from contracts.registry import EVENTS
from contracts.schemas import EXAMPLES, Json, example
from contracts.topics import topic_of

EVENT_ID = UUID("0199a0c4-5b1e-7c3a-9f20-3d6f1b2a4c5d")
TRACE = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01"
MONDAY = datetime(2026, 11, 23, 0, 30, 0, 250_000, tzinfo=UTC)
JAPANESE = re.compile(r"[ぁ-んァ-ヶ一-龠]")
OPEN_WORDS = {"kind", "mark", "match", "direction", "change", "precision", "wording"}

every_event = pytest.mark.parametrize("event", EVENTS.values(), ids=EVENTS.keys())


def _read(event: type[Event]) -> Event:
    return event.model_validate(example(event))


def _envelope(said: Event) -> Envelope:
    """As a service says it, because of a clerk's request."""
    return Envelope(
        type=said.ce_type,
        source=f"/machi/042111/{service_of(said.ce_type)}",
        subject=said.subject,
        time=MONDAY,
        recordedtime=MONDAY,
        municipality="042111",
        causationid="request-7",
        hops=0,
        traceparent=TRACE,
    )


def _message(said: Event) -> KafkaMessage:
    """As it lies on the topic."""
    outside = _envelope(said)
    named = numbered(attributes(outside), EVENT_ID, 3)
    return KafkaMessage(
        headers=dict(headers(named)), key=outside.key.encode(), value=encode(said).encode()
    )


def _with_more(value: object) -> object:
    """The data with a field that nobody knows in every part of it."""
    if isinstance(value, list):
        return [_with_more(part) for part in cast("list[object]", value)]
    if not isinstance(value, dict):
        return value
    data = {name: _with_more(part) for name, part in cast("Json", value).items()}
    return data | {"said_tomorrow": {"言葉": ["新しい"]}}


def _other_words(value: object) -> object:
    """The data with a word of tomorrow wherever the vocabulary may grow."""
    if isinstance(value, list):
        return [_other_words(part) for part in cast("list[object]", value)]
    if not isinstance(value, dict):
        return value
    return {
        name: "明日の言葉" if name in OPEN_WORDS else _other_words(part)
        for name, part in cast("Json", value).items()
    }


@every_event
def test_an_example_is_whole_and_comes_back_as_it_was(event: type[Event]):
    again = json.loads(encode(_read(event)))

    assert again == example(event)


@every_event
def test_an_example_is_in_japanese_and_has_a_page(event: type[Event]):
    read = _read(event)

    assert JAPANESE.search(read.title)
    assert "\n" not in read.title
    assert re.fullmatch(
        r"/plan(/changes)?|/(procedures|plan/milestones|data|notices)/[a-z0-9._-]+", read.page
    )


def test_there_is_no_example_of_an_event_that_is_gone():
    assert {path.stem for path in EXAMPLES.glob("*.json")} == set(EVENTS)


def test_an_example_of_what_never_happened_says_so():
    data = example(EVENTS["machi.roadmap.milestone.rescheduled.v1"])

    said = [data["title"], data["reason"], data["decision"]["body"], data["decision"]["chosen"]]

    assert all(text.startswith("例：") for text in said)


@every_event
def test_events_of_one_subject_share_a_key_on_the_topic_of_their_service(event: type[Event]):
    read = _read(event)

    assert _envelope(read).key == partition_key("042111", read.subject)
    assert topic_of(event) == f"machi.{event.__module__.removeprefix('contracts.')}.v1"


@every_event
def test_the_cloudevents_sdk_reads_what_we_say(event: type[Event]):
    said = _read(event)

    heard = from_binary(_message(said), JSONFormat())

    assert event.model_validate(heard.get_data()) == said


@every_event
def test_the_cloudevents_sdk_finds_every_attribute(event: type[Event]):
    said = _read(event)

    heard: dict[str, Any] = from_binary(_message(said), JSONFormat()).get_attributes()

    assert heard == {
        "specversion": "1.0",
        "id": str(EVENT_ID),
        "type": event.ce_type,
        "source": f"/machi/042111/{service_of(event.ce_type)}",
        "subject": said.subject,
        "time": MONDAY,
        "datacontenttype": "application/json",
        "recordedtime": "2026-11-23T00:30:00.250000Z",
        "municipality": "042111",
        "partitionkey": f"042111/{said.subject}",
        "causationid": "request-7",
        "hops": "0",
        "sequence": "0000000003",
        "traceparent": TRACE,
    }


@every_event
def test_the_cloudevents_sdk_would_write_the_same_headers(event: type[Event]):
    message = _message(_read(event))

    written = to_binary(from_binary(message, JSONFormat()), JSONFormat())

    assert written.headers | {"traceparent": TRACE.encode()} == message.headers
    assert cast("str", written.key).encode() == message.key


@every_event
def test_over_http_it_is_the_same_event(event: type[Event]):
    said = _read(event)
    named = numbered(attributes(_envelope(said)), EVENT_ID, 3)

    whole = JSONFormat().read(None, json.dumps(structured(named, example(event))))

    kafka = from_binary(_message(said), JSONFormat())
    assert whole.get_attributes() == kafka.get_attributes()
    assert event.model_validate(whole.get_data()) == said


@every_event
def test_fields_of_tomorrow_pass(event: type[Event]):
    newer = _with_more(example(event))

    assert event.model_validate(newer) == _read(event)


@every_event
def test_words_of_tomorrow_pass(event: type[Event]):
    newer = _other_words(example(event))

    assert json.loads(encode(event.model_validate(newer))) == newer
