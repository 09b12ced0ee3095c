"""What was ever read of an indicator: each value with the revision that states it."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from typing import TypeAlias

from roadmap.domain.extras import Indicator, Reading, Target

Stated: TypeAlias = tuple[str, Sequence[Indicator]]
"""A revision by its id, and what it measures."""


@dataclass(frozen=True, slots=True, kw_only=True)
class StatedReading:
    """One value, with the last revision that states it and the definition it was measured by."""

    reading: Reading
    revision_id: str
    version: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Measured:
    """An indicator as the last revision has it that knows it, with every value that is known.

    A revision that does not repeat an older value does not take it back.
    """

    indicator: Indicator
    revision_id: str
    dropped: bool
    """Whether the newest revision does not measure it any more."""
    readings: tuple[StatedReading, ...]
    """The earliest first; at the end those of which nobody knows when it was so."""

    @property
    def target(self) -> Target | None:
        """What is promised; None: nothing is, or not any more."""
        return None if self.dropped else self.indicator.target

    def other_definition(self, stated: StatedReading) -> bool:
        """Whether a value was measured in another way than the indicator is now."""
        return stated.version != self.indicator.version

    def because(self, stated: StatedReading) -> str | None:
        """Why a value can be compared with no other of the present definition; None: it can."""
        if self.other_definition(stated):
            return (
                f"It was measured by definition {stated.version}; now it is by "
                f"{self.indicator.version}."
            )
        return None if stated.reading.as_of else "The plan does not say of when it is."


def measured(stated: Sequence[Stated]) -> list[Measured]:
    """Every indicator of some revisions, newest first, in the order in which they name them."""
    newest: dict[str, tuple[str, Indicator]] = {}
    for revision_id, indicators in stated:
        for each in indicators:
            newest.setdefault(each.indicator_id, (revision_id, each))
    return [
        Measured(
            indicator=indicator,
            revision_id=revision_id,
            dropped=revision_id != stated[0][0],
            readings=tuple(sorted(_readings(own, stated), key=_when)),
        )
        for own, (revision_id, indicator) in newest.items()
    ]


def _readings(indicator_id: str, stated: Sequence[Stated]) -> Iterator[StatedReading]:
    """Each value once, by the newest revision that states it."""
    known = set[object]()
    for revision_id, indicators in stated:
        for indicator in indicators:
            for reading in indicator.readings if indicator.indicator_id == indicator_id else ():
                key = (indicator.version, *_said(reading))
                if key not in known:
                    known.add(key)
                    yield StatedReading(
                        reading=reading, revision_id=revision_id, version=indicator.version
                    )


def _said(reading: Reading) -> tuple[object, ...]:
    """By which a value is known to be the same one."""
    day = reading.as_of.value.edtf if reading.as_of else None
    source = reading.source.title if reading.source else None
    return day, source, reading.value, reading.approx


def _when(stated: StatedReading) -> date:
    as_of = stated.reading.as_of
    return (as_of.value.lo if as_of else None) or date.max
