"""The timetable: rows below fiscal years, each date drawn exactly as far as it is stated."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Literal, TypeAlias

from contracts.values import PartialDate
from roadmap.domain.assertions import Assertion
from roadmap.domain.commitment import WEAK, Commitment
from roadmap.domain.milestones import Milestone, Status
from roadmap.domain.picture import Picture
from roadmap.domain.plan import Node

CellKind: TypeAlias = Literal[
    "none", "unknown", "outside", "planned", "weak", "done", "inferred", "external"
]
RowKind: TypeAlias = Literal["step", "bar", "milestone", "report"]
MONTHS, APRIL = 12, 4
PARTS = (1, 4, 12)
"""Into so many parts a year's column may be cut: none, quarters, months."""
MOST_YEARS = 50
"""So many columns of years are made of extents at most; a plan file may name no more either."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Grid:
    """The columns: fiscal years, each cut into as many parts as the stated extents need."""

    years: tuple[int, ...]
    parts: int = 1

    @property
    def columns(self) -> int:
        """How many there are in all."""
        return len(self.years) * self.parts

    def column(self, day: date) -> int:
        """The column in which a day lies, counted from 0; outside it is negative or too high."""
        months = (day.year - self.years[0]) * MONTHS + day.month - APRIL
        return months * self.parts // MONTHS


@dataclass(frozen=True, slots=True, kw_only=True)
class Cell:
    """One cell of a row; `columns` says over how many it reaches."""

    kind: CellKind
    columns: int
    value: PartialDate | None = None
    status: Status | None = None
    side: Literal["before", "after"] | None = None
    """Of what lies outside all columns, on which side of them."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """One line of the timetable: a step, a bar, a milestone, or what others report of it."""

    kind: RowKind
    node_id: str
    label: str
    cells: tuple[Cell, ...]
    wording: str | None = None
    commitment: Commitment | None = None
    node: Node | None = None
    said: Assertion | None = None
    """What the cells rest on; None: nothing is stated."""
    told: tuple[int, int] | None = None
    """Of a report about items of a list: about how many, and how many there are; None: about the milestone itself."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Group:
    """The rows of one initiative, or of the plan itself."""

    node: Node
    above: Node | None
    """The perspective of an initiative; None: it is the plan."""
    rows: tuple[Row, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Timetable:
    """All rows below their columns; no columns where nothing says which years they would be."""

    grid: Grid
    groups: tuple[Group, ...]


def fiscal_year(day: date) -> int:
    """The fiscal year of a day, named by the calendar year in which it begins."""
    return day.year if day.month >= APRIL else day.year - 1


def timetable(picture: Picture) -> Timetable:
    """Lay a plan out as it is at a moment."""
    years = _years(picture)
    bars = [said.value for said in picture.extents.values() if said.value]
    grid = Grid(years=years, parts=_parts(bars))
    if not years:
        return Timetable(grid=grid, groups=())
    return Timetable(grid=grid, groups=tuple(_groups(picture, grid)))


def _years(picture: Picture) -> tuple[int, ...]:
    """Those that the plan names, or of its period, or of what has an extent at all; of very many the first."""
    if picture.extras.columns:
        return _from_to(picture.extras.columns[0], picture.extras.columns[-1])
    own = picture.extents.get(picture.root.node_id) if picture.root else None
    spans = [own] if own and own.value else list(picture.extents.values())
    days = [day for said in spans if said.value for day in (said.value.lo, said.value.hi) if day]
    if not days:
        return ()
    return _from_to(fiscal_year(min(days)), fiscal_year(max(days)))


def _from_to(first: int, last: int) -> tuple[int, ...]:
    return tuple(range(first, min(last + 1, first + MOST_YEARS)))


def _parts(values: Iterable[PartialDate]) -> int:
    """The coarsest cut of a year on which every stated extent begins and ends."""
    edges = [value.lo.month for value in values if value.lo]
    last = [value.hi for value in values if value.hi and value.hi < date.max]
    edges += [(day + timedelta(days=1)).month for day in last]
    return next(n for n in PARTS if all((month - APRIL) * n % MONTHS == 0 for month in edges))


def _groups(picture: Picture, grid: Grid) -> Iterator[Group]:
    if picture.root:
        steps = [
            _span_row("step", node, picture=picture, grid=grid) for node in picture.of_kind("step")
        ]
        yield Group(
            node=picture.root,
            above=None,
            rows=(*steps, *_milestone_rows(picture.root, picture, grid)),
        )
    for perspective in picture.of_kind("perspective"):
        for node in picture.children(perspective.node_id, "initiative"):
            bars = [_bar_row(bar, picture, grid) for bar in picture.children(node.node_id, "bar")]
            rows = (*bars, *_milestone_rows(node, picture, grid))
            yield Group(node=node, above=perspective, rows=rows)


def _bar_row(bar: Node, picture: Picture, grid: Grid) -> Row:
    """A bar; where its extent is not written, what follows from its being drawn, or nothing."""
    if bar.stands_for:
        wanted = bar.stands_for.milestone
        meant = next((m for m in picture.milestones if m.milestone_id == wanted), None)
        said = meant.stated if meant else None
        cells = _cells(said.value if said else None, "inferred", grid)
        return _row("bar", bar, cells=cells, said=said)
    if bar.recurs and bar.recurs.each == "fiscal_year" and bar.recurs.times == len(grid.years):
        return _row("bar", bar, cells=(Cell(kind="inferred", columns=grid.columns),))
    return _span_row("bar", bar, picture=picture, grid=grid)


def _span_row(kind: RowKind, node: Node, *, picture: Picture, grid: Grid) -> Row:
    said = picture.extents.get(node.node_id)
    drawn = _drawn(said, node.commitment)
    return _row(kind, node, cells=_cells(said.value if said else None, drawn, grid), said=said)


def _row(
    kind: RowKind, node: Node, *, cells: tuple[Cell, ...], said: Assertion | None = None
) -> Row:
    return Row(
        kind=kind,
        node_id=node.node_id,
        label=node.label,
        cells=cells,
        wording=node.label if kind == "bar" else None,
        commitment=node.commitment,
        node=node,
        said=said,
    )


def _milestone_rows(node: Node, picture: Picture, grid: Grid) -> Iterator[Row]:
    for milestone in picture.milestones_of(node.node_id):
        yield _milestone_row(milestone, picture.at.day, grid)
        for said in milestone.reported:
            yield Row(
                kind="report",
                node_id=milestone.milestone_id,
                label=milestone.label,
                cells=_cells(said.value, "external", grid),
                said=said,
                told=_told(milestone, said, picture),
            )


def _told(milestone: Milestone, said: Assertion, picture: Picture) -> tuple[int, int] | None:
    over = picture.over(milestone.milestone_id)
    if over is None or said.subject_id == milestone.milestone_id:
        return None
    reports = picture.reports_of(over)
    return reports.told_by(said.asserter), len(reports.items)


def _milestone_row(milestone: Milestone, day: date, grid: Grid) -> Row:
    said = milestone.actual or milestone.due
    reached = milestone.actual is not None
    drawn = "done" if reached else _drawn(said, milestone.commitment)
    status = milestone.status(day)
    return Row(
        kind="milestone",
        node_id=milestone.milestone_id,
        label=milestone.label,
        cells=_cells(said.value if said else None, drawn, grid, status=status),
        wording=milestone.wording,
        commitment=milestone.commitment,
        said=said,
    )


def _drawn(said: Assertion | None, strength: Commitment | None) -> CellKind:
    """How a stated date looks: not more solid than its source and its wording."""
    if said and said.mark == "I":
        return "inferred"
    if said and said.origin == "X":
        return "external"
    return "weak" if strength and strength.level <= WEAK else "planned"


def _cells(
    value: PartialDate | None, kind: CellKind, grid: Grid, *, status: Status | None = None
) -> tuple[Cell, ...]:
    """Empty columns, those that a date touches, and empty ones again; or one over all of them."""
    if value is None:
        return (Cell(kind="unknown", columns=grid.columns, status=status),)
    first = grid.column(value.lo) if value.lo else 0
    last = grid.column(value.hi) if value.hi else grid.columns - 1
    if last < 0 or first >= grid.columns:
        side = "before" if last < 0 else "after"
        return (Cell(kind="outside", columns=grid.columns, value=value, status=status, side=side),)
    first, last = max(first, 0), min(last, grid.columns - 1)
    drawn = Cell(kind=kind, columns=last - first + 1, value=value, status=status)
    parts: Sequence[Cell] = (
        Cell(kind="none", columns=first),
        drawn,
        Cell(kind="none", columns=grid.columns - 1 - last),
    )
    return tuple(cell for cell in parts if cell.columns)
