"""The data set of milestones: what is kept of each, and the columns that it makes."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date
from typing import TypeAlias

from contracts.values import PartialDate
from opendata.domain.tables import Cell, Column


@dataclass(frozen=True, slots=True, kw_only=True)
class Source:
    """Where a date stands."""

    title: str
    mark: str
    lines: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Move:
    """The change of a date: what it was before, why, and who decided it."""

    previous_due: PartialDate | None  # None: it had no date
    reason: str | None
    decided_by: str | None  # None: no decision is on record
    decided_on: date | None


@dataclass(frozen=True, slots=True, kw_only=True)
class ShownMilestone:
    """A milestone as roadmap told it last, as far as it is published."""

    milestone_id: str
    label: str
    kind: str
    parents: tuple[str, ...]  # the plan, a perspective, an initiative: as far as it lies below them
    revision: str | None
    wording: str | None
    first_due: PartialDate | None  # as it was first heard
    due: PartialDate | None
    undated_reason: str | None
    actual: PartialDate | None
    move: Move | None  # None: the date stands as the plan names it
    sources: tuple[Source, ...]
    page: str
    valid_from: date | None = None  # of `due`; a day to come: until then the date before holds
    status: str | None = None  # None: kept before it was told
    slip_count: int = 0
    slip_days: int | None = None  # from the first date to the present one; None: nobody can tell

    @property
    def mark(self) -> str | None:
        """How its date was read; N where there is none, None where that was not told."""
        if not (self.due or self.actual):
            return "N"
        return self.sources[0].mark if self.sources else None

    def below(self, depth: int) -> str | None:
        """The heading so far below the plan; None: it does not lie so deep."""
        return self.parents[depth] if len(self.parents) > depth else None


Value: TypeAlias = Callable[[ShownMilestone], Cell]
Filled: TypeAlias = tuple[Column, Value]
"""A column, and what stands in it for a milestone."""


def _edtf(value: PartialDate | None) -> str | None:
    return value.edtf if value else None


def _day(value: date | None) -> str | None:
    return value.isoformat() if value else None


def _listed(values: Iterable[str | None]) -> str | None:
    """Each of them once, in a cell."""
    return ";".join(dict.fromkeys(value for value in values if value)) or None


def _dates(
    name: str, label: str, of: Callable[[ShownMilestone], PartialDate | None]
) -> tuple[Filled, ...]:
    """The columns of one date: none of them is more exact than its source."""

    def part(read: Callable[[PartialDate], str | None]) -> Value:
        return lambda milestone: read(value) if (value := of(milestone)) else None

    return (
        (
            Column(name, label, "edtf", "ISO 8601-2（EDTF）の日付か期間。月までなら月まで"),
            part(lambda value: value.edtf),
        ),
        (
            Column(f"{name}_first_day", f"{label}_最初の日", "date", "あり得る最初の日"),
            part(lambda value: _day(value.lo)),
        ),
        (
            Column(f"{name}_last_day", f"{label}_最後の日", "date", "あり得る最後の日"),
            part(lambda value: _day(value.hi)),
        ),
        (
            Column(
                f"{name}_precision",
                f"{label}_精度",
                "text",
                "day 日、month 月、quarter 四半期、fiscal_year 年度、fiscal_year_end 年度末、"
                "year 年、interval 期間、open 始まりか終わりがない",
            ),
            part(lambda value: value.precision),
        ),
        (
            Column(f"{name}_original", f"{label}_もとの言葉", "text", "もとの資料に書かれた形"),
            part(lambda value: value.original),
        ),
    )


MILESTONES: tuple[Filled, ...] = (
    (
        Column("milestone_id", "節目ID", "text", "節目の番号。変わることはありません"),
        lambda one: one.milestone_id,
    ),
    (Column("label", "名称", "text", "計画の言葉からつけた名前"), lambda one: one.label),
    (
        Column(
            "kind",
            "種別",
            "text",
            "planned 市の予定、planned_by_nation 国の予定、actual すでに行われたこと",
        ),
        lambda one: one.kind,
    ),
    (
        Column(
            "status",
            "状況",
            "text",
            "計画のページが最後に伝えた状況。planned 予定、approaching 期限が近い、"
            "late_reported 遅れの報告あり、undated 期日なし、reached 達成、"
            "reached_late 遅れて達成、missed 期限超過、unconfirmed 結果の記載なし、cancelled 中止",
        ),
        lambda one: one.status,
    ),
    (
        Column("perspective", "視点", "text", "計画の視点の番号。空欄は計画全体の節目"),
        lambda one: one.below(1),
    ),
    (
        Column("initiative", "施策", "text", "計画の施策の番号。空欄は計画全体の節目"),
        lambda one: one.below(2),
    ),
    (
        Column("revision", "計画の版", "text", "日付を書いた計画の版。空欄は後の決定による日付"),
        lambda one: one.revision,
    ),
    (Column("wording", "計画の文言", "text", "計画が使う動詞"), lambda one: one.wording),
    *_dates("due", "期日", lambda one: one.due),
    (
        Column(
            "due_valid_from",
            "期日の有効開始日",
            "date",
            "この期日（中止ならその中止）が有効になる日。まだ来ていない日なら、それまでは前の期日が有効",
        ),
        lambda one: _day(one.valid_from),
    ),
    (
        Column("undated_reason", "期日のない理由", "text", "期日がないときの理由"),
        lambda one: one.undated_reason,
    ),
    *_dates("actual", "実績", lambda one: one.actual),
    (
        Column("first_due", "はじめの期日", "edtf", "はじめに約束された期日"),
        lambda one: _edtf(one.first_due),
    ),
    (
        Column("previous_due", "前の期日", "edtf", "最後に変わる前の期日"),
        lambda one: _edtf(one.move.previous_due) if one.move else None,
    ),
    (
        Column("slip_count", "変更の回数", "integer", "期日が変わった回数。訂正は数えません"),
        lambda one: one.slip_count,
    ),
    (
        Column(
            "slip_days",
            "ずれの日数",
            "integer",
            "はじめの期日の最後の日から、いまの期日の最後の日まで。早まったときは負の数",
        ),
        lambda one: one.slip_days,
    ),
    (
        Column("reason", "変更の理由", "text", "期日が変わった理由"),
        lambda one: one.move.reason if one.move else None,
    ),
    (
        Column(
            "decided_by", "決めたところ", "text", "期日の変更を決めた組織。空欄は決定の記録なし"
        ),
        lambda one: one.move.decided_by if one.move else None,
    ),
    (
        Column("decided_on", "決めた日", "date", "期日の変更を決めた日"),
        lambda one: _day(one.move.decided_on) if one.move else None,
    ),
    (
        Column("source", "出典", "text", "日付の出典。複数あるときは;で区切る"),
        lambda one: _listed(source.title for source in one.sources),
    ),
    (
        Column("source_lines", "出典の行", "text", "計画の本文を文字にしたものの行"),
        lambda one: _listed(source.lines for source in one.sources),
    ),
    (
        Column("mark", "出典区分", "text", "S 記載、R 復元、I 推定、N 記載なし、X 外部の資料"),
        lambda one: one.mark,
    ),
    (
        Column("page", "ページ", "text", "この節目のページ（サイトの中のパス）"),
        lambda one: one.page,
    ),
)
"""The columns in their order, and what stands in each; what the source does not say is blank."""
