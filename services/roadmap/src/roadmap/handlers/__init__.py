"""What roadmap does: load a plan, keep decisions, change dates and put them right."""

from datetime import datetime, timedelta

from chassis.saying import Say
from roadmap.handlers.changing import Moved, correct, decide, reschedule, tokyo_day, witness
from roadmap.handlers.loading import load_plan
from roadmap.handlers.reminding import remind
from roadmap.handlers.telling import tell
from roadmap.store import Store

__all__ = [
    "KEEP_ANSWERS",
    "Moved",
    "correct",
    "decide",
    "forget_answers",
    "load_plan",
    "remind",
    "reschedule",
    "tell",
    "tokyo_day",
    "witness",
]

KEEP_ANSWERS = timedelta(days=7)


async def forget_answers(store: Store, _say: Say, now: datetime) -> None:
    """Drop the answers to requests that nobody will send again."""
    await store.requests.forget(now - KEEP_ANSWERS)
