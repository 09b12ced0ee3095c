"""What a plan says: its revision, its tree, and each dated statement with its lines."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Literal, Self, TypeAlias

from contracts.values import PartialDate
from documents import Problem
from roadmap.domain.commitment import Commitment, commitment
from roadmap.domain.extras import NOTHING_BESIDE, Extras, Heading, Silence
from roadmap.domain.statements import Attribute, Count, Mark, Quote, Source, Statement

Kind: TypeAlias = Literal[
    "plan", "perspective", "initiative", "bar", "milestone", "step", "list", "item"
]
MilestoneKind: TypeAlias = Literal["planned", "planned_by_nation", "actual"]

NOT_WRITTEN = Statement(
    attr="due",
    asserter="plan",
    value=None,
    undated_reason="期間は、計画の本文に記載がありません",
    mark="N",
    edtf_mark="N",
    lines=None,
)
"""What is said of a bar whose start and end are not written; perhaps they are drawn."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Recurrence:
    """That a bar is printed again and again, and what is inferred from that."""

    times: int
    each: str
    mark: Mark
    rule: str


@dataclass(frozen=True, slots=True, kw_only=True)
class StandsFor:
    """That a bar is drawn as a mark for a milestone, in which year, by which rule."""

    milestone: str
    year: int
    mark: Mark
    rule: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Node:
    """One place in the tree of the plan; its id is for ever."""

    node_id: str
    kind: Kind
    parent_id: str | None
    label: str
    mark: Mark
    lines: str | None
    place: int = 1
    statements: tuple[Statement, ...] = ()
    parent_mark: Mark = "S"
    actor: str | None = None
    note: str | None = None
    recurs: Recurrence | None = None
    stands_for: StandsFor | None = None
    current: tuple[Quote, ...] = ()
    """Of an initiative: how things are (現状), in the plan's words."""
    direction: tuple[Quote, ...] = ()
    """Of an initiative: where it goes (方向性), in the plan's words."""
    code: str | None = None
    """Of an item: what it is called in every list and source; items are joined on it."""
    aliases: tuple[str, ...] = ()
    """Of an item: other names for it."""
    stated_count: Count | None = None
    """Of a list: how many the plan says there are."""
    over: str | None = None
    """Of a milestone: the list all of whose items it takes to reach it."""

    @property
    def title(self) -> str:
        """Its name with its number before it; an id that is no number is not for readers."""
        return f"{self.node_id} {self.label}" if self.numbered else self.label

    @property
    def numbered(self) -> bool:
        """Whether its id is a number of the plan."""
        return self.node_id[:1].isdigit()

    @property
    def due(self) -> Statement | None:
        """What is promised; None: nothing was."""
        return self._said("due")

    @property
    def actual(self) -> Statement | None:
        """What has happened by the plan's own account; None: it says nothing."""
        return self._said("actual")

    @property
    def milestone_kind(self) -> MilestoneKind:
        """Whether the city or the nation planned it, or it is told as done."""
        if self.due is None:
            return "actual"
        return "planned_by_nation" if self.due.asserter == "nation" else "planned"

    @property
    def commitment(self) -> Commitment | None:
        """How strongly its wording commits; None: it is no promise, or its words do not tell."""
        said = self.due or self.actual
        words = self.label if self.kind == "bar" else said.wording if said else None
        return commitment(words) if words else None

    def _said(self, attr: Attribute) -> Statement | None:
        return next((said for said in self.statements if said.attr == attr), None)


