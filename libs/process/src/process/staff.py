"""The staff's way in and out: whoever brings a ticket gets the cookie with which a browser may write.

A ticket is a token, sealed, and good for ten minutes. It stands in an address, because a page must do
without a script, and an address stays: in a browser's history, in a terminal, in a proxy's log. The token
itself never stands in one. Opening the address does nothing; the button on its page sends the ticket.
"""

from pathlib import Path
from re import compile as pattern
from urllib.parse import parse_qsl

from cryptography.fernet import Fernet, InvalidToken
from fastapi import APIRouter, Request, Response
from jinja2 import Environment
from starlette.responses import HTMLResponse

from pages import STAFF_HEADERS, SignInPage
from web.problems import Refused
from web.signin import COOKIE, check_origin, signin_of

TICKET_SECONDS = 600
FORM = "application/x-www-form-urlencoded"
# Neither `//elsewhere` nor what a browser makes of it: a backslash is a slash, a tab is nothing.
OUR_PATH = pattern(r"/(?!/)[!-\[\]-~]*")
# `no-referrer` would make the page's own form come from `null`; this keeps the ticket in as well.
HEADERS = {**STAFF_HEADERS, "Referrer-Policy": "strict-origin"}


def staff(path: str, look: Environment, ticket_key: Path | None) -> APIRouter:
    """The doors below `<path>/staff/`: each service has its own, and the cookie holds in all."""
    router = APIRouter(prefix=f"{path}/staff", include_in_schema=False)
    page = look.get_template("pages/sign_in.html")

    @router.get("/sign-in")
    async def offer(ticket: str = "", to: str = "") -> Response:
        if not ticket:
            raise _ticket_over()
        shown = SignInPage(ticket=ticket, to=_ours(to, path))
        return HTMLResponse(page.render(page=shown), headers=HEADERS)

    @router.post("/sign-in")
    async def sign_in(request: Request) -> Response:
        check_origin(request)
        sent = await form(request)
        token = opened(sent.get("ticket", ""), ticket_key)
        await signin_of(request).person(token)
        answer = _leading(_ours(sent.get("to", ""), path))
        # Browsers take this over plain http too, on the machine itself and nowhere else.
        answer.set_cookie(COOKIE, token, httponly=True, secure=True, samesite="lax")
        return answer

    @router.post("/sign-out")
    async def sign_out(request: Request) -> Response:
        check_origin(request)
        answer = _leading(path)
        answer.delete_cookie(COOKIE, httponly=True, secure=True, samesite="lax")
        return answer

    return router


def opened(ticket: str, key: Path | None) -> str:
    """The token in a ticket; refuses one that is over or not ours, and each one without a key."""
    if key is None:
        raise Refused(503, "no-sign-in", "No key is set up here that opens tickets.")
    try:
        return Fernet(key.read_bytes()).decrypt(ticket.encode(), TICKET_SECONDS).decode()
    except InvalidToken:
        raise _ticket_over() from None


async def form(request: Request, most: int = 200) -> dict[str, str]:
    """What the form of a page sent, by field, of which it has `most`; refuses what is no form."""
    if request.headers.get("Content-Type", "").partition(";")[0].strip().lower() != FORM:
        raise Refused(415, "unsupported-media-type", f"Send Content-Type: {FORM}.")
    body = (await request.body()).decode("ascii", "replace")
    try:
        return dict(parse_qsl(body, keep_blank_values=True, max_num_fields=most))
    except ValueError:
        raise Refused(400, "malformed-body", "The form has too many fields.") from None


def _ours(path: str, otherwise: str) -> str:
    """A path of this site: nobody is led elsewhere by an address that begins with ours."""
    return path if OUR_PATH.fullmatch(path) else otherwise


def _leading(path: str) -> Response:
    return Response(status_code=303, headers={"Location": path, "Cache-Control": "no-store"})


def _ticket_over() -> Refused:
    return Refused(401, "ticket-over", "A ticket is good for ten minutes: get a new one.")
