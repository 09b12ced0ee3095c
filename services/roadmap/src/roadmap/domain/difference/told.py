"""What a change is from and to, in the words, numbers and dates of the plan."""

from collections.abc import Callable
from functools import singledispatch
from typing import TypeAlias, cast

from contracts.values import PartialDate
from roadmap.domain.difference.changes import Extra, ExtraChange, NodeChange
from roadmap.domain.extras import Dependency, Reading, Target
from roadmap.domain.plan import Node, Recurrence, StandsFor
from roadmap.domain.statements import Count, Dated, Quote, Source, Statement

Dating: TypeAlias = Callable[[PartialDate], str]
Thing: TypeAlias = Node | Extra

LONG = 100  # characters; whoever wants all of it reads the file of the revision
CALLED = {"parent": "parent_id"}
"""Fields of a change that are called otherwise in a node."""
NAMED = ("label", "name", "what", "title")


def edtf(date: PartialDate) -> str:
    """A date as machines read it."""
    return date.edtf


def told_of(change: NodeChange | ExtraChange) -> tuple[str | None, str | None]:
    """What a change is from and to; None: there was nothing, or nothing that a line can tell."""
    return _told(change.before, change.fields), _told(change.after, change.fields)


def _told(thing: Thing | None, names: tuple[str, ...]) -> str | None:
    if thing is None:
        return None
    words = "、".join(filter(None, (word(thing, name) for name in names)))
    words = words if names else name_of(thing)
    return f"{words[:LONG]}…" if len(words) > LONG else words or None


def name_of(thing: Thing, dated: Dating = edtf) -> str:
    """What a thing is called; of a reading its value, of a dependency its two ends."""
    if isinstance(thing, Dependency):
        return f"{thing.needs} → {thing.node_id}"
    if isinstance(thing, Reading):
        return word(thing, "value", dated) or ""
    return next(str(getattr(thing, name)) for name in NAMED if hasattr(thing, name))


def word(thing: Thing, name: str, dated: Dating = edtf) -> str | None:
    """What a thing says in one of its fields; None: nothing that a line can tell."""
    if isinstance(thing, Node) and name in {"wording", "statements"}:
        manner = _wording if name == "wording" else _manner
        return "、".join(dict.fromkeys(filter(None, map(manner, thing.statements)))) or None
    value = getattr(thing, CALLED.get(name, name), None)
    return None if value is None else in_words(value, dated) or None


def _wording(said: Statement) -> str | None:
    return said.wording


def _manner(said: Statement) -> str | None:
    """How a date is written, whatever date it is."""
    return said.value.original or said.value.edtf if said.value else said.undated_reason


@singledispatch
def in_words(value: object, dated: Dating) -> str:
    """A value in words; a number or a text is its own."""
    return str(value)


@in_words.register
def _(value: Dated, dated: Dating) -> str:
    return dated(value.value)


@in_words.register
def _(value: Statement, dated: Dating) -> str:
    return dated(value.value) if value.value else value.undated_reason or ""


@in_words.register
def _(value: Target, dated: Dating) -> str:
    return f"{value.value}（{in_words(value.due, dated)}）"


@in_words.register
def _(value: Quote, dated: Dating) -> str:
    return f"「{value.text}」"


@in_words.register
def _(value: Count, dated: Dating) -> str:
    return str(value.value)


@in_words.register
def _(value: Source, dated: Dating) -> str:
    return value.title


@in_words.register
def _(value: Recurrence, dated: Dating) -> str:
    return f"{value.each}、{value.times}"


@in_words.register
def _(value: StandsFor, dated: Dating) -> str:
    return f"{value.milestone}（{value.year}）"


@in_words.register
def _(value: tuple, dated: Dating) -> str:  # pyright: ignore[reportMissingTypeArgument, reportUnknownParameterType]
    return "、".join(in_words(each, dated) for each in cast("tuple[object, ...]", value))
