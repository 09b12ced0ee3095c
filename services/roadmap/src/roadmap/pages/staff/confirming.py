"""The form by which a plan that waits is loaded, and why one cannot be."""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from uuid import UUID

from chassis.saying import Desk
from roadmap import domain, handlers
from roadmap.pages.staff.fields import Field, Problem, Typed
from roadmap.pages.staff.forms import Form, Subject
from roadmap.pages.staff.moving import (
    DECIDED,
    OTHER,
    decision_asked,
    decision_meant,
    decision_missing,
)
from roadmap.pages.staff.reviewing import reviewed
from roadmap.store import Store
from web.signin import Person

TAKEN: dict[type[Exception], str] = {
    domain.OtherCity: "ほかの自治体の計画です。この自治体の計画のファイルを選んでください",
    domain.RevisionIsFixed: "同じ名前の版が、違う内容で読み込まれています。版の名前を確かめてください",
    domain.RevisionsMustFollow: "前の版が読み込まれていません。前の版を先に読み込んでください",
    domain.RevisionTooOld: "もっと新しい版が読み込まれています。決めた日を確かめてください",
    domain.ActualDiffers: "達成した日が、記録と違います。先に記録を訂正するか、ファイルを直してください",
    domain.ItemInUse: "記録のある項目がなくなっています。ファイルを確かめてください",
    domain.PlanTooLong: (
        "計画が大きすぎて、変更を知らせることができません。名前を短くするか、項目を減らしてください"
    ),
    domain.KindIsFixed: "同じ番号で、種類が変わっています。新しいものには、新しい番号を付けてください",
    domain.ConfirmedAlready: "この計画は、もう読み込まれています",
}
UNFIT: dict[type[Exception], str] = {
    domain.AnswerUnfit: (
        "答えの組み合わせが合いません。分かれたものと合わさったものに、同じものを選ばないでください"
    ),
    domain.ItemInUse: "記録のあるものは、なくなったことにできません。何になったかを選んでください",
}
OPEN = "答えていない質問があります。先に答えてください"
DECIDED_BEFORE = "いまの版が決まる前の日です。この版を決めた日を入力してください"
OVERTAKEN = (
    "確かめている間に、計画か答えが変わりました。"
    "下の「変わるところ」は、いまの内容です。確かめて、もう一度送ってください"
)


def _fields(subject: Subject) -> Sequence[Field]:
    """What is asked of a decision; nothing is needed of a plan from before tracking began."""
    needed = subject.review is None or not subject.review.run.history
    asked = decision_asked(subject, "revise", "replan")
    return [replace(each, needed=each.needed and needed) for each in asked]


def _misfits(typed: Typed) -> Iterator[Problem]:
    if any(typed.values()):
        yield from decision_missing(_chosen(typed))


def _chosen(typed: Typed) -> Typed:
    """Whoever chooses no decision on record, and writes one, means the one that is written."""
    return {**typed, "decision": typed.get("decision") or OTHER[0]}


def _decision(typed: Typed, subject: Subject) -> domain.Decision | None:
    if not any(typed.values()):
        return None
    return decision_meant(_chosen(typed), subject, "replan")


def _command(typed: Typed, subject: Subject) -> domain.PlanConfirmation:
    review = subject.review
    if review is None:
        raise domain.UnknownImport
    if review.unfit:
        raise domain.AnswerUnfit(str(review.import_id))
    return domain.PlanConfirmation(
        import_id=review.import_id,
        fingerprint=subject.version,
        decision=_decision(typed, subject),
        run=review.run,
    )


CONFIRM = Form(
    name="import",
    word="読み込み",
    title="計画を読み込む",
    lead="読み込むと変わるところを確かめます。まだ何も変わっていません。",
    fields=_fields,
    misfits=_misfits,
    command=_command,
    do=handlers.confirm,
    refused={
        **{kind: ("changes", told) for kind, told in TAKEN.items()},
        domain.NotDecidedYet: DECIDED[domain.NotDecidedYet],
        domain.TooLongAgo: DECIDED[domain.TooLongAgo],
        domain.DecidedBefore: ("taken_on", DECIDED_BEFORE),
        domain.QuestionsOpen: ("questions", OPEN),
        domain.Overtaken: ("changes", OVERTAKEN),
    },
    template="staff_import_review.html",
    changed=OVERTAKEN,
    done="/plan/changes",
)


def confirming(import_id: UUID, plan: domain.Plan, chosen: Typed | None = None) -> Form:
    """The form for one plan that waits; `chosen` stands in place of what was answered about it."""

    async def about(desk: Desk[Store], person: Person) -> Subject:
        async with desk.read() as store:
            sent, base = await store.imports.one(import_id), await store.base()
            decisions = await store.decisions.about([plan.root.node_id] if plan.root else [])
            bodies = await store.plans.bodies()
        city = desk.speaker.municipality
        review = await reviewed(sent, (plan, base), city=city, roles=person.roles)
        review = review if chosen is None else replace(review, chosen=chosen)
        today = handlers.tokyo_day(desk.now())
        return Subject(today=today, decisions=decisions, bodies=bodies, review=review)

    return replace(CONFIRM, name=f"import/{import_id}", about=about)
