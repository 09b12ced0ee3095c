"""Milestones for machines to read, at any moment on two clocks."""

from dataclasses import dataclass
from datetime import date
from typing import Annotated, TypeAlias

from fastapi import APIRouter, Depends, Query, Request, Response

from contracts import roadmap as said
from roadmap import domain
from roadmap.api.answers import AsOfAnswer, AssertionAnswer, MilestoneAnswer
from roadmap.api.asking import Answer, AskedAt, AtDesk, Paged, answered, standing_day
from roadmap.handlers import telling
from roadmap.store import Store
from web import cursors, etags

router = APIRouter()

Day: TypeAlias = Annotated[date | None, Query()]
Name: TypeAlias = Annotated[str | None, Query(max_length=64)]


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """Which milestones are asked for; what is not given excludes nothing."""

    status: Name = None
    initiative: Name = None
    from_: Annotated[date | None, Query(alias="from")] = None
    """Due on this day or later."""
    to: Day = None
    """Due on this day or earlier."""
    moved_since: Day = None
    """Its date was moved, in force from this day or later."""

    def has(self, milestone: domain.Milestone, day: date) -> bool:
        """Whether a milestone is one of them, as it stands on a day."""
        above = {parent.node_id for parent in milestone.parents}
        return (
            self.status in (None, milestone.status(day))
            and (self.initiative is None or self.initiative in above)
            and self._in_span(milestone.deadline)
            and self._moved(milestone)
        )

    def _in_span(self, deadline: date | None) -> bool:
        if deadline is None:
            return self.from_ is None and self.to is None
        return (self.from_ or deadline) <= deadline <= (self.to or deadline)

    def _moved(self, milestone: domain.Milestone) -> bool:
        if self.moved_since is None:
            return True
        due = milestone.due
        return bool(milestone.slip_count and due and due.valid.since >= self.moved_since)


class MilestonesAnswer(Answer):
    """A page of milestones; the Link header leads to the next."""

    as_of: AsOfAnswer
    milestones: list[MilestoneAnswer]


class OneMilestoneAnswer(MilestoneAnswer):
    """A milestone, and the moment at which it was so."""

    as_of: AsOfAnswer


class HistoryAnswer(Answer):
    """Every row of a milestone's dates, as they were recorded."""

    milestone_id: str
    history: list[AssertionAnswer]


class SlipAnswer(Answer):
    """How far the date of a milestone lies from each that was promised before."""

    as_of: AsOfAnswer
    milestone_id: str
    slip: list[said.Slip]
    slip_count: int
    """How often the date was moved; corrections are not counted."""
    total_slip: said.Slip | None
    """Against the first; null: it never moved."""


@router.get("/milestones", response_model=MilestonesAnswer)
async def milestones(
    request: Request,
    *,
    desk: AtDesk,
    at: AskedAt,
    wanted: Annotated[Wanted, Depends()],
    page: Paged,
) -> Response:
    """The milestones of the plan, by id."""
    day = standing_day(at, desk)
    async with desk.read() as store:
        found = await store.milestones(at)
        as_of = await as_of_answer(at, store)
    rest = [m for m in found if m.milestone_id > page.after and wanted.has(m, day)]
    rest.sort(key=lambda milestone: milestone.milestone_id)
    shown = rest[: page.limit]
    following = cursors.encode(shown[-1].milestone_id) if len(rest) > page.limit else None
    answer = MilestonesAnswer(
        as_of=as_of, milestones=[MilestoneAnswer.of(each, day) for each in shown]
    )
    return answered(request, answer, at, headers=cursors.link_to_next(request, following))


@router.get("/milestones/{milestone_id}", response_model=OneMilestoneAnswer)
async def milestone(request: Request, milestone_id: str, *, desk: AtDesk, at: AskedAt) -> Response:
    """One milestone."""
    async with desk.read() as store:
        found = await store.milestone(milestone_id, at)
        as_of = await as_of_answer(at, store)
    answer = MilestoneAnswer.of(found, standing_day(at, desk))
    return answered(request, OneMilestoneAnswer(as_of=as_of, **dict(answer)), at)


@router.get("/milestones/{milestone_id}/slip", response_model=SlipAnswer)
async def slip(request: Request, milestone_id: str, *, desk: AtDesk, at: AskedAt) -> Response:
    """How far its date lies from each that was promised before, the first one first."""
    async with desk.read() as store:
        found = await store.milestone(milestone_id, at)
        as_of = await as_of_answer(at, store)
    state = telling.state(found, standing_day(at, desk))
    counted = {name: state[name] for name in ("milestone_id", "slip", "slip_count", "total_slip")}
    return answered(request, SlipAnswer(as_of=as_of, **counted), at)


@router.get("/milestones/{milestone_id}/history", response_model=HistoryAnswer)
async def history(request: Request, milestone_id: str, desk: AtDesk) -> Response:
    """Every row of its dates: what was said when, and known when; also what was put right."""
    async with desk.read() as store:
        await store.milestone(milestone_id)
        found = await store.history(milestone_id)
    rows = [AssertionAnswer.model_validate(row) for row in found]
    return etags.public(request, HistoryAnswer(milestone_id=milestone_id, history=rows))


async def as_of_answer(at: domain.At, store: Store) -> AsOfAnswer:
    """The moment that was asked for, with the revisions that were in force."""
    revisions = await store.plans.revisions(at)
    return AsOfAnswer.at(at, revisions, await store.plans.earliest())
