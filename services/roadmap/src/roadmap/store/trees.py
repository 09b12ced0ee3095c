"""The dates of a whole tree at a moment, read at once."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from datetime import date
from typing import TypeAlias

from asyncpg import Record

from chassis.database import Connection
from roadmap.domain import Assertion, At, by_parent, inside, nearness
from roadmap.store import rows

# Only a milestone counts how often it moved. Of all others what is over would be most of the rows,
# and be read in vain.
TOLD = """
select assertion.*, null::date as overtaken
  from assertion
  join node on node_id = subject_id
 where subject_id = any($1::text[])
   and recorded @> coalesce($2, 'infinity'::timestamptz)
   and lower(valid) <= $3
   and (valid @> $3 or kind = 'milestone')
 union all
select assertion.*, gone.since
  from (select assertion_id, min(since) as since
          from overtaken
         where subject_id = any($1::text[]) and at <= coalesce($2, 'infinity'::timestamptz)
         group by assertion_id) as gone
  join assertion using (assertion_id)
 where gone.since <= $3
 order by assertion_id
"""
# The same by number alone, for what a row says never changes; of what held before with a minus. The index on two clocks
# answers it alone, without a look at the rows.
NUMBERS = """
select subject_id, assertion_id as number, case when attr = 'due' then hi end as deadline
  from assertion
 where recorded @> coalesce($1::timestamptz, 'infinity') and valid @> $2::date
 union all
select subject_id, -assertion_id, null
  from assertion
  join node on node_id = subject_id
 where recorded @> coalesce($1::timestamptz, 'infinity') and valid << daterange($2::date, null)
   and attr = 'due' and kind = 'milestone'
 union all
select distinct subject_id, -assertion_id, null::date
  from overtaken
 where at <= coalesce($1::timestamptz, 'infinity') and since <= $2::date
 order by number
"""
WORDED = """
select node_id, parent_id, over, revision_id, version, until
  from (select distinct on (node_id)
               node_id, parent_id, place, revision_id, version, upper(valid) as until,
               case when kind = 'milestone' then more ->> 'over' end as over
          from node_text
          join node using (node_id)
         where recorded @> coalesce($1::timestamptz, 'infinity') and lower(valid) <= $2::date
         order by node_id, lower(valid) desc) as text
 order by place, node_id
"""
State: TypeAlias = tuple[object, ...]
"""By which words and statements a node is as it is; in the same state it is always the same."""


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
        return [rows.assertion(row).as_known(at.known) for row in found]

    async def states(self, at: At) -> dict[str, State]:
        """The state of each node that was in the plan at a moment, siblings in their places."""
        numbers, deadlines = await self._numbers(at)
        found = await self._connection.fetch(WORDED, at.known, at.day)
        living = [row for row in found if row["until"] is None or row["until"] > at.day]
        items = _items(living, numbers)
        return {
            node_id: (
                node_id,
                revision_id,
                None if at.past else version,
                tuple(numbers.get(node_id, ())),
                nearness(deadlines.get(node_id), at.day),
                tuple(items.get(over, ())),
            )
            for node_id, _, over, revision_id, version, _ in living
        }

    async def _numbers(self, at: At) -> tuple[dict[str, list[int]], dict[str, date]]:
        """What held of each node at a moment, and of a milestone before; and how long there was time."""
        numbers, deadlines = defaultdict[str, list[int]](list), dict[str, date]()
        for subject, number, deadline in await self._connection.fetch(NUMBERS, at.known, at.day):
            numbers[subject].append(number)
            if deadline:
                deadlines.setdefault(subject, deadline)
        return numbers, deadlines


def _items(nodes: Sequence[Record], numbers: Mapping[str, list[int]]) -> dict[str, list[int]]:
    """What is said of the items of each list that a milestone stands over; of the lists in it nothing is."""
    lists = {over for _, _, over, *_ in nodes if over}
    if not lists:
        return {}
    children = by_parent((node_id, parent) for node_id, parent, *_ in nodes)
    return {
        each: [number for item in inside(each, children) for number in numbers.get(item, ())]
        for each in lists
    }
