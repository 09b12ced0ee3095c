"""What can be wrong between the records of a plan file, though each is well by itself."""

from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass
from difflib import get_close_matches

from documents import Document, Loc, Problem, Value

PARENTS: dict[str, tuple[str, ...]] = {
    "plan": (),
    "perspective": ("plan",),
    "initiative": ("perspective",),
    "bar": ("initiative",),
    "milestone": ("initiative", "plan"),
    "step": ("plan",),
    "list": ("initiative", "plan", "list"),
    "item": ("list",),
}
TWICE = "id が 2 回使われています（最初は {line} 行目）"
UNKNOWN = "この id の項目はありません"
NEAREST = "。{near} ではありませんか"
WRONG_PARENT = "{kind} の親は {wanted} です（これは {found}）"
CYCLE = "親をたどると元に戻ります（{path}）"
FEW = 500  # ids; among more than these a likely one is no longer looked for
SECOND_PLAN = "plan は一つだけです"


@dataclass(frozen=True, slots=True)
class Sketch:
    """What a node says of its place, taken before it is known to be valid otherwise."""

    index: int
    node_id: str
    kind: str
    parent: str | None

    def at(self, *keys: str) -> Loc:
        """Where one of its values stands."""
        return ("nodes", self.index, *keys)


def misplaced(document: Document) -> Iterator[Problem]:
    """Find doubled ids, strayed parents and circles, also where records have other faults."""
    sketches = tuple(sketched(document))
    by_id = {sketch.node_id: sketch for sketch in reversed(sketches)}  # the first of a double
    yield from _doubled(document, sketches, by_id)
    yield from _strayed(document, sketches, by_id)
    yield from _circling(document, sketches, by_id)
    for second in [sketch for sketch in sketches if sketch.kind == "plan"][1:]:
        yield document.problem(second.at("kind"), SECOND_PLAN)


def sketched(document: Document) -> Iterator[Sketch]:
    """The nodes of a file, as far as they have an id and a kind."""
    nodes = document.value.get("nodes")
    for index, node in enumerate(nodes if isinstance(nodes, list) else []):
        if isinstance(node, dict):
            node_id, kind, parent = (node.get(key) for key in ("id", "kind", "parent"))
            if isinstance(node_id, str) and isinstance(kind, str):
                yield Sketch(index, node_id, kind, _text(parent))


def _text(value: Value) -> str | None:
    return value if isinstance(value, str) else None


def _doubled(
    document: Document, sketches: Iterable[Sketch], by_id: dict[str, Sketch]
) -> Iterator[Problem]:
    for sketch in sketches:
        first = by_id[sketch.node_id]
        if sketch is not first:
            line = document.places[first.at("id")].line
            yield document.problem(sketch.at("id"), TWICE.format(line=line))


def _strayed(
    document: Document, sketches: Iterable[Sketch], by_id: dict[str, Sketch]
) -> Iterator[Problem]:
    for sketch in sketches:
        wanted = PARENTS.get(sketch.kind)
        if sketch.parent is None or wanted is None:
            continue  # the model of the file has already said so
        parent = by_id.get(sketch.parent)
        if parent is None:
            yield document.problem(sketch.at("parent"), unknown(sketch.parent, by_id))
        elif parent.kind not in wanted:
            message = WRONG_PARENT.format(
                kind=sketch.kind, wanted=" か ".join(wanted), found=parent.kind
            )
            yield document.problem(sketch.at("parent"), message)


def unknown(node_id: str, known: Collection[str]) -> str:
    """What to say of an id that no node has, with the likeliest one."""
    near = get_close_matches(node_id, known, n=1) if len(known) <= FEW else ()
    return UNKNOWN + (NEAREST.format(near=near[0]) if near else "")


def _circling(
    document: Document, sketches: Iterable[Sketch], by_id: dict[str, Sketch]
) -> Iterator[Problem]:
    settled: set[str] = set()
    for sketch in sketches:
        path: list[str] = []
        step: Sketch | None = sketch
        while step and step.node_id not in settled:
            settled.add(step.node_id)
            path.append(step.node_id)
            step = by_id.get(step.parent or "")
        if step and step.node_id in path:
            circle = [*path[path.index(step.node_id) :], step.node_id]
            message = CYCLE.format(path=" → ".join(circle))
            yield document.problem(step.at("parent"), message)
