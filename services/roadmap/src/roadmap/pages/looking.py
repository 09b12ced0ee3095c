"""What every page about the plan shares: the desk, the templates, and the moment that is looked at."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Annotated, TypeAlias, cast
from urllib.parse import urlencode

from fastapi import Depends, Query, Request, Response
from fastapi.responses import HTMLResponse
from jinja2 import Environment

from chassis.saying import Desk
from pages import Link, Site, environment
from roadmap import domain
from roadmap.exports import labels
from roadmap.exports.keeping import Kept, Rendered
from roadmap.store import Store
from web import etags

PLAN = Link("計画", "/plan")
TOKYO = domain.TOKYO
CLOCKS = ("valid", "known")
SECTIONS = (
    Link("計画の全体", "/plan"),
    Link("工程表", "/plan/timetable"),
    Link("変更の記録", "/plan/changes"),
    Link("通知を受け取る", "/plan/subscribe"),
)
TIMELESS = "/plan/subscribe"
"""The page among them that speaks of no moment."""


def templates(site: Site) -> Environment:
    """The templates of this service; they have the same words for things as its files."""
    look = environment("roadmap", site, "/plan")
    # jinja2's types let nothing in but its own functions.
    cast("dict[str, object]", look.globals)["labels"] = labels
    return look


async def desk(request: Request) -> Desk[Store]:
    """The desk of this service."""
    return cast("Desk[Store]", request.app.state.desk)


async def look(request: Request) -> Environment:
    """The templates of this service."""
    return cast("Environment", request.app.state.look)


def kept_of(request: Request) -> Kept:
    """What was rendered already."""
    return cast("Kept", request.app.state.kept)


AtDesk: TypeAlias = Annotated[Desk[Store], Depends(desk)]
Look: TypeAlias = Annotated[Environment, Depends(look)]
Words: TypeAlias = Annotated[str | None, Query()]


@dataclass(frozen=True, slots=True, kw_only=True)
class Moment:
    """The moment at which a page looks at the plan, and the addresses that keep or leave it."""

    picture: domain.Picture
    today: date
    """The day on which somebody reads."""
    path: str
    own: Sequence[tuple[str, str]] = ()
    """What the address says beside the moment."""

    @property
    def at(self) -> domain.At:
        """The moment itself."""
        return self.picture.at

    @property
    def day(self) -> date:
        """The day on which statuses are judged."""
        return self.at.day

    @property
    def known_day(self) -> date | None:
        """The day of the instant by whose knowledge it is looked at; None: by all there is."""
        return self.at.known.astimezone(TOKYO).date() if self.at.known else None

    @property
    def same_day(self) -> bool:
        """Whether both clocks were asked for the same day as a whole."""
        return self.at.known_asked == self.day.isoformat()

    @property
    def whole_day(self) -> bool:
        """Whether the knowledge of a day was asked for, and not that of an instant."""
        return len(self.at.known_asked or "") == len("2026-06-01")

    @property
    def sections(self) -> list[tuple[Link, bool]]:
        """The pages about the plan, and whether this is the one."""
        return [
            (Link(link.label, link.path if link.path == TIMELESS else self.to(link.path)), here)
            for link in SECTIONS
            for here in [link.path == self.path]
        ]

    @property
    def back(self) -> str:
        """The same page as of now."""
        return _address(self.path, self.own)

    @property
    def permalink(self) -> str | None:
        """The same page for ever, with both clocks in the address; None: nothing is known yet."""
        known = self.at.known or self.picture.latest
        if known is None:
            return None
        clocks = [("valid", self.day.isoformat()), ("known", instant(known))]
        return _address(self.path, [*self.own, *clocks])

    @property
    def asked(self) -> dict[str, str]:
        """What was asked of each clock, as it was asked."""
        words = (self.at.valid_asked or "", self.at.known_asked or "")
        return dict(zip(CLOCKS, words, strict=True))

    def to(self, path: str) -> str:
        """The address of another page at the same moment."""
        return _address(path, self._clocks)

    def also(self, path: str) -> str:
        """The address of the same in another form."""
        return _address(path, [*self.own, *self._clocks])

    @property
    def _clocks(self) -> list[tuple[str, str]]:
        return [(name, said) for name, said in self.asked.items() if said]

    def at_instant(self, valid: date, known: datetime, path: str | None = None) -> str:
        """The address of this page, or another, at a given moment."""
        clocks = [("valid", valid.isoformat()), ("known", instant(known))]
        return _address(path or self.path, clocks)


async def asked_at(desk: AtDesk, valid: Words = None, known: Words = None) -> domain.At:
    """The moment that was asked for, on both clocks; by default the present."""
    return domain.read_at(valid, known, desk.now())


AskedAt: TypeAlias = Annotated[domain.At, Depends(asked_at)]


def moment(request: Request, picture: domain.Picture, now: datetime) -> Moment:
    """The moment of a page, with what else its address says."""
    own = [(k, v) for k, v in request.query_params.multi_items() if k not in CLOCKS and v]
    return Moment(
        picture=picture, today=now.astimezone(TOKYO).date(), path=request.url.path, own=own
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class EmptyPage:
    """There is no plan with a text at the moment that is looked at, or not this part of it."""

    moment: Moment
    missing: str | None = None
    """The id that was not in the plan then; None: there was no plan at all."""


def empty(request: Request, look: Environment, moment: Moment) -> Response:
    """The page that says why there is no plan to show."""
    return etags.page(
        request, look.get_template("empty.html").render(page=EmptyPage(moment=moment))
    )


def again(request: Request, rendered: Rendered) -> Response:
    """A page that was rendered before."""
    kind, headers = "text/html; charset=utf-8", {"Vary": "Cookie"}
    return etags.fresh(request, rendered.body, kind, headers=headers, etag=rendered.etag)


def not_then(look: Environment, moment: Moment, missing: str) -> Response:
    """The page that says that something was not in the plan at that moment."""
    page = EmptyPage(moment=moment, missing=missing)
    return HTMLResponse(look.get_template("empty.html").render(page=page), 404)


def instant(known: datetime) -> str:
    """An instant as an address holds it."""
    return known.astimezone(UTC).isoformat().replace("+00:00", "Z")


def _address(path: str, query: Sequence[tuple[str, str]]) -> str:
    return f"{path}?{urlencode(query)}" if query else path
