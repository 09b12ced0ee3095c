"""The rows of the tables that are given out as CSV, each cell as text by its column, in an order that stays."""

import json
from collections.abc import Mapping
from datetime import date, datetime

from chassis.database import Connection
from roadmap.domain import LATEST, At
from roadmap.domain.changing.cells import Cells
from roadmap.store import rows
from roadmap.store.plans import Plans


class Tables:
    """Reads of whole tables, in one transaction."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    async def all(self, table: str, at: At = LATEST) -> list[Cells]:
        """One of them by its name, as it is now or was at a moment."""
        match table:
            case "nodes":
                return await self.nodes(at)
            case "assertions":
                return await self.assertions(at)
            case _:
                return await self.decisions(at)

    async def nodes(self, at: At) -> list[Cells]:
        """The nodes in force at a moment, siblings in their places."""
        texts = await Plans(self._connection).texts(at)
        return [_node(text) for text in texts.values() if not text.removed]

    async def assertions(self, at: At) -> list[Cells]:
        """Every statement that was recorded by then, also what is no longer believed."""
        found = await self._connection.fetch(
            """
            select assertion_id, subject_id, attr, asserter, edtf, precision, qualifier, original,
                   undated_reason, mark, evidence, lower(valid) as valid_from, upper(valid) as valid_until,
                   lower(recorded) as recorded_from,
                   case when $1::timestamptz is null or upper(recorded) <= $1
                        then upper(recorded) end as recorded_until,
                   revision_id, decision_id, corrects, why
              from assertion
             where $1::timestamptz is null or lower(recorded) <= $1
             order by assertion_id
            """,
            at.known,
        )
        return [_cells(dict(row)) for row in found]

    async def decisions(self, at: At) -> list[Cells]:
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
        return [_cells(dict(row)) for row in found]


def _node(text: rows.WordedNode) -> Cells:
    node = text.node
    return _cells(
        {
            "node_id": node.node_id,
            "kind": node.kind,
            "parent_id": node.parent_id,
            "place": node.place,
            "label": node.label,
            "mark": node.mark,
            "lines": node.lines,
            "actor": node.actor,
            "note": node.note,
            "revision_id": text.revision_id,
        }
    )


def _cells(row: Mapping[str, object]) -> Cells:
    return {name: _cell(value) for name, value in row.items()}


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
