"""What a run says: a table for the terminal and for docs/benchmarks.md, raw lines, a chart."""

import json
import re
import unicodedata
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from bench.chart import Bar, chart
from local.settings import ROOT

RAW = ROOT / ".machi" / "bench"
DOCS = ROOT / "docs"
PAGE = DOCS / "benchmarks.md"
INTRODUCTION = """\
# Benchmarks

Made by `bench/` ([how to run it](../bench/README.md)): contenders take turns in one run on the same
Postgres and Kafka, each in a process of its own. Compare within a table, not between machines.
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """What one benchmark found, ready to be shown."""

    name: str
    title: str
    explained: str
    """How it was measured, and what the columns are."""
    head: Sequence[str]
    rows: Sequence[Sequence[str]]
    raw: Iterable[Mapping[str, object]]
    bars: Sequence[Bar]
    unit: str
    parts: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Run:
    """When, where and by which command."""

    at: datetime
    command: str
    machine: str
    commit: str
    load: float

    @property
    def line(self) -> str:
        """In one line."""
        return (
            f"{self.at:%Y-%m-%d %H:%M} UTC · `{self.command}` · {self.machine} · "
            f"commit {self.commit} · load before: {self.load:.1f}"
        )


def terminal(outcome: Outcome, run: Run) -> str:
    """The table, set in columns."""
    table = [list(outcome.head), *map(list, outcome.rows)]
    widths = [max(map(_width, column)) for column in zip(*table, strict=True)]
    lines = [
        "  ".join(cell + " " * (w - _width(cell)) for cell, w in zip(row, widths, strict=True))
        for row in table
    ]
    return "\n".join(
        ["", outcome.title, run.line, outcome.parts, "", *lines, "", outcome.explained]
    )


def keep_raw(outcome: Outcome, run: Run) -> Path:
    """Write each reading as a line of JSON."""
    RAW.mkdir(parents=True, exist_ok=True)
    path = RAW / f"{run.at:%Y%m%d-%H%M%S}-{outcome.name}.json"
    named = {"bench": outcome.name, "at": run.at.isoformat(), "command": run.command}
    where = {"machine": run.machine, "commit": run.commit, "parts": outcome.parts}
    lines = (json.dumps({**named, **where, **each}, ensure_ascii=False) for each in outcome.raw)
    path.write_text("".join(f"{line}\n" for line in lines), encoding="utf-8")
    return path


def markdown(outcome: Outcome, run: Run) -> str:
    """The section of docs/benchmarks.md."""
    head = f"| {' | '.join(outcome.head)} |\n|{'---|' * len(outcome.head)}\n"
    rows = "".join(f"| {' | '.join(row)} |\n" for row in outcome.rows)
    picture = f"![{outcome.title}](benchmarks/{outcome.name}.svg)"
    return (
        f"## {outcome.title}\n\n{picture}\n\n{head}{rows}\n{outcome.explained}\n\n"
        f"{run.line} · {outcome.parts}\n"
    )


def write(outcome: Outcome, run: Run) -> None:
    """Put the section between its markers in docs/benchmarks.md, and its chart beside it."""
    begin, end = f"<!-- {outcome.name}: made by bench -->", f"<!-- end of {outcome.name} -->"
    section = f"{begin}\n{markdown(outcome, run)}{end}"
    text = PAGE.read_text(encoding="utf-8") if PAGE.exists() else INTRODUCTION
    found = re.compile(f"{re.escape(begin)}.*?{re.escape(end)}", re.DOTALL)
    if found.search(text):
        text = found.sub(lambda _: section, text)
    else:
        text = f"{text.rstrip()}\n\n{section}\n"
    PAGE.write_text(text, encoding="utf-8")
    folder = DOCS / "benchmarks"
    folder.mkdir(exist_ok=True)
    picture = chart(outcome.title, f"{outcome.unit} · {run.machine}", outcome.bars)
    (folder / f"{outcome.name}.svg").write_text(picture, encoding="utf-8")


def _width(text: str) -> int:
    return sum(2 if unicodedata.east_asian_width(each) in "WF" else 1 for each in text)
