"""What is true of data sets and of their versions, whoever asks."""

from opendata.domain.datasets import DATASETS, SLUGS, Dataset, Slug, named
from opendata.domain.milestones import Move, ShownMilestone, Source
from opendata.domain.procedures import ShownProcedure, Way
from opendata.domain.tables import (
    LICENCES,
    About,
    Cell,
    Column,
    Imprint,
    Licence,
    Publisher,
    Row,
    Table,
)
from opendata.domain.versions import (
    Change,
    Diff,
    File,
    Form,
    UnknownDataset,
    UnknownFile,
    UnknownVersion,
    Version,
    change,
)
from opendata.domain.waiting import Waiting, ripe

__all__ = [
    "DATASETS",
    "LICENCES",
    "SLUGS",
    "About",
    "Cell",
    "Change",
    "Column",
    "Dataset",
    "Diff",
    "File",
    "Form",
    "Imprint",
    "Licence",
    "Move",
    "Publisher",
    "Row",
    "ShownMilestone",
    "ShownProcedure",
    "Slug",
    "Source",
    "Table",
    "UnknownDataset",
    "UnknownFile",
    "UnknownVersion",
    "Version",
    "Waiting",
    "Way",
    "change",
    "named",
    "ripe",
]
