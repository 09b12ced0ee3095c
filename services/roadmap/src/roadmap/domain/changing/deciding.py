"""Who decided what, and when a decision is the reason of a change."""

from collections.abc import Collection
from datetime import date

from contracts.values import Refusal
from roadmap.domain.assertions import Decision

EARLIEST = date(1868, 1, 1)
"""Before it there was no city that could have decided or reached anything: the year is a slip of the pen."""


class UnknownDecision(Refusal):
    """There is no such decision; record it first, or give it with the change."""


class UnknownAbout(Refusal):
    """The decision names what the plan never had; give the ids of its nodes in `about`."""


class NotDecidedYet(Refusal):
    """A decision can be recorded from the day on which it is taken, not before."""


class TooLongAgo(Refusal):
    """The day lies before there was a city: more likely a slip of the pen, and it would be shown to everyone."""


class NoReason(Refusal):
    """A date changes only with a reason."""


class NoDecision(Refusal):
    """A date moves only by a decision that names who decided what."""


class UnfitDecision(Refusal):
    """The decision on record is about something else, or decided something else than this."""


class DecidedBefore(Refusal):
    """The decision is older than what it would revise: `taken_on` lies before the revision that is in force."""


def naming(field: str, value: object) -> str:
    """How a refusal names the field that it is about."""
    return f"{field}: {value}"


def refuse_incomplete(decision: Decision, today: date) -> None:
    """Refuse a decision that does not say who decided what and why, or on a day that cannot be."""
    if not decision.reason.strip():
        raise NoReason(decision.chosen)
    if not (decision.body.strip() and decision.chosen.strip()):
        raise NoDecision(decision.chosen)
    if decision.taken_on > today:
        raise NotDecidedYet(naming("taken_on", decision.taken_on))
    if decision.taken_on < EARLIEST:
        raise TooLongAgo(naming("taken_on", decision.taken_on))


def refuse_unknown(decision: Decision, nodes: Collection[str]) -> None:
    """Refuse a decision about what is none of these nodes."""
    unknown = [node_id for node_id in decision.about if node_id not in nodes]
    if unknown:
        raise UnknownAbout(naming("about", ", ".join(unknown)))


def refuse_unfit(decision: Decision, mine: Collection[str], *effects: str) -> None:
    """A decision on record changes only what it is about, and only when it decided to."""
    concerned = not decision.about or set(mine) & set(decision.about)
    if decision.effect not in effects or not concerned:
        raise UnfitDecision(decision.record_id if decision.decision_id else decision.chosen)
