"""Plans for machines to load: a dry run with what would change, answers, and a confirmation."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import date, datetime
from typing import Annotated, Literal, Self, TypeAlias
from uuid import UUID

from fastapi import APIRouter, Header, Query, Response
from pydantic import BaseModel, Field, model_validator

from chassis.saying import Desk, Saying, Spoken
from documents import MAX_BYTES, Unreadable
from roadmap import domain, handlers
from roadmap.api.answers import SpokenAnswer
from roadmap.api.asking import Answer, AtDesk, Editor
from roadmap.api.assertions import ByApprover, ByEditor, Work, Write, event_answer
from roadmap.api.given import DecisionGiven, Given, NodeId
from roadmap.api.tabling import CSV, TableAnswer, looked_at, table_answered
from roadmap.api.unread import unreadable
from roadmap.domain.changing.vouching import Words
from roadmap.handlers import telling
from roadmap.store import Store
from roadmap.store.imports import Import, is_table
from web.problems import Refused

router = APIRouter()

YAML = ("application/yaml", "application/x-yaml", "text/yaml", "text/x-yaml", "text/plain")
NAME, TABLE = "plan.yaml", "table.csv"
Named: TypeAlias = Annotated[str, Query(max_length=200, pattern=r"^[^\x00-\x1f/\\]*$")]
Kind: TypeAlias = Annotated[str, Header(alias="Content-Type", max_length=200)]


class DifferenceAnswer(Answer):
    """One way in which a node, or something beside the tree, would differ."""

    kind: str
    """added, removed, moved, renamed, split, merged or reworded."""
    what: str
    """node, indicator, reading, fact, body, dependency, contradiction, silence or revision."""
    node_id: str
    """Of a node; of anything else its own id."""
    label: str | None
    fields: list[str]
    """In what: due, actual, parent, children, label, target, value and so on; empty: all of it."""
    others: list[str]
    """What it is split into, or what is merged into it."""
    before: str | None
    after: str | None

    @classmethod
    def of(cls, change: domain.NodeChange | domain.ExtraChange) -> Self:
        """What is answered of a change: the same as the event tells."""
        return cls.model_validate(telling.as_change(change))


class QuestionAnswer(Answer):
    """A node that is gone, and new ones that it may have become, the likeliest first."""

    gone: str
    new: list[str]


class WarningAnswer(Answer):
    """Something in the file that should be looked at, though it can be loaded."""

    line: int
    column: int
    path: str
    message: str


class UndoneAnswer(Answer):
    """A date that a decision moved or stopped, and that the plan states otherwise."""

    node_id: str
    label: str
    decision_id: int
    body: str
    taken_on: date
    chosen: str
    before: str | None
    """What is in force by the decision, as EDTF; a stop, or a reason for no date, in words."""
    after: str | None
    """What the plan says."""
    revives: bool
    """Whether the decision stopped it, so that it comes back into the plan."""

    @classmethod
    def of(cls, undoing: domain.Undoing) -> Self:
        """What is answered of a decision that is taken back."""
        decision = undoing.decision
        return cls(
            node_id=undoing.node.node_id,
            label=undoing.node.label,
            decision_id=decision.decision_id or 0,
            body=decision.body,
            taken_on=decision.taken_on,
            chosen=decision.chosen,
            before=domain.in_words(undoing.before, domain.edtf) or None,
            after=domain.in_words(undoing.after, domain.edtf) or None,
            revives=undoing.revives,
        )


class ImportAnswer(Answer):
    """What loading a plan would change; nothing of it is loaded before it is confirmed."""

    import_id: UUID | None
    """null: nothing would change, so there is nothing to confirm."""
    revision: str
    undoes: list[UndoneAnswer]
    """The decisions on dates that it would take back; look at these first."""
    changes: list[DifferenceAnswer]
    questions: list[QuestionAnswer]
    """Only a person can answer these; then send them to `answers`."""
    warnings: list[WarningAnswer]
    decision_needed: bool
    """False: it is from before tracking began."""
    fingerprint: str
    """What `confirm` takes: of the plan, of what it is loaded over, and of the answers."""


class OneAnswerGiven(Given):
    """What became of nodes that are gone."""

    kind: Literal["split", "merged", "replaced", "unrelated"]
    old: Annotated[list[NodeId], Field(min_length=1, max_length=5_000)]
    new: Annotated[tuple[NodeId, ...], Field(max_length=5_000)] = ()


class AnswersGiven(Given):
    """All answers at once; they take the place of earlier ones."""

    answers: Annotated[list[OneAnswerGiven], Field(max_length=5_000)]

    def values(self) -> tuple[domain.Answer, ...]:
        """The same as values."""
        return tuple(
            domain.Answer(kind=each.kind, old=tuple(each.old), new=each.new)
            for each in self.answers
        )


class ConfirmationGiven(Given):
    """That the plan shall be loaded, as the dry run showed it, by which decision."""

    fingerprint: Annotated[str, Field(pattern=r"^[0-9a-f]{64}$")]
    decision: DecisionGiven | None = None
    reason: Words | None = None
    """Why the plan is revised, when the decision comes with it."""
    decision_id: Annotated[int | None, Field(ge=1, lt=2**63)] = None
    """A decision that is on record already, instead of `decision`."""

    @model_validator(mode="after")
    def _one_decision(self) -> Self:
        if self.decision and (self.decision_id is not None or self.reason is None):
            message = "give `decision` with its `reason`, or `decision_id`"
            raise ValueError(message)
        return self


class LoadedAnswer(Answer):
    """The revision that is loaded now, and the events that tell of it."""

    revision: str | None
    """null: it was a table, which is no revision."""
    events: list[SpokenAnswer]


@router.post("/imports", status_code=201, response_model=ImportAnswer | TableAnswer)
async def look(write: ByEditor, *, kind: Kind = "", name: Named = "") -> Response:
    """Look at what a plan file (YAML), or a table that was given out (CSV), would change.

    The body is the file as it is. All that is wrong with it is told at once, each with its line and column.
    """
    kind = kind.partition(";")[0].strip().lower()
    body = await write.request.body()
    if kind == CSV:
        return await _look_at_table(write, body, name)
    if kind not in YAML:
        sentence = "Send a plan as Content-Type: application/yaml, a table as text/csv."
        raise Refused(415, "unsupported-media-type", sentence)
    return await _look_at_plan(write, body, NAME if is_table(name) or not name else name)


async def _look_at_plan(write: Write, body: bytes, name: str) -> Response:
    desk = write.desk
    if len(body) > MAX_BYTES:
        raise Refused(413, "body-too-large", f"A plan may have {MAX_BYTES:,} bytes at most.")
    plan, city, now = await _read(body, name), desk.speaker.municipality, desk.now()
    async with desk.read() as store:
        base = await store.base()
    run = await handlers.look(plan, base, city=city)
    if not run.news:
        return _answered(run, None, 200)
    async with desk.open(now) as (store, _):
        import_id = await store.imports.keep(name, body, by=write.person.subject, now=now)
        sent = await store.imports.one(import_id)
    if sent.answers:  # it was sent before
        run = await handlers.look(plan, base, city=city, answers=sent.answers)
    return _answered(run, import_id, 201)


async def _look_at_table(write: Write, body: bytes, name: str) -> Response:
    if len(body) > MAX_BYTES:
        raise Refused(413, "body-too-large", f"A table may have {MAX_BYTES:,} bytes at most.")
    named, by, now = name if is_table(name) else TABLE, write.person.subject, write.desk.now()
    async with write.desk.open(now) as (store, say):
        run = await looked_at((body, named), store, say=say, now=now, by=by)
        if not run.edits:
            return table_answered(run, None, 200)
        import_id = await store.imports.keep(named, body, by=by, now=now)
    return table_answered(run, import_id, 201)


@router.get("/imports/{import_id}", response_model=ImportAnswer | TableAnswer)
async def seen(import_id: UUID, desk: AtDesk, person: Editor) -> Response:
    """What a plan or a table that was sent would change now."""
    sent, base = await _sent(import_id, desk)
    if sent.table:
        return await _seen_table(import_id, desk, person.subject)
    run = await handlers.look_again(sent, base, city=desk.speaker.municipality)
    return _answered(run, import_id, 200)


async def _seen_table(import_id: UUID, desk: Desk[Store], by: str) -> Response:
    now = desk.now()
    async with desk.open(now) as (store, say):
        sent = await store.imports.one_for_change(import_id)
        run = await looked_at((sent.body, sent.name), store, say=say, now=now, by=by)
    return table_answered(run, import_id, 200)


@router.post("/imports/{import_id}/answers", response_model=ImportAnswer)
async def answer(import_id: UUID, given: AnswersGiven, write: ByEditor) -> Response:
    """Say what became of nodes that are gone; all answers at once."""
    if answered := await write.answered(given, 200):
        return answered
    sent, base = await _sent(import_id, write.desk)
    sent = replace(sent, answers=given.values())
    run = await handlers.look_again(sent, base, city=write.desk.speaker.municipality)

    async def work(store: Store, _say: Saying, _now: datetime) -> BaseModel:
        await handlers.answer(import_id, run.answers, store, by=write.person.subject)
        return _answer(run, import_id)

    return await write.once(given, work, status=200)


@router.post("/imports/{import_id}/confirm", status_code=201, response_model=LoadedAnswer)
async def confirm(import_id: UUID, given: ConfirmationGiven, write: ByApprover) -> Response:
    """Load the plan, or take the table over, as the dry run showed it; refused when anything changed since."""
    if answered := await write.answered(given):
        return answered
    sent, base = await _sent(import_id, write.desk)
    if sent.table:
        work = _taking_over(import_id, given, write.person.subject)
    else:
        run = await handlers.look_again(sent, base, city=write.desk.speaker.municipality)
        work = _loading(run, import_id, given, by=write.person.subject)
    return await write.once(given, work, cause=f"import:{import_id}")


def _loading(run: domain.DryRun, import_id: UUID, given: ConfirmationGiven, *, by: str) -> Work:
    async def work(store: Store, say: Saying, now: datetime) -> BaseModel:
        command = domain.PlanConfirmation(
            import_id=import_id,
            fingerprint=given.fingerprint,
            decision=await _decision(given, store),
            run=run,
        )
        spoken = await handlers.confirm(command, store, say=say, now=now, by=by)
        events = [event_answer(each) for each in spoken]
        return LoadedAnswer(revision=run.plan.revision.revision_id, events=events)

    return work


def _taking_over(import_id: UUID, given: ConfirmationGiven, by: str) -> Work:
    async def work(store: Store, say: Saying, now: datetime) -> BaseModel:
        command = domain.Confirmation(
            import_id=import_id,
            fingerprint=given.fingerprint,
            decision=await _decision(given, store),
        )
        spoken = await _confirmed(command, store, say=say, now=now, by=by)
        return LoadedAnswer(revision=None, events=[event_answer(each) for each in spoken])

    return work


async def _sent(import_id: UUID, desk: Desk[Store]) -> tuple[Import, domain.Base]:
    """A file that was sent, and what it is looked at over."""
    async with desk.read() as store:
        return await store.imports.one(import_id), await store.base()


async def _confirmed(
    command: domain.Confirmation, store: Store, *, say: Saying, now: datetime, by: str
) -> Sequence[Spoken]:
    try:
        _, spoken = await handlers.confirm_table(command, store, say=say, now=now, by=by)
    except Unreadable as unread:
        raise unreadable(unread.problems) from unread
    return spoken


async def _decision(given: ConfirmationGiven, store: Store) -> domain.Decision | None:
    if given.decision_id is not None:
        return await store.decisions.one(given.decision_id)
    return given.decision.decision(given.reason or "") if given.decision else None


async def _read(body: bytes, name: str) -> domain.Plan:
    try:
        return await handlers.read(body, name)
    except Unreadable as unread:
        raise unreadable(unread.problems) from unread


def _answered(run: domain.DryRun, import_id: UUID | None, status: int) -> Response:
    answer = _answer(run, import_id)
    return Response(answer.model_dump_json(), status, media_type="application/json")


def _answer(run: domain.DryRun, import_id: UUID | None) -> ImportAnswer:
    return ImportAnswer(
        import_id=import_id,
        revision=run.plan.revision.revision_id,
        undoes=[UndoneAnswer.of(each) for each in run.undoes],
        changes=[DifferenceAnswer.of(change) for change in run.diff.all],
        questions=[QuestionAnswer.model_validate(each) for each in run.diff.open],
        warnings=[WarningAnswer.model_validate(each) for each in run.plan.warnings],
        decision_needed=not run.history,
        fingerprint=run.fingerprint,
    )
