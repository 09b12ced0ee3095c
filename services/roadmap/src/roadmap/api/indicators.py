"""What the plan measures, for machines to read: each value with the revision that states it."""

from fastapi import APIRouter, Request, Response

from contracts.values import PartialDate
from roadmap import domain
from roadmap.api.asking import Answer, AskedAt, AsOfAnswer, AtDesk, DatedAnswer, answered

router = APIRouter()


class ReadingAnswer(Answer):
    """One value of an indicator, which a newer revision does not take back by leaving it out."""

    value: float
    approx: bool
    as_of: PartialDate | None
    """null: not in the plan; such a value can be shown, but not compared."""
    mark: str
    lines: str | None
    source: str | None
    revision: str
    """The last one that states it; `lines` are those of its text."""
    version: int
    """Of the definition by which it was measured."""
    comparable: bool
    because: str | None
    """Why it can be compared with no other; null: with those of the same definition it can."""


class DayAnswer(Answer):
    """A date, and where it stands."""

    value: PartialDate
    mark: str
    lines: str | None


class TargetAnswer(Answer):
    """The value that is promised, and by when."""

    value: float
    mark: str
    lines: str | None
    due: DayAnswer | None
    """null: not in the plan."""
    undated_reason: str | None


class ReadingsAnswer(DatedAnswer):
    """All values of an indicator that were known, with what is measured."""

    indicator_id: str
    label: str
    unit: str
    definition: str | None
    """null: not in the plan."""
    version: int
    revision: str
    """The last one that measures it, whose words these are."""
    target: TargetAnswer | None
    """null: not in the plan."""
    readings: list[ReadingAnswer]
    """The earliest first; at the end those without a date."""


@router.get("/indicators/{indicator_id}/readings", response_model=ReadingsAnswer)
async def readings(request: Request, indicator_id: str, *, desk: AtDesk, at: AskedAt) -> Response:
    """The values of an indicator, with where they stand."""
    async with desk.read() as store:
        picture = await store.picture(at)
        measured = await store.plans.measured(at)
    found = {each.indicator.indicator_id: each for each in measured}
    if indicator_id not in found:
        raise domain.UnknownNode(indicator_id)
    return answered(request, _readings(found[indicator_id], picture), at)


def _readings(measured: domain.Measured, picture: domain.Picture) -> ReadingsAnswer:
    indicator = measured.indicator
    return ReadingsAnswer(
        as_of=AsOfAnswer.of(picture),
        indicator_id=indicator.indicator_id,
        label=indicator.label,
        unit=indicator.unit,
        definition=indicator.definition,
        version=indicator.version,
        revision=measured.revision_id,
        target=_target(measured.target) if measured.target else None,
        readings=[_reading(each, measured.because(each)) for each in measured.readings],
    )


def _target(target: domain.Target) -> TargetAnswer:
    due = target.due
    return TargetAnswer(
        value=float(target.value),
        mark=target.mark,
        lines=target.lines,
        due=DayAnswer(value=due.value, mark=due.edtf_mark, lines=due.lines) if due.value else None,
        undated_reason=due.undated_reason,
    )


def _reading(stated: domain.StatedReading, because: str | None) -> ReadingAnswer:
    reading = stated.reading
    return ReadingAnswer(
        value=float(reading.value),
        approx=reading.approx,
        as_of=reading.as_of.value if reading.as_of else None,
        mark=reading.mark,
        lines=reading.lines,
        source=reading.source.title if reading.source else None,
        revision=stated.revision_id,
        version=stated.version,
        comparable=because is None,
        because=because,
    )
