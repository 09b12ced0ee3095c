"""The timetable as a drawing: where its boxes stand, in pixels; its words are those of the table."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

from roadmap import domain
from roadmap.pages import cells

LABEL, YEAR, LINE, ROOM, TOP = 400, 104, 18, 8, 72
"""Widths of labels and years, heights of a line of words, of the room around it, and of the head."""
SIGN = 13
"""The width of a Japanese sign in the drawing."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Box:
    """A cell with its words, line by line."""

    x: float
    width: float
    kind: domain.CellKind
    words: list[str]


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """A row with its label, or the heading of a group, which has no boxes."""

    y: int
    height: int
    label: list[str]
    boxes: list[Box]


@dataclass(frozen=True, slots=True, kw_only=True)
class Drawing:
    """All that the template draws."""

    title: str
    note: str
    years: list[tuple[int, str]]
    lines: list[Line]

    @property
    def width(self) -> int:
        """Of the whole."""
        return LABEL + len(self.years) * YEAR

    @property
    def height(self) -> int:
        """Of the whole."""
        return TOP + sum(line.height for line in self.lines) + LINE


def drawing(title: str, note: str, table: domain.Timetable, *, day: date) -> Drawing:
    """Lay the rows out below one another, as the calendar stands on a day."""
    years = [(LABEL + n * YEAR, cells.year(each)) for n, each in enumerate(table.grid.years)]
    lines: list[Line] = []
    y = TOP
    for label, boxes in _rows(table, day):
        most = max([len(label), *(len(box.words) for box in boxes)])
        lines.append(Line(y=y, height=most * LINE + 2 * ROOM, label=label, boxes=boxes))
        y += lines[-1].height
    return Drawing(title=title, note=note, years=years, lines=lines)


def _rows(table: domain.Timetable, day: date) -> Iterator[tuple[list[str], list[Box]]]:
    for group in table.groups:
        name = group.node.title if group.above else "計画全体"
        yield [name], []
        for row in group.rows:
            yield _wrapped(cells.label(row), LABEL), list(_boxes(row, table.grid, day))


def _boxes(row: domain.Row, grid: domain.Grid, day: date) -> Iterator[Box]:
    column, width = 0, YEAR / grid.parts
    for cell in row.cells:
        wide = cell.columns * width
        said = cells.sign(row, cell) + cells.words(row, cell, day)
        if said:
            x = LABEL + column * width
            yield Box(x=x, width=wide, kind=cell.kind, words=_wrapped(said, wide))
        column += cell.columns


def _wrapped(text: str, width: float) -> list[str]:
    """A text in lines that fit a width: a drawing breaks none by itself."""
    most = max(1, int((width - 2 * ROOM) // SIGN))
    return [text[start : start + most].strip() for start in range(0, len(text), most)]
