"""What we do when days pass: tell that a deadline day comes near, or is over."""

from datetime import datetime

from chassis.saying import Say
from contracts import roadmap as said
from roadmap.domain import OVER, Reminder, present, reminder
from roadmap.handlers import telling
from roadmap.store import Store


async def remind(store: Store, say: Say, now: datetime) -> None:
    """Tell what is due to be told, each once; after a pause the nearest threshold alone.

    Nothing is, as long as the day is the same and nothing was told or recorded.
    """
    at = present(now)
    if not await store.reminders.look(at.day):
        return
    told = await store.reminders.told()
    for milestone in await store.milestones(at):
        before = told.get((milestone.milestone_id, milestone.deadline or at.day), set[int]())
        due = reminder(milestone, before, at.day)
        if due:
            await store.reminders.keep(due, now=now)
            await telling.tell(store, say, _as_told(due, now))


def _as_told(due: Reminder, now: datetime) -> said.MilestoneEvent:
    day = present(now).day
    if due.threshold == OVER:
        return telling.as_missed(due.milestone, day)
    return telling.as_approached(due.milestone, day, due.threshold)
