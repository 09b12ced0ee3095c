"""How what stands beside the tree is read: quotes, dates, bodies, indicators, facts."""

from roadmap.domain import planfile as written
from roadmap.domain.extras import (
    Body,
    Contradiction,
    Dependency,
    Extras,
    Fact,
    Indicator,
    Reading,
    Silence,
    Target,
)
from roadmap.domain.statements import Dated, Quote, Source, Statement


def read_extras(file: written.PlanFile) -> Extras:
    """All that a file says beside its tree."""
    return Extras(
        silences=tuple(
            Silence(silence_id=silent.id, label=silent.label, note=silent.note)
            for silent in file.not_in_text
        ),
        bodies=tuple(map(_body, file.bodies)),
        indicators=tuple(map(_indicator, file.indicators)),
        dependencies=tuple(
            Dependency(
                node_id=each.node, needs=each.needs, source=source(each.source), note=each.note
            )
            for each in file.dependencies
        ),
        contradictions=tuple(map(_contradiction, file.contradictions)),
        facts=tuple(map(_fact, file.facts)),
        columns=tuple(file.columns),
    )


def quote(file: written.QuoteFile) -> Quote:
    """A quotation as it is written."""
    return Quote(**file.model_dump())


def source(file: written.SourceFile) -> Source:
    """A source as it is written."""
    return Source(**file.model_dump())


def statement(file: written.DueFile | written.ActualFile, wording: str | None = None) -> Statement:
    """What a file states of one date, or why there is none."""
    return Statement(
        attr=file.attr,
        asserter=file.asserter,
        value=file.value(),
        undated_reason=file.undated_reason,
        mark=file.mark,
        edtf_mark=file.edtf_mark or file.mark,
        lines=file.lines,
        wording=wording,
    )


def _dated(file: written.KnownDateFile | None) -> Dated | None:
    return Dated(value=file.known(), mark=file.mark, lines=file.lines) if file else None


def _body(file: written.BodyFile) -> Body:
    return Body(
        body_id=file.id,
        name=file.name,
        mark=file.mark,
        lines=file.lines,
        role=quote(file.role) if file.role else None,
        note=file.note,
    )


def _indicator(file: written.IndicatorFile) -> Indicator:
    return Indicator(
        indicator_id=file.id,
        about=file.about,
        label=file.label,
        unit=file.unit,
        definition=file.definition,
        version=file.version,
        better=file.better,
        target=_target(file.target) if file.target else None,
        readings=tuple(map(_reading, file.readings)),
        note=file.note,
    )


def _target(file: written.TargetFile) -> Target:
    return Target(value=file.value, due=statement(file.due), mark=file.mark, lines=file.lines)


def _reading(file: written.ReadingFile) -> Reading:
    return Reading(
        value=file.value,
        approx=file.approx,
        as_of=_dated(file.as_of),
        mark=file.mark,
        lines=file.lines,
        source=source(file.source) if file.source else None,
        note=file.note,
    )


def _contradiction(file: written.ContradictionFile) -> Contradiction:
    return Contradiction(
        contradiction_id=file.id,
        about=tuple(file.about),
        lines=file.lines,
        what=file.what,
        done=file.done,
    )


def _fact(file: written.FactFile) -> Fact:
    return Fact(
        fact_id=file.id,
        about=file.about,
        label=file.label,
        quotes=tuple(map(quote, file.quotes)),
        date=_dated(file.date),
        note=file.note,
    )
