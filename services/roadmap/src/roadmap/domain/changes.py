"""How two trees of a plan differ, and what a person has answered where nobody can compute it."""

from dataclasses import dataclass
from typing import Literal, TypeAlias

from contracts.values import Refusal
from roadmap.domain.plan import Node

ChangeKind: TypeAlias = Literal[
    "added", "removed", "moved", "renamed", "split", "merged", "reworded"
]
AnswerKind: TypeAlias = Literal["split", "merged", "replaced", "unrelated"]


class KindIsFixed(Refusal):
    """A node has another kind than before: an id stands for one thing for ever."""


@dataclass(frozen=True, slots=True, kw_only=True)
class NodeChange:
    """One way in which one node differs; a node may differ in several.

    `fields` says in what: a moved node in `due`, `actual`, `parent` or `children` (their order), a
    renamed one in `label` or `node_id`, a reworded one in any other. A split names in `others` what
    the node became, a merged one what it was made of. An added node has no `before`, a removed one
    no `after`.
    """

    kind: ChangeKind
    node_id: str
    before: Node | None
    after: Node | None
    fields: tuple[str, ...] = ()
    others: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Candidate:
    """A node that is gone, and new ones that it may have become, the likeliest first."""

    gone: str
    new: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """What a person says became of nodes that are gone.

    `split`: one old, several new; `merged`: several old, one new; `replaced`: the same thing under
    another id; `unrelated`: they are removed, and what is new is new.
    """

    kind: AnswerKind
    old: tuple[str, ...]
    new: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Diff:
    """All changes from one tree to another, and the questions that only a person can answer.

    As long as a question is open, its nodes are among the removed and the added.
    """

    changes: tuple[NodeChange, ...]
    open: tuple[Candidate, ...]

    @property
    def answered(self) -> bool:
        """Whether nothing is left to ask."""
        return not self.open

    def of_kind(self, kind: ChangeKind) -> tuple[NodeChange, ...]:
        """The changes of one kind."""
        return tuple(change for change in self.changes if change.kind == kind)
