"""What catalog keeps of a milestone it heard of, to show it beside the procedures it is for."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date

from catalog.domain.procedure import Procedure
from contracts.values import PartialDate


@dataclass(frozen=True, slots=True, kw_only=True)
class Move:
    """The last change of a milestone's date: what it was before, why, and who decided it."""

    previous_due: PartialDate | None  # None: it had no date
    reason: str | None
    decided_by: str | None  # None: no decision is on record
    decided_on: date | None


@dataclass(frozen=True, slots=True, kw_only=True)
class ShownMilestone:
    """A milestone as roadmap last told it; no part of any procedure's record."""

    milestone_id: str
    version: int  # of the milestone in roadmap
    label: str
    due: PartialDate | None  # None: there is no date, see `undated_reason`
    undated_reason: str | None
    actual: PartialDate | None
    move: Move | None  # None: the date stands as the plan names it
    page: str
    cancelled: bool = False  # it is not planned any more


def milestone_of(
    procedure: Procedure, heard: Mapping[str, ShownMilestone]
) -> ShownMilestone | None:
    """The milestone of the plan that a procedure belongs to; None when nothing was heard of it."""
    named = procedure.plan.milestone if procedure.plan else None
    return heard.get(named) if named else None


def ahead(milestones: Iterable[ShownMilestone], today: date) -> list[ShownMilestone]:
    """Those that are planned and dated, and not past their deadline day; the nearest first."""
    awaited = [one for one in milestones if not (one.actual or one.cancelled)]
    dated = [(one.due.deadline, one) for one in awaited if one.due]
    open_ones = [(day or date.max, one) for day, one in dated if day is None or day >= today]
    return [one for _, one in sorted(open_ones, key=lambda pair: (pair[0], pair[1].milestone_id))]
