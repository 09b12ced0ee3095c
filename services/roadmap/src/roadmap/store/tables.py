"""The rows of the tables that are given out as CSV, each cell as text, in an order that stays."""

import json
from datetime import date, datetime
from typing import TypeAlias

from chassis.database import Connection
from roadmap.domain import LATEST, At
from roadmap.store import rows
from roadmap.store.plans import Plans

Row: TypeAlias = tuple[str, ...]


class Tables:
    """Reads of whole tables, in one transaction."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    async def all(self, table: str, at: At = LATEST) -> list[Row]:
        """One of them by its name, as it is now or was at a moment."""
        match table:
            case "nodes":
                return await self.nodes(at)
            case "assertions":
                return await self.assertions(at)
            case _:
                return await self.decisions(at)

    async def nodes(self, at: At) -> list[Row]:
        """The nodes in force at a moment, siblings in their places."""
        texts = await Plans(self._connection).texts(at)
        return [_node(text) for text in texts.values() if not text.removed]

    async def assertions(self, at: At) -> list[Row]:
        """Every statement that was recorded by then, also what is no longer believed."""
        found = await self._connection.fetch(
            """
            select assertion_id, subject_id, attr, asserter, edtf, precision, qualifier, original,
                   undated_reason, mark, evidence, lower(valid), upper(valid), lower(recorded),
                   case when $1::timestamptz is null or upper(recorded) <= $1 then upper(recorded) end,
                   revision_id, decision_id, corrects, why
              from assertion
             where $1::timestamptz is null or lower(recorded) <= $1
             order by assertion_id
            """,
            at.known,
        )
        return [tuple(_cell(value) for value in row.values()) for row in found]

    async def decisions(self, at: At) -> list[Row]:
        """Every decision that was kept by then; who entered it is not public."""
        found = await self._connection.fetch(
            """
            select decision_id, body, taken_on, effect, chosen, not_chosen, reason, about
              from decision
             where $1::timestamptz is null or entered_at <= $1
             order by decision_id
            """,
            at.known,
        )
        return [tuple(_cell(value) for value in row.values()) for row in found]


def _node(text: rows.Text) -> Row:
    node = text.node
    words = (node.node_id, node.kind, node.parent_id, node.place, node.label, node.mark, node.lines)
    return tuple(_cell(each) for each in (*words, node.actor, node.note, text.revision_id))


def _cell(value: object) -> str:
    """A value as its cell; None is an empty one."""
    match value:
        case None:
            return ""
        case datetime() | date():
            return value.isoformat()
        case list():
            return json.dumps(value, ensure_ascii=False)
        case _:
            return str(value)
