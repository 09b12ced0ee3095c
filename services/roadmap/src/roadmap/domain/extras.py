"""What a revision says beside its tree: bodies, indicators, facts, and what does not fit together."""

from dataclasses import dataclass
from decimal import Decimal
from typing import Literal, TypeAlias

from roadmap.domain.statements import Dated, Mark, Quote, Source, Statement

Better: TypeAlias = Literal["higher", "lower"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Silence:
    """Something a reader would look for, and the plan does not say."""

    silence_id: str
    label: str
    note: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Body:
    """Somebody who acts in the plan; `role` is what it says of them."""

    body_id: str
    name: str
    mark: Mark
    lines: str | None
    role: Quote | None
    note: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Reading:
    """One value of an indicator; without `as_of` it can be shown, but not compared."""

    value: Decimal
    approx: bool
    as_of: Dated | None
    mark: Mark
    lines: str | None
    source: Source | None
    note: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Target:
    """The value that is promised for an indicator, and by when."""

    value: Decimal
    due: Statement
    mark: Mark
    lines: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Indicator:
    """Something that is measured; no definition and no target: the plan gives none."""

    indicator_id: str
    about: str | None
    label: str
    unit: str
    definition: str | None
    version: int
    better: Better | None
    target: Target | None
    readings: tuple[Reading, ...]
    note: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Dependency:
    """That one node cannot be done before another, by whose word."""

    node_id: str
    needs: str
    source: Source
    note: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Contradiction:
    """A place where the text contradicts itself, leaves two readings, or slips; and what we do."""

    contradiction_id: str
    about: tuple[str, ...]
    lines: str
    what: str
    done: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Fact:
    """Something else that the plan states, with its words, its date, or both."""

    fact_id: str
    about: str | None
    label: str
    quotes: tuple[Quote, ...]
    date: Dated | None
    note: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Heading:
    """What a revision says of itself: the title of its text, and which years its timetable has."""

    title: str
    columns: tuple[int, ...]
    """Empty: those of the plan's period."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Extras:
    """All that a revision says and that is no node; kept with the revision, as one value."""

    silences: tuple[Silence, ...] = ()
    bodies: tuple[Body, ...] = ()
    indicators: tuple[Indicator, ...] = ()
    dependencies: tuple[Dependency, ...] = ()
    contradictions: tuple[Contradiction, ...] = ()
    facts: tuple[Fact, ...] = ()
    columns: tuple[int, ...] = ()
    """The fiscal years of the timetable; empty: those of the plan's period."""


NOTHING_BESIDE = Extras()