@dataclass(frozen=True, slots=True, kw_only=True)
class Revision:
    """One version of the plan as adopted; it is never changed afterwards."""

    revision_id: str
    supersedes: str | None
    supersedes_mark: Mark | None
    adopted: PartialDate
    mark: Mark
    lines: str | None
    change: Quote | None
    reason: Quote | None
    note: str | None
    source: Source
    decision: str | None

    @property
    def in_force_from(self) -> date:
        """The first day it can be in force: of a month, its first day."""
        return self.adopted.lo or date.min


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """One loaded file: a revision and the whole tree as that revision has it."""

    municipality: str
    revision: Revision
    nodes: tuple[Node, ...]
    extras: Extras
    sha256: str
    file: bytes = field(default=b"", compare=False)
    """As it was read, layout and comments included."""
    warnings: tuple[Problem, ...] = ()
    """What should be looked at in the file, though it can be loaded."""

    @property
    def silences(self) -> tuple[Silence, ...]:
        """What the plan does not say."""
        return self.extras.silences

    def of_kind(self, kind: Kind) -> tuple[Node, ...]:
        """The nodes of one kind, in the order of the file."""
        return tuple(node for node in self.nodes if node.kind == kind)

    @property
    def root(self) -> Node | None:
        """The plan itself; None: the text of this revision is not at hand."""
        return next(iter(self.of_kind("plan")), None)


def in_order(nodes: Iterable[Node]) -> list[Node]:
    """By the plan's numbers, 1-2 before 1-10 and before 2-1; what has none stays in its place behind them."""
    return sorted(nodes, key=lambda node: (not node.numbered, _number(node.node_id)))


def _number(name: str) -> list[tuple[int, str]]:
    parts = name.split("-") if name[:1].isdigit() else []
    return [(int(part), "") if part.isdecimal() else (0, part) for part in parts]


def below(nodes: Sequence[Node], node_id: str, kind: Kind) -> tuple[Node, ...]:
    """The nodes of one kind below a node, however deep, in the order of the tree."""
    return _below(nodes, [node_id], kind)[node_id]


def items_of(nodes: Sequence[Node], list_id: str) -> tuple[Node, ...]:
    """The items of a list: those of its parts too, however deep, and of these `nodes` alone.

    Whoever leaves out of them what is out of the plan counts no item that a revision has dropped.
    """
    return items_by_list(nodes, [list_id])[list_id]


def items_by_list(nodes: Sequence[Node], lists: Iterable[str]) -> dict[str, tuple[Node, ...]]:
    """The items of several lists; one may stand in another."""
    return _below(nodes, lists, "item")


def _below(nodes: Sequence[Node], above: Iterable[str], kind: Kind) -> dict[str, tuple[Node, ...]]:
    wanted = {node.node_id: node for node in nodes if node.kind == kind}
    children = by_parent((node.node_id, node.parent_id) for node in nodes)
    return {
        each: tuple(wanted[node_id] for node_id in inside(each, children) if node_id in wanted)
        for each in above
    }


def by_parent(placed: Iterable[tuple[str, str | None]]) -> Mapping[str | None, Sequence[str]]:
    """The children of each node that has some, in the order given, from pairs of a node and its parent."""
    found: defaultdict[str | None, list[str]] = defaultdict(list)
    for node_id, parent in placed:
        found[parent].append(node_id)
    return found


def inside(node_id: str, children: Mapping[str | None, Sequence[str]]) -> Iterator[str]:
    """All that stands below a node, however deep: each child, and what is below it before the next."""
    for child in children.get(node_id, ()):
        yield child
        yield from inside(child, children)


@dataclass(frozen=True, slots=True, kw_only=True)
class Text:
    """All that a plan says at a moment; nothing where its text is not at hand."""

    nodes: Sequence[Node] = ()
    extras: Extras = NOTHING_BESIDE
    title: str | None = None

    @classmethod
    def of(cls, plan: Plan) -> Self:
        """What a plan file says."""
        return cls(nodes=plan.nodes, extras=plan.extras, title=plan.revision.source.title)

    @property
    def at_hand(self) -> bool:
        """Whether there is a text at all."""
        return any(node.kind == "plan" for node in self.nodes)

    @property
    def heading(self) -> Heading:
        """What it says of itself."""
        return Heading(title=self.title or "", columns=self.extras.columns)
