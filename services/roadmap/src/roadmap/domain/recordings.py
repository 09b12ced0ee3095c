"""What was recorded about dates, instant by instant: promised, moved, put right, reached."""

from collections import defaultdict
from collections.abc import Hashable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Literal, TypeAlias

from roadmap.domain.asof import At
from roadmap.domain.assertions import Assertion, Decision, Valid
from roadmap.domain.milestones import same_date
from roadmap.domain.slip import Slip, slip
from roadmap.domain.statements import Attribute

RecordingKind: TypeAlias = Literal[
    "stated", "revised", "decided", "ended", "corrected", "withdrawn", "reached", "reported"
]
WITNESSED: dict[Attribute, RecordingKind] = {"actual": "reached", "reported": "reported"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Recording:
    """What one instant did to one date: the statement before, and the one after."""

    kind: RecordingKind
    at: datetime
    before: Assertion | None
    after: Assertion | None  # None: the date was taken back, or left out by a revision
    decision: Decision | None
    held: Assertion | None = None
    """Of what a revision left out: the statement with the day until which it held."""

    @property
    def valid(self) -> Valid:
        """The days for which it says something; of what was left out, those for which it did."""
        return (self.held or self.said).valid

    @property
    def begins(self) -> date:
        """The first day on which it changes anything; of what was left out, that on which it is gone."""
        gone = self.held.valid.until if self.held else None
        return gone or self.valid.since

    @property
    def said(self) -> Assertion:
        """The statement that it is about: the new one, or that which is gone."""
        found = self.after or self.before
        assert found  # noqa: S101 every recording has one of them
        return found

    @property
    def correction(self) -> bool:
        """Whether something had been recorded wrongly; else the plan or the world changed."""
        return self.kind in ("corrected", "withdrawn")

    @property
    def stopped(self) -> bool:
        """Whether a decision ended the milestone."""
        return bool(self.kind == "decided" and self.decision and self.decision.effect == "stop")

    @property
    def why(self) -> str | None:
        """What had been recorded wrongly, in somebody's words; None: nothing, or nobody said."""
        if not self.correction:
            return None
        return self.after.why if self.after else self.said.taken_back

    @property
    def again(self) -> bool:
        """Whether a revision states once more what was promised already: nothing changed."""
        stated = self.before and self.after and self.after.revision_id and not self.correction
        return bool(stated and self.before and self.after and same_date(self.before, self.after))

    @property
    def slip(self) -> Slip | None:
        """How far the date moved; None: no date stood before or stands after."""
        values = [said.value if said else None for said in (self.before, self.after)]
        return slip(*values) if all(values) else None


def recordings(
    rows: Iterable[Assertion], decisions: Mapping[int, Decision], known: datetime | None = None
) -> list[Recording]:
    """Tell what each instant did, newest first, from all rows of some dates, as known at an instant."""
    begun, closed = _by_instant(rows, known)
    found = [
        _recording(at, begun[(subject, at)], closed[(subject, at)], decisions=decisions)
        for subject, at in {**begun, **closed}
    ]
    news = (each for each in found if not each.again)
    return sorted(news, key=lambda each: (each.at, each.said.subject_id), reverse=True)


def gathered(told: Iterable[Recording]) -> list[tuple[Recording, ...]]:
    """The same, what one source first reports of many things taken together: it was read once."""
    groups: dict[Hashable, list[Recording]] = {}
    for place, each in enumerate(told):
        groups.setdefault(_read_from(each) or place, []).append(each)
    return [tuple(group) for group in groups.values()]


def _read_from(each: Recording) -> Hashable | None:
    """Of a first report, what others that were read at the same place have in common with it."""
    said = each.said
    if each.kind != "reported" or each.before:
        return None
    return (said.asserter, said.value and said.value.edtf, said.evidence, said.valid)


_Key: TypeAlias = tuple[tuple[str, str, str], datetime]
_Rows: TypeAlias = dict[_Key, list[Assertion]]


def known_by(rows: Iterable[Assertion], at: At) -> list[Assertion]:
    """The rows that were recorded by then, as they stood; of a day that was asked for, those begun by it."""
    return [
        row.as_known(at.known)
        for row in rows
        if row.recorded and not _after(row.recorded.since, at.known)
        if not at.valid_asked or row.valid.since <= at.day
    ]


def _by_instant(rows: Iterable[Assertion], known: datetime | None) -> tuple[_Rows, _Rows]:
    """The rows that began, and those that ended, by date and instant."""
    begun: _Rows = defaultdict(list)
    closed: _Rows = defaultdict(list)
    for row, span in ((row, row.recorded) for row in rows):
        if span is None or _after(span.since, known):
            continue
        # A promise has one place, whoever makes it; reports stand beside one another.
        whose = (row.subject_id, row.attr, row.asserter if row.attr == "reported" else "")
        begun[(whose, span.since)].append(row)
        if span.until and not _after(span.until, known):
            closed[(whose, span.until)].append(row)
    return begun, closed


def _after(instant: datetime, known: datetime | None) -> bool:
    return known is not None and instant > known


def _recording(
    at: datetime,
    begun: Sequence[Assertion],
    closed: Sequence[Assertion],
    *,
    decisions: Mapping[int, Decision],
) -> Recording:
    before = max(closed, key=lambda row: row.valid.since, default=None)
    new = next((row for row in begun if not _entered_again(row, closed)), None)
    decided = new.decision_id if new else None
    return Recording(
        kind=_kind(new, closed, begun),
        at=at,
        before=before,
        after=new,
        decision=decisions.get(decided) if decided else None,
        held=None if new else max(begun, key=lambda row: row.valid.since, default=None),
    )


def _entered_again(row: Assertion, closed: Sequence[Assertion]) -> bool:
    """Whether it only says until when an older statement held."""
    return any(
        row.valid.since == old.valid.since
        and row.valid.until != old.valid.until
        and row.corrects != old.assertion_id
        for old in closed
    )


def _kind(
    new: Assertion | None, closed: Sequence[Assertion], begun: Sequence[Assertion]
) -> RecordingKind:
    if new is None:
        return "ended" if begun else "withdrawn"
    if any(new.corrects == old.assertion_id for old in closed):
        return "corrected"
    if new.attr != "due" and not new.revision_id:
        return WITNESSED[new.attr]
    if not closed:
        return "stated"
    return "decided" if new.origin == "decided" else "revised"
