"""How two texts of a plan differ, and what a person has answered where nobody can compute it."""

import re
from dataclasses import dataclass
from typing import Literal, TypeAlias

from contracts.values import Refusal
from roadmap.domain.extras import (
    Body,
    Contradiction,
    Dependency,
    Fact,
    Heading,
    Indicator,
    Reading,
    Silence,
)
from roadmap.domain.plan import Node

ChangeKind: TypeAlias = Literal[
    "added", "removed", "moved", "renamed", "split", "merged", "reworded"
]
AnswerKind: TypeAlias = Literal["split", "merged", "replaced", "unrelated"]
What: TypeAlias = Literal[
    "indicator",
    "reading",
    "fact",
    "body",
    "dependency",
    "contradiction",
    "silence",
    "revision",
]
Extra: TypeAlias = (
    Indicator | Reading | Fact | Body | Dependency | Contradiction | Silence | Heading
)


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
class ExtraChange:
    """One way in which something differs that a revision says beside its tree.

    What is reckoned with has `moved`: a target or its due date, a value, a date, the years of the
    timetable; for a number that was promised moves as a date does. What had none before and has one
    is `added`, the other way round `removed`. `fields` says in what it differs; empty: all of it.
    """

    kind: ChangeKind
    what: What
    extra_id: str
    """Of a reading its indicator and its date, of a dependency its two nodes."""
    label: str
    before: Extra | None
    after: Extra | None
    fields: tuple[str, ...] = ()


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
    """All changes from one text to another, and the questions that only a person can answer.

    As long as a question is open, its nodes are among the removed and the added. Each kind stands
    together, in the order of the ids as people count: 2-2 before 2-10.
    """

    changes: tuple[NodeChange, ...]
    open: tuple[Candidate, ...]
    extras: tuple[ExtraChange, ...] = ()
    """What differs beside the tree; readings of one indicator that went and came stand together."""

    @property
    def answered(self) -> bool:
        """Whether nothing is left to ask."""
        return not self.open

    @property
    def all(self) -> tuple[NodeChange | ExtraChange, ...]:
        """What differs in the tree, and then beside it."""
        return (*self.changes, *self.extras)

    def of_kind(self, kind: ChangeKind) -> tuple[NodeChange, ...]:
        """The changes of one kind in the tree."""
        return tuple(change for change in self.changes if change.kind == kind)


NO_CHANGE = Diff(changes=(), open=())


def natural(name: str) -> tuple[str | int, ...]:
    """What ids are sorted by, as people count: 2-2 before 2-10, and 1-2 before 2-1."""
    parts = re.split("([0-9]+)", name)
    return tuple(int(part) if place % 2 else part for place, part in enumerate(parts))
