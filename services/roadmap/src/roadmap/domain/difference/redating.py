"""What two pictures of the plan date, or judge, otherwise: promises, facts, extents, statuses."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal, TypeAlias

from roadmap.domain.assertions import Assertion
from roadmap.domain.difference.changes import natural
from roadmap.domain.milestones import Milestone, Status, same_date
from roadmap.domain.picture import Picture
from roadmap.domain.slip import Slip, slip

RedatingKind: TypeAlias = Literal["due", "actual", "extent", "status"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Redating:
    """One date, or status, of a node that stands in both pictures and is not the same."""

    kind: RedatingKind
    node_id: str
    label: str
    before: Assertion | None = None
    after: Assertion | None = None
    statuses: tuple[Status, Status] | None = None

    @property
    def slip(self) -> Slip | None:
        """How far a promise moved; None: it is none, or one of the two has no date."""
        values = [said.value if said else None for said in (self.before, self.after)]
        return slip(*values) if self.kind == "due" and all(values) else None


def redated(before: Picture, after: Picture) -> list[Redating]:
    """Tell what is dated otherwise: milestones as the later picture has them, extents by their ids."""
    stood = {each.milestone_id: each for each in before.milestones}
    found = [
        redating
        for milestone in after.milestones
        if milestone.milestone_id in stood
        for redating in _milestone(
            stood[milestone.milestone_id], milestone, before=before, after=after
        )
    ]
    return found + sorted(_extents(before, after), key=lambda each: natural(each.node_id))


def _milestone(
    old: Milestone, new: Milestone, *, before: Picture, after: Picture
) -> Iterator[Redating]:
    node_id, label = new.milestone_id, new.label
    if _differ(old.due, new.due):
        yield Redating(kind="due", node_id=node_id, label=label, before=old.due, after=new.due)
    if _differ(old.actual, new.actual):
        yield Redating(
            kind="actual", node_id=node_id, label=label, before=old.actual, after=new.actual
        )
    statuses = (old.status(before.at.day), new.status(after.at.day))
    if statuses[0] != statuses[1]:
        yield Redating(kind="status", node_id=node_id, label=label, statuses=statuses)


def _extents(before: Picture, after: Picture) -> Iterator[Redating]:
    stood = {node.node_id for node in before.nodes}
    for node in after.nodes:
        old, new = before.extents.get(node.node_id), after.extents.get(node.node_id)
        if node.node_id in stood and _differ(old, new):
            yield Redating(
                kind="extent", node_id=node.node_id, label=node.label, before=old, after=new
            )


def _differ(old: Assertion | None, new: Assertion | None) -> bool:
    if old is None or new is None:
        return old is not new
    return not same_date(old, new)
