"""The forms that record what is so: a milestone was reached, or a statement was recorded wrongly."""

from collections.abc import Iterator, Sequence

from pages.dates import japanese_text
from roadmap import domain, handlers
from roadmap.exports.labels import ATTRIBUTES
from roadmap.pages.staff.fields import (
    LONG_AGO,
    TOO_FAR,
    Field,
    Problem,
    Typed,
    date_or_reason,
    evidence,
    evidence_of,
    nameless,
    read_date,
)
from roadmap.pages.staff.forms import Form, Subject

NO_DATE = "日付なし"
WHO = (
    ("mic", "総務省"),
    ("digital-agency", "デジタル庁"),
    ("other-agency", "そのほかの国の機関"),
    ("prefecture", "都道府県"),
    ("vendor", "事業者"),
)
"""Who may report something: a later report of the same one takes the place of the one before."""


def _reach(typed: Typed, about: Subject) -> domain.Reach:
    return domain.Reach(
        milestone_id=about.milestone_id,
        value=read_date(typed["actual"]),
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


def _misfits_of_a_correction(typed: Typed) -> Iterator[Problem]:
    yield from nameless(typed)
    yield from date_or_reason(typed, "value", "正しい日付か、日付がない理由を入力してください")


def _believed(about: Subject) -> list[tuple[str, str]]:
    """The statements that are held for true, the newest first, then those of the items: only they can be put right."""
    known = [row for row in about.history if row.recorded and row.recorded.until is None]
    return [
        *((str(row.assertion_id), _statement(row)) for row in reversed(known)),
        *(
            (str(row.assertion_id), f"{item.label}：{_statement(row)}")
            for item, row in about.reports
        ),
    ]


def _statement(row: domain.Assertion) -> str:
    value = japanese_text(row.value, weekday=False) if row.value else NO_DATE
    since = japanese_text(row.valid.since, weekday=False)
    source = f"、{row.evidence[0].source}" if row.evidence else ""
    return f"{ATTRIBUTES[row.attr]}：{value}（{since}から有効{source}）"


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
    if milestone.stopped:
        raise domain.Stopped(milestone.milestone_id)
    if milestone.removed:
        raise domain.OutOfThePlan(milestone.milestone_id)


def _report(typed: Typed, about: Subject) -> domain.Report:
    return domain.Report(
        subject_id=typed.get("subject") or about.milestone_id,
        asserter=typed["asserter"],
        value=read_date(typed["value"]),
        valid_from=domain.speaks_on(read_date(typed["as_of"]), about.today),
        today=about.today,
        evidence=evidence_of(typed),
    )


def _fields_of_a_report(about: Subject) -> Iterator[Field]:
    yield from evidence(needed=True, hint="見込みが書かれている、市の外の資料です。")
    if about.nodes and about.milestone:
        named = [(node.node_id, node.label) for node in about.nodes]
        yield Field(
            name="subject",
            label="何についての報告か",
            kind="one",
            options=[(about.milestone_id, f"全体（{about.milestone.label}）"), *named],
        )
    yield Field(name="asserter", label="報告したところ", kind="one", options=WHO)
    yield Field(
        name="value",
        label="見込みの時期",
        kind="date",
        example="令和10年3月",
        hint="資料に書かれているところまでで構いません。令和8年度以降、のようにも書けます。",
    )
    yield Field(
        name="as_of",
        label="いつの時点の報告か",
        kind="date",
        example="令和8年10月",
        hint="資料に書かれている時点です。作られた日ではありません。",
    )


REPORT = Form(
    name="report",
    word="報告",
    title="ほかからの報告を記録する（報告）",
    lead="国や事業者などが見込む時期を、資料とともに記録します。市の期日は変わりません。",
    fields=lambda about: tuple(_fields_of_a_report(about)),
    misfits=nameless,
    command=_report,
    do=handlers.report,
    refused={
        domain.NotYet: ("as_of", "まだ来ていない時点です。今日までの時点を入力してください"),
        domain.TooLongAgo: ("as_of", LONG_AGO),
        domain.TooFarAhead: ("value", TOO_FAR),
        domain.StatedAlready: (
            "as_of",
            "同じところの、同じ内容か、もっと新しい報告が記録されています。誤りなら訂正してください",
        ),
    },
    ready=_not_reached,
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
    do=handlers.reach,
    refused={
        domain.NotYet: ("actual", "まだ来ていない日です。今日までの日を入力してください"),
        domain.TooLongAgo: ("actual", LONG_AGO),
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
        domain.TooLongAgo: ("value", LONG_AGO),
        domain.TooFarAhead: ("value", TOO_FAR),
    },
)
