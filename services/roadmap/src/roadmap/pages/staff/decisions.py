"""The form that records a decision about the plan; to leave everything as it is is one, too."""

from collections.abc import Sequence
from dataclasses import replace

from fastapi import APIRouter, Request, Response

from roadmap import domain, handlers
from roadmap.exports.labels import EFFECTS
from roadmap.pages.staff.fields import REASON, Field, Typed, decision, decision_of
from roadmap.pages.staff.filling import ByStaff
from roadmap.pages.staff.forms import Form, Subject
from roadmap.pages.staff.moving import DECIDED

router = APIRouter()

HINTS: dict[domain.Effect, str] = {
    "revise": "（改訂は、節目ごとに記録してください）",
    "stop": "（中止は、節目ごとに記録してください）",
    "correct": "（訂正は、節目ごとに記録してください）",
}
BY_CODE: dict[str, domain.Effect] = {effect: effect for effect in EFFECTS}
ABOUT: dict[str, str] = {"plan": "計画", "initiative": "施策", "milestone": "節目"}


def _fields(about: Subject) -> Sequence[Field]:
    nodes = domain.in_order(about.nodes)
    named = [node for kind in ABOUT for node in nodes if node.kind == kind]
    return (
        Field(
            name="about",
            label="何についての決定か",
            kind="many",
            options=[(node.node_id, f"{ABOUT[node.kind]}：{node.title}") for node in named],
        ),
        *decision(about.bodies),
        Field(
            name="effect",
            label="決定によって変わること",
            kind="one",
            options=[(each, word + HINTS.get(each, "")) for each, word in EFFECTS.items()],
        ),
        REASON,
    )


def _decide(typed: Typed, about: Subject) -> domain.Decision:
    made = decision_of(typed, about.today, BY_CODE[typed["effect"]])
    return replace(made, about=tuple(typed["about"].split()))


DECIDE = Form(
    name="decisions",
    word="決定",
    title="決定を記録する",
    lead="計画についての決定を、選ばなかった案や理由とともに記録します。何も変えないことも、決定です。",
    fields=_fields,
    command=_decide,
    do=handlers.decide,
    refused={each: DECIDED[each] for each in (domain.NotDecidedYet, domain.TooLongAgo)},
)


@router.get("/decisions")
async def ask(counter: ByStaff) -> Response:
    """The form that records a decision."""
    return await counter.ask(DECIDE)


@router.post("/decisions")
async def decide(request: Request, counter: ByStaff) -> Response:
    """Record it, or show what would be published."""
    return await counter.take(DECIDE, request)
