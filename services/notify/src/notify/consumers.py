"""What notify hears, and which handler hears it."""

import re
from collections.abc import Mapping
from datetime import UTC, datetime
from importlib.resources import files
from typing import Any

from chassis.hears import Line, react, view
from chassis.saying import Cause, Saying
from contracts.catalog import ProcedurePublished
from contracts.envelope import Event
from contracts.roadmap import MilestoneReached, MilestoneRescheduled, MilestoneScheduled
from contracts.values import PartialDate
from notify import handlers
from notify.domain import News, read_rules
from notify.store import Store
from pages.dates import japanese_text
from tending.rebuild import Views

RULES = read_rules((files("notify") / "data" / "rules.yaml").read_bytes(), "rules.yaml")
"""The rules that are shipped."""
NO_DATE = "期日なし"
PATH = re.compile(r"/(?![/\\])\S*")
"""A page of this site; links in our mails and on our pages lead nowhere else."""


async def announce(event: Event, store: Store, *, say: Saying, now: datetime) -> None:
    """Tell those who subscribe, as the rules say."""
    if say.cause:
        await handlers.announce(news(event, say.cause), store, rules=RULES, say=say, now=now)


def news(event: Event, cause: Cause) -> News:
    """An event as rules see it."""
    return News(
        event_id=cause.id,
        type=event.ce_type,
        recorded=cause.recorded or datetime.min.replace(tzinfo=UTC),
        page=event.page if PATH.fullmatch(event.page) else "/",
        facts=facts(event),
    )


def facts(event: Event) -> Mapping[str, str | bool | None]:
    """What an event tells, in words; `domain.FACTS` names them."""
    match event:
        case MilestoneRescheduled():
            return {
                **_of_milestone(event.label, event.parents, backfill=event.backfill),
                "reason": event.reason,
                "old_due": _date(event.old_due),
                "new_due": _date(event.new_due),
                "body": event.decision.body if event.decision else None,
                "taken_on": japanese_text(event.decision.taken_on, weekday=False)
                if event.decision
                else None,
            }
        case MilestoneReached():
            return {
                **_of_milestone(event.label, event.parents, backfill=event.backfill),
                "reason": event.reason,
                "actual": _date(event.actual) if event.actual else None,
            }
        case ProcedurePublished():
            return {
                "name": event.name,
                "initiative": event.plan.initiative if event.plan else None,
                "backfill": event.backfill,
                "change": event.change,
                "summary": event.summary,
            }
        case _:
            return {}


def _of_milestone(
    label: str, parents: list[str], *, backfill: bool
) -> dict[str, str | bool | None]:
    return {
        "label": label,
        "initiative": handlers.initiative_of(parents),
        "backfill": backfill,
    }


def _date(value: PartialDate | None) -> str:
    return japanese_text(value, weekday=False) if value else NO_DATE


HEARS: list[Line[Any]] = [
    view(MilestoneScheduled, handlers.show_topic),
    react(MilestoneRescheduled, announce),
    react(MilestoneReached, announce),
    react(ProcedurePublished, announce),
]

VIEWS = Views(hears=HEARS, tables=("heard_milestone",), store=Store)
"""What `rebuild` makes again from the log."""
