"""The stored schemas of all events: as written, which is closed, and as read, which is open.

Until release 1.0.0 `python -m contracts` writes the first version anew; from then on growth adds
files and none is ever edited.
"""

import json
import shutil
from pathlib import Path
from typing import Any, cast

from contracts.envelope import Event
from contracts.registry import EVENTS

SCHEMAS = Path(__file__).parent / "schemas"
EXAMPLES = Path(__file__).parent / "examples"

Json = dict[str, Any]


def as_written(event: type[Event]) -> Json:
    """What a producer of today writes: these fields and no others."""
    return cast("Json", _closed(event.model_json_schema(mode="serialization")))


def as_read(event: type[Event]) -> Json:
    """What a consumer of today accepts: unknown fields pass."""
    return event.model_json_schema(mode="validation")


def _closed(schema: object) -> object:
    """The schema with `additionalProperties: false` in each object of its own."""
    if isinstance(schema, list):
        return [_closed(part) for part in cast("list[object]", schema)]
    if not isinstance(schema, dict):
        return schema
    closed = {name: _closed(part) for name, part in cast("Json", schema).items()}
    if closed.get("type") == "object" and "properties" in closed:
        closed.setdefault("additionalProperties", False)
    return closed


def stored(event: type[Event], suffix: str) -> list[Json]:
    """Every stored version, oldest first; the suffix is `.json` or `.read.json`."""
    paths = (SCHEMAS / event.ce_type).glob(f"[0-9]*{suffix}")
    numbered = {int(path.name.removesuffix(suffix)): path for path in paths if _is(path, suffix)}
    return [json.loads(numbered[number].read_text(encoding="utf-8")) for number in sorted(numbered)]


def _is(path: Path, suffix: str) -> bool:
    return path.name.removesuffix(suffix).isdigit()


def example(event: type[Event]) -> Json:
    """The data of the event's true-to-life example."""
    path = EXAMPLES / f"{event.ce_type}.json"
    return json.loads(path.read_text(encoding="utf-8"))


def write_all() -> list[str]:
    """Write the first version of each event's schemas; returns the types."""
    for folder in SCHEMAS.glob("machi.*"):
        if folder.name not in EVENTS:
            shutil.rmtree(folder)
    for ce_type, event in EVENTS.items():
        folder = SCHEMAS / ce_type
        folder.mkdir(parents=True, exist_ok=True)
        _write(folder / "1.json", as_written(event))
        _write(folder / "1.read.json", as_read(event))
    return sorted(EVENTS)


def _write(path: Path, schema: Json) -> None:
    path.write_text(json.dumps(schema, ensure_ascii=False, indent=2) + "\n", encoding="utf-8")
