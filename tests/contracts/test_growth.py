"""What is stored only grows: readers of yesterday read today's events, and the other way round."""
# The made-up breaks are breaks for the type checker too.
# pyright: reportIncompatibleVariableOverride=false

import json
from importlib.metadata import version
from typing import ClassVar, Literal, TypeAlias

import pytest
from jsoncompat import check_compat
from pydantic import BaseModel

from contracts.envelope import Event
from contracts.registry import EVENTS
from contracts.schemas import Json, as_read, as_written, stored

Role: TypeAlias = Literal["serializer", "deserializer"]
BEFORE_RELEASE = version("machi-contracts").startswith("0.")
REMEDY = (
    "changed: run `make schemas`, commit it"
    if BEFORE_RELEASE
    else "did not grow, it broke: make a class of the next version beside it"
)

every_event = pytest.mark.parametrize("event", EVENTS.values(), ids=EVENTS.keys())


def _fits(old: Json, new: Json, role: Role) -> bool:
    """Whether the answer is a plain yes; what cannot be decided is a no."""
    try:
        return check_compat(json.dumps(old), json.dumps(new), role) is True
    except ValueError:
        return False


def _old_readers_read(stored_read: Json, today: type[Event]) -> bool:
    return _fits(stored_read, as_written(today), "serializer")


def _old_events_are_read(stored_written: Json, today: type[Event]) -> bool:
    return _fits(stored_written, as_read(today), "deserializer")


def _grows(before: type[Event], today: type[Event]) -> bool:
    """Whether one made-up class may take the place of another."""
    read = _old_readers_read(as_read(before), today)
    return read and _old_events_are_read(as_written(before), today)


@every_event
def test_the_present_schemas_are_stored(event: type[Event]):
    newest = (stored(event, ".json")[-1:], stored(event, ".read.json")[-1:])
    today = ([as_written(event)], [as_read(event)])

    assert newest == today, f"{event.ce_type} is new or grew: run `make schemas`, commit it"


@every_event
@pytest.mark.parametrize("suffix", [".json", ".read.json"])
def test_before_the_first_release_there_is_one_version(event: type[Event], suffix: str):
    assert len(stored(event, suffix)) == 1 or not BEFORE_RELEASE


@every_event
def test_every_reader_there_ever_was_reads_what_is_written_today(event: type[Event]):
    refusing = [old for old in stored(event, ".read.json") if not _old_readers_read(old, event)]

    assert not refusing, f"{event.ce_type} {REMEDY}"


@every_event
def test_what_was_ever_written_can_be_read_today(event: type[Event]):
    unread = [old for old in stored(event, ".json") if not _old_events_are_read(old, event)]

    assert not unread, f"{event.ce_type} {REMEDY}"


class Place(BaseModel):
    """Where a shelter is."""

    district: str


class Shelter(Event):
    """A shelter was opened."""

    ce_subject: ClassVar[str] = "shelter_id"

    shelter_id: str
    places: int
    opened_by: str | None
    where: Place


class WithAnOptionalField(Shelter):
    pets: bool = False


class WithAnOpenEndedField(Shelter):
    closes: str | None = None


class WithAListOfParts(Shelter):
    rooms: tuple[Place, ...] = ()


class PlaceWithAStreet(Place):
    street: str | None = None


class WithAGrownPart(Shelter):
    where: PlaceWithAStreet


class WithAFieldAlwaysFilled(Shelter):
    opened_by: str


class WithANewDuty(Shelter):
    pets: bool


class WithAnotherType(Shelter):
    places: str


class WithANull(Shelter):
    places: int | None


class WithoutAField(Event):
    ce_subject: ClassVar[str] = "shelter_id"

    shelter_id: str
    opened_by: str | None
    where: Place


class WithARenamedField(WithoutAField):
    capacity: int


class PlaceWithADuty(Place):
    street: str


class WithABrokenPart(Shelter):
    where: PlaceWithADuty


GROWTH = [Shelter, WithAnOptionalField, WithAnOpenEndedField, WithAListOfParts, WithAGrownPart]
BREAKS = [
    WithANewDuty,
    WithAnotherType,
    WithANull,
    WithoutAField,
    WithARenamedField,
    WithABrokenPart,
    WithAFieldAlwaysFilled,
]


@pytest.mark.parametrize("today", GROWTH, ids=lambda today: today.__name__)
def test_growth_is_taken(today: type[Event]):
    assert _grows(Shelter, today)


@pytest.mark.parametrize("today", BREAKS, ids=lambda today: today.__name__)
def test_a_break_is_refused(today: type[Event]):
    assert not _grows(Shelter, today)


def test_a_new_duty_breaks_only_the_reading_of_old_events():
    assert _old_readers_read(as_read(Shelter), WithANewDuty)
    assert not _old_events_are_read(as_written(Shelter), WithANewDuty)


def test_a_field_left_out_breaks_only_the_readers_of_yesterday():
    assert not _old_readers_read(as_read(Shelter), WithoutAField)
    assert _old_events_are_read(as_written(Shelter), WithoutAField)


def test_what_cannot_be_decided_is_no_growth():
    unreadable: Json = {"$ref": "#/$defs/Nowhere"}

    assert not _old_readers_read(unreadable, Shelter)
