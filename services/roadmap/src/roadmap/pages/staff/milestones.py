"""The forms about one milestone: its date moves, it ends, it was reached, a record is put right."""

from collections.abc import Iterator, Sequence

from fastapi import APIRouter, Request, Response

from pages.dates import japanese_text
from roadmap import domain, handlers
from roadmap.pages.staff.fields import (
    DECISION,
    REASON,
    Field,
    Problem,
    Typed,
    date_or_reason,
    decision_of,
    evidence,
    evidence_of,
    nameless,
    read_date,
)
from roadmap.pages.staff.filling import ByEditor, Form, Subject

router = APIRouter(prefix="/milestones/{milestone_id}")

OWN_RECORD = "なければ空欄にしてください。決定そのものが根拠になります。"
WHAT: dict[str, str] = {"due": "期日", "reported": "ほかからの報告", "actual": "達成した日"}
NO_DATE = "日付なし"

DECIDED: dict[type[Exception], Problem] = {
    domain.NotDecidedYet: ("taken_on", "まだ来ていない日です。今日までの日を入力してください"),
    domain.TooEarlyToHold: (
        "taken_on",
        "いまの期日が決まる前の日です。そのあとの日を入力してください",
    ),
}
TOO_FAR = "30年より先の日付です。年を確かめてください"


def _move(typed: Typed, about: Subject) -> domain.Reschedule:
    """A decision holds from the day on which it was taken."""
    decision = decision_of(typed, about.today, "revise")
    return domain.Reschedule(
        milestone_id=_id(about),
        value=read_date(typed["due"]) if typed["due"] else None,
        undated_reason=typed["undated_reason"] or None,
        valid_from=decision.taken_on,
        today=about.today,
        decision=decision,
        evidence=evidence_of(typed),
    )


def _stop(typed: Typed, about: Subject) -> domain.Reschedule:
    decision = decision_of(typed, about.today, "stop")
    return domain.Reschedule(
        milestone_id=_id(about),
        value=None,
        undated_reason=typed["reason"],
        valid_from=decision.taken_on,
        today=about.today,
        decision=decision,
        evidence=evidence_of(typed),
    )


def _reach(typed: Typed, about: Subject) -> domain.Witness:
    return domain.Witness(
        milestone_id=_id(about),
        attr="actual",
        asserter="city",
        value=read_date(typed["actual"]),
        valid_from=about.today,
        today=about.today,
        evidence=evidence_of(typed),
    )


def _correct(typed: Typed, about: Subject) -> domain.Correct:
    return domain.Correct(
        assertion_id=int(typed["assertion"]),
        value=read_date(typed["value"]) if typed["value"] else None,
        undated_reason=typed["undated_reason"] or None,
        reason=typed["reason"],
        today=about.today,
        evidence=evidence_of(typed),
    )


def _misfits_of_a_move(typed: Typed) -> Iterator[Problem]:
    yield from nameless(typed)
    yield from date_or_reason(typed, "due", "新しい期日を入力してください")


def _misfits_of_a_correction(typed: Typed) -> Iterator[Problem]:
    yield from nameless(typed)
    yield from date_or_reason(typed, "value", "正しい日付か、日付がない理由を入力してください")


def _id(about: Subject) -> str:
    return about.milestone.milestone_id if about.milestone else ""


def _believed(about: Subject) -> list[tuple[str, str]]:
    """The statements that are held for true, the newest first: only they can be put right."""
    known = [row for row in about.history if row.recorded and row.recorded.until is None]
    return [(str(row.assertion_id), _statement(row)) for row in reversed(known)]


def _statement(row: domain.Assertion) -> str:
    value = japanese_text(row.value, weekday=False) if row.value else NO_DATE
    since = japanese_text(row.valid.since, weekday=False)
    source = f"、{row.evidence[0].source}" if row.evidence else ""
    return f"{WHAT.get(row.attr, row.attr)}：{value}（{since}から有効{source}）"


def _fields_of_a_correction(about: Subject) -> Sequence[Field]:
    return (
        *evidence(needed=False, hint="なければ空欄にしてください。もとの根拠が残ります。"),
        Field(
            name="assertion",
            label="誤っていた記録",
            kind="one",
            options=_believed(about),
        ),
        Field(
            name="value",
            label="正しい日付",
            kind="date",
            needed=False,
            example="令和9年9月",
            hint="分かっているところまでで構いません。",
        ),
        Field(
            name="undated_reason",
            label="正しくは日付がない理由",
            needed=False,
            hint="計画に期日が書かれていなかった、達成していなかった、などのときに書いてください。",
        ),
        Field(
            name="reason",
            label="何が誤っていたか",
            kind="text",
            example="計画の本文を写し間違えたため",
            hint="公開されます。個人の名前は書かないでください。",
        ),
    )


def _not_reached(milestone: domain.Milestone) -> None:
    if milestone.actual:
        raise domain.StatedAlready(milestone.milestone_id)


