"""The milestones as a table for people: a row for each, with what is computed from its dates."""

from collections.abc import Iterable
from datetime import date

from contracts.values import PartialDate
from roadmap.domain import Assertion, Evidence, Milestone, level_of
from roadmap.domain.changing.cells import Cells
from roadmap.exports.labels import STATUS
from roadmap.exports.publishing import Publisher
from roadmap.exports.tables import Row
from roadmap.exports.wording import shown

COLUMNS: Row = (
    "milestone_id",
    "label",
    "initiative",
    "kind",
    "due",
    "due_text",
    "undated_reason",
    "forecast",
    "reported",
    "reported_by",
    "actual",
    "actual_text",
    "status",
    "status_text",
    "slip_count",
    "slip_direction",
    "slip_days",
    "slip_months",
    "first_due",
    "commitment",
    "wording",
    "source",
    "lines",
    "page",
)
"""In their order. What cannot be known is an empty cell."""


def rows(milestones: Iterable[Milestone], day: date, publisher: Publisher) -> list[Cells]:
    """A row for each by its id, as it stands on a day."""
    ordered = sorted(milestones, key=lambda each: each.milestone_id)
    return [_row(each, day, publisher) for each in ordered]


def _row(milestone: Milestone, day: date, publisher: Publisher) -> Cells:
    due, actual = _value(milestone.due), _value(milestone.actual)
    standing = milestone.status(day)
    cells = {
        "milestone_id": milestone.milestone_id,
        "label": milestone.label,
        "initiative": milestone.parents[-1].node_id if milestone.parents else None,
        "kind": milestone.kind,
        "due": due.edtf if due else None,
        "due_text": shown(due) if due else None,
        "undated_reason": milestone.due.undated_reason if milestone.due else None,
        "reported": _joined(row.value.edtf for row in milestone.reported if row.value),
        "reported_by": _joined(row.asserter for row in milestone.reported if row.value),
        "actual": actual.edtf if actual else None,
        "actual_text": shown(actual) if actual else None,
        "status": standing,
        "status_text": STATUS[standing],
        "slip_count": milestone.slip_count,
        **_slip(milestone),
        "commitment": level_of(milestone.commitment),
        "wording": milestone.wording,
        "source": _joined(each.source for each in _evidence(milestone)),
        "lines": _joined(each.lines or "" for each in _evidence(milestone)),
        "page": publisher.address(milestone.page),
    }
    return {name: "" if cells.get(name) is None else str(cells[name]) for name in COLUMNS}


def _slip(milestone: Milestone) -> dict[str, object]:
    """Against the first date that was promised; nothing when it never moved."""
    slip = milestone.total_slip
    if slip is None:
        return {}
    first = milestone.baselines[0].promise.value
    return {
        "slip_direction": slip.direction,
        "slip_days": slip.days,
        "slip_months": slip.months,
        "first_due": first.edtf if first else None,
    }


def _value(said: Assertion | None) -> PartialDate | None:
    return said.value if said else None


def _evidence(milestone: Milestone) -> list[Evidence]:
    """What the date and what happened rest on, each once."""
    said = (milestone.due, milestone.actual)
    return list(dict.fromkeys(each for row in said if row for each in row.evidence))


def _joined(words: Iterable[str]) -> str:
    return "; ".join(words)
