"""What catalog hears, and which handler hears it."""

from typing import Any

from catalog import handlers
from catalog.store import Store
from chassis.hears import Line, view
from contracts.roadmap import MilestoneReached, MilestoneRescheduled, MilestoneScheduled
from tending.rebuild import Views

HEARS: list[Line[Any]] = [
    view(MilestoneScheduled, handlers.show_milestone),
    view(MilestoneRescheduled, handlers.show_milestone),
    view(MilestoneReached, handlers.show_milestone),
]

VIEWS = Views(hears=HEARS, tables=("shown_milestone",), store=Store)
"""What `rebuild` makes again from the log."""
