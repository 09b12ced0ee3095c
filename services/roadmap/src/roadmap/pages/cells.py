"""What the cells of the timetable say: the same words in the table and in the drawing."""

from datetime import date

from contracts.values import PartialDate
from pages.dates import japanese_text
from roadmap import domain
from roadmap.exports.labels import ATTRIBUTES, STATUS

UNKNOWN = "時期は計画の本文に記載なし"
REACHED: tuple[domain.Status, ...] = ("reached", "reached_late")
SIDES = {"before": "表の期間より前", "after": "表の期間より後"}
BEFORE = {"inferred": "推定　", "external": "外部情報　"}


def words(row: domain.Row, cell: domain.Cell, day: date) -> str:
    """All that a cell says, for a reader who sees neither its place nor its colour."""
    if cell.kind == "none":
        return ""
    if cell.value is None:
        return _undated(row, cell)
    outside = f"（{SIDES[cell.side]}）" if cell.side else ""
    dated = f"{BEFORE.get(cell.kind, '')}{japanese_text(cell.value, weekday=False)}{outside}"
    if cell.status:
        return f"{dated}　{STATUS[cell.status]}"
    if row.kind == "report" or cell.kind == "inferred":
        return dated
    return f"{dated}　{_calendar(cell.value, day)}"


def label(row: domain.Row) -> str:
    """What a row is about; of a report also about how many items of a list it is."""
    if row.kind != "report":
        return row.label
    of = f"（{row.told[1]}件のうち{row.told[0]}件）" if row.told else ""
    return f"{row.label}：{ATTRIBUTES['reported']}{of}"


def _undated(row: domain.Row, cell: domain.Cell) -> str:
    if row.node and row.node.recurs and cell.kind == "inferred":
        return f"推定　年度ごとに1回、計{row.node.recurs.times}回"
    return STATUS[cell.status] if cell.status else UNKNOWN


def _calendar(value: PartialDate, day: date) -> str:
    """Where the calendar stands with an extent; whether anything was done is another matter."""
    if value.hi and value.hi < day:
        return "期間は終わりました"
    return "これから" if value.lo and value.lo > day else "期間中"


def sign(row: domain.Row, cell: domain.Cell) -> str:
    """The sign before the words; none where there is nothing to reach."""
    if row.kind != "milestone" or cell.kind == "none" or cell.status == "cancelled":
        return ""
    return "■" if cell.status in REACHED else "□"


def year(first: int) -> str:
    """A fiscal year by its era: 令和8年度."""
    return japanese_text(date(first, 12, 31)).partition("年")[0] + "年度"
