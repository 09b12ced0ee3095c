"""How statements, milestones and moments are answered to machines."""

from datetime import date, datetime
from typing import Self

from contracts import roadmap as said
from contracts.values import PartialDate
from roadmap import domain
from roadmap.api.asking import Answer
from roadmap.handlers import telling


class EvidenceAnswer(Answer):
    """Where a statement comes from."""

    source: str
    mark: str
    lines: str | None
    url: str | None
    sha256: str | None


class SpanAnswer(Answer):
    """From when until when; `until` is the first day or instant no longer, null: still."""

    since: date | datetime
    until: date | datetime | None


class AssertionAnswer(Answer):
    """One value of one attribute by one asserter, on two clocks."""

    assertion_id: int | None
    attr: str
    asserter: str
    value: PartialDate | None
    undated_reason: str | None
    mark: str
    evidence: list[EvidenceAnswer]
    valid: SpanAnswer
    recorded: SpanAnswer | None
    revision_id: str | None
    decision_id: int | None
    corrects: int | None
    """The statement that this one puts right; null: it is no correction."""
    why: str | None
    """What had been wrong; null: it is no correction."""
    taken_back: str | None
    """Why it was taken back and no other took its place; null: it was not."""


class ParentAnswer(Answer):
    """A heading above a milestone."""

    node_id: str
    label: str


class DecisionAnswer(Answer):
    """Who decided what, and when."""

    decision_id: int | None
    body: str
    taken_on: date
    effect: str
    chosen: str
    not_chosen: list[str]
    reason: str


class MilestoneAnswer(Answer):
    """A milestone at a moment."""

    milestone_id: str
    version: int | None
    """What `If-Match` takes; null: what was known in the past is asked for, and nobody can change that."""
    label: str
    kind: str
    parents: list[ParentAnswer]
    wording: str | None
    commitment: int | None
    due: AssertionAnswer | None
    reported: list[AssertionAnswer]
    actual: AssertionAnswer | None
    decision: DecisionAnswer | None
    """The decision by which the date came; null: it stands in the plan itself."""
    status: str
    """Computed from the dates; nobody can type it."""
    because: list[AssertionAnswer]
    """The statements from which the status follows."""
    on_time: str | None
    slip: list[said.Slip]
    """Against each earlier date, the first one first."""
    slip_count: int
    total_slip: said.Slip | None
    page: str
    """The page for people, behind the gateway."""

    @classmethod
    def of(cls, found: domain.Milestone, today: date, *, past: bool = False) -> Self:
        """What is answered of a milestone, as it stands on a day; `past`: by what was known then."""
        standing = found.standing(today)
        state = telling.state(found, today)
        shared = ("milestone_id", "label", "kind", "wording", "page")
        return cls.model_validate(
            {name: getattr(found, name) for name in shared}
            | {name: state[name] for name in ("commitment", "slip", "slip_count", "total_slip")}
            | {
                "version": None if past else found.version,
                "parents": found.parents,
                "due": found.due,
                "reported": found.reported,
                "actual": found.actual,
                "decision": found.decision,
                "status": standing.status,
                "because": standing.because,
                "on_time": standing.on_time,
            }
        )


class SpokenAnswer(Answer):
    """The event that was said: wait for it at `/api/<service>/heard?topic=&key=`."""

    event_id: str
    topic: str
    key: str
    sequence: int
