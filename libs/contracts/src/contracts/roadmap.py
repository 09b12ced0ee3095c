"""What roadmap says: promises of the plan, and what became of them."""

from datetime import date
from typing import ClassVar

from pydantic import BaseModel, ConfigDict

from contracts.envelope import Event
from contracts.values import PartialDate


class Evidence(BaseModel):
    """Where a statement stands: a document and its lines, with how it was read."""

    model_config = ConfigDict(frozen=True, extra="ignore", use_attribute_docstrings=True)

    source: str
    mark: str
    """S stated, R reconstructed, I inferred, N not in the text, X from another public source."""
    lines: str | None = None
    url: str | None = None
    sha256: str | None = None


class MilestoneDecision(BaseModel):
    """Who decided a change of date, when, and why."""

    model_config = ConfigDict(frozen=True, extra="ignore", use_attribute_docstrings=True)

    decision_id: int
    body: str
    taken_on: date
    chosen: str
    """What was decided, in the words of the decision."""


class MilestoneEvent(Event):
    """The full state of a milestone, as each event about one carries it."""

    ce_subject: ClassVar[str] = "milestone_id"

    milestone_id: str
    version: int
    """Of the milestone in roadmap: what `If-Match` takes."""
    plan_id: str
    revision: str | None
    """The revision of the plan that states the date; null when a decision after it does."""
    label: str
    parents: list[str]
    """Ids from the plan downwards to the nearest heading."""
    kind: str
    """planned, planned_by_nation or actual."""
    wording: str | None
    """The plan's own verb, as 目指します; null when none is kept."""
    due: PartialDate | None
    """null: the plan gives no date, see `undated_reason`."""
    undated_reason: str | None
    actual: PartialDate | None
    reason: str | None
    """Why the date is what it is, written for the public."""
    evidence: list[Evidence]
    backfill: bool
    """True for history told at the first load: nobody is alerted about it."""


class MilestoneScheduled(MilestoneEvent):
    """A revision of the plan promises a milestone, with a date or with the reason why it has none."""

    ce_type: ClassVar[str] = "machi.roadmap.milestone.scheduled.v1"


class MilestoneRescheduled(MilestoneEvent):
    """The promised date of a milestone was replaced by another, by a decision that gives its reason."""

    ce_type: ClassVar[str] = "machi.roadmap.milestone.rescheduled.v1"

    old_due: PartialDate | None
    new_due: PartialDate | None
    direction: str
    """later, earlier, same or unknown: how the new date lies to the old one."""
    decision: MilestoneDecision


class MilestoneReached(MilestoneEvent):
    """A milestone was reached, on the date that its evidence gives."""

    ce_type: ClassVar[str] = "machi.roadmap.milestone.reached.v1"
