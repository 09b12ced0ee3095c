"""What the mailbox shows: a page for people, and for tests the paths that Mailpit has."""

from collections.abc import Iterator
from datetime import datetime
from importlib.resources import files
from zoneinfo import ZoneInfo

from jinja2 import Environment, PackageLoader, StrictUndefined
from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.middleware import Middleware
from starlette.middleware.trustedhost import TrustedHostMiddleware
from starlette.requests import Request
from starlette.responses import HTMLResponse, JSONResponse, PlainTextResponse, Response
from starlette.routing import Mount, Route

from local.postbox.box import Box
from local.postbox.letter import Letter, summary, whole
from local.settings import LOOPBACK
from pages.assets import address, assets

TOKYO = ZoneInfo("Asia/Tokyo")
ASSETS = address("/")
SHOWN = 100  # so many mails stand on the page
LISTED = 50  # so many the API gives, unless it is asked for others
STYLE = files("local.postbox").joinpath("static", "mailbox.css").read_text(encoding="utf-8")
PAGE = {
    "Content-Security-Policy": "default-src 'none'; style-src 'self'; img-src 'self'; frame-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'",
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "Cache-Control": "no-store",
}
# A stranger may have written it: no script, nothing from elsewhere, an origin of its own; a link opens beside it.
SANDBOX = "allow-popups allow-popups-to-escape-sandbox"
STRANGE = {
    **PAGE,
    "Content-Security-Policy": f"default-src 'none'; style-src 'unsafe-inline'; img-src data:; form-action 'none'; sandbox {SANDBOX}",
}


class Window:
    """The doors of a box."""

    def __init__(self, box: Box) -> None:
        self._box = box
        self._look = Environment(
            loader=PackageLoader("local.postbox"), autoescape=True, undefined=StrictUndefined
        )
        self._look.filters["tokyo"] = _tokyo

    def routes(self) -> list[Route]:
        """Every path; `make up` waits for /livez."""
        return [
            Route("/", self._mails),
            Route("/view/{mail}.html", self._html),
            Route("/view/{mail}", self._mail),
            Route("/mailbox.css", self._style),
            Route("/livez", self._alive),
            Route("/api/v1/messages", self._listed, methods=["GET"]),
            Route("/api/v1/messages", self._forget, methods=["DELETE"]),
            Route("/api/v1/message/{mail}/raw", self._raw),
            Route("/api/v1/message/{mail}", self._read),
        ]

    def _mails(self, _: Request) -> Response:
        ids = self._box.ids()
        letters = list(self._letters(ids[:SHOWN]))
        return self._page("mails.html", letters=letters, count=len(ids))

    def _mail(self, request: Request) -> Response:
        return self._page("mail.html", letter=self._asked(request))

    def _html(self, request: Request) -> Response:
        html = self._asked(request).text("html")
        return HTMLResponse(f'<base target="_blank">{html}', headers=STRANGE)

    def _style(self, _: Request) -> Response:
        return PlainTextResponse(STYLE, media_type="text/css")

    def _alive(self, _: Request) -> Response:
        return PlainTextResponse("ok")

    def _listed(self, request: Request) -> Response:
        start, limit = (_number(request, *each) for each in (("start", 0), ("limit", LISTED)))
        ids = self._box.ids()
        told = [summary(letter) for letter in self._letters(ids[start:][:limit])]
        counts = {"total": len(ids), "count": len(told), "messages_count": len(ids)}
        return JSONResponse({**counts, "start": start, "messages": told})

    async def _forget(self, request: Request) -> Response:
        """All of them, or those that the body names."""
        named: list[str] = (await request.json()).get("IDs", []) if await request.body() else []
        self._box.forget(set(named or self._box.ids()))
        return PlainTextResponse("ok")

    def _read(self, request: Request) -> Response:
        return JSONResponse(whole(self._asked(request)))

    def _raw(self, request: Request) -> Response:
        return PlainTextResponse(self._asked(request).raw, headers=PAGE)

    def _letters(self, ids: list[str]) -> Iterator[Letter]:
        for mail in ids:
            if raw := self._box.read(mail):
                yield Letter.read(mail, raw)

    def _asked(self, request: Request) -> Letter:
        """The mail that the path names; 404 when it is not there."""
        for letter in self._letters([request.path_params["mail"]]):
            return letter
        raise HTTPException(404, "There is no such mail here.")

    def _page(self, name: str, **shown: object) -> Response:
        html = self._look.get_template(name).render(shown, assets=ASSETS, sandbox=SANDBOX)
        return HTMLResponse(html, headers=PAGE)


def app(box: Box) -> Starlette:
    """The application; a page elsewhere that gives itself our address by DNS is not answered."""
    hosts = Middleware(TrustedHostMiddleware, allowed_hosts=[LOOPBACK, "localhost"])
    routes = [*Window(box).routes(), Mount("/_pages", app=assets)]
    return Starlette(routes=routes, middleware=[hosts])


def _tokyo(moment: datetime) -> str:
    return f"{moment.astimezone(TOKYO):%Y-%m-%d %H:%M:%S}"


def _number(request: Request, name: str, otherwise: int) -> int:
    asked = request.query_params.get(name, "")
    return int(asked) if asked.isdecimal() else otherwise
