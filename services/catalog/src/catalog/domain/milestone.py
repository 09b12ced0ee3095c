"""What catalog keeps of a milestone it heard of, to show it beside the procedures it is for."""

from dataclasses import dataclass

from contracts.values import PartialDate


@dataclass(frozen=True, slots=True, kw_only=True)
class ShownMilestone:
    """A milestone as roadmap last told it; no part of any procedure's record."""

    milestone_id: str
    label: str
    due: PartialDate | None  # None: the plan names no date
    actual: PartialDate | None
    previous_due: PartialDate | None  # None: the date was never moved
    reason: str | None
    decided_by: str | None
    page: str
