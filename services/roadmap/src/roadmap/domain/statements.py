"""What a text states: its words, dates and numbers, each with its mark and lines."""

import re
from dataclasses import dataclass
from typing import Literal, TypeAlias
from unicodedata import normalize

from contracts.values import PartialDate

Attribute: TypeAlias = Literal["due", "reported", "actual"]
Mark: TypeAlias = Literal["S", "R", "I", "N", "X"]

CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ufffe\uffff\u202a-\u202e\u2066-\u2069]")
"""Signs that nobody writes: no page, mail or feed can show them."""
MOST_OF_WORDS = 2_000
"""Characters of a text at most, whoever writes it and wherever."""
ADDRESS = r"^https?://[^\s\"<>\x00-\x1f\x7f]+$"
"""Where something can be read; whole, for a link."""
ASSERTER = r"^[a-z][a-z0-9-]{0,31}$"
"""Who states something, as plan, mic or digital-agency."""

_SENTENCE_ENDS = re.compile(r"(?:。|ます|ました|ません|です|でした)$")


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

    @property
    def excerpt(self) -> str:
        """The words with `…` at each end that may be cut: only where a sentence ends nothing is left out for sure."""
        if self.text.startswith("「") and self.text.endswith("」"):
            return self.text
        return f"…{self.text}" + ("" if _SENTENCE_ENDS.search(self.text) else "…")


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


def folded(text: str) -> str:
    """A name as it is compared: widths and spaces aside."""
    return "".join(normalize("NFKC", text).split())
