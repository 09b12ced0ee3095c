"""Opendata for machines: data sets, their versions, and the files themselves."""

from datetime import datetime
from typing import Annotated, Self, TypeAlias, cast

from fastapi import APIRouter, Depends, Path, Request, Response
from pydantic import BaseModel, ConfigDict

from chassis.saying import Desk
from opendata import domain
from opendata.store import Store
from patience.waiting import AWAY
from web import cursors, etags

router = APIRouter()

REFUSALS: dict[type[Exception], int] = {
    **dict.fromkeys(AWAY, 503),
    domain.UnknownDataset: 404,
    domain.UnknownVersion: 404,
    domain.UnknownFile: 404,
}
FOR_EVER = "public, max-age=31536000, immutable"


class _Answer(BaseModel):
    """A part of an answer."""

    model_config = ConfigDict(from_attributes=True, use_attribute_docstrings=True)


class ColumnAnswer(_Answer):
    """One column."""

    physical: str
    """Its key in JSON."""
    label: str
    """Its header in CSV."""
    type: str
    meaning: str


class LicenceAnswer(_Answer):
    """What anybody may do with the data."""

    id: str
    title: str
    url: str


class PublisherAnswer(_Answer):
    """Whose data they are."""

    code: str
    name: str


class FormAnswer(_Answer):
    """One rendering of the table."""

    format: str
    media_type: str
    encoding: str
    bom: bool
    bytes: int
    sha256: str
    url: str
    """Where these very bytes stay for ever; a path behind the gateway."""
    latest_url: str
    """Where this form of the current version is."""


class DiffAnswer(_Answer):
    """What the version changed, in numbers."""

    basis: str
    rows_added: int
    rows_removed: int
    rows_changed: int
    cells_changed: int
    columns_added: list[str]
    columns_removed: list[str]


class VersionAnswer(_Answer):
    """A version of a data set."""

    name: str
    title: str
    description: str
    keywords: list[str]
    version: int
    previous_version: int | None
    published_at: datetime
    reason: str
    """first, automatic or metadata."""
    data_changed: bool
    caused_by: str | None
    """The id of the event that led to it; null: none did."""
    licence: LicenceAnswer
    publisher: PublisherAnswer
    rows: int
    columns: list[ColumnAnswer]
    key_columns: list[str]
    forms: list[FormAnswer]
    diff: DiffAnswer
    page: str
    """The page for people, behind the gateway."""

    @classmethod
    def of(cls, version: domain.Version) -> Self:
        """The version, as it is told to machines."""
        about, change = version.about, version.change
        return cls(
            name=about.name,
            title=about.title,
            description=about.description,
            keywords=list(about.keywords),
            version=version.number,
            previous_version=version.previous,
            published_at=version.at,
            reason=change.reason,
            data_changed=change.data_changed,
            caused_by=version.caused_by,
            licence=LicenceAnswer.model_validate(about.imprint.licence),
            publisher=PublisherAnswer.model_validate(about.imprint.publisher),
            rows=version.rows,
            columns=[ColumnAnswer.model_validate(column) for column in about.columns],
            key_columns=list(about.key),
            forms=[_form(version, form) for form in version.forms],
            diff=DiffAnswer.model_validate(change.diff),
            page=about.page,
        )


class DatasetsAnswer(_Answer):
    """A page of data sets, each in its current version; the Link header leads to the next."""

    datasets: list[VersionAnswer]


class VersionsAnswer(_Answer):
    """A page of the versions of a data set, the newest first; the Link header leads to the next."""

    versions: list[VersionAnswer]


async def desk(request: Request) -> Desk[Store]:
    """The desk of this service."""
    return cast("Desk[Store]", request.app.state.desk)


AtDesk: TypeAlias = Annotated[Desk[Store], Depends(desk)]
Number: TypeAlias = Annotated[int, Path(ge=1, le=2**31 - 1)]
DATASETS, DATA = "/api/opendata/datasets", "/data"


