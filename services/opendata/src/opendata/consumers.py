"""What opendata hears, and which handler hears it.

A version is the consequence of an event, so it must name its cause and count its hops, or a circle
would have no end. Only a reaction knows its cause; hence all lines are reactions, which note beside
the row what it waits for. The row itself comes from the event alone: so `rebuild` has its view.
"""

from typing import Any

from chassis.hears import Line, react, view
from contracts.catalog import ProcedurePublished
from contracts.roadmap import (
    AssertionCorrected,
    MilestoneApproached,
    MilestoneCancelled,
    MilestoneMissed,
    MilestoneReached,
    MilestoneRescheduled,
    MilestoneScheduled,
)
from opendata import handlers
from opendata.store import Store
from tending.rebuild import Views

HEARS: list[Line[Any]] = [
    react(ProcedurePublished, handlers.hear_procedure),
    react(MilestoneScheduled, handlers.hear_milestone),
    react(MilestoneRescheduled, handlers.hear_milestone),
    react(MilestoneReached, handlers.hear_milestone),
    react(MilestoneApproached, handlers.hear_milestone),
    react(MilestoneMissed, handlers.hear_milestone),
    react(MilestoneCancelled, handlers.hear_milestone),
    react(AssertionCorrected, handlers.hear_corrected),
]

VIEWS = Views(
    hears=[
        view(ProcedurePublished, handlers.show_procedure),
        view(MilestoneScheduled, handlers.show_milestone),
        view(MilestoneRescheduled, handlers.show_milestone),
        view(MilestoneReached, handlers.show_milestone),
        view(MilestoneApproached, handlers.show_milestone),
        view(MilestoneMissed, handlers.show_milestone),
        view(MilestoneCancelled, handlers.show_milestone),
        view(AssertionCorrected, handlers.show_corrected),
    ],
    tables=("shown_procedure", "shown_milestone"),
    store=Store,
)
"""What `rebuild` makes again from the log; what waits, and the versions, are facts and stay."""
