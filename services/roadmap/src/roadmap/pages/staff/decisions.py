"""The form that records a decision about the plan; to leave everything as it is is one, too."""

from collections.abc import Sequence
from dataclasses import replace

from fastapi import APIRouter, Request, Response

from roadmap import domain, handlers
from roadmap.pages.staff.fields import DECISION, REASON, Field, Typed, decision_of
from roadmap.pages.staff.filling import ByApprover, Form, Subject
from roadmap.pages.staff.moving import DECIDED

router = APIRouter()

EFFECTS: dict[domain.Effect, str] = {
    "none": "何も変えない",
    "ask": "調べる・問い合わせる",
    "revise": "期日を改める（改訂は、節目ごとに記録してください）",
    "stop": "取りやめる（中止は、節目ごとに記録してください）",
    "replan": "計画を作り直す",
    "correct": "記録の誤りを直す（訂正は、節目ごとに記録してください）",
}
BY_CODE: dict[str, domain.Effect] = {effect: effect for effect in EFFECTS}
ABOUT: dict[str, str] = {"plan": "計画", "initiative": "施策", "milestone": "節目"}


def _fields(about: Subject) -> Sequence[Field]:
    named = [node for kind in ABOUT for node in about.nodes if node.kind == kind]
    return (
        Field(
            name="about",
            label="何についての決定か",
            kind="many",
            options=[(node.node_id, f"{ABOUT[node.kind]}：{node.label}") for node in named],
        ),
        *DECISION,
        Field(
            name="effect",
            label="決定によって変わること",
            kind="one",
            options=tuple(EFFECTS.items()),
        ),
        REASON,
    )


def _decide(typed: Typed, about: Subject) -> domain.Decision:
    decision = decision_of(typed, about.today, BY_CODE[typed["effect"]])
    return replace(decision, about=tuple(typed["about"].split()))


DECIDE = Form(
    name="decisions",
    word="決定",
    title="決定を記録する",
    lead="計画についての決定を、選ばなかった案や理由とともに記録します。何も変えないことも、決定です。",
    fields=_fields,
    command=_decide,
    do=handlers.decide,
    refused={domain.NotDecidedYet: DECIDED[domain.NotDecidedYet]},
)


@router.get("/decisions")
async def ask(counter: ByApprover) -> Response:
    """The form that records a decision."""
    return await counter.ask(DECIDE)


@router.post("/decisions")
async def decide(request: Request, counter: ByApprover) -> Response:
    """Record it, or show what would be published."""
    return await counter.take(DECIDE, request)
