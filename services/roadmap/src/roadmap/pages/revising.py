"""The versions of the plan's text, as the pages of what changed name them: when each came, and who decided it."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from roadmap import domain
from roadmap.store import Store


@dataclass(frozen=True, slots=True, kw_only=True)
class Revised:
    """A version of the plan's text, and when it became known here."""

    revision: domain.Revision
    at: datetime
    decision: domain.Decision | None
    """By which it was taken over; None: no decision is on record."""

    @property
    def past(self) -> datetime:
        """The last instant at which it was not known."""
        return self.at - timedelta(microseconds=1)


async def revised(store: Store, at: domain.At) -> list[Revised]:
    """Every version that was known at a moment, newest first, also those that begin later."""
    since = await store.plans.recorded()
    found = await store.plans.records(replace(domain.LATEST, known=at.known))
    decisions = await store.decisions.of([number for *_, number in found if number])
    return [
        Revised(
            revision=revision,
            at=since[revision.revision_id],
            decision=decisions.get(number) if number else None,
        )
        for revision, _, number in found
    ]


def ended_by(known: Sequence[Revised], each: domain.Recording) -> Revised | None:
    """The version that left something out: both were recorded at one instant; None: none did."""
    if each.kind != "ended":
        return None
    return next((version for version in known if version.at == each.at), None)
