"""A plan that waits to be loaded: what it would change, and what a person is asked about it."""

from asyncio import to_thread
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from uuid import UUID

from pages.dates import japanese_text
from roadmap import domain
from roadmap.pages.differing import NODES, Group, groups, named
from roadmap.pages.staff.fields import Field, Problem, Typed
from roadmap.store.imports import Import

ASKED = "became."
GONE = "-"  # no id begins so
BOTH = "「なくなった」と、ほかの答えは、一緒に選べません"


@dataclass(frozen=True, slots=True, kw_only=True)
class Review:
    """What somebody looks at before a plan is loaded."""

    import_id: UUID
    confirmed: bool
    run: domain.DryRun
    groups: Sequence[Group]
    questions: Sequence[Field]
    """What only a person can answer, answered or not."""
    chosen: Typed
    """What was answered, by question."""
    others: tuple[domain.Answer, ...]
    """Answers that a program gave, for which the questions have no box."""
    unfit: bool
    """What was answered does not fit the plan any more, and counts as not answered."""
    edits: bool
    """Whether whoever looks may answer."""
    decides: bool
    """Whether they may confirm."""

    @property
    def path(self) -> str:
        """Where it stands."""
        return f"/plan/staff/import/{self.import_id}"

    @property
    def told(self) -> list[tuple[str, str]]:
        """Each question with its answer, for who may only read."""
        return [
            (each.label, each.words(self.chosen[each.name]) or "まだ答えがありません")
            for each in self.questions
        ]

    def undone(self, undoing: domain.Undoing) -> str:
        """What becomes of a date that a decision moved or stopped."""
        dates = (domain.in_words(each, japanese_text) for each in (undoing.before, undoing.after))
        before, after = (each or "期日なし" for each in dates)
        back = "（中止でなくなり、計画に戻ります）" if undoing.revives else ""
        return f"{named(undoing.node)}：{before} → {after}{back}"

    def typed(self, sent: Mapping[str, str]) -> Typed:
        """What a form answers, by question."""
        return {each.name: each.typed(sent) for each in self.questions}

    def wrong(self, typed: Typed) -> list[Problem]:
        """What does not fit together in one answer; a question may stay open."""
        chosen = {name: text.split() for name, text in typed.items()}
        return [(name, BOTH) for name, codes in chosen.items() if GONE in codes and codes[1:]]

    def answers(self, typed: Typed) -> tuple[domain.Answer, ...]:
        """What was typed, as answers; those of programs stay."""
        chosen = {
            name.removeprefix(ASKED): [code for code in text.split() if code != GONE]
            for name, text in typed.items()
            if text
        }
        return (*domain.answers_from(chosen), *self.others)


async def reviewed(
    sent: Import, over: tuple[domain.Plan, domain.Base], *, city: str, roles: Collection[str]
) -> Review:
    """A plan over what is known now, for somebody with these roles, or a refusal; no transaction may be open meanwhile."""
    return await to_thread(_review, sent, over, city=city, roles=roles)


def _review(
    sent: Import, over: tuple[domain.Plan, domain.Base], *, city: str, roles: Collection[str]
) -> Review:
    plan, base = over
    asked = domain.dry_run(plan, base, city)
    likely = {each.gone: each.new for each in asked.diff.open}
    others = tuple(each for each in sent.answers if not _offered(each, likely))
    run, unfit = asked, False
    try:
        asked = domain.dry_run(plan, base, city, answers=others)
        run = domain.dry_run(plan, base, city, answers=sent.answers)
    except domain.AnswerUnfit:
        sent, others, unfit = replace(sent, answers=()), (), True
    known = {node.node_id: node for node in (*base.nodes, *plan.nodes)}
    return Review(
        import_id=sent.import_id,
        confirmed=sent.confirmed_at is not None,
        run=run,
        groups=groups(run.diff, base.nodes, plan.nodes),
        questions=[_question(each, known) for each in asked.diff.open],
        chosen=_chosen(asked.diff.open, sent.answers),
        others=others,
        unfit=unfit,
        edits="editor" in roles,
        decides="approver" in roles,
    )


def _offered(answer: domain.Answer, likely: Mapping[str, Sequence[str]]) -> bool:
    """Whether the questions have a box for it."""
    return all(set(answer.new) <= set(likely.get(old, ())) and old in likely for old in answer.old)


def _question(asked: domain.Candidate, known: Mapping[str, domain.Node]) -> Field:
    kind = NODES[known[asked.gone].kind]
    return Field(
        name=ASKED + asked.gone,
        label=f"{named(known[asked.gone])}は、どうなりましたか",
        kind="many",
        options=[
            *((each, f"{named(known[each])}になった") for each in asked.new),
            (GONE, f"なくなった（新しい{kind}とは関係なし）"),
        ],
    )


def _chosen(asked: Sequence[domain.Candidate], answers: Sequence[domain.Answer]) -> Typed:
    chosen = domain.chosen_in(answers)
    return {
        ASKED + each.gone: (" ".join(chosen[each.gone]) or GONE) if each.gone in chosen else ""
        for each in asked
    }
