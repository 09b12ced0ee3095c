"""All events there are, by type: for the laws, the schemas and the documents."""

from contracts import catalog, notify, opendata, roadmap
from contracts.envelope import Event

EVENTS: dict[str, type[Event]] = {
    event.ce_type: event
    for event in (
        catalog.ProcedurePublished,
        roadmap.MilestoneScheduled,
        roadmap.MilestoneRescheduled,
        roadmap.MilestoneApproached,
        roadmap.MilestoneReached,
        roadmap.MilestoneMissed,
        roadmap.MilestoneCancelled,
        roadmap.PlanRevised,
        roadmap.AssertionCorrected,
        roadmap.DecisionTaken,
        opendata.DatasetPublished,
        notify.NoticeIssued,
    )
}
"""A new event takes its line here; without it no law is checked and no document names it."""
