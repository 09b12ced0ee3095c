"""What loading a plan over what is known would change, and when it is refused."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from hashlib import sha256
from typing import Any
from uuid import UUID

import rfc8785

from contracts.values import Refusal
from roadmap.domain.assertions import STOPPED, Assertion, Decision
from roadmap.domain.changing.deciding import DecidedBefore, naming, refuse_unfit
from roadmap.domain.changing.witnessing import NotYet, lies_ahead
from roadmap.domain.difference.changes import NO_CHANGE, Answer, Diff, KindIsFixed, natural
from roadmap.domain.difference.diffing import differing
from roadmap.domain.difference.undoing import Undoing, undone
from roadmap.domain.extras import NOTHING_BESIDE, Extras
from roadmap.domain.plan import Kind, Node, Plan, Text
from roadmap.domain.statements import Attribute, Statement


class OtherCity(Refusal):
    """The plan is that of another municipality than the one this service works for."""


class RevisionIsFixed(Refusal):
    """A revision of this name was loaded with other content; a revision is never changed."""


class RevisionsMustFollow(Refusal):
    """The revision that this one supersedes has not been loaded."""


class RevisionTooOld(Refusal):
    """A newer revision is in force already; what was in force before it cannot be put in between."""


class PlanTooLong(Refusal):
    """What would be told of the plan is longer than an event may be: shorten its labels, or give it fewer nodes."""


class ActualDiffers(Refusal):
    """The plan says that something happened on another day than is on record: correct the record first, or the file."""


class ItemInUse(Refusal):
    """The revision drops an item about which something is on record: say what became of it."""


class QuestionsOpen(Refusal):
    """Nodes are gone and others are new, and nobody has said yet whether they are the same."""


class DecisionNeeded(Refusal):
    """A revision is loaded by a decision; only what is from before tracking began needs none."""


class Overtaken(Refusal):
    """Something changed since the dry run: look at what the revision would change now."""


class UnknownRevision(Refusal):
    """No revision of this name was loaded."""


class UnknownImport(Refusal):
    """There is no such dry run."""


class ConfirmedAlready(Refusal):
    """The dry run was confirmed already: a plan or a table that was sent is taken over once."""


@dataclass(frozen=True, slots=True, kw_only=True)
class State:
    """What is other as soon as anything changes over which a plan is loaded."""

    revisions: tuple[str, ...]
    """Their names, in one order."""
    versions: Mapping[str, int]
    """How often each node was changed."""
    blanked: int
    """How many texts were taken out of the record."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Base:
    """What is known before a plan is loaded."""

    revisions: Mapping[str, str]
    """The hash of each."""
    newest: date | None
    """The first day of the newest one; None: there is none."""
    tracked_since: date | None
    """The day on which the first was loaded; None: none was."""
    nodes: tuple[Node, ...]
    """The tree, with the dates that are promised now."""
    kinds: Mapping[str, Kind]
    """Of each node that there ever was: an id stands for one thing for ever."""
    versions: Mapping[str, int]
    """How often each node was changed."""
    observed: frozenset[str]
    """The nodes about which others reported something."""
    extras: Extras = NOTHING_BESIDE
    """What the newest revision says beside its tree."""
    title: str | None = None
    """Of the text of the newest revision."""
    decided: Mapping[str, Decision] = field(default_factory=dict[str, Decision])
    """Of each node whose due date in force did not come with a text, the decision that it came by."""
    blanked: int = 0
    """How many texts were taken out of the record, of which nothing may be told again."""

    @property
    def state(self) -> State:
        """By which it is known whether it is still the same."""
        names = tuple(sorted(self.revisions))
        return State(revisions=names, versions=self.versions, blanked=self.blanked)

    @property
    def text(self) -> Text:
        """What is compared with."""
        return Text(nodes=self.nodes, extras=self.extras, title=self.title)


