"""The whole plan at one moment: what a page shows of it, read once."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from roadmap.domain.asof import At, boundary
from roadmap.domain.assertions import Assertion, Evidence
from roadmap.domain.chain import Head
from roadmap.domain.extras import Extras
from roadmap.domain.milestones import Milestone
from roadmap.domain.plan import (
    Kind,
    Node,
    Revision,
    Text,
    by_parent,
    inside,
    items_by_list,
    items_of,
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Reports:
    """A list of the plan with what outside sources report of each of its items."""

    node: Node
    items: Sequence[tuple[Node, Sequence[Assertion]]]

    @property
    def told(self) -> int:
        """Of how many items somebody reports something."""
        return sum(bool(rows) for _, rows in self.items)

    @property
    def sources(self) -> list[tuple[Evidence, ...]]:
        """What the reports rest on, each once, in the order of the items."""
        return list(dict.fromkeys(row.evidence for _, rows in self.items for row in rows))

    def told_by(self, asserter: str) -> int:
        """Of how many items one source reports something."""
        return sum(any(row.asserter == asserter for row in rows) for _, rows in self.items)


@dataclass(frozen=True, slots=True, kw_only=True)
class Picture:
    """What was in force at a moment, by what was known; siblings stand in their places."""

    at: At
    revisions: Sequence[Revision]
    """Those that could be in force by then, newest first."""
    extras: Extras
    """What the newest of them says beside its tree."""
    nodes: Sequence[Node]
    milestones: Sequence[Milestone]
    """Also those that were taken out of the plan."""
    extents: Mapping[str, Assertion]
    """When a bar or step takes place, by its id: the statement in force."""
    earliest: datetime | None
    """Before this instant nothing was known; None: nothing is known yet."""
    head: Head
    """The last row of the change log, whatever moment is looked at."""
    latest: datetime | None
    """When something was last recorded, whatever moment is looked at."""
    reported: Mapping[str, Sequence[Assertion]] = field(
        default_factory=dict[str, Sequence[Assertion]]
    )
    """What outside sources report of an item, by its id."""

    @property
    def root(self) -> Node | None:
        """The plan itself; None: none with a text is in force."""
        return next(iter(self.of_kind("plan")), None)

    @property
    def revision(self) -> Revision | None:
        """The newest that could be in force."""
        return self.revisions[0] if self.revisions else None

    @property
    def text(self) -> Text:
        """All that the plan says at that moment."""
        title = self.revision.source.title if self.revision else None
        return Text(nodes=self.nodes, extras=self.extras, title=title)

    @property
    def uncertain(self) -> tuple[Revision, Revision | None] | None:
        """The revision that may or may not have begun by that day, and the one before; None: it is certain."""
        if not self.revision or boundary(self.revision.adopted, self.at.day) == "certain":
            return None
        return self.revision, self.revisions[1] if len(self.revisions) > 1 else None

    @property
    def too_early(self) -> bool:
        """Whether the moment lies before all knowledge."""
        return bool(self.at.known and self.earliest and self.at.known < self.earliest)

    def over(self, milestone_id: str) -> Node | None:
        """The list all of whose items it takes to reach a milestone; None: it stands over none."""
        over = {node.over for node in self.nodes if node.node_id == milestone_id}
        return next((node for node in self.nodes if node.node_id in over), None)

    def reports_of(self, node: Node) -> Reports:
        """What is reported of the items of a list, those of its parts included."""
        items = items_of(self.nodes, node.node_id)
        return Reports(
            node=node, items=[(each, self.reported.get(each.node_id, ())) for each in items]
        )

    def taking(self, item_id: str) -> list[Milestone]:
        """The milestones that it takes an item, among others, to reach."""
        over = {node.node_id: node.over for node in self.nodes if node.over}
        items = items_by_list(self.nodes, set(over.values()))
        lists = {each for each, those in items.items() if item_id in {n.node_id for n in those}}
        return [each for each in self.milestones if over.get(each.milestone_id) in lists]

    def within(self, *tops: str) -> set[str]:
        """Some nodes, and all that stand below them."""
        children = by_parent((node.node_id, node.parent_id) for node in self.nodes)
        return {*tops, *(each for top in tops for each in inside(top, children))}

    @property
    def above_initiatives(self) -> set[str | None]:
        """The nodes that belong to no initiative: the plan, its perspectives and steps; None is the plan as a whole."""
        own = self.within(*(node.node_id for node in self.of_kind("initiative")))
        return {None, *(node.node_id for node in self.nodes)} - own

    def of_kind(self, kind: Kind) -> list[Node]:
        """The nodes of one kind."""
        return [node for node in self.nodes if node.kind == kind]

    def children(self, node_id: str, kind: Kind) -> list[Node]:
        """The nodes of one kind that hang on a node itself; `below` finds them however deep."""
        return [node for node in self.nodes if node.kind == kind and node.parent_id == node_id]

    def milestones_of(self, node_id: str) -> list[Milestone]:
        """The milestones that hang on a node itself and are in the plan."""
        return [
            each
            for each in self.milestones
            if not each.removed and each.parents and each.parents[-1].node_id == node_id
        ]
