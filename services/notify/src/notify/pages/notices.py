"""The notices, each of them, and their feed."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from http import HTTPStatus
from uuid import UUID

from fastapi import APIRouter, Request, Response
from jinja2 import Environment

from notify.domain import Notice, UnknownNotice
from notify.exports.feed import MEDIA_TYPE, atom
from notify.pages.asked import AtDesk, Look, OfSite
from pages import ErrorPage, Link
from web import etags
from web.problems import Refused

router = APIRouter(include_in_schema=False)

NOTICES = Link("お知らせ", "/notices")
SHOWN, IN_FEED = 200, 50
"""So many, the newest: machines read all of them, page by page."""


@dataclass(frozen=True, slots=True, kw_only=True)
class NoticesPage:
    """What holds now, and what held before; each newest first."""

    now: Sequence[Notice]
    before: Sequence[Notice]


@dataclass(frozen=True, slots=True, kw_only=True)
class NoticePage:
    """One notice."""

    notice: Notice
    holds: bool


@router.get("/notices")
async def front(request: Request, desk: AtDesk, look: Look) -> Response:
    """All notices."""
    now = desk.now()
    async with desk.read() as store:
        found = await store.notices(SHOWN)
    page = NoticesPage(
        now=[notice for notice in found if notice.holds(now)],
        before=[notice for notice in found if not notice.holds(now)],
    )
    return etags.page(request, look.get_template("notices.html").render(page=page))


@router.get("/notices/feed.atom")
async def feed(request: Request, desk: AtDesk, feed: OfSite) -> Response:
    """The newest notices for feed readers."""
    async with desk.read() as store:
        found = await store.notices(IN_FEED)
    return etags.fresh(request, atom(feed, found), MEDIA_TYPE, headers={})


@router.get("/notices/{notice_id}")
async def notice(request: Request, notice_id: str, *, desk: AtDesk, look: Look) -> Response:
    """One notice."""
    try:
        wanted = UUID(notice_id)
    except ValueError:
        raise UnknownNotice from None
    now = desk.now()
    async with desk.read() as store:
        found = await store.notice(wanted)
    page = NoticePage(notice=found, holds=found.holds(now))
    return etags.page(request, look.get_template("notice.html").render(page=page))


def error_page(look: Environment) -> Callable[[Refused, str], str]:
    """How a refusal is shown to a person."""
    template, dead_link = look.get_template("pages/error.html"), look.get_template("dead_link.html")

    def shown(refused: Refused, path: str) -> str:
        status = refused.status_code
        if status == HTTPStatus.NOT_FOUND and path.startswith("/subscriptions/"):
            return dead_link.render(page=None)
        return template.render(page=ErrorPage(status=status, parent=NOTICES))

    return shown
