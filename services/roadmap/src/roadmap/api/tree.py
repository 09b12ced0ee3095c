"""The plan's tree at a moment, put together from its nodes: each is rendered once for each state that it is ever in."""

from collections.abc import Iterator

from roadmap import domain
from roadmap.api.answers import AssertionAnswer, MilestoneAnswer
from roadmap.api.asking import Answer, AsOfAnswer, DatedAnswer
from roadmap.exports.keeping import Kept, Rendered
from roadmap.store import Store

NO_NODES = b'"nodes":[]'


class NodeAnswer(Answer):
    """A place in the tree, with the dates that are in force."""

    node_id: str
    kind: str
    parent: str | None
    place: int
    label: str
    mark: str
    lines: str | None
    commitment: int | None
    note: str | None
    extent: AssertionAnswer | None
    """Of the plan, a step or a bar; null: not in the plan."""
    milestone: MilestoneAnswer | None
    """Of a milestone, its dates and how it stands; null: the node is none."""


class PlanAnswer(DatedAnswer):
    """The whole tree at a moment; siblings stand in their places."""

    nodes: list[NodeAnswer]
    silences: list[str]
    """What a reader would look for, and the plan does not say."""


def nodes(picture: domain.Picture) -> Iterator[NodeAnswer]:
    """Each node of a picture, as it stands on the day of that moment."""
    milestones = {each.milestone_id: each for each in picture.milestones}
    for each in picture.nodes:
        milestone = milestones.get(each.node_id)
        extent = picture.extents.get(each.node_id)
        yield NodeAnswer(
            node_id=each.node_id,
            kind=each.kind,
            parent=each.parent_id,
            place=each.place,
            label=each.label,
            mark=each.mark,
            lines=each.lines,
            commitment=domain.level_of(each.commitment),
            note=each.note,
            extent=AssertionAnswer.model_validate(extent) if extent else None,
            milestone=MilestoneAnswer.of(milestone, picture.at.day, past=picture.at.past)
            if milestone
            else None,
        )


async def rendered(store: Store, at: domain.At, as_of: AsOfAnswer, *, parts: Kept) -> Rendered:
    """The whole tree as JSON; what it takes to render nodes that were asked for before is not read again."""
    blanked = await store.doors.blanked()
    states = await store.trees.states(at)
    found = {each: parts.find(blanked, state) for each, state in states.items()}
    missing = {each for each, part in found.items() if part is None}
    if missing:
        for node in nodes(await store.picture(at, missing)):
            part = Rendered.of(node.model_dump_json(by_alias=True).encode())
            found[node.node_id] = parts.keep(blanked, states[node.node_id], part)
    silences = await _silences(store, as_of)
    frame = PlanAnswer(as_of=as_of, nodes=[], silences=silences).model_dump_json().encode()
    before, _, after = frame.partition(NO_NODES)
    there = [part for part in found.values() if part]
    return Rendered.joined((before + b'"nodes":[', b"]" + after), there)


async def _silences(store: Store, as_of: AsOfAnswer) -> list[str]:
    newest = next(iter(as_of.revisions), None)
    extras = await store.plans.extras(newest) if newest else domain.Extras()
    return [each.label for each in extras.silences]
