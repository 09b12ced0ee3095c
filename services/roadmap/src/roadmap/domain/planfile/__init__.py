"""How a plan file is written: its keys, its dates, its marks."""

import re
from typing import Annotated, Literal

from pydantic import Field, field_validator

from contracts.values import Municipality
from roadmap.domain.planfile.extras import (
    BodyFile,
    ContradictionFile,
    DependencyFile,
    FactFile,
    IndicatorFile,
    ReadingFile,
    SilenceFile,
    TargetFile,
)
from roadmap.domain.planfile.nodes import (
    BarFile,
    CountFile,
    InitiativeFile,
    ItemFile,
    ListFile,
    MilestoneFile,
    NodeFile,
    PerspectiveFile,
    PlanNodeFile,
    StepFile,
)
from roadmap.domain.planfile.parts import (
    ActualFile,
    DueFile,
    Id,
    KnownDateFile,
    Part,
    QuoteFile,
    SourceFile,
    Words,
    Year,
)
from roadmap.domain.statements import Mark

__all__ = [
    "ActualFile",
    "BarFile",
    "BodyFile",
    "ContradictionFile",
    "CountFile",
    "DueFile",
    "FactFile",
    "IndicatorFile",
    "InitiativeFile",
    "ItemFile",
    "KnownDateFile",
    "ListFile",
    "MilestoneFile",
    "NodeFile",
    "PerspectiveFile",
    "PlanFile",
    "PlanNodeFile",
    "QuoteFile",
    "ReadingFile",
    "RevisionFile",
    "SourceFile",
    "StepFile",
    "TargetFile",
]

MAX_NODES = 5_000
MAX_EXTRAS = 1_000

COLUMNS_ASCEND = "年度を小さい順に、1 回ずつ書いてください"
CODE_AS_NUMBER = '団体コードは引用符で囲んで書いてください（例: "042111"）'
CODE_AS_OCTAL = (
    "団体コードは引用符で囲んで書いてください。引用符の無い {code} を 8 進数として読むソフトがあり、"
    '{number} はその結果のようです（"{code}" ではありませんか）'
)


class RevisionFile(Part):
    """One version of the plan."""

    id: Id
    supersedes: Id | None
    supersedes_mark: Mark | None = None
    adopted: KnownDateFile
    """When it was adopted, which must be known at least to the year."""
    change: QuoteFile | None = None
    reason: QuoteFile | None = None
    note: Words | None = None
    decision: Words | None = None
    source: SourceFile


class PlanFile(Part):
    """One revision of one city's plan: its tree, and what it says besides."""

    machi_plan: Literal[1]
    municipality: Municipality
    """Six digits in quotation marks, for the code may begin with 0."""
    revision: RevisionFile
    columns: Annotated[tuple[Year, ...], Field(max_length=50)] = ()
    """The fiscal years of the timetable; by default those of the plan's period."""
    nodes: Annotated[list[NodeFile], Field(max_length=MAX_NODES)]
    bodies: Annotated[tuple[BodyFile, ...], Field(max_length=MAX_EXTRAS)] = ()
    indicators: Annotated[tuple[IndicatorFile, ...], Field(max_length=MAX_EXTRAS)] = ()
    dependencies: Annotated[tuple[DependencyFile, ...], Field(max_length=MAX_EXTRAS)] = ()
    facts: Annotated[tuple[FactFile, ...], Field(max_length=MAX_EXTRAS)] = ()
    contradictions: Annotated[tuple[ContradictionFile, ...], Field(max_length=MAX_EXTRAS)] = ()
    not_in_text: Annotated[list[SilenceFile], Field(max_length=MAX_EXTRAS)]
    """What a reader would look for, and the plan does not say."""

    @field_validator("municipality", mode="before")
    @classmethod
    def _quoted(cls, code: object) -> object:
        if not isinstance(code, int):
            return code
        raise ValueError(_unquoted(code))

    @field_validator("columns")
    @classmethod
    def _ascending(cls, columns: tuple[int, ...]) -> tuple[int, ...]:
        if list(columns) != sorted(set(columns)):
            raise ValueError(COLUMNS_ASCEND)
        return columns


def _unquoted(number: int) -> str:
    """What to say of a code that came as a number: some YAML tools read 042111 in base eight."""
    code = f"{number:06o}"
    if number >= 0 and re.fullmatch("0[0-7]{5}", code):
        return CODE_AS_OCTAL.format(code=code, number=number)
    return CODE_AS_NUMBER
