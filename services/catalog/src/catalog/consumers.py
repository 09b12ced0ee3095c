"""What catalog hears, and which handler hears it."""

from typing import Any

from catalog import handlers
from chassis.hears import Line, view
from contracts.roadmap import MilestoneReached, MilestoneRescheduled, MilestoneScheduled

HEARS: list[Line[Any]] = [
    view(MilestoneScheduled, handlers.show_milestone),
    view(MilestoneRescheduled, handlers.show_milestone),
    view(MilestoneReached, handlers.show_milestone),
]
