"""Opendata for people: the data that are published, and each of them."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Annotated, TypeAlias, cast

from fastapi import APIRouter, Depends, Request, Response
from jinja2 import Environment

from chassis.saying import Desk
from opendata import domain, exports
from opendata.store import Store
from pages import ErrorPage, Link
from web import etags
from web.problems import Refused

router = APIRouter(include_in_schema=False)

FRONT = Link("公開しているデータ", "/data")
PREVIEW = 10
KILO = 1000


@dataclass(frozen=True, slots=True, kw_only=True)
class Download:
    """A file to download: where it is, what it is and how large."""

    path: str
    format: str
    size: str
    excel: bool  # whether Excel opens it as it is


@dataclass(frozen=True, slots=True, kw_only=True)
class DatasetPart:
    """A data set in its current version, with its files."""

    version: domain.Version
    downloads: Sequence[Download]


@dataclass(frozen=True, slots=True, kw_only=True)
class FrontPage:
    """Every data set that is published."""

    datasets: Sequence[DatasetPart]


@dataclass(frozen=True, slots=True, kw_only=True)
class DatasetPage:
    """A data set: what it is, its columns, its first rows, and what changed when."""

    version: domain.Version
    downloads: Sequence[Download]
    preview: Sequence[domain.Row]
    history: Sequence[DatasetPart]  # every version, the newest first


async def desk(request: Request) -> Desk[Store]:
    """The desk of this service."""
    return cast("Desk[Store]", request.app.state.desk)


async def look(request: Request) -> Environment:
    """The templates of this service."""
    return cast("Environment", request.app.state.look)


AtDesk: TypeAlias = Annotated[Desk[Store], Depends(desk)]
Look: TypeAlias = Annotated[Environment, Depends(look)]


@router.get("/data")
async def front(request: Request, desk: AtDesk, look: Look) -> Response:
    """The data that are published."""
    async with desk.read() as store:
        found = await store.current()
    parts = [DatasetPart(version=each, downloads=_latest(each)) for each in found]
    return etags.page(
        request, look.get_template("front.html").render(page=FrontPage(datasets=parts))
    )


@router.get("/data/{name}")
async def dataset(request: Request, name: str, *, desk: AtDesk, look: Look) -> Response:
    """One data set."""
    async with desk.read() as store:
        current, *older = await store.versions(name)
        content = await store.content(current, current.form("json"))
    page = DatasetPage(
        version=current,
        downloads=_latest(current),
        preview=exports.rows_from(content, current.about)[:PREVIEW],
        history=[DatasetPart(version=each, downloads=_kept(each)) for each in (current, *older)],
    )
    return etags.page(request, look.get_template("dataset.html").render(page=page))


def error_page(look: Environment) -> Callable[[Refused, str], str]:
    """How a refusal is shown to a person."""
    template = look.get_template("pages/error.html")
    return lambda refused, _path: template.render(
        page=ErrorPage(status=refused.status_code, parent=FRONT)
    )


def _latest(version: domain.Version) -> list[Download]:
    """The files at the addresses that always have the current version."""
    return [_download(form, version.latest_path(form)) for form in version.forms]


def _kept(version: domain.Version) -> list[Download]:
    """The files of this very version."""
    return [_download(form, version.path(form)) for form in version.forms]


def _download(form: domain.Form, path: str) -> Download:
    return Download(path=path, format=form.format, size=_size(form.size), excel=form.bom)


def _size(count: int) -> str:
    """Bytes as a reader knows them: 640 バイト, 12 KB, 3.4 MB."""
    if count < KILO:
        return f"{count} バイト"
    if count < KILO**2:
        return f"{round(count / KILO)} KB"
    return f"{count / KILO**2:.1f} MB"
