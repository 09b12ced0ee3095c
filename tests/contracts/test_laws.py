"""The laws of events that can be read from their classes, the second apart: see test_growth.py."""

import importlib
import pkgutil
import re
from collections.abc import Iterator

import pytest
from pydantic import BaseModel

import contracts
from contracts.envelope import Event
from contracts.registry import EVENTS
from contracts.schemas import SCHEMAS, as_read

TYPE = re.compile(
    r"^machi\.(catalog|roadmap|opendata|notify)\.[a-z]+\.([a-z]+ed|taken|withdrawn)\.v[1-9]\d*$"
)
ORDERS = ("send_", "notify_", "must_")
for _module in pkgutil.iter_modules(contracts.__path__):
    if _module.name != "__main__":
        importlib.import_module(f"contracts.{_module.name}")


def _below(model: type[BaseModel]) -> Iterator[type[BaseModel]]:
    """All classes of contracts that inherit from this one, however far."""
    for child in model.__subclasses__():
        if child.__module__.startswith("contracts."):
            yield child
        yield from _below(child)


def _class_name(ce_type: str) -> str:
    """The name a class must have: MilestoneReached, and MilestoneReachedV2 for the second."""
    noun, participle, version = ce_type.split(".")[2:]
    return noun.title() + participle.title() + ("" if version == "v1" else version.title())


every_event = pytest.mark.parametrize("event", EVENTS.values(), ids=EVENTS.keys())
every_part = pytest.mark.parametrize(
    "part", dict.fromkeys(_below(BaseModel)), ids=lambda part: part.__name__
)


def test_every_event_is_in_the_registry():
    written = {event for event in _below(Event) if "ce_type" in vars(event)}

    assert written == set(EVENTS.values()), "give each event its line in contracts/registry.py"


def test_no_two_events_share_a_type():
    written = [vars(event)["ce_type"] for event in set(_below(Event)) if "ce_type" in vars(event)]

    assert sorted(written) == sorted(set(written))


@every_event
def test_an_event_has_a_type_that_says_what_happened(event: type[Event]):
    assert TYPE.fullmatch(event.ce_type)


@every_event
def test_an_event_stands_in_the_module_of_the_service_that_says_it(event: type[Event]):
    assert event.__module__ == f"contracts.{event.ce_type.split('.')[1]}"


@every_event
def test_an_event_is_about_something_that_it_names(event: type[Event]):
    assert event.model_fields[event.ce_subject].annotation is str


@every_event
def test_an_event_has_a_docstring_of_one_sentence(event: type[Event]):
    said = vars(event).get("__doc__") or ""

    assert re.fullmatch(r"[A-Z][^.\n]+\.", said), "one sentence: it becomes docs/events.md"


@every_event
def test_a_class_is_named_like_its_type(event: type[Event]):
    assert event.__name__ == _class_name(event.ce_type)


def test_the_second_version_of_an_event_is_a_class_beside_the_first():
    assert _class_name("machi.catalog.procedure.withdrawn.v2") == "ProcedureWithdrawnV2"


@every_part
def test_what_was_said_cannot_be_changed(part: type[BaseModel]):
    assert part.model_config.get("frozen")


@every_part
def test_what_was_said_is_no_instruction(part: type[BaseModel]):
    assert not [name for name in part.model_fields if name.startswith(ORDERS)]


@every_event
def test_a_reader_takes_words_of_tomorrow(event: type[Event]):
    schema = str(as_read(event))

    assert "'enum'" not in schema, "a field with a list of words is plain text at the reader"
    assert "'const'" not in schema
    assert "'additionalProperties': False" not in schema


def test_no_schema_is_stored_of_an_event_that_is_gone():
    stored = {folder.name for folder in SCHEMAS.iterdir()}

    assert stored == set(EVENTS), "run `make schemas`, commit it"
