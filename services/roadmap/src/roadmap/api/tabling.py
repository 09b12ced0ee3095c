"""Tables for machines to give back: what their new and changed rows would say."""

from datetime import date, datetime
from typing import Literal, Self
from uuid import UUID

from fastapi import Response

from chassis.saying import Saying
from documents import Unreadable
from roadmap import handlers
from roadmap.api.asking import Answer
from roadmap.api.unread import unreadable
from roadmap.domain.changing.editing import Edit, EditKind
from roadmap.store import Store

CSV = "text/csv"


class EditAnswer(Answer):
    """What one row would say."""

    line: int
    """That of a spreadsheet: the head is line 1."""
    kind: EditKind
    node_id: str
    attr: str
    asserter: str
    before: str | None
    """The date that a correction takes back."""
    after: str | None
    """null: no date any more."""

    @classmethod
    def of(cls, edit: Edit) -> Self:
        """What is answered of a row."""
        return cls(
            line=edit.line,
            kind=edit.kind,
            node_id=edit.subject_id,
            attr=edit.attr,
            asserter=edit.asserter,
            before=edit.before,
            after=edit.value.edtf if edit.value else None,
        )


class TableAnswer(Answer):
    """What a table that came back would change; nothing of it is kept before it is confirmed."""

    import_id: UUID | None
    """null: nothing would change, so there is nothing to confirm."""
    table: Literal["nodes", "assertions", "decisions"]
    encoding: str
    """In which the file was read: UTF-8, UTF-8 with BOM, or Shift_JIS."""
    rows: int
    absent: int
    """So many rows on record are not in the file; nothing is deleted by that."""
    edits: list[EditAnswer]
    decision_needed: bool
    """A due date moves, and its row names no decision."""
    decided_from: date | None
    """The day of the decision at the earliest: that of the newest promise it moves; null: any day."""
    fingerprint: str
    """What `confirm` takes: of the file, and of what it changes."""


async def looked_at(
    sent: tuple[bytes, str], store: Store, *, say: Saying, now: datetime, by: str
) -> handlers.TableRun:
    """What a table, with its name, would change; refused with all that is wrong."""
    try:
        return await handlers.look_at_table(sent, store, say=say, now=now, by=by)
    except Unreadable as unread:
        raise unreadable(unread.problems) from unread


def table_answered(run: handlers.TableRun, import_id: UUID | None, status: int) -> Response:
    """The answer to a dry run of a table."""
    answer = TableAnswer.model_validate(
        {
            "import_id": import_id,
            "table": run.table,
            "encoding": run.encoding,
            "rows": run.rows,
            "absent": run.absent,
            "edits": [EditAnswer.of(each) for each in run.edits],
            "decision_needed": bool(run.moves),
            "decided_from": run.decided_from,
            "fingerprint": run.fingerprint,
        }
    )
    return Response(answer.model_dump_json(), status, media_type="application/json")
