"""In what one node differs from what it was: its date or place, its name, its words."""

from collections.abc import Collection, Iterator, Mapping
from dataclasses import fields, replace
from typing import TypeAlias, cast

from roadmap.domain.difference.changes import ChangeKind, NodeChange
from roadmap.domain.plan import Node
from roadmap.domain.statements import Attribute, Count, Quote, Statement

_DATES: tuple[Attribute, ...] = ("due", "actual")
_OTHERWISE = {"node_id", "kind", "parent_id", "label", "lines", "place", "statements"}
_PLAIN = tuple(field.name for field in fields(Node) if field.name not in _OTHERWISE)
_Told: TypeAlias = dict[str, object]


def compared(before: Node, after: Node, became: Mapping[str, str]) -> Iterator[NodeChange]:
    """The changes of one node; `became` tells which ids are only another name of the same.

    Where something stands in the text is no change: every revision has lines of its own.
    """
    moved = _different(_places(before, became), _places(after, {}))
    differing: dict[ChangeKind, tuple[str, ...]] = {
        "moved": moved,
        "renamed": _different(_names(before), _names(after)),
        "reworded": _different(_words(before, moved), _words(after, moved)),
    }
    for kind, names in differing.items():
        if names:
            yield NodeChange(
                kind=kind, node_id=before.node_id, before=before, after=after, fields=names
            )


def _different(one: _Told, other: _Told) -> tuple[str, ...]:
    return tuple(name for name, value in one.items() if value != other[name])


def _places(node: Node, became: Mapping[str, str]) -> _Told:
    """When and where: what moves."""
    dates = {attr: _date(getattr(node, attr)) for attr in _DATES}
    return {**dates, "parent": became.get(node.parent_id or "", node.parent_id)}


def _date(said: Statement | None) -> object:
    return said and (said.asserter, said.value and said.value.edtf)


def _names(node: Node) -> _Told:
    return {"label": node.label, "node_id": node.node_id}


def _words(node: Node, moved: Collection[str]) -> _Told:
    """All else, without the lines in which it stands; how a date that moved is stated is no second change."""
    plain = {name: _without_lines(getattr(node, name)) for name in _PLAIN}
    said = node.statements
    return {
        **plain,
        "wording": [(each.attr, each.wording) for each in said],
        "statements": [_manner(each) for each in said if each.attr not in moved],
    }


def _manner(said: Statement) -> object:
    """How a date is stated, whatever date it is."""
    qualifier = said.value and said.value.qualifier
    return said.attr, said.mark, said.edtf_mark, said.undated_reason, qualifier


def _without_lines(value: object) -> object:
    if isinstance(value, tuple):
        return [_without_lines(each) for each in cast("tuple[object, ...]", value)]
    return replace(value, lines=None) if isinstance(value, Quote | Count) else value
