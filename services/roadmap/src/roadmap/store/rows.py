"""Rows and what they mean: the way from tables to domain and back, judging nothing again."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from functools import lru_cache

from asyncpg import Range, Record
from pydantic import TypeAdapter

from contracts.values import PartialDate
from roadmap.domain import (
    Ancestor,
    Assertion,
    At,
    Decision,
    Evidence,
    Milestone,
    Node,
    Recorded,
    Revision,
    Valid,
    items_by_list,
    level_of,
)

EVIDENCE = TypeAdapter(tuple[Evidence, ...])
NODE = TypeAdapter(Node)
DATED = ("edtf", "lo", "hi", "precision", "qualifier", "original")
OFTEN = 10_000
"""So many texts and dates are kept as they were understood: the same ones stand in row after row."""


@dataclass(frozen=True, slots=True)
class WordedNode:
    """A node as it was worded at a moment, and what is known of it beside its words."""

    node: Node
    revision_id: str
    version: int
    known_since: datetime
    removed: bool  # a revision left it out


@dataclass(frozen=True, slots=True)
class Known:
    """What is known around some milestones at a moment."""

    at: At
    texts: Mapping[str, WordedNode]
    assertions: Mapping[str, Sequence[Assertion]]  # by subject
    decisions: Mapping[int, Decision]
    items: Mapping[str, Sequence[str]]  # of each list that one of them stands over


def text_row(node: Node, revision: Revision, at: datetime) -> tuple[object, ...]:
    """A node as a revision has it, in force with it, known from an instant on."""
    clocks = (Range(revision.in_force_from, None), Range(at, None))
    place = (node.node_id, revision.revision_id, node.parent_id, node.place)
    more = NODE.dump_json(node).decode()
    # For whoever looks into the table: as the list read it on that day. Whatever is told reads the wording anew.
    level = level_of(node.commitment)
    return (*place, node.label, node.mark, _multirange(node.lines), level, more, *clocks)


def worded_node(row: Record, day: date) -> WordedNode:
    """Restore a node; its statements are those of its revision, dates move in `assertion` alone."""
    until: date | None = row["until"]
    return WordedNode(
        node=_node(row["more"]),
        revision_id=row["revision_id"],
        version=row["version"],
        known_since=row["known_since"],
        removed=until is not None and until <= day,
    )


def milestone(worded: WordedNode, known: Known) -> Milestone:
    """A milestone from its words, with its dates as they were in force and known."""
    node, rows = worded.node, known.assertions.get(worded.node.node_id, ())
    said = node.due or node.actual
    promises = _promises(rows, known.at.day)
    now = [row for row in rows if row.holds_on(known.at.day)]
    return Milestone(
        milestone_id=node.node_id,
        label=node.label,
        kind=node.milestone_kind,
        parents=tuple(_ancestors(node, known.texts)),
        wording=said.wording if said else None,
        due=next((row for row in now if row.attr == "due"), None),
        reported=(
            *(row for row in now if row.attr == "reported"),
            *_of_items(node, known),
        ),
        actual=next((row for row in now if row.attr == "actual"), None),
        promises=promises,
        revision_id=worded.revision_id,
        known_since=worded.known_since,
        version=worded.version,
        removed=worded.removed,
        decisions=_decided(rows, known.decisions),
    )


def extents(nodes: Iterable[Node], known: Known) -> dict[str, Assertion]:
    """When each bar and step takes place, by its id: the statement in force."""
    found: dict[str, Assertion] = {}
    for node in nodes:
        own = known.assertions.get(node.node_id, ()) if node.kind != "milestone" else ()
        said = (row for row in own if row.attr == "due" and row.holds_on(known.at.day))
        found.update({row.subject_id: row for row in said})
    return found


def reported(nodes: Iterable[Node], known: Known) -> dict[str, list[Assertion]]:
    """What outside sources report of each item of which they report something."""
    items = [node.node_id for node in nodes if node.kind == "item"]
    now = {item: _reports(known.assertions.get(item, ()), known.at.day) for item in items}
    return {item: found for item, found in now.items() if found}


def _reports(rows: Iterable[Assertion], day: date) -> list[Assertion]:
    return [row for row in rows if row.attr == "reported" and row.holds_on(day)]


def items_over(texts: Mapping[str, WordedNode], subjects: Iterable[str]) -> dict[str, list[str]]:
    """The items of each list over which some milestones stand; what is out of the plan is none."""
    over = {list_id for each in subjects if (list_id := texts[each].node.over)}
    living = [text.node for text in texts.values() if over and not text.removed]
    found = items_by_list(living, over)
    return {list_id: [item.node_id for item in items] for list_id, items in found.items()}


def _of_items(milestone: Node, known: Known) -> tuple[Assertion, ...]:
    """What is reported of the items of its list: the latest by each source, for it takes them all."""
    items = known.items.get(milestone.over, ()) if milestone.over else ()
    rows = [row for item in items for row in known.assertions.get(item, ())]
    latest: dict[str, Assertion] = {}
    for row in sorted(_reports(rows, known.at.day), key=_until):
        latest[row.asserter] = row
    return tuple(latest.values())


def _until(row: Assertion) -> tuple[date, date]:
    value = row.value
    return (value.hi or date.max, value.lo or date.min) if value else (date.min, date.min)


def _promises(rows: Iterable[Assertion], day: date) -> tuple[Assertion, ...]:
    """The due dates that were promised until a day, the first one first; also what was overtaken before it held."""
    begun = (row for row in rows if row.attr == "due" and _begun(row)[0] <= day)
    return tuple(sorted(begun, key=_begun))


def _begun(row: Assertion) -> tuple[date, bool, datetime, date]:
    """Its place among the promises: what was overtaken stands before what took its place.

    A promise that ends at a later day is recorded anew in the instant of the one that follows it: it stands first.
    """
    told = row.recorded.since if row.recorded else datetime.max.replace(tzinfo=UTC)
    return row.overtaken or row.valid.since, row.overtaken is None, told, row.valid.since


def _decided(own: Iterable[Assertion], known: Mapping[int, Decision]) -> tuple[Decision, ...]:
    """The decisions behind some assertions, in the order in which they were kept."""
    return tuple(known[number] for number in sorted({a.decision_id for a in own if a.decision_id}))


def _ancestors(node: Node, texts: Mapping[str, WordedNode]) -> list[Ancestor]:
    """The nodes above one, from the plan downwards."""
    parent = texts[node.parent_id].node if node.parent_id else None
    if parent is None:
        return []
    return [*_ancestors(parent, texts), Ancestor(node_id=parent.node_id, label=parent.label)]


def assertion_row(assertion: Assertion, at: datetime, by: str | None) -> tuple[object, ...]:
    """An assertion as it is kept, known from an instant on."""
    value, valid = assertion.value, assertion.valid
    who = (assertion.subject_id, assertion.attr, assertion.asserter, assertion.revision_id)
    dated = [getattr(value, name, None) for name in DATED]
    why = (
        assertion.undated_reason,
        assertion.mark,
        EVIDENCE.dump_json(assertion.evidence).decode(),
    )
    clocks = (Range(valid.since, valid.until), Range(at, None))
    return (
        *who,
        *dated,
        *why,
        assertion.decision_id,
        assertion.corrects,
        assertion.why,
        by,
        *clocks,
    )


def assertion(row: Record) -> Assertion:
    """Restore what the database has already believed; judge nothing again."""
    valid, recorded = row["valid"], row["recorded"]
    return Assertion(
        subject_id=row["subject_id"],
        attr=row["attr"],
        asserter=row["asserter"],
        value=_value(tuple(row[name] for name in DATED)) if row["edtf"] else None,
        undated_reason=row["undated_reason"],
        mark=row["mark"],
        evidence=_evidence(row["evidence"]),
        valid=Valid(since=valid.lower, until=valid.upper),
        revision_id=row["revision_id"],
        decision_id=row["decision_id"],
        corrects=row["corrects"],
        why=row["why"],
        taken_back=row.get("taken_back"),
        overtaken=row.get("overtaken"),
        assertion_id=row["assertion_id"],
        recorded=Recorded(since=recorded.lower, until=recorded.upper),
    )


# What these three give back cannot be changed by whoever holds it, so many may hold the same.


@lru_cache(maxsize=OFTEN)
def _node(more: str) -> Node:
    return NODE.validate_json(more)


@lru_cache(maxsize=OFTEN)
def _evidence(found: str) -> tuple[Evidence, ...]:
    return EVIDENCE.validate_json(found)


@lru_cache(maxsize=OFTEN)
def _value(dated: tuple[object, ...]) -> PartialDate:
    return PartialDate.model_construct(**dict(zip(DATED, dated, strict=True)))


def decision(row: Record) -> Decision:
    """Restore a decision."""
    return Decision(
        body=row["body"],
        taken_on=row["taken_on"],
        chosen=row["chosen"],
        reason=row["reason"],
        effect=row["effect"],
        not_chosen=tuple(row["not_chosen"]),
        about=tuple(row["about"]),
        decision_id=row["decision_id"],
    )


def _multirange(lines: str | None) -> str | None:
    """Lines such as `598, 602-606` as PostgreSQL writes several ranges."""
    if lines is None:
        return None
    ends = [part.strip().partition("-") for part in lines.split(",")]
    return "{" + ",".join(f"[{first},{last or first}]" for first, _, last in ends) + "}"
