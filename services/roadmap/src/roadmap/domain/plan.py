"""What a plan says: its revision, its tree, and each dated statement with its lines."""

from dataclasses import dataclass
from datetime import date
from typing import Literal, TypeAlias

from contracts.values import PartialDate

Kind: TypeAlias = Literal["plan", "perspective", "initiative", "bar", "milestone", "step"]
MilestoneKind: TypeAlias = Literal["planned", "planned_by_nation", "actual"]
Attribute: TypeAlias = Literal["due", "reported", "actual"]
Mark: TypeAlias = Literal["S", "R", "I", "N", "X"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Source:
    """The document that was read, and the hash of the text to which the lines belong."""

    title: str
    sha256: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Quote:
    """A short quotation from the plan, with its lines."""

    text: str
    mark: Mark
    lines: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Statement:
    """One dated thing that a plan says about one node; no date means a reason instead."""

    attr: Attribute
    asserter: str
    value: PartialDate | None
    undated_reason: str | None
    mark: Mark
    edtf_mark: Mark
    lines: str | None
    wording: str | None = None


NOT_WRITTEN = Statement(
    attr="due",
    asserter="plan",
    value=None,
    undated_reason="期間は図に描かれているだけで、計画の本文に記載がありません",
    mark="N",
    edtf_mark="N",
    lines=None,
)
"""What is said of a bar whose start and end are drawn and not written."""


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

    def _said(self, attr: Attribute) -> Statement | None:
        return next((said for said in self.statements if said.attr == attr), None)


@dataclass(frozen=True, slots=True, kw_only=True)
class Silence:
    """Something a reader would look for, and the plan does not say."""

    silence_id: str
    label: str
    note: str | None


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

    @property
    def history(self) -> bool:
        """Whether it is from before tracking began, so that no decision is on record."""
        return self.decision is None


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """One loaded file: a revision and the whole tree as that revision has it."""

    municipality: str
    revision: Revision
    nodes: tuple[Node, ...]
    silences: tuple[Silence, ...]
    sha256: str

    def of_kind(self, kind: Kind) -> tuple[Node, ...]:
        """The nodes of one kind, in the order of the file."""
        return tuple(node for node in self.nodes if node.kind == kind)

    @property
    def root(self) -> Node | None:
        """The plan itself; None: the text of this revision is not at hand."""
        return next(iter(self.of_kind("plan")), None)
