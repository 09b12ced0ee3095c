"""The forms by which a decision changes a milestone: its date moves, or it ends."""

from collections.abc import Iterator
from dataclasses import replace

from pages.dates import japanese_text
from roadmap import domain, handlers
from roadmap.pages.staff.fields import (
    DECISION,
    LONG_AGO,
    REASON,
    TOO_FAR,
    Field,
    Problem,
    Typed,
    date_or_reason,
    decision,
    decision_of,
    evidence,
    evidence_of,
    nameless,
    read_date,
)
from roadmap.pages.staff.forms import Form, Subject

OWN_RECORD = "なければ空欄にしてください。決定そのものが根拠になります。"
OTHER = ("new", "ほかの決定（下に書きます）")
DECIDED: dict[type[Exception], Problem] = {
    domain.NotDecidedYet: ("taken_on", "まだ来ていない日です。今日までの日を入力してください"),
    domain.TooLongAgo: ("taken_on", LONG_AGO),
    domain.TooEarlyToHold: (
        "taken_on",
        "いまの期日が決まる前の日です。そのあとの日を入力してください",
    ),
}


def decision_asked(about: Subject, *effects: domain.Effect) -> Iterator[Field]:
    """A decision on record, if there is one that can be meant; else all that a decision says."""
    recorded = [d for d in about.decisions if d.effect in effects]
    if recorded:
        yield Field(
            name="decision",
            label="もとになる決定",
            kind="one",
            options=[*((str(d.decision_id), _named(d)) for d in recorded), OTHER],
        )
    for each in (*decision(about.bodies), REASON):
        yield replace(each, needed=each.needed and not recorded)


def _named(known: domain.Decision) -> str:
    day = japanese_text(known.taken_on, weekday=False)
    return f"{known.body}の決定（{day}）：{known.chosen}"


def decision_missing(typed: Typed) -> Iterator[Problem]:
    """What is missing of a decision that is written here."""
    if typed.get("decision", OTHER[0]) == OTHER[0]:
        for each in (*DECISION, REASON):
            if each.needed and not typed[each.name]:
                yield each.name, f"{each.label}を入力してください"


def decision_meant(typed: Typed, about: Subject, effect: domain.Effect) -> domain.Decision:
    """The decision on record that was chosen; else the one that is written here."""
    recorded = {str(d.decision_id): d for d in about.decisions}
    known = recorded.get(typed.get("decision", OTHER[0]))
    return known or decision_of(typed, about.today, effect)


def _move(typed: Typed, about: Subject) -> domain.Reschedule:
    """A decision holds from the day on which it was taken."""
    meant = decision_meant(typed, about, "revise")
    return domain.Reschedule(
        milestone_id=about.milestone_id,
        value=read_date(typed["due"]) if typed["due"] else None,
        undated_reason=typed["undated_reason"] or None,
        today=about.today,
        decision=meant,
        evidence=evidence_of(typed),
    )


def _stop(typed: Typed, about: Subject) -> domain.Reschedule:
    meant = decision_meant(typed, about, "stop")
    return domain.Reschedule(
        milestone_id=about.milestone_id,
        value=None,
        undated_reason=meant.reason,
        today=about.today,
        decision=meant,
        evidence=evidence_of(typed),
    )


def _misfits_of_an_end(typed: Typed) -> Iterator[Problem]:
    yield from nameless(typed)
    yield from decision_missing(typed)


def _misfits_of_a_move(typed: Typed) -> Iterator[Problem]:
    yield from _misfits_of_an_end(typed)
    yield from date_or_reason(typed, "due", "新しい期日を入力してください")


RESCHEDULE = Form(
    name="reschedule",
    word="改訂",
    title="期日を改める（改訂）",
    lead="決定によって、期日を改めます。前の期日は消さずに残ります。",
    fields=lambda about: (
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
        *decision_asked(about, "revise", "replan"),
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
        domain.NoFirstDay: ("due", "いつからか分かるように入力してください"),
        domain.TooFarAhead: ("due", TOO_FAR),
    },
    ready=domain.promised,
)
STOP = Form(
    name="stop",
    word="中止",
    title="取りやめる（中止）",
    lead="決定によって、この節目を取りやめます。これまでの期日は消さずに残ります。",
    fields=lambda about: (*evidence(needed=False, hint=OWN_RECORD), *decision_asked(about, "stop")),
    misfits=_misfits_of_an_end,
    command=_stop,
    do=handlers.reschedule,
    refused={**DECIDED, domain.SameDate: ("source", "この節目は、もう中止になっています")},
    ready=domain.promised,
)
