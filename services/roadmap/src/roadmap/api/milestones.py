"""Milestones for machines to read, and dates to move."""

from datetime import date, datetime
from hashlib import sha256
from typing import Annotated, Literal, TypeAlias
from zoneinfo import ZoneInfo

from fastapi import APIRouter, Request, Response
from pydantic import AfterValidator, BaseModel, ConfigDict, Field

from chassis.saying import Cause
from contracts.values import PartialDate
from roadmap import domain, handlers
from roadmap.api.asking import Answer, AtDesk, Editor, Key
from web import cursors, etags
from web.problems import Refused

TOKYO = ZoneInfo("Asia/Tokyo")
router = APIRouter()


def _said(words: str) -> str:
    if not words.strip() or domain.CONTROL.search(words):
        message = "write at least one word, and no control characters"
        raise ValueError(message)
    return words


Words: TypeAlias = Annotated[str, Field(max_length=2_000), AfterValidator(_said)]


class EvidenceAnswer(Answer):
    """Where a statement comes from."""

    source: str
    mark: str
    lines: str | None
    url: str | None
    sha256: str | None


class SpanAnswer(Answer):
    """From when until when; `until` is the first day or instant no longer, null: still."""

    since: date | datetime
    until: date | datetime | None


class AssertionAnswer(Answer):
    """One value of one attribute by one asserter, on two clocks."""

    assertion_id: int | None
    attr: str
    asserter: str
    value: PartialDate | None
    undated_reason: str | None
    mark: str
    evidence: list[EvidenceAnswer]
    valid: SpanAnswer
    recorded: SpanAnswer | None
    revision_id: str | None
    decision_id: int | None


class ParentAnswer(Answer):
    """A heading above a milestone."""

    node_id: str
    label: str


class DecisionAnswer(Answer):
    """Who decided what, and when."""

    decision_id: int | None
    body: str
    taken_on: date
    chosen: str
    reason: str


class MilestoneAnswer(Answer):
    """A milestone as it is now."""

    milestone_id: str
    version: int
    """What `If-Match` takes."""
    label: str
    kind: str
    parents: list[ParentAnswer]
    wording: str | None
    due: AssertionAnswer | None
    actual: AssertionAnswer | None
    decision: DecisionAnswer | None
    """The decision by which the present date came; null: it stands in the plan itself."""
    page: str
    """The page for people, behind the gateway."""


class MilestonesAnswer(Answer):
    """A page of milestones; the Link header leads to the next."""

    milestones: list[MilestoneAnswer]


class HistoryAnswer(Answer):
    """Every row of a milestone's due date, as they were recorded."""

    milestone_id: str
    history: list[AssertionAnswer]


class SpokenAnswer(Answer):
    """The event that was said: wait for it at `/api/<service>/heard?topic=&key=`."""

    event_id: str
    topic: str
    key: str
    sequence: int


class MovedAnswer(Answer):
    """A milestone after its move, and the event that tells of it."""

    milestone: MilestoneAnswer
    event: SpokenAnswer


class DecisionGiven(BaseModel):
    """Who decided what, and when."""

    model_config = ConfigDict(extra="forbid")

    body: Words
    taken_on: date
    chosen: Words


class AssertionGiven(BaseModel):
    """A new due date for a milestone; a status is computed and cannot be given."""

    model_config = ConfigDict(extra="forbid", use_attribute_docstrings=True)

    subject_id: str = Field(max_length=64, pattern=r"^[^\x00]+$")
    attr: Literal["due"]
    value: str | None = Field(max_length=100)
    """As 令和9年12月 or 2027-12; null takes the date away and needs `undated_reason`."""
    undated_reason: Words | None = None
    valid_from: date | None = None
    """In force from this day; null: from the day of the decision."""
    reason: Words
    """Written for the public: it is shown and published."""
    decision: DecisionGiven

    def command(self, today: date) -> domain.Reschedule:
        """What is asked for, its date read."""
        given = self.decision
        return domain.Reschedule(
            milestone_id=self.subject_id,
            value=domain.read_date_or_edtf(self.value) if self.value is not None else None,
            undated_reason=self.undated_reason,
            valid_from=self.valid_from or given.taken_on,
            today=today,
            decision=domain.Decision(**given.model_dump(), reason=self.reason),
        )


@router.get("/milestones", response_model=MilestonesAnswer)
async def milestones(
    request: Request, desk: AtDesk, *, limit: cursors.Limit = 100, cursor: cursors.Cursor = None
) -> Response:
    """The milestones of the plan, by id."""
    after = str(cursors.decode(cursor, str)[0]) if cursor else ""
    async with desk.read() as store:
        found = await store.milestones()
    rest = sorted((m for m in found if m.milestone_id > after), key=lambda m: m.milestone_id)
    page = rest[:limit]
    following = cursors.encode(page[-1].milestone_id) if len(rest) > limit else None
    answer = MilestonesAnswer(milestones=[_milestone(milestone) for milestone in page])
    return etags.public(request, answer, cursors.link_to_next(request, following))


@router.get("/milestones/{milestone_id}", response_model=MilestoneAnswer)
async def milestone(request: Request, milestone_id: str, desk: AtDesk) -> Response:
    """One milestone as it is now."""
    async with desk.read() as store:
        found = await store.milestone(milestone_id)
    return etags.public(request, _milestone(found))


@router.get("/milestones/{milestone_id}/history", response_model=HistoryAnswer)
async def history(request: Request, milestone_id: str, desk: AtDesk) -> Response:
    """Every row of its due date: what was promised when, and known when."""
    async with desk.read() as store:
        found = await store.milestone(milestone_id)
    rows = [AssertionAnswer.model_validate(row) for row in found.history]
    return etags.public(request, HistoryAnswer(milestone_id=milestone_id, history=rows))


@router.post("/assertions", status_code=201, response_model=MovedAnswer)
async def move(
    request: Request, given: AssertionGiven, *, person: Editor, desk: AtDesk, key: Key = None
) -> Response:
    """Move the due date of a milestone by a decision; send its version as `If-Match`.

    With an `Idempotency-Key` the same request again gets the same answer and moves nothing.
    """
    fingerprint = sha256(given.model_dump_json().encode()).hexdigest()
    now = desk.now()
    async with desk.open(now, Cause(key or f"request:{now.isoformat()}")) as (store, say):
        if key and (answered := await store.answer_of(key)):
            return _again(fingerprint, *answered)
        before = await store.milestone_for_change(given.subject_id)
        etags.check_if_match(request, before.version)
        moved = await handlers.reschedule(
            given.command(now.astimezone(TOKYO).date()), store, say=say, now=now, by=person.subject
        )
        answer = _moved(moved)
        if key:
            await store.keep_answer(key, fingerprint, answer, now=now)
    return _created(answer)


def _again(fingerprint: str, before: str, answer: str) -> Response:
    """The answer that this key got; refuses another request under it."""
    if fingerprint != before:
        sentence = "Another request was answered under this key; a new request takes a new one."
        raise Refused(422, "key-used-before", sentence)
    return _created(answer)


def _created(answer: str) -> Response:
    return Response(answer, 201, media_type="application/json")


def _moved(moved: handlers.Moved) -> str:
    spoken = moved.spoken
    event = SpokenAnswer(
        event_id=str(spoken.event_id),
        topic=spoken.topic,
        key=spoken.key,
        sequence=spoken.sequence,
    )
    return MovedAnswer(milestone=_milestone(moved.milestone), event=event).model_dump_json()


def _milestone(found: domain.Milestone) -> MilestoneAnswer:
    return MilestoneAnswer.model_validate(found)
