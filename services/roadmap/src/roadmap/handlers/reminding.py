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
    if not await store.reminders.look(present(now).day):
        return
    asked = {each.milestone.milestone_id for each in await _due(store, now)}
    if not asked:
        return

    # A date may move until its milestone is locked; told afterwards, the old one would pass for the newest.
    await store.plans.lock(*asked)
    due = [each for each in await _due(store, now) if each.milestone.milestone_id in asked]

    for each in due:
        await store.reminders.keep(each, now=now)
    await telling.tell(store, say, *(_as_told(each, now) for each in due))


async def _due(store: Store, now: datetime) -> list[Reminder]:
    """What is to be told of all milestones, by what is known now."""
    at, told = present(now), await store.reminders.told()
    found = [
        reminder(each, told.get((each.milestone_id, each.deadline or at.day), set[int]()), at.day)
        for each in await store.milestones(at)
    ]
    return [each for each in found if each]


def _as_told(due: Reminder, now: datetime) -> said.MilestoneEvent:
    day = present(now).day
    if due.threshold == OVER:
        return telling.as_missed(due.milestone, day)
    return telling.as_approached(due.milestone, day, due.threshold)
