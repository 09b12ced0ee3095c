"""How a plan file is written: its keys, its dates, its marks."""

from typing import Annotated, ClassVar, Literal, Self, TypeAlias

from pydantic import (
    BaseModel,
    ConfigDict,
    Field,
    StringConstraints,
    ValidationInfo,
    field_validator,
    model_validator,
)

from contracts.values import Municipality, PartialDate, UnreadableEdtf
from roadmap.domain.dates import UnreadableDate, read_date
from roadmap.domain.plan import Attribute, Mark

MAX_NODES = 5_000
WITH_LINES = frozenset({"S", "R", "I"})

Lines: TypeAlias = Annotated[
    str, StringConstraints(pattern=r"^[0-9]+(-[0-9]+)?(, ?[0-9]+(-[0-9]+)?)*$")
]
Words: TypeAlias = Annotated[str, StringConstraints(min_length=1, max_length=2_000)]
Id: TypeAlias = Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9][A-Za-z0-9.-]{0,63}$")]

NO_EDTF = "EDTF の日付ではありません。2027-09 や 2021-04/2029-03 のように書きます"
DATES_DIFFER = "text（{read}）と一致しません"
NO_DATE_NO_REASON = "text か edtf、または undated_reason が必要です"
DATE_AND_REASON = "日付があるときは undated_reason を書けません"
MARK_N_IS_NO_DATE = "mark の N は日付が無いときだけ使い、日付が無いときは N だけを使います"
LINES_NEEDED = "mark が S・R・I のときは lines が必要です"
NOTHING_STATED = "due か actual が必要です。期日が無い節目は due に undated_reason を書きます"
ADOPTED_NEEDS_DATE = "始まりの分かる日付が必要です"
ACTUAL_NEEDS_DATE = "実績には日付が必要です"


class _Part(BaseModel):
    """Every part of the file: no key that is not known."""

    model_config = ConfigDict(extra="forbid", frozen=True)


class _MarkedPart(_Part):
    """Words that stand in the text, and where."""

    mark: Mark
    lines: Lines | None = None

    @model_validator(mode="after")
    def _with_lines(self) -> Self:
        if self.mark in WITH_LINES and not self.lines:
            raise ValueError(LINES_NEEDED)
        return self


class QuoteFile(_MarkedPart):
    """A short quotation from the plan."""

    text: Words


class DatedFile(_Part):
    """A date as written (`text`), as meant (`edtf`), or the reason why there is none."""

    text: Words | None = None
    edtf: str | None = None
    undated_reason: Words | None = None
    mark: Mark
    edtf_mark: Mark | None = None
    lines: Lines | None = None

    @field_validator("text")
    @classmethod
    def _can_be_read(cls, text: str | None) -> str | None:
        if text is not None:
            _read(text)
        return text

    @field_validator("edtf")
    @classmethod
    def _agrees_with_text(cls, edtf: str | None, info: ValidationInfo) -> str | None:
        if edtf is not None:
            _read_edtf(edtf)
        text: str | None = info.data.get("text")
        if edtf and text and (read := _read(text).edtf) != edtf:
            raise ValueError(DATES_DIFFER.format(read=read))
        return edtf

    @model_validator(mode="after")
    def _dated_or_explained(self) -> Self:
        dated = bool(self.text or self.edtf)
        wrong = {
            NO_DATE_NO_REASON: not dated and not self.undated_reason,
            DATE_AND_REASON: dated and self.undated_reason,
            MARK_N_IS_NO_DATE: dated is (self.mark == "N"),
            LINES_NEEDED: self.mark in WITH_LINES and not self.lines,
        }
        said = [message for message, holds in wrong.items() if holds]
        if said:
            raise ValueError("。".join(said))
        return self

    def value(self) -> PartialDate | None:
        """The date itself; text is read again, so that its words are kept."""
        if self.text:
            return _read(self.text)
        return _read_edtf(self.edtf) if self.edtf else None


class DueFile(DatedFile):
    """What is promised."""

    attr: ClassVar[Attribute] = "due"
    asserter: Literal["plan", "nation"] = "plan"


