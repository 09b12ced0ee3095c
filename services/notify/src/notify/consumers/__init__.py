"""What notify hears, and which handler hears it."""

import re
from datetime import UTC, datetime
from importlib.resources import files
from typing import Any

from chassis.hears import Line, react, view
from chassis.saying import Cause, Saying
from contracts.catalog import ProcedurePublished
from contracts.envelope import Event
from contracts.roadmap import (
    AssertionCorrected,
    MilestoneApproached,
    MilestoneCancelled,
    MilestoneMissed,
    MilestoneReached,
    MilestoneRescheduled,
    MilestoneScheduled,
    PlanRevised,
)
from notify import handlers
from notify.consumers.facts import facts, timed
from notify.domain import News, read_rules
from notify.store import Store
from pages.dates import TOKYO
from tending.rebuild import Views

RULES = read_rules((files("notify") / "data" / "rules.yaml").read_bytes(), "rules.yaml")
"""The rules that are shipped."""
PATH = re.compile(r"/(?![/\\])\S*")
"""A page of this site; links in our mails and on our pages lead nowhere else."""


async def announce(event: Event, store: Store, *, say: Saying, now: datetime) -> None:
    """Tell those who subscribe, as the rules say."""
    if say.cause:
        await handlers.announce(news(event, say.cause), store, rules=RULES, say=say, now=now)


def news(event: Event, cause: Cause) -> News:
    """An event as rules see it."""
    recorded = cause.recorded or datetime.min.replace(tzinfo=UTC)
    return News(
        event_id=cause.id,
        type=event.ce_type,
        recorded=recorded,
        page=event.page if PATH.fullmatch(event.page) else "/",
        facts={**facts(event), **timed(event, recorded.astimezone(TOKYO).date())},
    )


HEARS: list[Line[Any]] = [
    view(MilestoneScheduled, handlers.show_topic),
    react(MilestoneRescheduled, announce),
    react(MilestoneReached, announce),
    react(MilestoneApproached, announce),
    react(MilestoneMissed, announce),
    react(MilestoneCancelled, announce),
    react(AssertionCorrected, announce),
    react(PlanRevised, announce),
    react(ProcedurePublished, announce),
]

VIEWS = Views(hears=HEARS, tables=("heard_milestone",), store=Store)
"""What `rebuild` makes again from the log."""
