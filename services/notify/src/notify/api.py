"""Notify for machines: notices to read."""

from datetime import UTC, datetime
from typing import Annotated, TypeAlias, cast
from uuid import UUID

from fastapi import APIRouter, Depends, Request, Response
from pydantic import BaseModel, ConfigDict

from chassis.saying import Desk
from notify import domain
from notify.store import Store
from patience.waiting import AWAY
from web import cursors, etags
from web.problems import Refused

router = APIRouter(prefix="/api/notify")

REFUSALS: dict[type[Exception], int] = {
    **dict.fromkeys(AWAY, 503),
    domain.UnknownNotice: 404,
    domain.NoSuchLink: 404,
}


class NoticeAnswer(BaseModel):
    """A notice: what was said once, to all who want to hear it."""

    model_config = ConfigDict(from_attributes=True, use_attribute_docstrings=True)

    notice_id: UUID
    title: str
    summary: str
    """A line for each fact."""
    topics: list[str]
    """`initiative:<number>`, or plan for everything."""
    caused_by: str
    """The id of the event that it follows from."""
    about: str
    """The page of what it is about, behind the gateway."""
    issued_at: datetime
    expires_at: datetime
    """From then on it is no news any more."""
    page: str
    """The page for people, behind the gateway."""


class NoticesAnswer(BaseModel):
    """A page of notices, newest first; the Link header leads to the next."""

    notices: list[NoticeAnswer]


async def desk(request: Request) -> Desk[Store]:
    """The desk of this service."""
    return cast("Desk[Store]", request.app.state.desk)


AtDesk: TypeAlias = Annotated[Desk[Store], Depends(desk)]


@router.get("/notices", response_model=NoticesAnswer)
async def notices(
    request: Request, desk: AtDesk, *, limit: cursors.Limit = 100, cursor: cursors.Cursor = None
) -> Response:
    """All notices, newest first."""
    after = _position(cursor) if cursor else None
    async with desk.read() as store:
        found = await store.notices(limit + 1, after)
    page, last = found[:limit], found[limit - 1 : limit]
    following = None
    if len(found) > limit:
        following = cursors.encode(last[0].issued_at.isoformat(), str(last[0].notice_id))
    answer = NoticesAnswer(notices=[NoticeAnswer.model_validate(one) for one in page])
    return etags.public(request, answer, cursors.link_to_next(request, following))


@router.get("/notices/{notice_id}", response_model=NoticeAnswer)
async def notice(request: Request, notice_id: UUID, desk: AtDesk) -> Response:
    """One notice."""
    async with desk.read() as store:
        found = await store.notice(notice_id)
    return etags.public(request, NoticeAnswer.model_validate(found))


def _position(cursor: str) -> tuple[datetime, UUID]:
    issued_at, notice_id = cursors.decode(cursor, str, str)
    try:
        return datetime.fromisoformat(str(issued_at)).astimezone(UTC), UUID(str(notice_id))
    except (ValueError, OverflowError):
        sentence = "No list gave this cursor; begin without one."
        raise Refused(400, "unknown-cursor", sentence) from None
