"""What outside sources report of the items of a list, and which item they mean."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Annotated, Literal, Self

from pydantic import Field, StringConstraints, model_validator

from contracts.values import Municipality, PartialDate
from documents import Unreadable, parse
from roadmap.domain.plan import Node, items_of
from roadmap.domain.planfile.parts import Id, KnownDateFile, Number, Part, SourceFile, Words
from roadmap.domain.reading.extras import source
from roadmap.domain.statements import ASSERTER, Source, folded

MOST = 5_000
NOTHING_REPORTED = "items と reported、または values と unit が必要です"


@dataclass(frozen=True, slots=True, kw_only=True)
class Observation:
    """What one source says of some items of a list as of a day; never part of the plan itself.

    `reported` is the date that it expects for each of `items`; `values` are in `unit`, by item.
    The items are named as the source names them; `named` tells which nodes they are.
    """

    observation_id: str
    asserter: str
    list_id: str
    said: str
    as_of: PartialDate
    source: Source
    items: tuple[str, ...]
    reported: PartialDate | None
    values: Mapping[str, Decimal]
    unit: str | None
    note: str | None


class ObservationFile(Part):
    """One thing that one source says of several items."""

    id: Id
    asserter: Annotated[str, StringConstraints(pattern=ASSERTER)]
    list: Id
    said: Words
    as_of: KnownDateFile
    source: SourceFile
    items: Annotated[tuple[Words, ...], Field(max_length=MOST)] = ()
    reported: KnownDateFile | None = None
    values: dict[Words, Number] = Field(default_factory=dict, max_length=MOST)
    unit: Words | None = None
    note: Words | None = None

    @model_validator(mode="after")
    def _reports_something(self) -> Self:
        dates = bool(self.items) and self.reported is not None
        numbers = bool(self.values) and self.unit is not None
        if dates == numbers:
            raise ValueError(NOTHING_REPORTED)
        return self


class ObservationsFile(Part):
    """The whole file."""

    machi_observations: Literal[1]
    municipality: Municipality
    observations: Annotated[tuple[ObservationFile, ...], Field(max_length=MOST)]


def read_observations(text: str | bytes, name: str) -> tuple[Observation, ...]:
    """Read a file of observations; `documents.Unreadable` holds all that is wrong with it."""
    file, problems = parse(text, name).validate(ObservationsFile)
    if file is None:
        raise Unreadable(problems)
    return tuple(map(_observation, file.observations))


def named(nodes: Sequence[Node], list_id: str) -> Mapping[str, Node]:
    """The items of a list by each of their names, widths and spaces aside: see `folded`."""
    return {
        folded(name): item
        for item in items_of(nodes, list_id)
        for name in (item.label, item.code or item.label, *item.aliases)
    }


def _observation(file: ObservationFile) -> Observation:
    return Observation(
        observation_id=file.id,
        asserter=file.asserter,
        list_id=file.list,
        said=file.said,
        as_of=file.as_of.known(),
        source=source(file.source),
        items=file.items or tuple(file.values),
        reported=file.reported.known() if file.reported else None,
        values=file.values,
        unit=file.unit,
        note=file.note,
    )
