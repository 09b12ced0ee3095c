"""Statements for machines to make: a promise moves, something is reached or reported, an error is put right."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass, replace
from datetime import date, datetime
from hashlib import sha256
from typing import Annotated, TypeAlias

from fastapi import APIRouter, Depends, Path, Request, Response
from pydantic import BaseModel

from chassis.saying import Cause, Desk, Saying, Spoken
from roadmap import domain, handlers
from roadmap.api.answers import AssertionAnswer, DecisionAnswer, MilestoneAnswer, SpokenAnswer
from roadmap.api.asking import Answer, Approver, AtDesk, Editor, Key, Staff
from roadmap.api.given import AssertionGiven, CorrectionGiven, RecordedDecisionGiven
from roadmap.store import Store
from web import etags
from web.problems import Refused
from web.signin import Person

router = APIRouter()

Number: TypeAlias = Annotated[int, Path(ge=1, lt=2**63)]
Work: TypeAlias = Callable[[Store, Saying, datetime], Awaitable[BaseModel]]
"""What a request does in one transaction, and what is answered."""


class MovedAnswer(Answer):
    """A milestone after its change, and the event that tells of it; null: none is said of reports."""

    milestone: MilestoneAnswer | None
    """null: it is an item of a list, of which something was reported."""
    event: SpokenAnswer | None


class CorrectedAnswer(Answer):
    """The statement as it is now, null: there is none any more; and the event that tells of it."""

    assertion: AssertionAnswer | None
    event: SpokenAnswer


class DecidedAnswer(Answer):
    """A decision that was recorded, and the event that tells of it."""

    decision: DecisionAnswer
    event: SpokenAnswer


@dataclass(frozen=True, slots=True)
class Write:
    """A request that writes: who sends it, and under which key it may be sent again."""

    request: Request
    desk: Desk[Store]
    person: Person
    key: str | None

    async def once(
        self, given: BaseModel, work: Work, *, status: int = 201, cause: str = ""
    ) -> Response:
        """Do it in one transaction; under a key that was answered, answer the same and do nothing."""
        fingerprint, now = self._fingerprint(given), self.desk.now()
        because = Cause(cause or self.key or f"request:{now.isoformat()}")
        async with self.desk.open(now, because) as (store, say):
            if self.key and (answered := await store.requests.answer_of(self.key)):
                return _made(_again(fingerprint, *answered), status)
            answer = (await work(store, say, now)).model_dump_json()
            if self.key:
                await store.requests.keep(self.key, fingerprint, answer, now=now)
        return _made(answer, status)

    async def answered(self, given: BaseModel, status: int = 201) -> Response | None:
        """What this request was answered before, to ask where it takes long to make ready; None: it is new."""
        if self.key is None:
            return None
        async with self.desk.open(self.desk.now()) as (
            store,
            _,
        ):  # it waits for one that is under way
            before = await store.requests.answer_of(self.key)
        return _made(_again(self._fingerprint(given), *before), status) if before else None

    def _fingerprint(self, given: BaseModel) -> str:
        asked = f"{self.request.method} {self.request.url.path} {given.model_dump_json()}"
        return sha256(asked.encode()).hexdigest()


async def by_editor(request: Request, *, desk: AtDesk, person: Editor, key: Key = None) -> Write:
    """A request of somebody who may change dates."""
    return Write(request, desk, person, key)


async def by_staff(request: Request, *, desk: AtDesk, person: Staff, key: Key = None) -> Write:
    """A request of somebody who may write down what a body has decided."""
    return Write(request, desk, person, key)


async def by_approver(
    request: Request, *, desk: AtDesk, person: Approver, key: Key = None
) -> Write:
    """A request of somebody who may load a plan."""
    return Write(request, desk, person, key)


ByEditor: TypeAlias = Annotated[Write, Depends(by_editor)]
ByStaff: TypeAlias = Annotated[Write, Depends(by_staff)]
ByApprover: TypeAlias = Annotated[Write, Depends(by_approver)]


@router.post("/assertions", status_code=201, response_model=MovedAnswer)
async def state(given: AssertionGiven, write: ByEditor) -> Response:
    """State a date; send the milestone's version as `If-Match`.

    With an `Idempotency-Key` the same request again gets the same answer and changes nothing.
    """
    by = write.person.subject

    async def work(store: Store, say: Saying, now: datetime) -> BaseModel:
        if given.attr == "reported":
            return await _report(given, write, store, say=say, now=now)
        before = await store.milestone_for_change(given.subject_id)
        etags.check_if_match(write.request, before.version)
        if given.attr == "due":
            command = await _reschedule(given, store, handlers.tokyo_day(now))
            moved = await handlers.reschedule(command, store, say=say, now=now, by=by)
        else:
            reached = given.reach(handlers.tokyo_day(now))
            moved = await handlers.reach(reached, store, say=say, now=now, by=by)
        milestone = MilestoneAnswer.of(moved.milestone, handlers.tokyo_day(now))
        return MovedAnswer(milestone=milestone, event=event_answer(moved.spoken))

    return await write.once(given, work)


@router.post("/assertions/{assertion_id}/correct", status_code=201, response_model=CorrectedAnswer)
async def correct(assertion_id: Number, given: CorrectionGiven, write: ByEditor) -> Response:
    """Put right what was recorded wrongly; what was promised does not change by it.

    Send the version of the milestone, or of whatever it is about, as `If-Match`.
    """
    by = write.person.subject

    async def work(store: Store, say: Saying, now: datetime) -> BaseModel:
        wrong = await store.assertions.one(assertion_id)
        await store.plans.lock(wrong.subject_id)
        etags.check_if_match(write.request, await store.plans.version(wrong.subject_id))
        command = given.command(assertion_id, handlers.tokyo_day(now))
        corrected = await handlers.correct(command, store, say=say, now=now, by=by)
        return CorrectedAnswer(
            assertion=AssertionAnswer.model_validate(corrected.right) if corrected.right else None,
            event=event_answer(corrected.spoken),
        )

    return await write.once(given, work)


@router.post("/decisions", status_code=201, response_model=DecidedAnswer)
async def decide(given: RecordedDecisionGiven, write: ByStaff) -> Response:
    """Record a decision; what it changes comes afterwards and names its number."""
    by = write.person.subject

    async def work(store: Store, say: Saying, now: datetime) -> BaseModel:
        decision, spoken = await handlers.decide(given.decision(), store, say=say, now=now, by=by)
        return DecidedAnswer(
            decision=DecisionAnswer.model_validate(decision), event=event_answer(spoken)
        )

    return await write.once(given, work)


async def _report(
    given: AssertionGiven, write: Write, store: Store, *, say: Saying, now: datetime
) -> MovedAnswer:
    """What somebody expects, of a milestone or of an item of a list; no event tells of it."""
    today, about = handlers.tokyo_day(now), await handlers.reportable(given.subject_id, store)
    etags.check_if_match(write.request, about.version)
    by = write.person.subject
    await handlers.report(given.report(today), store, say=say, now=now, by=by)
    if about.node.kind == "item":
        return MovedAnswer(milestone=None, event=None)
    milestone = MilestoneAnswer.of(await store.milestone(given.subject_id), today)
    return MovedAnswer(milestone=milestone, event=None)


async def _reschedule(given: AssertionGiven, store: Store, today: date) -> domain.Reschedule:
    """What is asked for, its date read and its decision found."""
    command = given.reschedule(today)
    if given.decision_id is None:
        return command
    recorded = await store.decisions.one(given.decision_id)
    return replace(command, decision=recorded)


def event_answer(spoken: Spoken) -> SpokenAnswer:
    """What was said, for whoever waits for it."""
    return SpokenAnswer(
        event_id=str(spoken.event_id),
        topic=spoken.topic,
        key=spoken.key,
        sequence=spoken.sequence,
    )


def _again(fingerprint: str, before: str, answer: str) -> str:
    """The answer that this key got; refuses another request under it."""
    if fingerprint != before:
        sentence = "Another request was answered under this key; a new request takes a new one."
        raise Refused(422, "key-used-before", sentence)
    return answer


def _made(answer: str, status: int) -> Response:
    return Response(answer, status, media_type="application/json")
