"""Plans for machines to load: a dry run with what would change, answers, and a confirmation."""

from collections.abc import Sequence
from typing import Annotated, Literal, Self, TypeAlias
from uuid import UUID

from fastapi import APIRouter, Header, Query, Response
from pydantic import Field, model_validator

from chassis.saying import Cause
from documents import MAX_BYTES, Problem, Unreadable
from roadmap import domain, handlers
from roadmap.api.answers import SpokenAnswer
from roadmap.api.asking import Answer, AtDesk, Editor
from roadmap.api.assertions import ByApprover, ByEditor, event_answer
from roadmap.api.given import DecisionGiven, Given, NodeId, Words
from roadmap.store import Store
from web.problems import Refused

router = APIRouter()

YAML = ("application/yaml", "application/x-yaml", "text/yaml", "text/x-yaml", "text/plain")
NAME = "plan.yaml"
Named: TypeAlias = Annotated[str, Query(max_length=200, pattern=r"^[^\x00-\x1f/\\]+$")]
Kind: TypeAlias = Annotated[str, Header(alias="Content-Type", max_length=200)]


class ChangeAnswer(Answer):
    """One way in which a node would differ."""

    kind: str
    """added, removed, moved, renamed, split, merged or reworded."""
    node_id: str
    fields: list[str]
    """In what: due, actual, parent, children, label, node_id and so on."""
    others: list[str]
    """What it is split into, or what is merged into it."""
    before: str | None
    after: str | None

    @classmethod
    def of(cls, change: domain.NodeChange) -> Self:
        """What is answered of a change."""
        before, after = domain.told_of(change)
        return cls(
            kind=change.kind,
            node_id=change.node_id,
            fields=list(change.fields),
            others=list(change.others),
            before=before,
            after=after,
        )


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


class ImportAnswer(Answer):
    """What loading a plan would change; nothing of it is loaded before it is confirmed."""

    import_id: UUID | None
    """null: nothing would change, so there is nothing to confirm."""
    revision: str
    changes: list[ChangeAnswer]
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

    revision: str
    events: list[SpokenAnswer]


@router.post("/imports", status_code=201, response_model=ImportAnswer)
async def look(write: ByEditor, *, kind: Kind = "", name: Named = NAME) -> Response:
    """Look at what a plan file (YAML) would change; the body is the file as it is.

    All that is wrong with it is told at once, each with its line and column.
    """
    if kind.partition(";")[0].strip().lower() not in YAML:
        raise Refused(
            415, "unsupported-media-type", "Send the file as Content-Type: application/yaml."
        )
    body, desk = await write.request.body(), write.desk
    if len(body) > MAX_BYTES:
        raise Refused(413, "body-too-large", f"A plan may have {MAX_BYTES:,} bytes at most.")
    plan, now = _read(body, name), desk.now()
    async with desk.open(now) as (store, say):
        run = await handlers.look(plan, store, city=say.speaker.municipality)
        if not run.news:
            return _answered(run, None, 200)
        import_id = await store.imports.keep(name, body, by=write.person.subject, now=now)
        again = await _again(import_id, store, say.speaker.municipality)
    return _answered(again, import_id, 201)


@router.get("/imports/{import_id}", response_model=ImportAnswer)
async def seen(import_id: UUID, desk: AtDesk, _person: Editor) -> Response:
    """What a plan that was sent would change now."""
    async with desk.open(desk.now()) as (store, say):
        run = await _again(import_id, store, say.speaker.municipality)
    return _answered(run, import_id, 200)


@router.post("/imports/{import_id}/answers", response_model=ImportAnswer)
async def answer(import_id: UUID, given: AnswersGiven, write: ByEditor) -> Response:
    """Say what became of nodes that are gone; all answers at once."""
    city, by = write.desk.speaker.municipality, write.person.subject
    async with write.desk.open(write.desk.now()) as (store, _):
        run = await handlers.answer(import_id, given.values(), store, city=city, by=by)
    return _answered(run, import_id, 200)


@router.post("/imports/{import_id}/confirm", status_code=201, response_model=LoadedAnswer)
async def confirm(import_id: UUID, given: ConfirmationGiven, write: ByApprover) -> Response:
    """Load the plan as the dry run showed it; refused when anything changed since."""
    now, by = write.desk.now(), write.person.subject
    async with write.desk.open(now, Cause(f"import:{import_id}")) as (store, say):
        command = domain.Confirmation(
            import_id=import_id,
            city=say.speaker.municipality,
            fingerprint=given.fingerprint,
            decision=await _decision(given, store),
        )
        run, spoken = await handlers.confirm(command, store, say=say, now=now, by=by)
    events = [event_answer(each) for each in spoken]
    answer = LoadedAnswer(revision=run.plan.revision.revision_id, events=events)
    return Response(answer.model_dump_json(), 201, media_type="application/json")


async def _again(import_id: UUID, store: Store, city: str) -> domain.DryRun:
    return await handlers.look_again(await store.imports.one(import_id), store, city=city)


async def _decision(given: ConfirmationGiven, store: Store) -> domain.Decision | None:
    if given.decision_id is not None:
        return await store.decisions.one(given.decision_id)
    return given.decision.decision(given.reason or "") if given.decision else None


def _read(body: bytes, name: str) -> domain.Plan:
    try:
        return domain.read_plan(body, name)
    except Unreadable as unread:
        raise unreadable(unread.problems) from unread


def unreadable(problems: Sequence[Problem]) -> Refused:
    """All that is wrong with a file, each with its line and column."""
    sentence = f"The file cannot be used; {len(problems)} things are wrong, and nothing was loaded."
    refused = Refused(422, "unreadable-file", sentence)
    refused.errors = [
        {
            "line": str(each.line),
            "column": str(each.column),
            "path": each.path,
            "message": each.message,
            "said": str(each),
        }
        for each in problems
    ]
    return refused


def _answered(run: domain.DryRun, import_id: UUID | None, status: int) -> Response:
    answer = ImportAnswer(
        import_id=import_id,
        revision=run.plan.revision.revision_id,
        changes=[ChangeAnswer.of(change) for change in run.diff.changes],
        questions=[QuestionAnswer.model_validate(each) for each in run.diff.open],
        warnings=[WarningAnswer.model_validate(each) for each in run.plan.warnings],
        decision_needed=not run.history,
        fingerprint=run.fingerprint,
    )
    return Response(answer.model_dump_json(), status, media_type="application/json")
