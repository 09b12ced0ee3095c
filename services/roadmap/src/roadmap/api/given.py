"""What machines may send: statements, corrections, decisions; everything that is computed is refused."""

from datetime import date
from typing import Annotated, Literal, Self, TypeAlias, cast

from pydantic import BaseModel, ConfigDict, Field, model_validator

from contracts.values import PartialDate
from roadmap import domain
from roadmap.domain.changing.vouching import MOST_SOURCES, DateText, Voucher, Words

COMPUTED = {
    "status": "the dates of the milestone, see `because`",
    "colour": "its status",
    "color": "its status",
    "progress": "nothing: a share of work done says nothing about a date",
    "percent": "nothing: a share of work done says nothing about a date",
    "slip": "its promised dates",
}
"""What nobody can type, and what it is computed from."""


NEEDED = {
    "decision": "a due date moves by a decision: give either `decision` or `decision_id`",
    "reason": "reason: say why the date moves",
    "undecided": "decision, decision_id: only of a due date",
    "asserter": "asserter: say who reports it, of `reported` and of nothing else",
    "value": "value: say when",
    "evidence": "evidence: name at least one source",
    "undated_reason": "undated_reason: only of what has no date",
    "valid_from": "valid_from: what was reached holds from its own day, leave it out",
}
_NAMED = domain.Decision(body="", taken_on=date.min, chosen="", reason="")


NodeId: TypeAlias = Annotated[str, Field(max_length=64, pattern=r"^[^\x00]+$")]


def _date(text: str | None) -> PartialDate | None:
    return domain.read_date_or_edtf(text) if text is not None else None


class Given(BaseModel):
    """A part of what is sent: no field that is not known."""

    model_config = ConfigDict(extra="forbid", use_attribute_docstrings=True)

    @model_validator(mode="before")
    @classmethod
    def _nothing_computed(cls, given: object) -> object:
        typed = cast("dict[str, object]", given if isinstance(given, dict) else {})
        for name in sorted(COMPUTED.keys() & typed.keys()):
            message = f"{name} cannot be given: it is computed from {COMPUTED[name]}"
            raise ValueError(message)
        return cast("object", given)


class EvidenceGiven(Voucher, Given):
    """Where a statement comes from."""


class DecisionGiven(Given):
    """Who decided what, and when."""

    body: Words
    taken_on: date
    chosen: Words
    not_chosen: Annotated[list[Words], Field(max_length=20)] = []
    """What else was considered."""
    effect: Literal["revise", "stop"] = "revise"
    """`stop` ends the milestone; it then has no date."""

    def decision(self, reason: str) -> domain.Decision:
        """The same as a value."""
        return domain.Decision(
            body=self.body,
            taken_on=self.taken_on,
            chosen=self.chosen,
            not_chosen=tuple(self.not_chosen),
            effect=self.effect,
            reason=reason,
        )


class AssertionGiven(Given):
    """A new due date, when it was reached, or when somebody expects it."""

    subject_id: NodeId
    attr: Literal["due", "reported", "actual"]
    value: DateText | None
    """As 令和9年12月 or 2027-12; null takes a due date away and needs `undated_reason`."""
    undated_reason: Words | None = None
    valid_from: date | None = None
    """In force from this day; null: from the day of the decision (where another date is decided to hold later, in its
    place), or today for a report. Not of what was reached: that holds from its own day."""
    asserter: Annotated[str | None, Field(pattern=domain.ASSERTER)] = None
    """Who reports it, as mic or digital-agency; only of `reported`."""
    reason: Words | None = None
    """Why a date moves; written for the public: it is shown and published. A decision on record has its own."""
    evidence: Annotated[list[EvidenceGiven], Field(max_length=MOST_SOURCES)] = []
    decision: DecisionGiven | None = None
    decision_id: Annotated[int | None, Field(ge=1, lt=2**63)] = None
    """A decision that is on record already, instead of `decision`."""

    @model_validator(mode="after")
    def _complete(self) -> Self:
        wrong = {
            "decision": self.attr == "due"
            and (self.decision is None) is (self.decision_id is None),
            "reason": self.attr == "due" and self.decision is not None and self.reason is None,
            "undecided": self.attr != "due" and any((self.decision, self.decision_id)),
            "asserter": (self.attr == "reported") is (self.asserter is None),
            "value": self.attr != "due" and self.value is None,
            "evidence": self.attr != "due" and not self.evidence,
            "undated_reason": self.value is not None and self.undated_reason is not None,
            "valid_from": self.attr == "actual" and self.valid_from is not None,
        }
        missing = [NEEDED[name] for name, holds in wrong.items() if holds]
        if missing:
            raise ValueError("; ".join(missing))
        return self

    def reschedule(self, today: date) -> domain.Reschedule:
        """A promise that moves; the decision is still to be found when it is only named."""
        given = self.decision
        decision = given.decision(self.reason or "") if given else _NAMED
        return domain.Reschedule(
            milestone_id=self.subject_id,
            value=_date(self.value),
            undated_reason=self.undated_reason,
            valid_from=self.valid_from,
            today=today,
            decision=decision,
            evidence=tuple(each.evidence() for each in self.evidence),
        )

    def reach(self, today: date) -> domain.Reach:
        """Something that happened."""
        return domain.Reach(
            milestone_id=self.subject_id,
            value=domain.read_date_or_edtf(self.value or ""),
            today=today,
            evidence=tuple(each.evidence() for each in self.evidence),
        )

    def report(self, today: date) -> domain.Report:
        """Something that an outside source expects."""
        return domain.Report(
            subject_id=self.subject_id,
            asserter=self.asserter or "",
            value=domain.read_date_or_edtf(self.value or ""),
            valid_from=self.valid_from or today,
            today=today,
            evidence=tuple(each.evidence() for each in self.evidence),
        )


class CorrectionGiven(Given):
    """What should have been recorded, and what was wrong."""

    value: DateText | None
    """null: there is no date (needs `undated_reason`), or it was never reached or reported."""
    undated_reason: Words | None = None
    reason: Words
    """What was wrong; written for the public: it is shown and published."""
    evidence: Annotated[list[EvidenceGiven], Field(max_length=MOST_SOURCES)] = []

    def command(self, assertion_id: int, today: date) -> domain.Correct:
        """The same, its date read."""
        return domain.Correct(
            assertion_id=assertion_id,
            value=_date(self.value),
            undated_reason=self.undated_reason,
            reason=self.reason,
            today=today,
            evidence=tuple(each.evidence() for each in self.evidence),
        )


class RecordedDecisionGiven(Given):
    """A decision about the plan; to do nothing is one too."""

    body: Words
    taken_on: date
    chosen: Words
    not_chosen: Annotated[list[Words], Field(max_length=20)] = []
    """What else was considered."""
    effect: domain.Effect
    reason: Words
    """Written for the public: it is shown and published."""
    about: Annotated[list[NodeId], Field(max_length=200)] = []
    """Ids of the nodes that it is about."""

    def decision(self) -> domain.Decision:
        """The same as a value."""
        said = self.model_dump(exclude={"about", "not_chosen"})
        return domain.Decision(**said, not_chosen=tuple(self.not_chosen), about=tuple(self.about))
