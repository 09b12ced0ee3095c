"""What roadmap says: promises of the plan, and what became of them."""

from datetime import date
from typing import ClassVar

from pydantic import BaseModel, ConfigDict

from contracts.envelope import Event
from contracts.values import PartialDate


class _Part(BaseModel):
    """A part of an event: frozen, and open to fields of tomorrow."""

    model_config = ConfigDict(frozen=True, extra="ignore", use_attribute_docstrings=True)


class Evidence(_Part):
    """Where a statement stands: a document and its lines, with how it was read."""

    source: str
    mark: str
    """S stated, R reconstructed, I inferred, N not in the text, X from another public source."""
    lines: str | None = None
    url: str | None = None
    sha256: str | None = None


class MilestoneDecision(_Part):
    """Who decided a change of date, when, and why."""

    decision_id: int
    body: str
    taken_on: date
    chosen: str
    """What was decided, in the words of the decision."""


class Ground(_Part):
    """One statement from which a status was computed."""

    attr: str
    """due, reported or actual."""
    asserter: str
    value: PartialDate | None
    """null: the statement is that there is no date."""
    mark: str


class Report(_Part):
    """When somebody outside the plan expects a milestone to be reached."""

    asserter: str
    """mic, digital-agency and so on."""
    value: PartialDate | None


class Slip(_Part):
    """How far the present date lies from an earlier one; null where nobody can tell."""

    baseline: str
    """What named the earlier date: a revision, or `decision-7`."""
    due: PartialDate | None
    """The earlier date."""
    direction: str
    """later, earlier, same or unknown."""
    days: int | None
    """Between the two deadline days; below 0: earlier."""
    months: int | None
    """Between two dates that are both months."""
    least_days: int | None
    """The least that it can be, given how exact the dates are."""
    most_days: int | None
    """The most that it can be."""


class MilestoneState(_Part):
    """All that is known of a milestone, so that nobody needs to ask."""

    milestone_id: str
    version: int
    """Of the milestone in roadmap: what `If-Match` takes."""
    label: str
    parents: list[str]
    """Ids from the plan downwards to the nearest heading."""
    kind: str
    """planned, planned_by_nation or actual."""
    wording: str | None
    """The plan's own verb, as 目指します; null when none is kept."""
    commitment: int | None
    """Strength of that wording, 5 done to 0 in view; null: none of the known words."""
    due: PartialDate | None
    """null: no date is promised, see `undated_reason`."""
    valid_from: date | None = None
    """From which day this date holds, or that there is none; a day to come: until then the date before it does.
    null: not told."""
    undated_reason: str | None
    reported: list[Report]
    actual: PartialDate | None
    status: str
    """Computed from the dates: planned, approaching, late_reported, undated, reached, reached_late,
    missed, unconfirmed or cancelled."""
    because: list[Ground]
    """The statements from which the status was computed."""
    slip: list[Slip]
    """Against each earlier date, the first one first."""
    slip_count: int
    """How often the date was moved; corrections are not counted."""
    total_slip: Slip | None
    """Against the first date; null: it never moved."""


class MilestoneEvent(MilestoneState, Event):
    """The full state of a milestone, as each event about one carries it."""

    ce_subject: ClassVar[str] = "milestone_id"

    plan_id: str
    revision: str | None
    """The revision of the plan that states the date; null when a decision after it does."""
    reason: str | None
    """Why the date is what it is, written for the public."""
    decision_id: int | None
    """The decision behind it; null: none is on record."""
    evidence: list[Evidence]
    backfill: bool
    """True for history told at the first load: nobody is alerted about it."""


class MilestoneScheduled(MilestoneEvent):
    """A revision of the plan promises a milestone, with a date or with the reason why it has none."""

    ce_type: ClassVar[str] = "machi.roadmap.milestone.scheduled.v1"


class MilestoneRescheduled(MilestoneEvent):
    """The promised date of a milestone was replaced by another, by a decision or a revision that gives its reason."""

    ce_type: ClassVar[str] = "machi.roadmap.milestone.rescheduled.v1"

    old_due: PartialDate | None
    new_due: PartialDate | None
    direction: str
    """later, earlier, same or unknown: how the new date lies to the old one."""
    decision: MilestoneDecision | None
    """null: a revision from before decisions were kept."""


class MilestoneApproached(MilestoneEvent):
    """The deadline day of a milestone is no further away than a threshold, and nothing says that it was reached."""

    ce_type: ClassVar[str] = "machi.roadmap.milestone.approached.v1"

    threshold: int
    """180, 90, 30 or 7 days; each is told once of one date."""
    days_left: int
    deadline_day: date
    """The last day that keeps the promise."""


