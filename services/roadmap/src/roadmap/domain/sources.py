"""What the plan and the observations rest on: every source, and how many statements cite it."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from roadmap.domain.assertions import Assertion, Evidence
from roadmap.domain.extras import Extras
from roadmap.domain.plan import Revision
from roadmap.domain.statements import Mark, Source


@dataclass(frozen=True, slots=True, kw_only=True)
class Cited:
    """A source, with the marks of what cites it: a dated statement, a value of an indicator, a dependency."""

    title: str
    url: str | None
    sha256: str | None
    publisher: str | None
    marks: Mapping[Mark, int]

    @property
    def statements(self) -> int:
        """How many cite it; 0 when it is only named, as a revision whose text is not at hand."""
        return sum(self.marks.values())


def cited(
    revisions: Sequence[Revision], extras: Extras, assertions: Iterable[Assertion]
) -> list[Cited]:
    """All sources by their titles; what a statement does not say of its source, its revision does."""
    named = [revision.source for revision in revisions]
    known = {(source.title, source.sha256): source for source in named}
    found: defaultdict[Source, Counter[Mark]] = defaultdict(Counter)
    for source in named:
        found[_plain(source)]  # named, even when nothing cites it
    for source, mark in _citations(named, extras, assertions):
        found[_plain(known.get((source.title, source.sha256), source))][mark] += 1
    return [
        Cited(
            title=source.title,
            url=source.url,
            sha256=source.sha256,
            publisher=source.publisher,
            marks=dict(sorted(marks.items())),
        )
        for source, marks in sorted(found.items(), key=lambda each: _order(each[0]))
    ]


def _citations(
    named: Sequence[Source], extras: Extras, assertions: Iterable[Assertion]
) -> Iterator[tuple[Source, Mark]]:
    for said in assertions:
        for each in said.evidence:
            yield _source(each), each.mark
    for reading in (each for indicator in extras.indicators for each in indicator.readings):
        yield reading.source or named[0], reading.mark  # without a source it stands in the plan
    for dependency in extras.dependencies:
        yield dependency.source, "X"


def _source(evidence: Evidence) -> Source:
    return Source(title=evidence.source, sha256=evidence.sha256, url=evidence.url)


def _plain(source: Source) -> Source:
    """The source without the place in it."""
    return replace(source, lines=None, note=None)


def _order(source: Source) -> tuple[str, str, str]:
    return source.title, source.url or "", source.sha256 or ""
