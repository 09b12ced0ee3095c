"""What roadmap does: load a plan, keep decisions, change dates and put them right."""

from datetime import datetime, timedelta

from chassis.saying import Say
from roadmap.handlers.changing import Moved, correct, decide, reach, reschedule, tokyo_day
from roadmap.handlers.loading import (
    answer,
    confirm,
    hold_still,
    load_plan,
    look,
    look_again,
    read,
    take_over,
    waiting,
)
from roadmap.handlers.observing import observe, report, reportable
from roadmap.handlers.proving import Blanked, blank, prove
from roadmap.handlers.reminding import remind
from roadmap.handlers.tabling import (
    TableRun,
    confirm_table,
    look_at_table,
    read_table,
    take_table_over,
)
from roadmap.handlers.telling import tell
from roadmap.store import Store

__all__ = [
    "KEEP_ANSWERS",
    "Blanked",
    "Moved",
    "TableRun",
    "answer",
    "blank",
    "confirm",
    "confirm_table",
    "correct",
    "decide",
    "forget_answers",
    "hold_still",
    "load_plan",
    "look",
    "look_again",
    "look_at_table",
    "observe",
    "prove",
    "reach",
    "read",
    "read_table",
    "remind",
    "report",
    "reportable",
    "reschedule",
    "take_over",
    "take_table_over",
    "tell",
    "tokyo_day",
    "waiting",
]

KEEP_ANSWERS, KEEP_IMPORTS = timedelta(days=7), timedelta(days=90)


async def forget_answers(store: Store, _say: Say, now: datetime) -> None:
    """Drop the answers to requests that nobody will send again, and files that nobody confirmed."""
    await store.requests.forget(now - KEEP_ANSWERS)
    await store.imports.forget(now - KEEP_IMPORTS)
