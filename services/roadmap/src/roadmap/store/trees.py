"""The dates of a whole tree at a moment, read at once."""

from collections.abc import Sequence
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
# By number alone, for what a row says never changes; of what held before with a minus. The index on two clocks answers
# that alone, without a look at the rows. A node is one row: a tree of 4,000 nodes has three times as many statements.
STATES = """
with number (subject_id, number, deadline) as (
  select subject_id, assertion_id, case when attr = 'due' then hi end
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
), told as (
  select subject_id, string_agg(number::text, ' ' order by number) as numbers, min(deadline) as deadline
    from number
   group by subject_id
), worded as (
  select distinct on (node_id)
         node_id, parent_id, place, revision_id, version, upper(valid) as until,
         case when kind = 'milestone' then more ->> 'over' end as over
    from node_text
    join node using (node_id)
   where recorded @> coalesce($1::timestamptz, 'infinity') and lower(valid) <= $2::date
   order by node_id, lower(valid) desc
)
select node_id, parent_id, over, concat_ws(' ', revision_id, case when $1 is null then version end) as words,
       coalesce(numbers, '') as numbers, deadline
  from worded
  left join told on subject_id = node_id
 where until is null or until > $2
 order by place, node_id
"""
State: TypeAlias = str
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
        found = await self._connection.fetch(STATES, at.known, at.day)
        items = _items(found)
        return {
            node_id: f"{node_id}|{words}|{numbers}|{nearness(deadline, at.day)}|{items.get(over, '')}"
            for node_id, _, over, words, numbers, deadline in found
        }


def _items(nodes: Sequence[Record]) -> dict[str | None, str]:
    """What is said of the items of each list that a milestone stands over; of the lists in it nothing is."""
    lists = {over for _, _, over, *_ in nodes if over}
    if not lists:
        return {}
    children = by_parent((node_id, parent) for node_id, parent, *_ in nodes)
    numbers = {node_id: said for node_id, _, _, _, said, _ in nodes}
    return {each: ";".join(numbers[item] for item in inside(each, children)) for each in lists}