RESCHEDULE = Form(
    name="reschedule",
    word="改訂",
    title="期日を改める（改訂）",
    lead="決定によって、期日を改めます。前の期日は消さずに残ります。",
    fields=lambda _about: (
        *evidence(needed=False, hint=OWN_RECORD),
        Field(
            name="due",
            label="新しい期日",
            kind="date",
            needed=False,
            example="令和9年12月",
            hint="令和9年度、2027-12とも書けます。分かっているところまでで構いません。",
        ),
        Field(
            name="undated_reason",
            label="期日をなくす理由",
            needed=False,
            hint="期日をなくすときだけ、新しい期日を空欄にして、ここに書いてください。",
        ),
        *DECISION,
        REASON,
    ),
    misfits=_misfits_of_a_move,
    command=_move,
    do=handlers.reschedule,
    refused={
        **DECIDED,
        domain.SameDate: ("due", "いまの期日と同じです。改めたあとの期日を入力してください"),
        domain.OverAlready: (
            "due",
            "決めた日より前の期日です。決めた日よりあとの期日を入力してください",
        ),
        domain.TooFarAhead: ("due", TOO_FAR),
    },
    ready=domain.promised,
)
STOP = Form(
    name="stop",
    word="中止",
    title="取りやめる（中止）",
    lead="決定によって、この節目を取りやめます。これまでの期日は消さずに残ります。",
    fields=lambda _about: (*evidence(needed=False, hint=OWN_RECORD), *DECISION, REASON),
    misfits=nameless,
    command=_stop,
    do=handlers.reschedule,
    refused={**DECIDED, domain.SameDate: ("chosen", "この節目には、取りやめる期日がありません")},
    ready=domain.promised,
)
REACH = Form(
    name="reach",
    word="達成",
    title="達成した日を記録する（達成）",
    lead="達成したことを、根拠とともに記録します。期日に間に合ったかどうかは、日付から計算します。",
    fields=lambda _about: (
        *evidence(needed=True, hint="達成したことが分かる資料です。"),
        Field(
            name="actual",
            label="達成した日",
            kind="date",
            example="令和8年11月20日",
            hint="分かっているところまでで構いません。",
        ),
    ),
    misfits=nameless,
    command=_reach,
    do=handlers.witness,
    refused={
        domain.NotYet: ("actual", "まだ来ていない日です。今日までの日を入力してください"),
        domain.NoFirstDay: ("actual", "いつからか分かるように入力してください"),
        domain.StatedAlready: ("actual", "達成した日は、もう記録されています"),
    },
    ready=_not_reached,
)
CORRECT = Form(
    name="correct",
    word="訂正",
    title="記録の誤りを直す（訂正）",
    lead="誤っていた記録を直します。誤っていた内容も、訂正したことが分かるように残ります。",
    fields=_fields_of_a_correction,
    misfits=_misfits_of_a_correction,
    command=_correct,
    do=handlers.correct,
    refused={
        domain.NothingToCorrect: ("value", "記録と同じです。正しい日付を入力してください"),
        domain.NotKnownAnyMore: ("assertion", "この記録は、もう直されています"),
        domain.NotYet: ("value", "まだ来ていない日です。今日までの日を入力してください"),
        domain.NoFirstDay: ("value", "いつからか分かるように入力してください"),
        domain.TooFarAhead: ("value", TOO_FAR),
    },
)


@router.get("/reschedule")
async def ask_to_move(milestone_id: str, counter: ByEditor) -> Response:
    """The form that moves the date."""
    return await counter.ask(RESCHEDULE, milestone_id)


@router.post("/reschedule")
async def move(request: Request, milestone_id: str, counter: ByEditor) -> Response:
    """Move the date, or show what would be published."""
    return await counter.take(RESCHEDULE, request, milestone_id)


@router.get("/stop")
async def ask_to_stop(milestone_id: str, counter: ByEditor) -> Response:
    """The form that ends it."""
    return await counter.ask(STOP, milestone_id)


@router.post("/stop")
async def stop(request: Request, milestone_id: str, counter: ByEditor) -> Response:
    """End it by a decision, or show what would be published."""
    return await counter.take(STOP, request, milestone_id)


@router.get("/reach")
async def ask_to_reach(milestone_id: str, counter: ByEditor) -> Response:
    """The form that says when it was reached."""
    return await counter.ask(REACH, milestone_id)


@router.post("/reach")
async def reach(request: Request, milestone_id: str, counter: ByEditor) -> Response:
    """Record that it was reached, or show what would be published."""
    return await counter.take(REACH, request, milestone_id)


@router.get("/correct")
async def ask_to_correct(milestone_id: str, counter: ByEditor) -> Response:
    """The form that puts a statement right."""
    return await counter.ask(CORRECT, milestone_id)


@router.post("/correct")
async def correct(request: Request, milestone_id: str, counter: ByEditor) -> Response:
    """Put a statement right, or show what would be published."""
    return await counter.take(CORRECT, request, milestone_id)
