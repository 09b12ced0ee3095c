"""Which decisions on dates a new text takes back, so that nobody undoes one without being told."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from contracts.values import PartialDate
from roadmap.domain.assertions import Decision
from roadmap.domain.difference.changes import Answer
from roadmap.domain.difference.diffing import other_names
from roadmap.domain.plan import Node
from roadmap.domain.statements import Statement


@dataclass(frozen=True, slots=True, kw_only=True)
class Undoing:
    """One date that a decision moved or stopped, and that a new text states otherwise."""

    node: Node
    """As the new text has it."""
    decision: Decision
    before: Statement
    """What is in force by the decision."""
    after: Statement
    """What the text says."""

    @property
    def revives(self) -> bool:
        """Whether the decision stopped it, so that it comes back into the plan."""
        return self.decision.effect == "stop"


def undone(
    before: Sequence[Node],
    after: Sequence[Node],
    *,
    decided: Mapping[str, Decision],
    answers: Sequence[Answer],
) -> Iterator[Undoing]:
    """Tell what is dated by a decision and stands otherwise in the new text, in the order of the old one.

    What the new text leaves out is told as removed.
    """
    new, became = {node.node_id: node for node in after}, other_names(answers)
    for node in before:
        decision = decided.get(node.node_id)
        then = new.get(became.get(node.node_id, node.node_id))
        if decision and then and node.due and then.due:
            found = Undoing(node=then, decision=decision, before=node.due, after=then.due)
            if found.revives or _days(node.due.value) != _days(then.due.value):
                yield found


def _days(value: PartialDate | None) -> object:
    return value and (value.lo, value.hi)