@dataclass(frozen=True, slots=True, kw_only=True)
class DryRun:
    """What loading a plan would change; nothing is written."""

    plan: Plan
    diff: Diff
    news: bool
    """False: this very revision is loaded already, nothing would change."""
    history: bool
    """It is from before tracking began and takes no decision back: nobody is alerted about it, and no decision is asked for."""
    over_since: date | None
    """From when the revision is in force over which it is loaded, perhaps a day to come; None: there is none."""
    fingerprint: str
    """Of the plan, of what it is loaded over, and of the answers: a confirmation names it."""
    answers: tuple[Answer, ...] = ()
    """What a person said became of nodes that are gone."""
    first: bool = False
    """There was no text before, so that all is new and nothing changed."""
    undoes: tuple[Undoing, ...] = ()
    """The decisions on dates that it takes back: to be told before all else."""

    def refuse_unready(self, decision: Decision | None, today: date) -> None:
        """Refuse to load what is not answered, or not decided."""
        if self.diff.open:
            raise QuestionsOpen(
                "; ".join(f"{each.gone} → {'?'.join(each.new)}" for each in self.diff.open)
            )
        if decision is None and not self.history:
            raise DecisionNeeded(self.plan.revision.revision_id)
        if decision:
            self._refuse_unfit(decision, today)

    def _refuse_unfit(self, decision: Decision, today: date) -> None:
        """Refuse a decision that did not revise this plan, or not what is in force now."""
        root = self.plan.root
        of_plan = replace(decision, about=decision.about if decision.decision_id else ())
        refuse_unfit(of_plan, (root.node_id,) if root else (), "revise", "replan")
        if self.over_since and decision.taken_on < self.over_since <= today:
            raise DecidedBefore(naming("taken_on", decision.taken_on))

    def refuse_overtaken(self, state: State, answers: Sequence[Answer]) -> None:
        """Refuse to load it over anything else than it was compared with, or with other answers."""
        now = _fingerprint(self.plan, state, answers)
        if self.fingerprint != now:
            raise Overtaken(now)

    def refuse_future(self, today: date) -> None:
        """Refuse a plan that tells as done what lies ahead."""
        for node in self.plan.nodes:
            happened = node.actual.value if node.actual else None
            if happened and lies_ahead(happened, today):
                detail = f"{node.node_id}: {happened.edtf}"
                raise NotYet(detail)


@dataclass(frozen=True, slots=True, kw_only=True)
class Confirmation:
    """That a file that waits shall be taken over as its dry run showed it, by which decision."""

    import_id: UUID
    fingerprint: str
    decision: Decision | None = None
    """None where none is needed; one with a number is on record."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PlanConfirmation(Confirmation):
    """The same of a plan, read and compared anew: that takes long, and is done before anything is locked."""

    run: DryRun


def dry_run(plan: Plan, base: Base, city: str, *, answers: Sequence[Answer] = ()) -> DryRun:
    """Work out what a plan would change; refuses what can never be loaded."""
    if plan.municipality != city:
        raise OtherCity(plan.municipality)
    news = _is_news(plan, base)
    _refuse_other_kinds(plan, base)
    text = replace(Text.of(plan), nodes=_with_what_happened(plan.nodes, base) if news else ())
    found = differing(base.text, text, answers) if news else NO_CHANGE
    _refuse_dropping(found, base, answers)
    begun = base.tracked_since
    undoes = tuple(undone(base.nodes, text.nodes, decided=base.decided, answers=answers))
    return DryRun(
        plan=plan,
        diff=found,
        news=news,
        history=begun is None or (_surely_by(plan) < begun and not undoes),
        over_since=base.newest,
        fingerprint=_fingerprint(plan, base.state, answers),
        answers=tuple(answers),
        first=not base.text.at_hand,
        undoes=undoes,
    )


def _surely_by(plan: Plan) -> date:
    """The last day on which it can have come into force: of a month, its last day."""
    return plan.revision.adopted.hi or plan.revision.in_force_from


def as_promised(node: Node, rows: Sequence[Assertion], decision: Decision | None = None) -> Node:
    """A node with the dates that are promised and recorded now, whatever its revision stated.

    `decision` is the one behind its promise: what it stopped has no date, and why is told with it.
    """
    said = tuple(_as_promised(each, rows) for each in node.statements)
    if decision and decision.effect == "stop":
        said = tuple(_stopped(each) if each.attr == "due" else each for each in said)
    return replace(node, statements=(*said, *_recorded(node, rows)))


def _stopped(said: Statement) -> Statement:
    return replace(said, value=None, undated_reason=STOPPED)


def _as_promised(said: Statement, rows: Sequence[Assertion]) -> Statement:
    row = _row(said.attr, rows)
    if row is None or row.value == said.value:
        return said
    return replace(said, value=row.value, undated_reason=row.undated_reason, mark=row.mark)


def _recorded(node: Node, rows: Sequence[Assertion]) -> Iterator[Statement]:
    """What happened since, of which the plan's text could not know."""
    row = _row("actual", rows)
    if row and row.value and not node.actual:
        yield Statement(
            attr="actual",
            asserter=row.asserter,
            value=row.value,
            undated_reason=None,
            mark=row.mark,
            edtf_mark=row.mark,
            lines=None,
        )


