"""How a service's HTTP doors are put together: one application with one way to refuse."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from fastapi import APIRouter, FastAPI
from starlette.datastructures import MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from web.limits import BodyLimit, Limits, WriteLimit
from web.problems import SCHEMA, ErrorPage, answering, handle_all
from web.signin import SignIn


@dataclass(frozen=True, slots=True, kw_only=True)
class House:
    """Whose application it is, and how its pages look."""

    name: str  # as in the path `/api/<name>/`
    title: str
    error_page: ErrorPage | None = None  # None: every path is answered with problems
    headers_for_pages: Mapping[str, str] = field(default_factory=dict[str, str])


def application(
    desk: object,
    *routers: APIRouter,
    house: House,
    refusals: Mapping[type[Exception], int],
    signin: SignIn | None = None,
    limits: Limits | None = None,
) -> FastAPI:
    """Put routers together; an exception outside the table is a fault, answered with 500."""
    app = FastAPI(
        title=house.title,
        openapi_url=f"/api/{house.name}/openapi.json",
        docs_url=None,  # both load scripts from another host
        redoc_url=None,
        telemetry={"tracing": False, "metrics": False, "logs": False},  # it tells what was asked
        responses={"default": SCHEMA},
    )
    app.state.desk, app.state.signin = desk, signin
    answer = answering(house.error_page, house.headers_for_pages)
    handle_all(app, refusals, answer)
    app.add_middleware(BodyLimit, most=(limits or Limits()).body)
    app.add_middleware(WriteLimit, limits=limits or Limits(), answer=answer)
    app.add_middleware(Manners, headers_for_pages=house.headers_for_pages)
    for router in routers:
        app.include_router(router)
    return app


class Manners:
    """HEAD answered as GET (`scope["head"]`), public reads open to all, pages with their headers."""

    def __init__(self, app: ASGIApp, *, headers_for_pages: Mapping[str, str]) -> None:
        self.app, self.headers_for_pages = app, headers_for_pages

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass the request on, and complete its answer."""
        head = scope.get("method") == "HEAD"
        scope = {**scope, "head": head, "path": scope.get("path", "").replace("\x00", "\ufffd")}

        async def completed(message: Message) -> None:
            if message["type"] == "http.response.start":
                self._complete(MutableHeaders(scope=message), scope)
            await send({**message, "body": b""} if head and "body" in message else message)

        await self.app({**scope, "method": "GET"} if head else scope, receive, completed)

    def _complete(self, headers: MutableHeaders, scope: Scope) -> None:
        headers.setdefault("X-Content-Type-Options", "nosniff")
        if scope["path"].startswith("/api/") and scope["method"] in ("GET", "HEAD"):
            headers["Access-Control-Allow-Origin"] = "*"
            headers["Access-Control-Expose-Headers"] = "ETag, Link"
        if headers.get("Content-Type", "").startswith("text/html"):
            for name, value in self.headers_for_pages.items():
                headers.setdefault(name, value)
