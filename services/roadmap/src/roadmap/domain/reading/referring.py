"""What the records of a plan file refer to, and by which names: ids must exist, names be their own."""

from collections import defaultdict
from collections.abc import Iterable, Iterator

from documents import Document, Loc, Problem, Value
from roadmap.domain.reading.placing import MAX_LEVELS, TWICE, Sketch, sketched, unknown
from roadmap.domain.statements import folded

ANY = ""
REFERENCES: dict[tuple[str, ...], str] = {
    ("nodes", "*", "stands_for", "milestone"): "milestone",
    ("nodes", "*", "over"): "list",
    ("indicators", "*", "about"): ANY,
    ("dependencies", "*", "node"): ANY,
    ("dependencies", "*", "needs"): ANY,
    ("facts", "*", "about"): ANY,
    ("contradictions", "*", "about", "*"): ANY,
}
"""Where an id of a node is expected, and of which kind."""
NAMED = ("bodies", "indicators", "facts", "contradictions", "not_in_text")
NO_SUCH = {
    "milestone": "この id の節目（milestone）はありません",
    "list": "この id の並び（list）はありません",
}
SAME_NAME = "同じ並びの {line} 行目の項目と同じ名前です（{name}）"


def misreferred(document: Document) -> Iterator[Problem]:
    """Find references to nothing, doubled ids beside the tree, and items that share a name."""
    sketches = tuple(sketched(document))
    yield from _pointing_nowhere(document, {sketch.node_id: sketch.kind for sketch in sketches})
    for part in NAMED:
        yield from _doubled(document, part)
    yield from _same_names(document, sketches)


def _pointing_nowhere(document: Document, kinds: dict[str, str]) -> Iterator[Problem]:
    found = [
        (loc, node_id, kind)
        for pattern, kind in REFERENCES.items()
        for loc, node_id in _texts(document.value, pattern)
    ]
    said = unknown((node_id for _, node_id, kind in found if kind == ANY), kinds)
    for loc, node_id, kind in found:
        if kind == ANY and node_id in said:
            yield document.problem(loc, said[node_id])
        elif kind != ANY and kinds.get(node_id) != kind:
            yield document.problem(loc, NO_SUCH[kind])


def _texts(value: Value, pattern: tuple[str, ...], loc: Loc = ()) -> Iterator[tuple[Loc, str]]:
    """Every text at a path in which `*` is any place of a list."""
    if not pattern:
        if isinstance(value, str):
            yield loc, value
        return
    key, *rest = pattern
    if key == "*" and isinstance(value, list):
        for index, inner in enumerate(value):
            yield from _texts(inner, tuple(rest), (*loc, index))
    elif isinstance(value, dict) and key in value:
        yield from _texts(value[key], tuple(rest), (*loc, key))


def _doubled(document: Document, part: str) -> Iterator[Problem]:
    first: dict[str, Loc] = {}
    for loc, name in _texts(document.value, (part, "*", "id")):
        if first.setdefault(name, loc) != loc:
            yield document.problem(loc, TWICE.format(line=document.places[first[name]].line))


def _same_names(document: Document, sketches: Iterable[Sketch]) -> Iterator[Problem]:
    """Items of one list, with the lists inside it, that nobody could tell apart when joining."""
    by_id = {sketch.node_id: sketch for sketch in sketches}
    names = _names(document)
    first: dict[tuple[str, str], Loc] = {}
    for item in (sketch for sketch in by_id.values() if sketch.kind == "item"):
        outermost = _outermost(item, by_id)
        for name, loc in names[item.index].items():
            there = first.setdefault((outermost, name), loc)
            if there != loc:
                message = SAME_NAME.format(line=document.places[there].line, name=name)
                yield document.problem(loc, message)


def _names(document: Document) -> dict[int, dict[str, Loc]]:
    """By the index of a node, each name it has, folded, with its place: a code, a label, others."""
    names: defaultdict[int, dict[str, Loc]] = defaultdict(dict)
    for path in (("code",), ("label",), ("aliases", "*")):
        for loc, text in _texts(document.value, ("nodes", "*", *path)):
            names[int(loc[1])].setdefault(folded(text), loc)
    return names


def _outermost(item: Sketch, by_id: dict[str, Sketch]) -> str:
    """The list that no other list holds."""
    found = item
    for _ in range(MAX_LEVELS):  # deeper ones are refused elsewhere, and circles too
        above = by_id.get(found.parent or "")
        if above is None or above.kind != "list":
            break
        found = above
    return found.node_id
