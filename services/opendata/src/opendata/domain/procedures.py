"""The data set of procedures: what is kept of each, and the columns that it makes."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import TypeAlias

from contracts.values import PartialDate
from opendata.domain.tables import Cell, Column

SEPARATOR = ";"


@dataclass(frozen=True, slots=True, kw_only=True)
class Way:
    """One way to file a procedure."""

    kind: str
    label: str
    since: PartialDate | None  # None: nobody has confirmed that it is open


@dataclass(frozen=True, slots=True, kw_only=True)
class ShownProcedure:
    """A procedure as catalog told it last, as far as it is published."""

    procedure_id: str
    name: str
    plan_name: str | None
    reading: str
    summary: str | None
    kind: str
    plan_no: int | None
    initiative: str | None
    milestone_id: str | None
    life_events: tuple[str, ...]
    ways: tuple[Way, ...]
    laws: tuple[str, ...]
    national: tuple[tuple[str, str], ...]  # id of the row, and how well it matches
    not_confirmed: tuple[str, ...]
    page: str


Filled: TypeAlias = tuple[Column, Callable[[ShownProcedure], Cell]]
"""A column, and what stands in it for a procedure."""


def _listed(values: Iterable[str]) -> str | None:
    """A cell of several values, each in its place even where another is blank; None: all are."""
    joined = SEPARATOR.join(values)
    return joined if joined.strip(SEPARATOR) else None


PROCEDURES: tuple[Filled, ...] = (
    (
        Column("procedure_id", "手続ID", "text", "手続の番号。変わることはありません"),
        lambda one: one.procedure_id,
    ),
    (Column("name", "名称", "text", "手続の名前"), lambda one: one.name),
    (
        Column("plan_name", "計画での呼び方", "text", "計画に書かれたとおりの名前"),
        lambda one: one.plan_name,
    ),
    (Column("reading", "読み", "text", "名前の読み"), lambda one: one.reading),
    (Column("summary", "概要", "text", "どんな手続か"), lambda one: one.summary),
    (
        Column("kind", "種別", "text", "届出、申請、請求、申出、連絡、交付のどれか"),
        lambda one: one.kind,
    ),
    (
        Column("plan_no", "計画での番号", "integer", "計画の29の優先手続の番号。ほかは空欄"),
        lambda one: one.plan_no,
    ),
    (
        Column("initiative", "施策", "text", "計画の施策の番号"),
        lambda one: one.initiative,
    ),
    (
        Column("milestone_id", "節目ID", "text", "計画の節目の番号（節目のデータと対応）"),
        lambda one: one.milestone_id,
    ),
    (
        Column("life_events", "ライフイベント", "text", "関わる出来事。;で区切る"),
        lambda one: _listed(one.life_events),
    ),
    (
        Column("ways", "届け出方法", "text", "知られている方法。;で区切る"),
        lambda one: _listed(way.label for way in one.ways),
    ),
    (
        Column(
            "way_kinds",
            "届け出方法の種別",
            "text",
            "届け出方法と同じ順。mynaportal、convenience、eltax、web、counter、post、phone、agent",
        ),
        lambda one: _listed(way.kind for way in one.ways),
    ),
    (
        Column(
            "ways_since",
            "届け出方法がいつからか",
            "text",
            "届け出方法と同じ順の ISO 8601-2（EDTF）。空欄は、使えるかどうかが未確認",
        ),
        lambda one: _listed(way.since.edtf if way.since else "" for way in one.ways),
    ),
    (
        Column("laws", "根拠法令", "text", "法令と条。;で区切る"),
        lambda one: _listed(one.laws),
    ),
    (
        Column("national_ids", "国の調査での番号", "text", "国の悉皆調査の番号。;で区切る"),
        lambda one: _listed(number for number, _ in one.national),
    ),
    (
        Column(
            "national_matches",
            "国の手続との対応",
            "text",
            "番号と同じ順。exact 同じ、part 一部、broader これを含む、probable おそらく同じ",
        ),
        lambda one: _listed(match for _, match in one.national),
    ),
    (
        Column(
            "not_confirmed", "未確認の項目", "text", "この市で確かめられていない項目。;で区切る"
        ),
        lambda one: _listed(one.not_confirmed),
    ),
    (
        Column("page", "ページ", "text", "この手続のページ（サイトの中のパス）"),
        lambda one: one.page,
    ),
)
"""The columns in their order, and what stands in each; what nobody has confirmed is blank."""
