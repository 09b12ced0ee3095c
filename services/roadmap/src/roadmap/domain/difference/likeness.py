"""Which new node a vanished one may have become: alike enough to ask, never enough to know."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from typing import TypeAlias

from roadmap.domain.difference.changes import Candidate
from roadmap.domain.plan import Node
from roadmap.domain.statements import folded

_Key: TypeAlias = tuple[str | None, ...]

ALIKE = 0.5  # of the pairs of neighbouring characters, how many two labels share
MOST = 10  # likely nodes that are named for one question
FEW = 500  # siblings; among more than these only equal labels and lines are looked for


def candidates(gone: Iterable[Node], new: Iterable[Node]) -> Iterator[Candidate]:
    """Each vanished node that may live on in new ones of its kind, below its parent or elsewhere."""
    siblings: defaultdict[_Key, dict[str, frozenset[str]]] = defaultdict(dict)
    equals: defaultdict[_Key, list[str]] = defaultdict(list)
    for node in new:
        siblings[node.kind, node.parent_id][node.node_id] = _pairs(node.label)
        for sign in _signs(node):
            equals[sign].append(node.node_id)
    for node in gone:
        near = siblings[node.kind, node.parent_id]
        alike = _alike(_pairs(node.label), near if len(near) <= FEW else {})
        alike |= {each: 1.0 for sign in _signs(node) for each in equals[sign]}
        likely = sorted(alike, key=alike.__getitem__, reverse=True)
        if likely:
            yield Candidate(gone=node.node_id, new=tuple(likely[:MOST]))


def _signs(node: Node) -> Iterator[_Key]:
    """By which a node is known at once: its label anywhere, its lines below its parent."""
    yield node.kind, "label", folded(node.label)
    if node.lines:
        yield node.kind, "lines", node.lines, node.parent_id


def _alike(pairs: frozenset[str], near: Mapping[str, frozenset[str]]) -> dict[str, float]:
    """How much each label shares with one, from `ALIKE` to 1, in the order of the tree."""
    shares = {each: _shared(pairs, other) for each, other in near.items()}
    return {each: share for each, share in shares.items() if share >= ALIKE}


def _shared(one: frozenset[str], other: frozenset[str]) -> float:
    return 2 * len(one & other) / max(len(one) + len(other), 1)


def _pairs(label: str) -> frozenset[str]:
    text = folded(label)
    return frozenset(text[start : start + 2] for start in range(len(text) - 1))
