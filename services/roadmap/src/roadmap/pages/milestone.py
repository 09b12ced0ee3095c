"""The page of one milestone: what was promised, what moved and why, and what it rests on."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta

from fastapi import APIRouter, Request, Response

from roadmap import domain
from roadmap.pages.looking import (
    TOKYO,
    AskedAt,
    AtDesk,
    Look,
    Moment,
    empty,
    moment,
    not_then,
)
from roadmap.pages.revising import Revised, ended_by, revised
from roadmap.store import Store
from web import etags

router = APIRouter()

BECAUSE: dict[domain.Status, str] = {
    "cancelled": "計画の改訂で、計画から外れました。",
    "reached": "達成したという記録があります。",
    "reached_late": "達成したという記録がありますが、期日より後です。",
    "missed": "期日を過ぎましたが、達成したという記録がありません。",
    "unconfirmed": "ここで記録を始める前に期日を過ぎていて、結果がどこにも書かれていません。",
    "late_reported": "期日より後になるという報告があります。",
    "approaching": "期日が近づいています。",
    "planned": "期日は、まだ先です。",
    "undated": "期日が、計画に書かれていません。",
}
COUNTING: frozenset[domain.Status] = frozenset(["approaching", "planned", "late_reported"])
NOT_SURE = "期日に間に合ったかどうかは、判定できません。"


@dataclass(frozen=True, slots=True, kw_only=True)
class MilestonePage:
    """One milestone: its dates, its moves, and how it stands."""

    moment: Moment
    milestone: domain.Milestone
    last: domain.Milestone
    """The same as it was decided last, by what was known then."""
    standing: domain.Standing
    commitment: domain.Commitment | None
    recordings: Sequence[domain.Recording]
    known: Sequence[Revised]
    contradictions: Sequence[domain.Contradiction]
    over: domain.Reports | None
    """The list all of whose items it takes, with what is reported of them; None: it stands over none."""

    @property
    def because(self) -> str:
        """Why it stands so, in words."""
        if self.milestone.stopped and self.milestone.decision:
            return f"{self.milestone.decision.body}が、中止を決めました。"
        if self.standing.status == "undated":
            return _undated(self.milestone)
        said = BECAUSE[self.standing.status]
        return said + NOT_SURE if self.standing.on_time == "unknown" else said

    @property
    def days_left(self) -> int | None:
        """How many days are left until the deadline day; None: they are not counted."""
        deadline = self.milestone.deadline
        if deadline is None or self.standing.status not in COUNTING:
            return None
        return (deadline - self.moment.day).days

    @property
    def coming(self) -> Sequence[domain.Assertion]:
        """What is decided, and holds only after the day that is looked at."""
        return self.last.coming(self.moment.day)

    @property
    def leaves(self) -> date | None:
        """The day on which it is out of the plan, where that is decided; None: it stays, or has left."""
        return self.last.leaves_after(self.moment.day)

    def ended_by(self, each: domain.Recording) -> Revised | None:
        """The version that left it out; None: none did."""
        return ended_by(self.known, each)

    def before(self, each: domain.Recording) -> str:
        """This page as it was just before something was recorded."""
        return before(self.moment, each, self.milestone.page)

    def after(self, each: domain.Recording) -> str:
        """This page as it was when something had been recorded."""
        return after(self.moment, each, self.milestone.page)


def _undated(milestone: domain.Milestone) -> str:
    """Why there is no day to count to: the date has no end, a decision took it away, or the plan gives none."""
    due = milestone.due
    if due and due.value:
        return "期日に、終わりの日がありません。"
    if due and due.origin == "decided" and milestone.decision:
        return f"{milestone.decision.body}が、期日を定めないことを決めました。"
    return BECAUSE["undated"]


def before(moment: Moment, each: domain.Recording, page: str) -> str:
    """A page on the day a statement concerns, by what was known just before it was recorded."""
    return moment.at_instant(_concerns(each), each.at - timedelta(microseconds=1), page)


def after(moment: Moment, each: domain.Recording, page: str) -> str:
    """A page on the same day, by what was known from that instant on."""
    return moment.at_instant(_concerns(each), each.at, page)


def _concerns(each: domain.Recording) -> date:
    """The day on which it was recorded, or the first on which it changes anything, if that is later."""
    return max(each.begins, each.at.astimezone(TOKYO).date())


@router.get("/plan/milestones/{milestone_id}")
async def milestone(
    request: Request, milestone_id: str, *, desk: AtDesk, look: Look, at: AskedAt
) -> Response:
    """One milestone."""
    async with desk.read() as store:
        last = await store.milestone(milestone_id)  # refuses what never was one
        picture = await store.picture(at)
        found = next((m for m in picture.milestones if m.milestone_id == milestone_id), None)
        if found and at.known:
            last = await store.milestone(milestone_id, replace(domain.LATEST, known=at.known))
        recorded = await _recorded(store, milestone_id, at)
        known = await revised(store, at)
    seen = moment(request, picture, desk.now())
    if picture.too_early:
        return empty(request, look, seen)
    if found is None:
        return not_then(look, seen, milestone_id)
    over = picture.over(milestone_id)
    page = MilestonePage(
        moment=seen,
        milestone=found,
        last=last,
        standing=found.standing(seen.day),
        commitment=found.commitment,
        recordings=recorded,
        known=known,
        contradictions=[
            each for each in picture.extras.contradictions if milestone_id in each.about
        ],
        over=picture.reports_of(over) if over else None,
    )
    return etags.page(request, look.get_template("milestone.html").render(page=page))


async def _recorded(store: Store, milestone_id: str, at: domain.At) -> list[domain.Recording]:
    rows = await store.assertions.history(milestone_id)
    decisions = await store.decisions.of([row.decision_id for row in rows if row.decision_id])
    return domain.recordings(rows, decisions, at.known)
