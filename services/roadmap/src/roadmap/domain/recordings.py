"""What was recorded about dates, instant by instant: promised, moved, put right, reached."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Literal, TypeAlias

from roadmap.domain.assertions import Assertion, Decision
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


_Key: TypeAlias = tuple[tuple[str, str, str], datetime]
_Rows: TypeAlias = dict[_Key, list[Assertion]]


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
    return "decided" if new.decision_id else "revised"
