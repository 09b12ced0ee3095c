"""What is generated from the events is what the events say now."""

import re
import runpy
from collections.abc import Iterator
from pathlib import Path
from typing import Any, cast

import pytest
import yaml

from contracts.envelope import Event, partition_key
from contracts.registry import EVENTS
from contracts.schemas import Json, example
from contracts.topics import PARTITIONS, topic_of

DOCS = Path(__file__).parents[2] / "docs"
GENERATE: dict[str, Any] = runpy.run_path(str(DOCS / "generate.py"))
REMEDY = "run `make docs`, commit it"

every_event = pytest.mark.parametrize("event", EVENTS.values(), ids=EVENTS.keys())


@pytest.fixture(scope="module")
def asyncapi() -> Json:
    """The AsyncAPI document as it is generated now."""
    return yaml.safe_load(GENERATE["asyncapi"]())


def _references(value: object) -> Iterator[str]:
    if isinstance(value, list):
        for part in cast("list[object]", value):
            yield from _references(part)
    if isinstance(value, dict):
        for name, part in cast("Json", value).items():
            yield from [part] if name == "$ref" else _references(part)


def _found(document: Json, reference: str) -> object:
    place: Any = document
    for name in reference.removeprefix("#/").split("/"):
        place = place.get(name, {})
    return place


def test_the_page_of_events_is_generated():
    assert (DOCS / "events.md").read_text(encoding="utf-8") == GENERATE["events_page"](), REMEDY


def test_the_asyncapi_document_is_generated():
    assert (DOCS / "asyncapi.yaml").read_text(encoding="utf-8") == GENERATE["asyncapi"](), REMEDY


def test_the_schema_of_a_plan_file_is_generated():
    written = GENERATE["PLAN_SCHEMA"].read_text(encoding="utf-8")

    assert written == GENERATE["plan_schema"](), REMEDY


@every_event
def test_the_page_of_events_tells_every_field(event: type[Event]):
    section = GENERATE["events_page"]().partition(f"\n## {event.ce_type}\n")[2]

    told = re.findall(r"^\| `(\w+)` \|", section.partition("\n## ")[0], re.MULTILINE)

    assert told == list(event.model_fields)


def test_every_link_on_the_page_of_events_leads_to_a_heading():
    page = GENERATE["events_page"]()
    headings = re.findall(r"^#+ (.+)$", page, re.MULTILINE)
    anchors = {re.sub(r"[^\w -]", "", text.lower()).replace(" ", "-") for text in headings}

    linked = set(re.findall(r"\]\(#([^)]+)\)", page))

    assert linked <= anchors


def test_the_listening_example_is_python():
    snippet = GENERATE["events_page"]().partition("```python\n")[2].partition("```")[0]

    compile(snippet, "docs/events.md", "exec")


@every_event
def test_every_event_is_a_message_on_the_channel_of_its_service(event: type[Event], asyncapi: Json):
    channel = asyncapi["channels"][topic_of(event)]

    assert event.ce_type in channel["messages"]
    assert channel["bindings"]["kafka"]["partitions"] == PARTITIONS


@every_event
def test_a_message_shows_the_example_and_the_headers_it_would_have(
    event: type[Event], asyncapi: Json
):
    [shown] = asyncapi["components"]["messages"][event.ce_type]["examples"]

    assert shown["payload"] == example(event)
    assert shown["headers"]["ce_type"] == event.ce_type
    assert shown["headers"]["ce_partitionkey"] == partition_key(
        "042111", example(event)[event.ce_subject]
    )


@every_event
def test_the_headers_of_a_message_fit_what_is_documented(event: type[Event], asyncapi: Json):
    documented = asyncapi["components"]["schemas"]["headers"]
    [shown] = asyncapi["components"]["messages"][event.ce_type]["examples"]

    wrong = [
        name
        for name, told in shown["headers"].items()
        if told != documented["properties"][name].get("const", told)
        or not re.search(documented["properties"][name].get("pattern", ""), told)
    ]

    assert not wrong
    assert set(documented["required"]) <= set(shown["headers"])


def test_every_header_that_can_be_written_is_documented():
    optional, all_headers = GENERATE["OPTIONAL"], GENERATE["HEADERS"]
    written = GENERATE["_headers_of"](EVENTS["machi.catalog.procedure.published.v1"])

    assert set(written) | optional == set(all_headers)


def test_every_reference_in_the_asyncapi_document_leads_somewhere(asyncapi: Json):
    lost = [place for place in _references(asyncapi) if not _found(asyncapi, place)]

    assert not lost
