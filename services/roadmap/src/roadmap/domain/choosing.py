"""Which part of the plan somebody follows: all of it, or some of its headings and milestones."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Self

from contracts.values import Refusal
from roadmap.domain.plan import Node, in_order

KINDS = ("perspective", "initiative", "milestone")
NAMED = 50
"""So many of those there are a refusal names."""


class UnknownChoice(Refusal):
    """There is none of this name."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Choice:
    """Ids by the kind of what they name; whatever stands below one of them belongs to it."""

    perspective: tuple[str, ...] = ()
    initiative: tuple[str, ...] = ()
    milestone: tuple[str, ...] = ()

    @classmethod
    def read(cls, asked: Mapping[str, Sequence[str]]) -> Self:
        """Read what was asked for: each kind many times, or many ids parted by commas."""
        return cls(**{kind: _ids(asked.get(kind, ())) for kind in KINDS})

    @property
    def named(self) -> dict[str, tuple[str, ...]]:
        """The kinds of which something was chosen; empty: the whole plan."""
        return {kind: ids for kind in KINDS if (ids := getattr(self, kind))}

    @property
    def query(self) -> dict[str, str]:
        """The same as the query of an address; equal choices have equal addresses."""
        return {kind: ",".join(ids) for kind, ids in self.named.items()}

    def below(self, nodes: Iterable[Node]) -> frozenset[str] | None:
        """The ids of all that is chosen, with what stands below it; None: the whole plan.

        Refuses a name that no node of its kind has, and says which there are.
        """
        if not self.named:
            return None
        tree = {node.node_id: node for node in nodes}
        for kind, ids in self.named.items():
            refuse_other_values(
                kind, ids, [n.node_id for n in in_order(tree.values()) if n.kind == kind]
            )
        chosen = {each for ids in self.named.values() for each in ids}
        return frozenset(each for each in tree if chosen & set(_upwards(each, tree)))


def _ids(asked: Sequence[str]) -> tuple[str, ...]:
    """Each once, in an order of its own."""
    return tuple(sorted({part.strip() for each in asked for part in each.split(",")} - {""}))


def refuse_other_values(name: str, asked: Iterable[str], known: Sequence[str]) -> None:
    """Refuse a value of a parameter that is none of those there are, and name these."""
    for each in asked:
        if each not in known:
            more = ["…"] if known[NAMED:] else []
            detail = f"{name}={each[:64]}; {name}: {', '.join([*known[:NAMED], *more])}"
            raise UnknownChoice(detail)


def _upwards(node_id: str | None, tree: Mapping[str, Node]) -> Iterable[str]:
    """A node and all above it."""
    while node_id is not None and node_id in tree:
        yield node_id
        node_id = tree[node_id].parent_id
