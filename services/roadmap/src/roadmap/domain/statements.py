"""What a text states: its words, dates and numbers, each with its mark and lines."""

from dataclasses import dataclass
from typing import Literal, TypeAlias

from contracts.values import PartialDate

Attribute: TypeAlias = Literal["due", "reported", "actual"]
Mark: TypeAlias = Literal["S", "R", "I", "N", "X"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Source:
    """A document that was read, and the hash of the text to which the lines belong."""

    title: str
    sha256: str | None = None
    publisher: str | None = None
    url: str | None = None
    lines: str | None = None
    note: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Quote:
    """A short quotation from the plan, with its lines; `…` parts what does not follow at once."""

    text: str
    mark: Mark
    lines: str | None
    note: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Count:
    """How many a text says there are, whatever is counted by ourselves."""

    value: int
    mark: Mark
    lines: str | None
    rule: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Dated:
    """A date at which something was so, by what it was read from."""

    value: PartialDate
    mark: Mark
    lines: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Statement:
    """One dated thing that a plan says about one node; no date means a reason instead."""

    attr: Attribute
    asserter: str
    value: PartialDate | None
    undated_reason: str | None
    mark: Mark
    edtf_mark: Mark
    lines: str | None
    wording: str | None = None