@router.get(DATASETS, response_model=DatasetsAnswer)
async def datasets(
    request: Request, desk: AtDesk, *, limit: cursors.Limit = 100, cursor: cursors.Cursor = None
) -> Response:
    """The data sets that are published, by name."""
    after = str(cursors.decode(cursor, str)[0]) if cursor else ""
    async with desk.read() as store:
        found = await store.current()
    rest = [version for version in found if version.about.name > after]
    page = rest[:limit]
    following = cursors.encode(page[-1].about.name) if len(rest) > limit else None
    answer = DatasetsAnswer(datasets=[VersionAnswer.of(version) for version in page])
    return etags.public(request, answer, cursors.link_to_next(request, following))


@router.get(DATASETS + "/{name}", response_model=VersionAnswer)
async def dataset(request: Request, name: str, desk: AtDesk) -> Response:
    """A data set in its current version."""
    async with desk.read() as store:
        found = await store.dataset(name)
    return etags.public(request, VersionAnswer.of(found))


@router.get(DATASETS + "/{name}/versions", response_model=VersionsAnswer)
async def versions(
    request: Request,
    name: str,
    *,
    desk: AtDesk,
    limit: cursors.Limit = 100,
    cursor: cursors.Cursor = None,
) -> Response:
    """Every version of a data set, the newest first."""
    before = int(cursors.decode(cursor, int)[0]) if cursor else None
    async with desk.read() as store:
        found = await store.versions(name)
    rest = [version for version in found if before is None or version.number < before]
    page = rest[:limit]
    following = cursors.encode(page[-1].number) if len(rest) > limit else None
    answer = VersionsAnswer(versions=[VersionAnswer.of(version) for version in page])
    return etags.public(request, answer, cursors.link_to_next(request, following))


@router.get(DATASETS + "/{name}/versions/{number}", response_model=VersionAnswer)
async def version(request: Request, name: str, number: Number, *, desk: AtDesk) -> Response:
    """One version of a data set."""
    async with desk.read() as store:
        found = await store.version(name, number)
    return etags.public(request, VersionAnswer.of(found))


@router.get(DATA + "/{name}/{file}", include_in_schema=False)
async def latest_file(request: Request, name: str, file: str, *, desk: AtDesk) -> Response:
    """A form of the current version, at an address that stays."""
    async with desk.read() as store:
        found = await store.dataset(name)
        form = found.asked(file)
        content = await store.content(found, form)
    return _file(request, content, form, name=name, kept="no-cache")


@router.get(DATA + "/{name}/versions/{number}/{file}", include_in_schema=False)
async def version_file(
    request: Request, name: str, number: Number, *, file: str, desk: AtDesk
) -> Response:
    """A form of one version; its bytes never change."""
    async with desk.read() as store:
        found = await store.version(name, number)
        form = found.asked(file)
        content = await store.content(found, form)
    return _file(request, content, form, name=f"{name}_v{number}", kept=FOR_EVER)


def _file(request: Request, content: bytes, form: domain.Form, *, name: str, kept: str) -> Response:
    """The bytes, for programs of every origin, and with a name for whoever saves them."""
    kind = form.media_type
    if form.format == "CSV":
        kind = f"{kind}; charset={form.encoding.lower()}; header=present"
    headers = {
        "Cache-Control": kept,
        "Content-Disposition": f'attachment; filename="{name}.{form.extension}"',
        "Access-Control-Allow-Origin": "*",
        "Access-Control-Expose-Headers": "ETag, Content-Disposition",
    }
    return etags.fresh(request, content, kind, headers=headers)


def _form(version: domain.Version, form: domain.Form) -> FormAnswer:
    return FormAnswer(
        format=form.format,
        media_type=form.media_type,
        encoding=form.encoding,
        bom=form.bom,
        bytes=form.size,
        sha256=form.sha256,
        url=version.path(form),
        latest_url=version.latest_path(form),
    )
