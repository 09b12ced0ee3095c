"""How procedures.yaml is written: one class per mapping of the file, and what it becomes."""

from collections.abc import Mapping
from typing import Annotated, Literal, Self, TypeAlias

from pydantic import (
    AfterValidator,
    BaseModel,
    ConfigDict,
    Field,
    StringConstraints,
    model_validator,
)

from catalog.domain.loading import Catalogue
from catalog.domain.procedure import Group, Kind, Law, Match, NationalRef, PlanLink, Procedure
from catalog.domain.sourced import Confidence, Mark, Sourced
from catalog.domain.ways import Channel, ChannelKind, Closure, Hours, Requires
from contracts.values import Municipality, PartialDate, UnreadableEdtf

ProcedureField: TypeAlias = Literal[
    "name", "plan_name", "plan", "summary", "fee", "laws", "national"
]
ChannelField: TypeAlias = Literal["label", "since", "hours", "closures", "requires", "url"]

# An address such as /procedures/residence.csv must never mean two things.
FILE_ENDINGS = (".json", ".jsonld", ".ttl", ".csv", ".ics")

FILE_ENDING = "{ending} で終わる id は使えません"
NOT_A_DATE = "日付として読めません（2027、2027-09、2027-09-30 の形で書きます）"
NO_LINES = "計画の値には行番号（lines）が必要です"


def _not_a_file(procedure_id: str) -> str:
    for ending in FILE_ENDINGS:
        if procedure_id.endswith(ending):
            raise ValueError(FILE_ENDING.format(ending=ending))
    return procedure_id


def _edtf(text: str) -> str:
    try:
        PartialDate.from_edtf(text)
    except UnreadableEdtf:
        raise ValueError(NOT_A_DATE) from None
    return text


ProcedureId: TypeAlias = Annotated[
    str,
    StringConstraints(pattern=r"^[a-z][a-z0-9-]*(\.[a-z0-9][a-z0-9-]*)+$", max_length=60),
    AfterValidator(_not_a_file),
]
Slug: TypeAlias = Annotated[str, StringConstraints(pattern=r"^[a-z][a-z0-9-]*$", max_length=60)]
NationalId: TypeAlias = Annotated[str, StringConstraints(pattern=r"^(DP|P)?[0-9]+$")]
Reading: TypeAlias = Annotated[str, StringConstraints(pattern=r"^[ぁ-んー]+$", max_length=200)]
Line: TypeAlias = Annotated[str, StringConstraints(min_length=1, max_length=200)]
Clock: TypeAlias = Annotated[
    str, StringConstraints(pattern=r"^(([01][0-9]|2[0-3]):[0-5][0-9]|24:00)$")
]
Days: TypeAlias = Annotated[
    str, StringConstraints(pattern=r"^[01][0-9]-[0-3][0-9]/[01][0-9]-[0-3][0-9]$")
]
Lines: TypeAlias = Annotated[
    str, StringConstraints(pattern=r"^[0-9]+(-[0-9]+)?(, [0-9]+(-[0-9]+)?)*$")
]
Edtf: TypeAlias = Annotated[str, AfterValidator(_edtf)]


