"""What catalog hears, and which handler hears it."""

from typing import Any

from catalog import handlers
from catalog.store import Store
from chassis.hears import Line, dated_view
from contracts.notify import NoticeIssued
from contracts.opendata import DatasetPublished
from contracts.roadmap import (
    AssertionCorrected,
    DecisionTaken,
    MilestoneApproached,
    MilestoneCancelled,
    MilestoneMissed,
    MilestoneReached,
    MilestoneRescheduled,
    MilestoneScheduled,
    PlanRevised,
)
from tending.rebuild import Views

HEARS: list[Line[Any]] = [
    dated_view(MilestoneScheduled, handlers.show_milestone),
    dated_view(MilestoneRescheduled, handlers.show_milestone),
    dated_view(MilestoneReached, handlers.show_milestone),
    dated_view(MilestoneCancelled, handlers.show_milestone),
    dated_view(AssertionCorrected, handlers.show_corrected),
    dated_view(MilestoneApproached, handlers.show_page),
    dated_view(MilestoneMissed, handlers.show_page),
    dated_view(DecisionTaken, handlers.show_page),
    dated_view(PlanRevised, handlers.show_page),
    dated_view(DatasetPublished, handlers.show_page),
    dated_view(NoticeIssued, handlers.show_page),
]

VIEWS = Views(hears=HEARS, tables=("shown_milestone", "neighbour_page"), store=Store)
"""What `rebuild` makes again from the log."""
