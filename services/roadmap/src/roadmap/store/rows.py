"""Rows and what they mean: the way from tables to domain and back, judging nothing again."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from asyncpg import Range, Record
from pydantic import TypeAdapter

from contracts.values import PartialDate
from roadmap.domain import (
    Ancestor,
    Assertion,
    Decision,
    Evidence,
    Milestone,
    Node,
    Recorded,
    Revision,
    Valid,
)

EVIDENCE = TypeAdapter(tuple[Evidence, ...])
NODE = TypeAdapter(Node)
DATED = ("edtf", "lo", "hi", "precision", "qualifier", "original")


@dataclass(frozen=True, slots=True)
class Known:
    """What is known around some milestones."""

    nodes: Mapping[str, Node]
    assertions: Sequence[Assertion]
    decisions: Mapping[int, Decision]


def text_row(node: Node, revision: Revision, at: datetime) -> tuple[object, ...]:
    """A node as a revision has it, in force with it, known from an instant on."""
    clocks = (Range(revision.in_force_from, None), Range(at, None))
    place = (node.node_id, revision.revision_id, node.parent_id, node.place)
    more = NODE.dump_json(node).decode()
    return (*place, node.label, node.mark, _multirange(node.lines), more, *clocks)


def node(row: Record) -> Node:
    """Restore a node; its statements are those of its revision, dates move in `assertion` alone."""
    return NODE.validate_json(row["more"])


def milestone(row: Record, known: Known) -> Milestone:
    """A milestone from its node, with its dates as they are known now and as they were."""
    node = known.nodes[row["node_id"]]
    own = [each for each in known.assertions if each.subject_id == node.node_id]
    due, said = _latest(own, "due"), node.due or node.actual
    decided = due.decision_id if due else None
    return Milestone(
        milestone_id=node.node_id,
        label=node.label,
        kind=node.milestone_kind,
        parents=tuple(_ancestors(node, known.nodes)),
        wording=said.wording if said else None,
        due=due,
        actual=_latest(own, "actual"),
        revision_id=own[0].revision_id or "",
        version=row["version"],
        decision=known.decisions[decided] if decided else None,
        history=tuple(each for each in own if each.attr == "due"),
        decisions=_decided(own, known.decisions),
    )


def _decided(own: Iterable[Assertion], known: Mapping[int, Decision]) -> tuple[Decision, ...]:
    """The decisions behind some assertions, in the order in which they were kept."""
    return tuple(known[number] for number in sorted({a.decision_id for a in own if a.decision_id}))


def _latest(assertions: Iterable[Assertion], attr: str) -> Assertion | None:
    """The statement that is known now and has no end."""
    now = (a for a in assertions if a.attr == attr and a.recorded and a.recorded.until is None)
    return next((each for each in now if each.valid.until is None), None)


def _ancestors(node: Node, nodes: Mapping[str, Node]) -> list[Ancestor]:
    """The nodes above one, from the plan downwards."""
    if node.parent_id is None:
        return []
    parent = nodes[node.parent_id]
    return [*_ancestors(parent, nodes), Ancestor(node_id=parent.node_id, label=parent.label)]


def assertion_row(assertion: Assertion, at: datetime) -> tuple[object, ...]:
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
    return (*who, *dated, *why, assertion.decision_id, *clocks)


def assertion(row: Record) -> Assertion:
    """Restore what the database has already believed; judge nothing again."""
    value = PartialDate.model_construct(**{name: row[name] for name in DATED})
    valid, recorded = row["valid"], row["recorded"]
    return Assertion(
        subject_id=row["subject_id"],
        attr=row["attr"],
        asserter=row["asserter"],
        value=value if row["edtf"] else None,
        undated_reason=row["undated_reason"],
        mark=row["mark"],
        evidence=EVIDENCE.validate_json(row["evidence"]),
        valid=Valid(since=valid.lower, until=valid.upper),
        revision_id=row["revision_id"],
        decision_id=row["decision_id"],
        assertion_id=row["assertion_id"],
        recorded=Recorded(since=recorded.lower, until=recorded.upper),
    )


def decision(row: Record) -> Decision:
    """Restore a decision."""
    return Decision(
        body=row["body"],
        taken_on=row["taken_on"],
        chosen=row["chosen"],
        reason=row["reason"],
        effect=row["effect"],
        decision_id=row["decision_id"],
    )


def _multirange(lines: str | None) -> str | None:
    """Lines such as `598, 602-606` as PostgreSQL writes several ranges."""
    if lines is None:
        return None
    ends = [part.strip().partition("-") for part in lines.split(",")]
    return "{" + ",".join(f"[{first},{last or first}]" for first, _, last in ends) + "}"