class _Row(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid", strict=True)


class SourceRow(_Row):
    """A document that values are taken from, and how far it is to be trusted."""

    title: Line
    date: Edtf
    confidence: Confidence


Sources: TypeAlias = Mapping[str, SourceRow]


class SourcedRow(_Row):
    """Where in its source a field stands; `confidence` only where it is not the source's own."""

    source: str
    mark: Mark
    lines: Lines | None = None
    confidence: Confidence | None = None

    @model_validator(mode="after")
    def _has_lines(self) -> Self:
        if self.mark in ("S", "R", "I") and not self.lines:
            raise ValueError(NO_LINES)
        return self

    def sourced(self, field: str, known: Sources) -> Sourced:
        """Carry along what the file says once about the source."""
        source = known[self.source]
        return Sourced(
            field=field,
            source=self.source,
            title=source.title,
            date=PartialDate.from_edtf(source.date),
            mark=self.mark,
            lines=self.lines,
            confidence=self.confidence or source.confidence,
        )


class DateRow(_Row):
    """A date, and the words of its source."""

    edtf: Edtf
    text: Line
    qualifier: Line | None = None

    def date(self) -> PartialDate:
        """The date, exactly as exact as it was written."""
        return PartialDate.from_edtf(self.edtf, qualifier=self.qualifier, original=self.text)


class HoursRow(_Row):
    """Hours of a day."""

    opens: Clock
    closes: Clock


class ClosureRow(_Row):
    """Days off, of every year or announced."""

    label: Line
    days: Days | None


class RequiresRow(_Row):
    """What one must have at hand."""

    card: Line | None
    certificate: Literal["署名用電子証明書", "利用者証明用電子証明書"] | None


class ChannelRow(_Row):
    """One way to file the procedure it stands under."""

    id: Slug
    kind: ChannelKind
    label: Line
    since: DateRow | None
    hours: HoursRow | None
    closures: list[ClosureRow]
    requires: RequiresRow | None
    url: Line | None = None
    sources: dict[ChannelField, SourcedRow]

    def channel(self, procedure_id: str, known: Sources) -> Channel:
        """The channel, its id made whole."""
        return Channel(
            channel_id=f"{procedure_id}/{self.id}",
            kind=self.kind,
            label=self.label,
            since=self.since.date() if self.since else None,
            hours=Hours(**dict(self.hours)) if self.hours else None,
            closures=tuple(Closure(**dict(row)) for row in self.closures),
            requires=Requires(**dict(self.requires)) if self.requires else None,
            url=self.url,
            sources=_sourced(self.sources, known),
        )


class PlanRow(_Row):
    """Where the plan names the procedure."""

    no: Annotated[int, Field(ge=1, le=29)] | None
    initiative: Line
    milestone: Line | None


class LawRow(_Row):
    """A law and its article."""

    name: Line
    law_no: Line | None
    article: Line | None


class NationalRow(_Row):
    """A row of the national survey."""

    id: NationalId
    match: Match
    note: Line | None = None

    def reference(self) -> NationalRef:
        """The reference, its id told from the procedure's."""
        return NationalRef(national_id=self.id, match=self.match, note=self.note)


class ProcedureRow(_Row):
    """One procedure, as a person writes it down."""

    id: ProcedureId
    name: Line
    reading: Reading
    plan_name: Line | None
    summary: Annotated[str, StringConstraints(min_length=1, max_length=100)] | None = None
    kind: Kind
    group: Group
    plan: PlanRow | None
    life_events: list[Slug]
    fee: Line | None
    laws: list[LawRow]
    national: list[NationalRow]
    channels: list[ChannelRow]
    superseded_by: ProcedureId | None = None
    sources: dict[ProcedureField, SourcedRow]

    def draft(self, known: Sources) -> Procedure:
        """The record, not yet published."""
        return Procedure(
            procedure_id=self.id,
            name=self.name,
            plan_name=self.plan_name,
            reading=self.reading,
            summary=self.summary,
            kind=self.kind,
            group=self.group,
            plan=PlanLink(**dict(self.plan)) if self.plan else None,
            laws=tuple(Law(**dict(row)) for row in self.laws),
            national=tuple(row.reference() for row in self.national),
            life_events=tuple(self.life_events),
            channels=tuple(row.channel(self.id, known) for row in self.channels),
            fee=self.fee,
            superseded_by=self.superseded_by,
            sources=_sourced(self.sources, known),
        )


class ProceduresFile(_Row):
    """The whole file."""

    machi_procedures: Literal[1]
    municipality: Municipality
    sources: dict[Slug, SourceRow]
    procedures: Annotated[list[ProcedureRow], Field(min_length=1)]

    def catalogue(self) -> Catalogue:
        """All records as drafts, in the file's order."""
        drafts = tuple(row.draft(self.sources) for row in self.procedures)
        return Catalogue(municipality=self.municipality, drafts=drafts)


def _sourced(
    rows: Mapping[ProcedureField, SourcedRow] | Mapping[ChannelField, SourcedRow], known: Sources
) -> tuple[Sourced, ...]:
    return tuple(row.sourced(field, known) for field, row in rows.items())