class ActualFile(DatedFile):
    """What has happened."""

    attr: ClassVar[Attribute] = "actual"
    asserter: Literal["city", "nation"] = "city"

    @model_validator(mode="after")
    def _dated(self) -> Self:
        if self.undated_reason:
            raise ValueError(ACTUAL_NEEDS_DATE)
        return self


class RecurrenceFile(_Part):
    """Printed so many times; what that is taken to mean, by which rule."""

    times: Annotated[int, Field(ge=2, le=1_000)]
    each: Literal["fiscal_year"]
    mark: Mark
    rule: Words


class StandsForFile(_Part):
    """That a label in a timetable is a mark for a milestone, in which year, by which rule."""

    milestone: Id
    year: int
    mark: Mark
    rule: Words


class _NodeFile(_Part):
    id: Id
    label: Words
    note: Words | None = None


class PlanNodeFile(_NodeFile, _MarkedPart):
    """The root of the tree."""

    kind: Literal["plan"]
    period: DueFile


class HeadingFile(_NodeFile, _MarkedPart):
    """A perspective or an initiative."""

    kind: Literal["perspective", "initiative"]
    parent: Id


class StepFile(_NodeFile, _MarkedPart):
    """A stretch of the whole plan."""

    kind: Literal["step"]
    parent: Id
    period: DueFile


class BarFile(_NodeFile, _MarkedPart):
    """A label in a timetable; `extent` is null where its start and end are only drawn."""

    kind: Literal["bar"]
    parent: Id
    parent_mark: Mark = "S"
    extent: DueFile | None
    actor: Words | None = None
    recurs: RecurrenceFile | None = None
    stands_for: StandsForFile | None = None


class MilestoneFile(_NodeFile):
    """Something dated that can be reached or missed; its mark and lines are those of its date."""

    kind: Literal["milestone"]
    parent: Id
    wording: Words | None = None
    due: DueFile | None = None
    actual: ActualFile | None = None

    @model_validator(mode="after")
    def _states_something(self) -> Self:
        if not self.due and not self.actual:
            raise ValueError(NOTHING_STATED)
        return self


NodeFile: TypeAlias = Annotated[
    PlanNodeFile | HeadingFile | StepFile | BarFile | MilestoneFile,
    Field(discriminator="kind"),
]


class SourceFile(_Part):
    """The document that was read."""

    title: Words
    sha256: Annotated[str, StringConstraints(pattern=r"^[0-9a-f]{64}$")] | None = None


class AdoptedFile(DatedFile):
    """When the revision was adopted, which must be known at least to the year."""

    @model_validator(mode="after")
    def _begins(self) -> Self:
        self.day_or_span()
        return self

    def day_or_span(self) -> PartialDate:
        """The date, which there is and which has a first day."""
        value = self.value()
        if value is None or value.lo is None:
            raise ValueError(ADOPTED_NEEDS_DATE)
        return value


class RevisionFile(_Part):
    """One version of the plan."""

    id: Id
    supersedes: Id | None
    supersedes_mark: Mark | None = None
    adopted: AdoptedFile
    change: QuoteFile | None = None
    reason: QuoteFile | None = None
    note: Words | None = None
    decision: Words | None = None
    source: SourceFile


class SilenceFile(_Part):
    """Something the plan does not say."""

    id: Id
    label: Words
    note: Words | None = None


class PlanFile(_Part):
    """The whole file."""

    machi_plan: Literal[1]
    municipality: Municipality
    revision: RevisionFile
    nodes: Annotated[list[NodeFile], Field(max_length=MAX_NODES)]
    not_in_text: Annotated[list[SilenceFile], Field(max_length=MAX_NODES)]


def _read(text: str) -> PartialDate:
    try:
        return read_date(text)
    except UnreadableDate as refused:
        raise ValueError(refused.said) from None


def _read_edtf(edtf: str) -> PartialDate:
    try:
        return PartialDate.from_edtf(edtf)
    except UnreadableEdtf:
        raise ValueError(NO_EDTF) from None