def _row(attr: Attribute, rows: Sequence[Assertion]) -> Assertion | None:
    return next((row for row in rows if row.attr == attr), None)


def _is_news(plan: Plan, base: Base) -> bool:
    """Whether there is anything to load, or the refusal."""
    revision, known = plan.revision, base.revisions
    if known.get(revision.revision_id) == plan.sha256:
        return False
    if revision.revision_id in known:
        raise RevisionIsFixed(revision.revision_id)
    if revision.supersedes and revision.supersedes not in known:
        raise RevisionsMustFollow(revision.supersedes)
    if base.newest and revision.in_force_from <= base.newest:
        detail = f"{revision.revision_id}: {revision.in_force_from} ≤ {base.newest}"
        raise RevisionTooOld(detail)
    return True


def _refuse_other_kinds(plan: Plan, base: Base) -> None:
    for node in plan.nodes:
        if base.kinds.get(node.node_id, node.kind) != node.kind:
            raise KindIsFixed(node.node_id)


def _with_what_happened(nodes: Sequence[Node], base: Base) -> tuple[Node, ...]:
    """The plan's nodes with what is on record as done: a text that is silent about it changes nothing."""
    known = {node.node_id: node for node in base.nodes}
    return tuple(_with_actual(node, known.get(node.node_id)) for node in nodes)


def _with_actual(node: Node, before: Node | None) -> Node:
    happened = before.actual if before else None
    if happened is None:
        return node
    if node.actual is None:
        return replace(node, statements=(*node.statements, happened))
    if node.actual.value and happened.value and node.actual.value.edtf != happened.value.edtf:
        detail = f"{node.node_id}: {node.actual.value.edtf} ≠ {happened.value.edtf}"
        raise ActualDiffers(detail)
    return node


def _refuse_dropping(found: Diff, base: Base, answers: Sequence[Answer]) -> None:
    told = {node_id for answer in answers if answer.kind != "unrelated" for node_id in answer.old}
    asked = {question.gone for question in found.open}  # nobody has said yet that it is dropped
    removed = {change.node_id for change in found.of_kind("removed")}
    dropped = removed & base.observed - told - asked
    if dropped:
        raise ItemInUse(", ".join(sorted(dropped, key=natural)))


def _fingerprint(plan: Plan, state: State, answers: Sequence[Answer]) -> str:
    said: dict[str, Any] = {
        "plan": plan.sha256,
        "revisions": list(state.revisions),
        "versions": dict(state.versions),
        "blanked": state.blanked,
        "answers": [[each.kind, list(each.old), list(each.new)] for each in answers],
    }
    return sha256(rfc8785.dumps(said)).hexdigest()
