"""From which day on a decision can move what a table moves."""

from collections.abc import Sequence
from datetime import date

from roadmap.domain.changing.cells import Cells
from roadmap.domain.changing.editing import Edit


def decided_from(made: Sequence[Edit], known: Sequence[Cells], today: date) -> date | None:
    """The earliest day of a decision that moves these promises: none holds before the one it replaces.

    What is to hold later can be moved on any day until then. None: no row waits for a decision to say since when.
    """
    moved = {
        edit.subject_id
        for edit in made
        if edit.kind == "rescheduled" and not (edit.decision_id or edit.valid_from)
    }
    days = [
        date.fromisoformat(cells["valid_from"])
        for cells in known
        if cells["subject_id"] in moved and cells["attr"] == "due"
        if not (cells["valid_until"] or cells["recorded_until"])
    ]
    return max((day for day in days if day <= today), default=None)
