"""The form by which a table that came back is taken over: what its rows would change, and by which decision."""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from uuid import UUID

from chassis.saying import Desk
from roadmap import domain, handlers
from roadmap.exports.tables import (
    EmptyTable,
    OtherColumns,
    OtherSeparator,
    UnevenRow,
    UnreadableTable,
)
from roadmap.pages.staff.confirming import OVERTAKEN
from roadmap.pages.staff.fields import Field, Problem, Typed
from roadmap.pages.staff.forms import Form, Subject, TableReview
from roadmap.pages.staff.moving import (
    DECIDED,
    decision_asked,
    decision_meant,
    decision_missing,
)
from roadmap.store import Store
from web.signin import Person

NO_TABLE: dict[type[Exception], str] = {
    OtherColumns: "列の名前が、書き出した表と違います",
    EmptyTable: "空のファイルです。書き出した表を、見出しの行も含めて選んでください",
    OtherSeparator: "列がカンマで区切られていません（セミコロンかタブです）。CSV（カンマ区切り）で保存してください",
    UnevenRow: "列の数が合わない行があります",
    UnreadableTable: "表として読めません。UTF-8 か Shift_JIS の CSV で保存してください",
}


def _fields(subject: Subject) -> Sequence[Field]:
    """What is asked of a decision, when a row moves a date and names none."""
    moves = subject.table and subject.table.run.moves
    return tuple(decision_asked(subject, "revise", "replan", "stop")) if moves else ()


def _misfits(typed: Typed) -> Iterator[Problem]:
    if typed:
        yield from decision_missing(typed)


def _command(typed: Typed, subject: Subject) -> domain.Confirmation:
    if subject.table is None:
        raise domain.UnknownImport
    return domain.Confirmation(
        import_id=subject.table.import_id,
        fingerprint=subject.version,
        decision=decision_meant(typed, subject, "revise") if typed else None,
    )


CONFIRM = Form(
    name="import",
    word="読み込み",
    title="表を読み込む",
    lead="読み込むと変わるところを確かめます。まだ何も変わっていません。",
    fields=_fields,
    misfits=_misfits,
    command=_command,
    do=handlers.confirm_table,
    refused={
        **DECIDED,
        domain.Overtaken: ("changes", OVERTAKEN),
        domain.ConfirmedAlready: ("changes", "この表は、もう読み込まれています"),
    },
    template="staff_import_table.html",
    changed=OVERTAKEN,
    done="/plan/changes",
)


def confirming_table(import_id: UUID) -> Form:
    """The form for one table that waits."""

    async def about(desk: Desk[Store], person: Person) -> Subject:
        now = desk.now()
        async with desk.open(now) as (store, say):
            sent = await store.imports.one_for_change(import_id)
            file = (sent.body, sent.name)
            run = (
                await handlers.read_table(file, store, handlers.tokyo_day(now))
                if sent.confirmed_at
                else await handlers.look_at_table(file, store, say=say, now=now, by=person.subject)
            )
            decisions = await store.decisions.about([each.subject_id for each in run.moves])
        review = TableReview(
            import_id=import_id,
            confirmed=sent.confirmed_at is not None,
            run=run,
            decides="approver" in person.roles,
        )
        return Subject(today=handlers.tokyo_day(now), decisions=decisions, table=review)

    return replace(CONFIRM, name=f"import/{import_id}", about=about)
