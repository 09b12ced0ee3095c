"""A table that is published: its rows, and what is said about them."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal, TypeAlias

Cell: TypeAlias = str | int | None
"""None: the source is silent. No cell is a clock, a version number or a count of ours."""
Row: TypeAlias = tuple[Cell, ...]
Kind: TypeAlias = Literal["text", "integer", "date", "edtf"]


@dataclass(frozen=True, slots=True)
class Column:
    """One column: its ASCII name for machines, its label and its meaning for people."""

    physical: str
    label: str
    type: Kind
    meaning: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Licence:
    """What anybody may do with the data."""

    id: str
    title: str
    url: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Publisher:
    """The municipality whose data they are."""

    code: str
    name: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Imprint:
    """Who publishes, and under which licence: the same for every data set."""

    publisher: Publisher
    licence: Licence


@dataclass(frozen=True, slots=True, kw_only=True)
class About:
    """All that is said about a table; when any of it changes, that is a version of its own."""

    name: str
    title: str
    description: str
    keywords: tuple[str, ...]
    columns: tuple[Column, ...]
    key: tuple[str, ...]  # physical names
    imprint: Imprint

    @property
    def page(self) -> str:
        """Its page for people, behind the gateway."""
        return f"/data/{self.name}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Table:
    """Rows in the order of their keys, and what is said about them."""

    about: About
    rows: tuple[Row, ...]

    def by_key(self) -> dict[Row, Mapping[str, Cell]]:
        """The rows by their keys, each with its cells by physical name."""
        names = [column.physical for column in self.about.columns]
        cells = (dict(zip(names, row, strict=True)) for row in self.rows)
        return {tuple(row[name] for name in self.about.key): row for row in cells}


LICENCES = {
    licence.id: licence
    for licence in (
        Licence(
            id="CC-BY-4.0",
            title="クリエイティブ・コモンズ 表示 4.0 国際",
            url="https://creativecommons.org/licenses/by/4.0/",
        ),
        Licence(
            id="CC0-1.0",
            title="CC0 1.0 全世界（権利を主張しません）",
            url="https://creativecommons.org/publicdomain/zero/1.0/",
        ),
    )
}
