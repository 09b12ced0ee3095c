"""What changed from one text of a plan to another: computed by id, else asked of a person."""

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from itertools import chain
from typing import TypeAlias, get_args

from roadmap.domain.difference.answering import refuse_unfit
from roadmap.domain.difference.beside import beside
from roadmap.domain.difference.changes import (
    Answer,
    ChangeKind,
    Diff,
    ExtraChange,
    KindIsFixed,
    NodeChange,
    natural,
)
from roadmap.domain.difference.comparing import compared
from roadmap.domain.difference.likeness import candidates
from roadmap.domain.plan import Node, Text

_Pair: TypeAlias = tuple[Node, Node]

KINDS: tuple[ChangeKind, ...] = get_args(ChangeKind)


def differing(before: Text, after: Text, answers: Sequence[Answer] = ()) -> Diff:
    """How the second text differs from the first, in its tree and beside it; refuses as `diff` does."""
    found = diff(before.nodes, after.nodes, answers)
    extras = beside(before, after, other_names(answers))
    return replace(found, extras=tuple(sorted(extras, key=_old_readings_beside_new)))


def _old_readings_beside_new(change: ExtraChange) -> tuple[int, tuple[str | int, ...], int]:
    """By kind and id; but a reading that went stands before the one that came in its place."""
    kind = KINDS.index(change.kind)
    if change.what == "reading" and change.kind in {"added", "removed"}:
        own = change.extra_id.partition("@")[0]
        return KINDS.index("removed"), natural(own), -kind
    return kind, natural(change.extra_id), 0


def diff(before: Sequence[Node], after: Sequence[Node], answers: Sequence[Answer] = ()) -> Diff:
    """How the second tree differs from the first.

    A node keeps its id, so what happened to it is computed. What is gone may live on in new nodes:
    that a person answers. Refuses a node whose kind changed, and answers that do not fit.
    """
    old, new = ({node.node_id: node for node in tree} for tree in (before, after))
    refuse_unfit(answers, old, new)
    became = other_names(answers)
    same = list(_same(before, new, answers))
    told = {node_id for answer in answers for node_id in (*answer.old, *answer.new)}
    unrelated = {node_id for each in answers if each.kind == "unrelated" for node_id in each.old}
    living, known = {*new, *told} - unrelated, {*old, *told}
    gone = [node for node in before if node.node_id not in living]
    fresh = [node for node in after if node.node_id not in known]
    changes = (
        *chain.from_iterable(_told(answer, old, new) for answer in answers),
        *chain.from_iterable(compared(one, other, became) for one, other in same),
        *_reordered(same, became),
        *(_removed(node) for node in gone),
        *(_added(node) for node in fresh),
    )
    asked = candidates((node for node in gone if node.node_id not in unrelated), fresh)
    return Diff(
        changes=tuple(sorted(changes, key=_by_kind_and_id)),
        open=tuple(sorted(asked, key=lambda each: natural(each.gone))),
    )


def _by_kind_and_id(change: NodeChange) -> tuple[int, tuple[str | int, ...]]:
    return KINDS.index(change.kind), natural(change.node_id)


def other_names(answers: Sequence[Answer]) -> dict[str, str]:
    """Under which id each old node lives on, where that is another and there is but one."""
    into_one = [answer for answer in answers if answer.kind in {"replaced", "merged"}]
    return {old: answer.new[0] for answer in into_one for old in answer.old}


def _same(
    before: Sequence[Node], new: Mapping[str, Node], answers: Sequence[Answer]
) -> Iterator[_Pair]:
    """Each node that is still there, as it was and as it is."""
    replaced = {each.old[0]: each.new[0] for each in answers if each.kind == "replaced"}
    for node in before:
        other = new.get(replaced.get(node.node_id, node.node_id))
        if other and other.kind != node.kind:
            raise KindIsFixed(node.node_id)
        if other:
            yield node, other


def _told(answer: Answer, old: Mapping[str, Node], new: Mapping[str, Node]) -> Iterator[NodeChange]:
    """What a person says that nothing can compute."""
    if answer.kind == "split":
        (one,) = answer.old
        yield NodeChange(
            kind="split", node_id=one, before=old[one], after=new.get(one), others=answer.new
        )
    if answer.kind == "merged":
        (one,) = answer.new
        yield NodeChange(
            kind="merged", node_id=one, before=old.get(one), after=new[one], others=answer.old
        )


def _reordered(same: Sequence[_Pair], became: Mapping[str, str]) -> Iterator[NodeChange]:
    """Each parent whose children stand in another order, whichever came or went between them."""
    children: defaultdict[str, list[_Pair]] = defaultdict(list)
    for one, other in same:
        if one.parent_id and other.parent_id == became.get(one.parent_id, one.parent_id):
            children[one.parent_id].append((one, other))
    for parent, now in same:
        pairs = children[parent.node_id]
        by_old = sorted(pairs, key=lambda pair: (pair[0].place, pair[0].node_id))
        by_new = sorted(pairs, key=lambda pair: (pair[1].place, pair[0].node_id))
        if by_old != by_new:
            yield NodeChange(
                kind="moved",
                node_id=parent.node_id,
                before=parent,
                after=now,
                fields=("children",),
            )


def _removed(node: Node) -> NodeChange:
    return NodeChange(kind="removed", node_id=node.node_id, before=node, after=None)


def _added(node: Node) -> NodeChange:
    return NodeChange(kind="added", node_id=node.node_id, before=None, after=node)