class MilestoneReached(MilestoneEvent):
    """A milestone was reached, on the date that its evidence gives."""

    ce_type: ClassVar[str] = "machi.roadmap.milestone.reached.v1"

    on_time: str | None
    """yes, no or unknown; null: no date had been promised."""


class MilestoneMissed(MilestoneEvent):
    """The deadline day of a milestone is over, and nothing says that it was reached."""

    ce_type: ClassVar[str] = "machi.roadmap.milestone.missed.v1"

    deadline_day: date
    basis: str
    """no_record: nobody said anything; observed_not_reached: somebody expects it later."""


class MilestoneCancelled(MilestoneEvent):
    """A milestone is no longer planned, because a revision of the plan left it out or a decision stopped it."""

    ce_type: ClassVar[str] = "machi.roadmap.milestone.cancelled.v1"

    old_due: PartialDate | None
    """The last date that was promised; null: it never had one."""
    decision: MilestoneDecision | None
    """null: a revision left it out, and no decision behind that is on record."""


class PlanNode(_Part):
    """One place in the tree of a plan."""

    node_id: str
    kind: str
    """plan, perspective, initiative, bar, milestone, step, list or item."""
    parent: str | None
    place: int
    """Among its siblings, from 1."""
    label: str
    mark: str
    commitment: int | None
    extent: PartialDate | None
    """Of a bar or a step; null: not in the plan."""


class NodeCount(_Part):
    """How many nodes of a kind there are."""

    kind: str
    count: int


class PlanChange(_Part):
    """One difference between two revisions, in the tree or beside it."""

    kind: str
    """added, removed, moved, renamed, split, merged or reworded."""
    node_id: str
    """Of a node; of anything else, which `what` names, its own id."""
    others: list[str]
    """What it was split into, or what was merged into it."""
    before: str | None
    after: str | None
    what: str = "node"
    """node, indicator, reading, fact, body, dependency, contradiction, silence or revision."""
    label: str | None = None
    fields: list[str] = []
    """In what it differs: due, label, target, value and so on; empty where all of it came or went."""


class PlanRevised(Event):
    """A revision of the plan was taken over, with its whole tree and what it changes."""

    ce_type: ClassVar[str] = "machi.roadmap.plan.revised.v1"
    ce_subject: ClassVar[str] = "plan_id"

    plan_id: str
    revision: str
    supersedes: str | None
    adopted: PartialDate
    in_force_from: date
    """The first day on which it can be in force."""
    period: PartialDate | None
    """null: not in the plan."""
    sha256: str
    """Of what was loaded, as canonical JSON (RFC 8785)."""
    counts: list[NodeCount]
    nodes: list[PlanNode]
    changes: list[PlanChange]
    """Against the revision before; empty for the first one."""
    reason: str | None
    decision_id: int | None
    """null: a revision from before decisions were kept."""
    evidence: list[Evidence]
    backfill: bool
    """True for history told at the first load: nobody is alerted about it."""


class Stated(_Part):
    """One value of one attribute, or the reason why there is none."""

    value: PartialDate | None
    undated_reason: str | None
    mark: str


class AssertionCorrected(Event):
    """A statement had been recorded wrongly and was put right; what was promised did not change."""

    ce_type: ClassVar[str] = "machi.roadmap.assertion.corrected.v1"
    ce_subject: ClassVar[str] = "node_id"

    node_id: str
    kind: str
    label: str
    attr: str
    """due, reported or actual."""
    asserter: str
    before: Stated
    after: Stated
    valid_from: date
    """Of the statement that was wrong, and of the right one."""
    valid_until: date | None
    """The first day on which it is no longer in force; null: it still is."""
    reason: str
    """What was wrong, written for the public."""
    plan_id: str
    evidence: list[Evidence]
    backfill: bool
    milestone: MilestoneState | None
    """The milestone as it is now; null: the node is none."""


class DecisionTaken(Event):
    """Somebody who may decide about the plan did so; to do nothing is a decision too."""

    ce_type: ClassVar[str] = "machi.roadmap.decision.taken.v1"
    ce_subject: ClassVar[str] = "record_id"

    record_id: str
    """`decision-7`, after its number."""
    decision_id: int
    body: str
    taken_on: date
    effect: str
    """none, revise, correct, replan, stop or ask."""
    chosen: str
    """What was decided, in the words of the decision."""
    not_chosen: list[str]
    """What else was considered."""
    reason: str
    """Written for the public."""
    about: list[str]
    """Ids of the nodes that it is about."""
    evidence: list[Evidence]
    backfill: bool
