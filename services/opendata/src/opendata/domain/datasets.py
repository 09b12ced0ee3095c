"""The data sets that publish themselves: what each is, and how what was heard becomes its rows."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any, Literal, TypeAlias, get_args

from opendata.domain.milestones import MILESTONES
from opendata.domain.procedures import PROCEDURES
from opendata.domain.tables import About, Cell, Column, Imprint, Table

Slug: TypeAlias = Literal["milestones", "procedures"]
SLUGS: tuple[Slug, ...] = get_args(Slug)


def named(municipality: str, slug: Slug) -> str:
    """The name of a data set, as in addresses: 042111_milestones. It is its id, too."""
    return f"{municipality}_{slug}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Dataset:
    """A data set that publishes itself."""

    slug: Slug
    title: str
    description: str
    keywords: tuple[str, ...]
    filled: tuple[tuple[Column, Callable[[Any], Cell]], ...]
    key: str

    def table(self, shown: Iterable[object], imprint: Imprint) -> Table:
        """What would be published now: the rows in the order of their keys."""
        about = About(
            name=named(imprint.publisher.code, self.slug),
            title=self.title,
            description=self.description,
            keywords=self.keywords,
            columns=tuple(column for column, _ in self.filled),
            key=(self.key,),
            imprint=imprint,
        )
        place = [column.physical for column in about.columns].index(self.key)
        rows = [tuple(value(one) for _, value in self.filled) for one in shown]
        return Table(about=about, rows=tuple(sorted(rows, key=lambda row: str(row[place]))))


DATASETS: dict[Slug, Dataset] = {
    dataset.slug: dataset
    for dataset in (
        Dataset(
            slug="milestones",
            title="計画の節目",
            description="市の計画にある節目と、その期日、実績、変更の理由、出典です。"
            "計画に書かれていないことは空欄にしています。",
            keywords=("計画", "節目", "期日", "デジタル化"),
            filled=MILESTONES,
            key="milestone_id",
        ),
        Dataset(
            slug="procedures",
            title="手続の一覧",
            description="市の計画が挙げる手続と、コンビニで受け取れる証明書の名前、方法、"
            "根拠法令です。確かめられていないことは空欄にしています。",
            keywords=("手続", "オンライン申請", "証明書", "根拠法令"),
            filled=PROCEDURES,
            key="procedure_id",
        ),
    )
}
