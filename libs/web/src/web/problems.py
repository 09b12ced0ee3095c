"""Every refusal in one shape: an RFC 9457 problem for machines, an error page for people."""

import inspect
import re
from collections.abc import Callable, Mapping
from http import HTTPStatus
from typing import Any, TypeAlias

from fastapi import FastAPI, HTTPException, Request
from fastapi.exceptions import RequestValidationError
from pydantic import BaseModel
from starlette.exceptions import HTTPException as PlainHTTPException
from starlette.responses import HTMLResponse, Response

MEDIA_TYPE = "application/problem+json"
# Programs compare `type` and `code`: a changed word here breaks them.
TYPE = "urn:problem-type:machi:"
SENTENCES = {
    400: ("malformed-body", "The body cannot be read."),
    404: ("not-found", "There is nothing at this address."),
    405: ("method-not-allowed", "This address takes only the methods that Allow names."),
}


AWAY = "What this needs is away for a moment. Look whether it was done before you try again."


class Problem(BaseModel):
    """What every refusal says; `code` never changes, the sentences may."""

    type: str
    title: str
    status: int
    detail: str
    instance: str
    code: str
    errors: list[dict[str, str]] = []


class Refused(HTTPException):
    """A request that is refused, with the code that programs read."""

    def __init__(
        self, status: int, code: str, detail: str, *, headers: Mapping[str, str] | None = None
    ) -> None:
        super().__init__(status, detail, headers)
        self.code, self.title = code, code.replace("-", " ").capitalize()
        self.errors: list[dict[str, str]] = []

    def problem(self, path: str) -> Problem:
        """The same for machines; the query of the address stays out."""
        said: dict[str, Any] = {"title": self.title, "detail": self.detail, "errors": self.errors}
        kind = {"type": TYPE + self.code, "code": self.code}
        return Problem(**kind, **said, status=self.status_code, instance=path)


ErrorPage: TypeAlias = Callable[["Refused", str], str]
"""The HTML that a person reads, from what is refused and the path that was asked for."""
Answer: TypeAlias = Callable[[str, Refused], Response]
SCHEMA = {
    "description": "A problem (RFC 9457)",
    "content": {MEDIA_TYPE: {"schema": Problem.model_json_schema()}},
}


def answering(error_page: ErrorPage | None, headers_for_pages: Mapping[str, str]) -> Answer:
    """How a refusal is answered: with a problem below /api/, with a page elsewhere."""

    def answer(path: str, refused: Refused) -> Response:
        status, own = refused.status_code, {"Cache-Control": "no-store", **(refused.headers or {})}
        if error_page and not path.startswith("/api/"):
            return HTMLResponse(error_page(refused, path), status, {**headers_for_pages, **own})
        body = refused.problem(path).model_dump_json(exclude_defaults=True)
        return Response(body, status, own, MEDIA_TYPE)

    return answer


def handle_all(app: FastAPI, refusals: Mapping[type[Exception], int], answer: Answer) -> None:
    """Let `answer` speak for whatever is raised; of a fault that nobody expected nothing is told."""

    async def handle(request: Request, error: Exception) -> Response:
        return answer(request.url.path, _as_refused(error, refusals))

    for kind in (*refusals, RequestValidationError, PlainHTTPException, Exception):
        app.add_exception_handler(kind, handle)


def _as_refused(error: Exception, refusals: Mapping[type[Exception], int]) -> Refused:
    match error:
        case Refused():
            return error
        case RequestValidationError():
            return _unreadable(error)
        case PlainHTTPException(status_code=status, detail=detail):
            name = HTTPStatus(status).name.lower().replace("_", "-")
            return Refused(status, *SENTENCES.get(status, (name, detail)), headers=error.headers)
        case _:
            return _from_table(error, refusals)


def _from_table(error: Exception, refusals: Mapping[type[Exception], int]) -> Refused:
    status = next((refusals[kind] for kind in type(error).__mro__ if kind in refusals), None)
    if status is None:
        return Refused(500, "internal-error", "Something went wrong here; it has been logged.")
    code = re.sub(r"(?<=[a-z0-9])(?=[A-Z])", "-", type(error).__name__).lower()
    if status == HTTPStatus.SERVICE_UNAVAILABLE:
        return Refused(status, "unavailable", AWAY, headers={"Retry-After": "5"})
    refused = Refused(status, code, str(error))
    refused.title = inspect.cleandoc(type(error).__doc__ or refused.title)
    refused.__cause__ = error
    return refused


def _unreadable(error: RequestValidationError) -> Refused:
    """Tell apart: not JSON at all, another media type, and fields that do not fit."""
    found = error.errors()
    if found[0]["type"] == "json_invalid":
        why, place = found[0]["ctx"]["error"], found[0]["loc"][-1]
        return Refused(400, "malformed-body", f"The body is not JSON: {why}, at {place}.")
    if isinstance(error.body, bytes) and error.body:
        return Refused(415, "unsupported-media-type", "Send Content-Type: application/json.")
    refused = Refused(422, "invalid-input", "Some fields do not fit; `errors` names each.")
    refused.errors = [_field(*each["loc"], detail=each["msg"]) for each in found]
    return refused


def _field(where: str, *steps: str | int, detail: str) -> dict[str, str]:
    names = [str(step) for step in steps]
    named = {"where": where, "field": ".".join(names) or where, "detail": detail}
    escaped = (name.replace("~", "~0").replace("/", "~1") for name in names)
    return {**named, "pointer": "/".join(["#", *escaped])} if where == "body" else named
