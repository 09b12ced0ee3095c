"""What roadmap does: load a plan, keep decisions, change dates and put them right."""

from datetime import datetime, timedelta

from chassis.saying import Say
from roadmap.handlers.changing import Moved, correct, decide, reschedule, tokyo_day, witness
from roadmap.handlers.loading import (
    answer,
    confirm,
    load_plan,
    look,
    look_again,
    take_over,
    waiting,
)
from roadmap.handlers.observing import observe
from roadmap.handlers.reminding import remind
from roadmap.handlers.telling import tell
from roadmap.store import Store

__all__ = [
    "KEEP_ANSWERS",
    "Moved",
    "answer",
    "confirm",
    "correct",
    "decide",
    "forget_answers",
    "load_plan",
    "look",
    "look_again",
    "observe",
    "remind",
    "reschedule",
    "take_over",
    "tell",
    "tokyo_day",
    "waiting",
    "witness",
]

KEEP_ANSWERS, KEEP_IMPORTS = timedelta(days=7), timedelta(days=90)


async def forget_answers(store: Store, _say: Say, now: datetime) -> None:
    """Drop the answers to requests that nobody will send again, and files that nobody confirmed."""
    await store.requests.forget(now - KEEP_ANSWERS)
    await store.imports.forget(now - KEEP_IMPORTS)
