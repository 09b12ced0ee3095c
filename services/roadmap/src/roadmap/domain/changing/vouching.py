"""What a person may name as the source of a statement, and how a date may be written, at whatever door.

A person speaks from outside the plan's text: only a plan that is loaded says what stands in it.
"""

from collections.abc import Collection, Mapping, Sequence
from typing import Annotated, TypeAlias

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, ValidationError

from contracts.values import PartialDate, UnreadableEdtf
from roadmap.domain.assertions import Evidence
from roadmap.domain.dates import UnreadableDate, read_date_or_edtf
from roadmap.domain.statements import ADDRESS, CONTROL, MOST_OF_WORDS

MOST_SOURCES = 20
MOST_OF_A_DATE = 100  # characters
PRECISIONS = (
    "day", "month", "quarter", "year", "fiscal_year", "fiscal_year_end", "interval", "open",
)  # fmt: skip
QUALIFIERS = ("から", "まで", "末", "時点", "以降")

NO_DATE = "日付として読めません。2027-09 か 令和9年9月 のように書いてください"
NO_EVIDENCE = "根拠の名前か、書き出した表と同じ形で書いてください"
NOT_THE_PLANS = "計画の本文を根拠に加えられるのは、計画のファイルだけです。mark は X にしてください"
TOO_MANY = f"根拠は{MOST_SOURCES}までです"
NO_PRECISION = f"日付の細かさ（precision）は、{'、'.join(PRECISIONS)}のどれかを書いてください"
NO_QUALIFIER = f"{'、'.join(QUALIFIERS)}のどれかを書いてください"
DIFFERS = "ほかの列の日付と合いません。この書き方は {read} と読めます"


class Unfit(ValueError):
    """A word beside a date does not fit it; `column` says which."""

    def __init__(self, message: str, column: str) -> None:
        """Keep both."""
        super().__init__(message)
        self.column = column


def _said(words: str) -> str:
    if not words.strip() or CONTROL.search(words):
        message = "write at least one word, and no control characters"
        raise ValueError(message)
    return words


Words: TypeAlias = Annotated[str, Field(max_length=MOST_OF_WORDS), AfterValidator(_said)]
DateText: TypeAlias = Annotated[str, Field(max_length=MOST_OF_A_DATE), AfterValidator(_said)]


class Voucher(BaseModel):
    """Where a statement comes from."""

    model_config = ConfigDict(extra="forbid", use_attribute_docstrings=True)

    source: Words
    url: Annotated[str | None, Field(max_length=MOST_OF_WORDS, pattern=ADDRESS)] = None
    lines: Annotated[str | None, Field(max_length=200, pattern=r"^[^\x00-\x1f\x7f]*$")] = None
    sha256: Annotated[str | None, Field(pattern=r"^[0-9a-f]{64}$")] = None

    def evidence(self) -> Evidence:
        """The same as a value; it is from outside the plan's text."""
        return Evidence(
            source=self.source, mark="X", lines=self.lines, url=self.url, sha256=self.sha256
        )


def refuse_unvouched(named: Sequence[Evidence], known: Collection[Evidence]) -> None:
    """Refuse what no person can vouch for, with a sentence (ValueError); what is on record may stay."""
    if len(named) > MOST_SOURCES:
        raise ValueError(TOO_MANY)
    for each in named:
        if each in known:
            continue
        if each.mark != "X":
            raise ValueError(NOT_THE_PLANS)
        try:
            Voucher(source=each.source, url=each.url, lines=each.lines, sha256=each.sha256)
        except ValidationError:
            raise ValueError(NO_EVIDENCE) from None


def read_typed(text: str) -> PartialDate:
    """Read a date that a person typed; refuses what is too long for one, or cannot be shown."""
    if len(text) > MOST_OF_A_DATE or CONTROL.search(text):
        raise ValueError(NO_DATE)
    return read_date_or_edtf(text)


def dated(said: PartialDate, beside: Mapping[str, str]) -> PartialDate:
    """A date with its precision, its qualifier and its original wording, as far as they are given.

    Raises `Unfit` where one of them says something else.
    """
    if beside["precision"] and beside["precision"] not in PRECISIONS:
        raise Unfit(NO_PRECISION, "precision")
    qualifier = beside["qualifier"] or said.qualifier
    if qualifier and not _qualifies(qualifier):
        raise Unfit(NO_QUALIFIER, "qualifier")
    if said.qualifier not in (None, qualifier):
        raise Unfit(DIFFERS.format(read=said.qualifier), "qualifier")
    try:
        value = PartialDate.from_edtf(
            said.edtf,
            precision=beside["precision"] or said.precision,
            qualifier=qualifier,
            original=beside["original"] or (None if beside["precision"] else said.original),
        )
    except UnreadableEdtf:
        raise Unfit(NO_DATE, "edtf") from None
    if beside["original"]:
        _refuse_other(value, beside["original"])
    return value


def _qualifies(qualifier: str) -> bool:
    """Whether these are words that stand at a date, each once: 末 まで has two."""
    words = qualifier.split(" ")
    return len(set(words)) == len(words) and set(words) <= set(QUALIFIERS)


def _refuse_other(value: PartialDate, original: str) -> None:
    """The original wording says the same date, as it must in a plan file."""
    try:
        read = read_typed(original)
    except UnreadableDate as unread:
        raise Unfit(unread.said, "original") from None
    except ValueError:
        raise Unfit(NO_DATE, "original") from None
    same = (read.edtf, read.precision) == (value.edtf, value.precision)
    if not same or read.qualifier not in (None, value.qualifier):
        words = " ".join(filter(None, (read.edtf, read.precision, read.qualifier)))
        raise Unfit(DIFFERS.format(read=words), "original")
