"""The dates of a whole tree at a moment, read at once."""

from collections.abc import Sequence

from chassis.database import Connection
from roadmap.domain import Assertion, At
from roadmap.store import rows

# Only a milestone counts how often it moved. Of all others what is over would be most of the rows,
# and be read in vain.
TOLD = """
select assertion.*
  from assertion
  join node on node_id = subject_id
 where subject_id = any($1::text[])
   and recorded @> coalesce($2, 'infinity'::timestamptz)
   and lower(valid) <= $3
   and (valid @> $3 or kind = 'milestone')
 order by lower(valid), assertion_id
"""


class Trees:
    """The statements about many nodes, in one transaction."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    async def told(self, subjects: Sequence[str], at: At) -> list[Assertion]:
        """What held of each node at a moment; of milestones also what had held before."""
        found = await self._connection.fetch(
            TOLD,
            subjects,
            at.known,
            at.day,
        )
        return [rows.assertion(row) for row in found]
