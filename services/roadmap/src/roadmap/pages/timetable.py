"""The page of the timetable: a table that is the chart, filters, and the same as a drawing."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from typing import Annotated, TypeAlias

from fastapi import APIRouter, Depends, Query, Request, Response

from pages import Link
from pages.dates import japanese_text
from roadmap import domain
from roadmap.exports.keeping import Rendered
from roadmap.pages import cells
from roadmap.pages.drawing import drawing
from roadmap.pages.looking import AskedAt, AtDesk, Look, Moment, again, empty, kept_of, moment
from web import etags

router = APIRouter()

Choice: TypeAlias = Annotated[str, Query()]
SHOWN = {"": "工程と節目", "bars": "工程だけ", "milestones": "節目だけ"}
STRENGTHS = {"": "すべて", "firm": "検討・見極めより強い言葉", "weak": "検討・見極めまでの言葉"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """Which rows are asked for; what is not known is as if it were not asked."""

    part: Choice = ""
    """A perspective or an initiative."""
    show: Choice = ""
    strength: Choice = ""

    @property
    def any(self) -> bool:
        """Whether fewer rows than all are asked for."""
        return bool(self.part or self.show or self.strength)

    def groups(self, groups: Iterable[domain.Group]) -> list[domain.Group]:
        """The groups with the rows that are asked for; those without any are left out."""
        kept = [
            replace(group, rows=tuple(row for row in group.rows if self._has(row)))
            for group in groups
            if self.part in ("", group.node.node_id, group.above.node_id if group.above else "")
        ]
        return [group for group in kept if group.rows]

    def _has(self, row: domain.Row) -> bool:
        bar = row.kind == "bar"
        shown = {"bars": bar, "milestones": row.kind in ("milestone", "report")}
        weak = row.commitment is not None and row.commitment.level <= domain.WEAK
        firm = row.commitment is not None and not weak
        return shown.get(self.show, True) and {"weak": weak, "firm": firm}.get(self.strength, True)


@dataclass(frozen=True, slots=True, kw_only=True)
class TimetablePage:
    """The timetable at a moment, with what was asked for."""

    moment: Moment
    root: domain.Node
    revision: domain.Revision
    grid: domain.Grid
    groups: Sequence[domain.Group]
    parts: Sequence[Link]
    """What may be asked for alone: perspectives and initiatives, each with its id."""
    wanted: Wanted
    shown: Sequence[tuple[str, str]] = tuple(SHOWN.items())
    strengths: Sequence[tuple[str, str]] = tuple(STRENGTHS.items())

    @property
    def year(self) -> int:
        """The fiscal year of the day that is looked at."""
        return domain.fiscal_year(self.moment.day)

    @property
    def now_words(self) -> str:
        """Which fiscal year it is, in words."""
        inside = self.year in self.grid.years
        return f"{self.named(self.year)}{'です' if inside else 'で、表の期間の外です'}"

    @property
    def choices(self) -> list[tuple[str, str]]:
        """The parts as options of a form."""
        return [(link.path, link.label) for link in self.parts]

    @property
    def drawing(self) -> str:
        """The address of the same rows as a drawing."""
        return self.moment.also("/plan/timetable.svg")

    def named(self, year: int) -> str:
        """A fiscal year by its era."""
        return cells.year(year)

    def words(self, row: domain.Row, cell: domain.Cell) -> str:
        """All that a cell says."""
        return cells.words(row, cell, self.moment.day)

    def label(self, row: domain.Row) -> str:
        """What it is about."""
        return cells.label(row)

    def late(self, row: domain.Row, cell: domain.Cell) -> bool:
        """Whether a cell begins in the later half, so that its words end with it."""
        before = sum(each.columns for each in row.cells[: row.cells.index(cell)])
        return before * 2 >= self.grid.columns

    def sign(self, row: domain.Row, cell: domain.Cell) -> str:
        """The sign before it."""
        return cells.sign(row, cell)


@router.get("/plan/timetable")
async def timetable(
    request: Request,
    *,
    desk: AtDesk,
    look: Look,
    at: AskedAt,
    wanted: Annotated[Wanted, Depends()],
) -> Response:
    """The timetable as a page."""
    now, kept = desk.now(), kept_of(request)
    asked = (request.url.path, request.url.query, at.day, at.known)
    async with desk.read() as store:
        version = await store.doors.version()
        if found := kept.find(version, asked):
            return again(request, found)
        picture = await store.picture(at)
    seen = moment(request, picture, now)
    if picture.root is None or picture.revision is None:
        return empty(request, look, seen)
    laid = domain.timetable(picture)
    page = TimetablePage(
        moment=seen,
        root=picture.root,
        revision=picture.revision,
        grid=laid.grid,
        groups=wanted.groups(laid.groups),
        parts=list(_parts(picture)),
        wanted=wanted,
    )
    html = look.get_template("timetable.html").render(page=page)
    return again(request, kept.keep(version, asked, Rendered.of(html.encode())))


@router.get("/plan/timetable.svg")
async def drawn(
    request: Request, *, desk: AtDesk, look: Look, at: AskedAt, wanted: Annotated[Wanted, Depends()]
) -> Response:
    """The timetable as a drawing, to be kept; what a reader needs stands on the page."""
    async with desk.read() as store:
        picture = await store.picture(at)
    table = domain.timetable(picture)
    shown = replace(table, groups=tuple(wanted.groups(table.groups)))
    title = f"工程表：{picture.root.label}" if picture.root else "工程表"
    note = f"{japanese_text(at.day, both=True, weekday=False)}に有効な内容"
    page = drawing(title, note, shown, day=at.day)
    svg = look.get_template("timetable.svg").render(page=page).encode()
    named = {"Content-Disposition": 'attachment; filename="timetable.svg"'}
    return etags.fresh(request, svg, "image/svg+xml", headers=named)


def _parts(picture: domain.Picture) -> Iterable[Link]:
    for perspective in picture.of_kind("perspective"):
        before = "視点" if perspective.numbered else ""
        yield Link(f"{before}{perspective.title}", perspective.node_id)
        for node in picture.children(perspective.node_id, "initiative"):
            yield Link(f"　{node.title}", node.node_id)
