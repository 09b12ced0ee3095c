"""Milestones for machines to read, at any moment on two clocks."""

from dataclasses import dataclass
from datetime import date
from typing import Annotated, TypeAlias, get_args

from fastapi import APIRouter, Depends, Query, Request, Response

from contracts import roadmap as said
from roadmap import domain
from roadmap.api.answers import AssertionAnswer, MilestoneAnswer
from roadmap.api.asking import (
    AskedAt,
    AtDesk,
    DatedAnswer,
    Paged,
    answered,
    as_of_answer,
    refuse_unknown_nodes,
)
from roadmap.handlers import telling
from roadmap.store import Store
from web import cursors

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
    moved_since: Annotated[
        date | None, Query(description="Its last move is in force from this day or a later one")
    ] = None
    """Judged by the day in force, not by that on which it was recorded; to state a date again is no move."""

    async def check(self, store: Store) -> None:
        """Refuse a status or a heading that there is not, and name those there are."""
        domain.refuse_other_values("status", _given(self.status), get_args(domain.Status))
        await refuse_unknown_nodes("initiative", _given(self.initiative), store)

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
        return milestone.moved_on is not None and milestone.moved_on >= self.moved_since


def _given(name: str | None) -> list[str]:
    return [] if name is None else [name]


class MilestonesAnswer(DatedAnswer):
    """A page of milestones; the Link header leads to the next."""

    milestones: list[MilestoneAnswer]


class OneMilestoneAnswer(MilestoneAnswer, DatedAnswer):
    """A milestone, and the moment at which it was so."""


class HistoryAnswer(DatedAnswer):
    """Every row of a milestone's dates that was recorded by then; without `valid` also what begins later."""

    milestone_id: str
    history: list[AssertionAnswer]


class SlipAnswer(DatedAnswer):
    """How far the date of a milestone lies from each that was promised before."""

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
    async with desk.read() as store:
        await wanted.check(store)
        found = await store.milestones(at)
        as_of = await as_of_answer(at, store)
    rest = [m for m in found if m.milestone_id > page.after and wanted.has(m, at.day)]
    rest.sort(key=lambda milestone: milestone.milestone_id)
    shown = rest[: page.limit]
    following = cursors.encode(shown[-1].milestone_id) if len(rest) > page.limit else None
    answer = MilestonesAnswer(
        as_of=as_of, milestones=[MilestoneAnswer.of(each, at.day, past=at.past) for each in shown]
    )
    return answered(request, answer, at, headers=cursors.link_to_next(request, following))


@router.get("/milestones/{milestone_id}", response_model=OneMilestoneAnswer)
async def milestone(request: Request, milestone_id: str, *, desk: AtDesk, at: AskedAt) -> Response:
    """One milestone."""
    async with desk.read() as store:
        found = await store.milestone(milestone_id, at)
        as_of = await as_of_answer(at, store)
    answer = MilestoneAnswer.of(found, at.day, past=at.past)
    return answered(request, OneMilestoneAnswer(as_of=as_of, **dict(answer)), at)


@router.get("/milestones/{milestone_id}/slip", response_model=SlipAnswer)
async def slip(request: Request, milestone_id: str, *, desk: AtDesk, at: AskedAt) -> Response:
    """How far its date lies from each that was promised before, the first one first."""
    async with desk.read() as store:
        found = await store.milestone(milestone_id, at)
        as_of = await as_of_answer(at, store)
    state = telling.state(found, at.day)
    counted = {name: state[name] for name in ("milestone_id", "slip", "slip_count", "total_slip")}
    return answered(request, SlipAnswer(as_of=as_of, **counted), at)


@router.get("/milestones/{milestone_id}/history", response_model=HistoryAnswer)
async def history(request: Request, milestone_id: str, *, desk: AtDesk, at: AskedAt) -> Response:
    """Every row of its dates: what was said when, and known when; also what was put right."""
    async with desk.read() as store:
        await store.milestone(milestone_id, at if at.asked else domain.LATEST)
        found = domain.known_by(await store.assertions.history(milestone_id), at)
        as_of = await as_of_answer(at, store)
    rows = [AssertionAnswer.model_validate(row) for row in found]
    answer = HistoryAnswer(as_of=as_of, milestone_id=milestone_id, history=rows)
    return answered(request, answer, at)
