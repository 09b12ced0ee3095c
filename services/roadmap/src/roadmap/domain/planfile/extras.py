"""How a plan file tells what is no node: bodies, indicators, facts, contradictions."""

from typing import Annotated, Literal, Self

from pydantic import Field, model_validator

from roadmap.domain.planfile.nodes import Quotes
from roadmap.domain.planfile.parts import (
    DueFile,
    Id,
    KnownDateFile,
    Lines,
    MarkedPart,
    Number,
    Part,
    QuoteFile,
    SourceFile,
    Words,
)

NOTHING_TOLD = "quotes か date が必要です"
SOURCE_NEEDED = "mark が X のときは source が必要です"


class SilenceFile(Part):
    """Something that a reader would look for, and that the plan does not say."""

    id: Id
    label: Words
    note: Words | None = None


class BodyFile(MarkedPart):
    """Somebody who acts in the plan."""

    id: Id
    name: Words
    role: QuoteFile | None = None
    note: Words | None = None


class ReadingFile(MarkedPart):
    """One value of an indicator."""

    value: Number
    approx: bool = False
    """Whether the plan says 約."""
    as_of: KnownDateFile | None
    """null: the plan does not say, so it is shown and not compared."""
    source: SourceFile | None = None
    note: Words | None = None

    @model_validator(mode="after")
    def _sourced(self) -> Self:
        if self.mark == "X" and not self.source:
            raise ValueError(SOURCE_NEEDED)
        return self


class TargetFile(MarkedPart):
    """The value that is promised, and by when."""

    value: Number
    due: DueFile


class IndicatorFile(Part):
    """Something that is measured."""

    id: Id
    about: Id | None = None
    """The node that it measures."""
    label: Words
    unit: Words
    definition: Words | None
    """What is counted, of what; null: the plan does not say."""
    version: Annotated[int, Field(ge=1, le=1_000)] = 1
    """Raised when the definition changes: values of two definitions are not compared."""
    better: Literal["higher", "lower"] | None = None
    target: TargetFile | None
    """null: the plan gives none."""
    readings: Annotated[list[ReadingFile], Field(max_length=1_000)]
    note: Words | None = None


class DependencyFile(Part):
    """That one node cannot be done before another; never inferred from the order of print."""

    node: Id
    needs: Id
    source: SourceFile
    note: Words | None = None


class ContradictionFile(Part):
    """A place where the text contradicts itself, leaves two readings, or slips."""

    id: Id
    about: Annotated[tuple[Id, ...], Field(max_length=50)] = ()
    lines: Lines
    what: Words
    done: Words
    """What is done about it here."""


class FactFile(Part):
    """Something else that the plan states."""

    id: Id
    about: Id | None = None
    label: Words
    quotes: Quotes = ()
    date: KnownDateFile | None = None
    note: Words | None = None

    @model_validator(mode="after")
    def _tells_something(self) -> Self:
        if not self.quotes and not self.date:
            raise ValueError(NOTHING_TOLD)
        return self
