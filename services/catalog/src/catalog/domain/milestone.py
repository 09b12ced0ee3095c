"""What catalog keeps of a milestone it heard of, to show it beside the procedures it is for."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date
from typing import Self

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
class Promise:
    """What is promised of a milestone from a later day on; until then another promise holds."""

    valid_from: date
    due: PartialDate | None  # None: there is no date, see `undated_reason`
    undated_reason: str | None
    move: Move | None
    cancelled: bool


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
    to_come: tuple[Promise, ...] = ()  # decided for days after it was told, the next one first

    def on(self, day: date) -> Self:
        """The same as it stands on a day: the last of what was to come by then holds."""
        begun = [one for one in self.to_come if one.valid_from <= day]
        if not begun:
            return self
        rest = tuple(one for one in self.to_come if one.valid_from > day)
        return self._promising(begun[-1], to_come=rest)

    def only_from(self, day: date, before: Self) -> Self:
        """The same, where its promise holds only from a day on, and until then what was known before."""
        promise = Promise(
            valid_from=day,
            due=self.due,
            undated_reason=self.undated_reason,
            move=self.move,
            cancelled=self.cancelled,
        )
        sooner = (one for one in before.to_come if one.valid_from < day)
        return self._promising(before, to_come=(*sooner, promise))

    def _promising(self, one: Promise | Self, *, to_come: tuple[Promise, ...]) -> Self:
        return replace(
            self,
            due=one.due,
            undated_reason=one.undated_reason,
            move=one.move,
            cancelled=one.cancelled,
            to_come=to_come,
        )

    @property
    def begun(self) -> bool:
        """Whether anything of it holds already: else the plan has it only from a later day on."""
        return bool(self.due or self.undated_reason or self.actual or not self.to_come)


def milestone_of(
    procedure: Procedure, heard: Mapping[str, ShownMilestone], today: date
) -> ShownMilestone | None:
    """The milestone of the plan that a procedure belongs to; None when nothing was heard of it."""
    named = procedure.plan.milestone if procedure.plan else None
    found = heard.get(named) if named else None
    return found.on(today) if found else None


def ahead(milestones: Iterable[ShownMilestone], today: date) -> list[ShownMilestone]:
    """Those that are planned and dated, and not past their deadline day; the nearest first."""
    present = [one.on(today) for one in milestones]
    awaited = [one for one in present if not (one.actual or one.cancelled)]
    dated = [(one.due.deadline, one) for one in awaited if one.due]
    open_ones = [(day or date.max, one) for day, one in dated if day is None or day >= today]
    return [one for _, one in sorted(open_ones, key=lambda pair: (pair[0], pair[1].milestone_id))]
