"""How the tree of a plan is written: one record a node."""

from typing import Annotated, Literal, Self, TypeAlias

from pydantic import Field, model_validator

from roadmap.domain.planfile.parts import (
    ActualFile,
    DueFile,
    Id,
    MarkedPart,
    Part,
    QuoteFile,
    Words,
    Year,
)
from roadmap.domain.statements import Mark

NOTHING_STATED = "due か actual が必要です。期日が無い節目は due に undated_reason を書きます"

Quotes: TypeAlias = Annotated[tuple[QuoteFile, ...], Field(max_length=100)]


class RecurrenceFile(Part):
    """Printed so many times; what that is taken to mean, by which rule."""

    times: Annotated[int, Field(ge=2, le=1_000)]
    each: Literal["fiscal_year"]
    mark: Mark
    rule: Words


class StandsForFile(Part):
    """That a label in a timetable is a mark for a milestone, in which year, by which rule."""

    milestone: Id
    year: Year
    mark: Mark
    rule: Words


class _NodeFile(Part):
    id: Id
    """For ever: a rename, a move or a split never changes or reuses it."""
    label: Words
    note: Words | None = None


class PlanNodeFile(_NodeFile, MarkedPart):
    """The root of the tree."""

    kind: Literal["plan"]
    period: DueFile


class PerspectiveFile(_NodeFile, MarkedPart):
    """A heading over initiatives."""

    kind: Literal["perspective"]
    parent: Id


class InitiativeFile(_NodeFile, MarkedPart):
    """What the city sets out to do under a perspective."""

    kind: Literal["initiative"]
    parent: Id
    current: Quotes = ()
    """How things are (現状), in short quotations."""
    direction: Quotes = ()
    """Where it goes (方向性), in short quotations."""


class StepFile(_NodeFile, MarkedPart):
    """A stretch of the whole plan."""

    kind: Literal["step"]
    parent: Id
    period: DueFile


class BarFile(_NodeFile, MarkedPart):
    """A label in a timetable; `extent` is null where its start and end are only drawn."""

    kind: Literal["bar"]
    parent: Id
    parent_mark: Mark = "S"
    """I: which initiative it belongs to was inferred."""
    extent: DueFile | None
    actor: Words | None = None
    recurs: RecurrenceFile | None = None
    stands_for: StandsForFile | None = None


class MilestoneFile(_NodeFile):
    """Something dated that can be reached or missed; its mark and lines are those of its date."""

    kind: Literal["milestone"]
    parent: Id
    wording: Words | None = None
    """The plan's own verb, as 目指します."""
    over: Id | None = None
    """The list all of whose items it takes to reach it."""
    due: DueFile | None = None
    actual: ActualFile | None = None

    @model_validator(mode="after")
    def _states_something(self) -> Self:
        if not self.due and not self.actual:
            raise ValueError(NOTHING_STATED)
        return self


class CountFile(MarkedPart):
    """How many the plan says there are; another number of items is a warning, not an error."""

    value: Annotated[int, Field(ge=0, le=100_000)]
    rule: Words | None = None


class ListFile(_NodeFile, MarkedPart):
    """Things of one kind that the plan names one by one; a list may hold lists."""

    kind: Literal["list"]
    parent: Id
    stated_count: CountFile | None = None


class ItemFile(_NodeFile, MarkedPart):
    """One of a list."""

    kind: Literal["item"]
    parent: Id
    code: Id
    """What the thing is called in every list and source: items are joined on it."""
    aliases: Annotated[tuple[Words, ...], Field(max_length=50)] = ()
    """Other names that texts give it."""


NodeFile: TypeAlias = Annotated[
    PlanNodeFile
    | PerspectiveFile
    | InitiativeFile
    | StepFile
    | BarFile
    | MilestoneFile
    | ListFile
    | ItemFile,
    Field(discriminator="kind"),
]
