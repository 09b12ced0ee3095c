"""What every record of a plan file is made of: marks, lines, dates, sources."""

from decimal import Decimal
from typing import Annotated, ClassVar, Literal, Self, TypeAlias

from pydantic import (
    AfterValidator,
    BaseModel,
    ConfigDict,
    Field,
    StringConstraints,
    ValidationInfo,
    field_validator,
    model_validator,
)

from contracts.values import PartialDate, UnreadableEdtf
from roadmap.domain.dates import UnreadableDate, read_date
from roadmap.domain.statements import ADDRESS, CONTROL, MOST_OF_WORDS, Attribute, Mark

WITH_LINES = frozenset({"S", "R", "I"})

ODD = "見えない文字（{code}）があります"


def _without_odd_characters(text: str) -> str:
    """Refuse what no page can show, also where it was written as an escape."""
    if odd := CONTROL.search(text):
        raise ValueError(ODD.format(code=f"U+{ord(odd[0]):04X}"))
    return text


Lines: TypeAlias = Annotated[
    str, StringConstraints(pattern=r"^[0-9]+(-[0-9]+)?(, ?[0-9]+(-[0-9]+)?)*$")
]
Words: TypeAlias = Annotated[
    str,
    StringConstraints(min_length=1, max_length=MOST_OF_WORDS),
    AfterValidator(_without_odd_characters),
]
Id: TypeAlias = Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9][A-Za-z0-9.-]{0,63}$")]
Precision: TypeAlias = Literal[
    "day", "month", "quarter", "fiscal_year", "fiscal_year_end", "year", "interval", "open"
]
Url: TypeAlias = Annotated[str, StringConstraints(max_length=MOST_OF_WORDS, pattern=ADDRESS)]
Number: TypeAlias = Annotated[Decimal, Field(ge=-(10**15), le=10**15)]
FIRST_YEAR, LAST_YEAR = 1900, 2200
Year: TypeAlias = Annotated[int, Field(ge=FIRST_YEAR, le=LAST_YEAR)]

NO_EDTF = "EDTF の日付ではありません。2027-09 や 2021-04/2029-03 のように書きます"
DATES_DIFFER = "text（{read}）と一致しません"
NOT_IN_THESE_YEARS = (
    f"{FIRST_YEAR} 年から {LAST_YEAR} 年までの日付ではありません。"
    "終わりが決まっていない期間は 2021-04/.. のように書きます"
)
NOT_SO_PRECISE = "この日付の精度ではありません（{precision} と書けます）"
NO_DATE_NO_REASON = "text か edtf、または undated_reason が必要です"
DATE_AND_REASON = "日付があるときは undated_reason を書けません"
MARK_N_IS_NO_DATE = "mark の N は日付が無いときだけ使い、日付が無いときは N だけを使います"
LINES_NEEDED = "mark が S・R・I のときは lines が必要です"
DATE_NEEDED = "始まりの分かる日付が必要です"
ACTUAL_NEEDS_DATE = "実績には日付が必要です"


class Part(BaseModel):
    """Every part of the file: no key that is not known."""

    model_config = ConfigDict(extra="forbid", frozen=True, use_attribute_docstrings=True)


class MarkedPart(Part):
    """Words that stand in the text, and where."""

    mark: Mark
    """S stated, R reconstructed, I inferred, N not in the text, X from another public source."""
    lines: Lines | None = None
    """Lines of the text that `revision.source.sha256` names, as 598, 602-606."""

    @model_validator(mode="after")
    def _with_lines(self) -> Self:
        if self.mark in WITH_LINES and not self.lines:
            raise ValueError(LINES_NEEDED)
        return self


class QuoteFile(MarkedPart):
    """A short quotation from the plan."""

    text: Words
    """The plan's words; `…` or quotation marks part what does not follow at once."""
    note: Words | None = None


class DatedFile(Part):
    """A date as written (`text`), as meant (`edtf`), or the reason why there is none; from 1900 to 2200."""

    text: Words | None = None
    """The date in the plan's words, as 令和9年度第2四半期."""
    edtf: str | None = None
    """The date in EDTF (ISO 8601-2), as 2027-09 or 2021-04/2029-03; must agree with `text`."""
    precision: Precision | None = None
    """For a quarter or a fiscal year that has an `edtf` alone."""
    undated_reason: Words | None = None
    mark: Mark
    edtf_mark: Mark | None = None
    """How the date was read, where that differs from how the words were."""
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

    @field_validator("precision")
    @classmethod
    def _fits(cls, precision: str | None, info: ValidationInfo) -> str | None:
        text, edtf = info.data.get("text"), info.data.get("edtf")
        if precision and text and (read := _read(text).precision) != precision:
            raise ValueError(NOT_SO_PRECISE.format(precision=read))
        if precision and edtf and not text:
            _read_edtf(edtf, precision)
        return precision

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
        return _read_edtf(self.edtf, self.precision) if self.edtf else None


class KnownDateFile(DatedFile):
    """A date that there is, at least its beginning."""

    @model_validator(mode="after")
    def _begins(self) -> Self:
        self.known()
        return self

    def known(self) -> PartialDate:
        """The date, which there is and which has a first day."""
        value = self.value()
        if value is None or value.lo is None:
            raise ValueError(DATE_NEEDED)
        return value


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


class SourceFile(Part):
    """A document that was read."""

    title: Words
    sha256: Annotated[str, StringConstraints(pattern=r"^[0-9a-f]{64}$")] | None = None
    """The hash of the text (UTF-8) whose lines are named."""
    publisher: Words | None = None
    url: Url | None = None
    lines: Lines | None = None
    note: Words | None = None


def _read(text: str) -> PartialDate:
    try:
        return _in_these_years(read_date(text))
    except UnreadableDate as refused:
        raise ValueError(refused.said) from None


def _read_edtf(edtf: str, precision: str | None = None) -> PartialDate:
    try:
        found = PartialDate.from_edtf(edtf)
    except UnreadableEdtf:
        raise ValueError(NO_EDTF) from None
    try:
        return _in_these_years(PartialDate.from_edtf(edtf, precision=precision))
    except UnreadableEdtf:
        raise ValueError(NOT_SO_PRECISE.format(precision=found.precision)) from None


def _in_these_years(value: PartialDate) -> PartialDate:
    """Refuse a year that no timetable shows: 9999 for what has no end would be taken for a date."""
    if any(day and not FIRST_YEAR <= day.year <= LAST_YEAR for day in (value.lo, value.hi)):
        raise ValueError(NOT_IN_THESE_YEARS)
    return value
