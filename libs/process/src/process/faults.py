"""Faults behind a door: each is logged here, in its trace, and uvicorn has nothing to say of it."""

import logging

from starlette.types import ASGIApp, Receive, Scope, Send

from telemetry import telling

log = logging.getLogger(__name__)


def reporting(app: ASGIApp) -> ASGIApp:
    """The same application, whose faults, answered already, end in a line of the log."""

    async def reported(scope: Scope, receive: Receive, send: Send) -> None:
        try:
            await app(scope, receive, send)
        except Exception:
            told = scope.get("method"), telling.path(scope.get("path", ""))
            log.exception("fault: %s %r", *told, extra={"action": "fault"})

    return reported
