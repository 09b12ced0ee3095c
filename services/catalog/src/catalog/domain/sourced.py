"""Where a value comes from, and how far it can be trusted for this city."""

from dataclasses import dataclass
from typing import Literal, TypeAlias

from contracts.values import PartialDate

Mark: TypeAlias = Literal["S", "R", "I", "N", "X"]
Confidence: TypeAlias = Literal["city", "official", "general", "unverified"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Sourced:
    """The source of one field: a document of a date, and the lines where the value stands."""

    field: str
    source: str
    title: str
    date: PartialDate
    mark: Mark
    lines: str | None
    confidence: Confidence
