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
TOO_DEEP = "親が重なりすぎています（{most} 段まで）"
MAX_LEVELS = 12  # from the plan down to an item of a list in a list
FEW = 500  # ids; among more than these a likely one is no longer looked for
HINTS = 20  # unknown ids for which a likely one is looked for; it takes milliseconds each
SHOWN = 6  # ids of a circle
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
    yield from _too_deep(document, by_id)
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
    said = unknown((each.parent for each in sketches if each.parent), by_id)
    for sketch in sketches:
        wanted = PARENTS.get(sketch.kind)
        if sketch.parent is None or wanted is None:
            continue  # the model of the file has already said so
        parent = by_id.get(sketch.parent)
        if parent is None:
            yield document.problem(sketch.at("parent"), said[sketch.parent])
        elif parent.kind not in wanted:
            message = WRONG_PARENT.format(
                kind=sketch.kind, wanted=" か ".join(wanted), found=parent.kind
            )
            yield document.problem(sketch.at("parent"), message)


def unknown(node_ids: Iterable[str], known: Collection[str]) -> dict[str, str]:
    """What to say of each id that no node has, the first ones with the likeliest that one has."""
    strange = [node_id for node_id in dict.fromkeys(node_ids) if node_id not in known]
    asked = strange[:HINTS] if len(known) <= FEW else []
    hints = {each: get_close_matches(each, known, n=1) for each in asked}
    return {
        each: UNKNOWN + "".join(NEAREST.format(near=hint) for hint in hints.get(each, ()))
        for each in strange
    }


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
            shown = circle if len(circle) <= SHOWN else [*circle[: SHOWN - 2], "…", circle[-1]]
            message = CYCLE.format(path=" → ".join(shown))
            yield document.problem(step.at("parent"), message)


def _too_deep(document: Document, by_id: dict[str, Sketch]) -> Iterator[Problem]:
    """Where a branch grows deeper than anybody who climbs it should have to expect."""
    levels: dict[str, int] = {}
    for sketch in by_id.values():
        path: list[str] = []
        step: Sketch | None = sketch
        while step and step.node_id not in levels:
            levels[step.node_id] = 0  # in a circle it stays so until all of it was climbed
            path.append(step.node_id)
            step = by_id.get(step.parent or "")
        above = levels[step.node_id] if step else 0
        levels |= {each: above + n for n, each in enumerate(reversed(path), start=1)}
    for node_id, level in levels.items():
        if level == MAX_LEVELS + 1:
            message = TOO_DEEP.format(most=MAX_LEVELS)
            yield document.problem(by_id[node_id].at("parent"), message)
