"""What a request may cost: the size of its body, and how often a client may write."""

import time
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass
from math import ceil

from starlette.types import ASGIApp, Message, Receive, Scope, Send

from web.problems import Answer, Refused

PATIENCE = 8  # times the limit: so much is read, or a client that still sends sees no answer


@dataclass(frozen=True, slots=True, kw_only=True)
class Limits:
    """How much a request may bring, and how fast a client may write."""

    body: int = 1_000_000  # bytes
    writes_per_minute: int = 120
    clients: int = 10_000  # remembered; the one that has been quiet longest is forgotten first


class BodyLimit:
    """Counts a body while it is read, whatever length was announced; refuses with 413."""

    def __init__(self, app: ASGIApp, *, most: int) -> None:
        self.app, self.most = app, most

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass the request on with a body that is counted."""
        size = 0

        async def counted() -> Message:
            nonlocal size
            message = await receive()
            size += len(message.get("body", b""))
            while size > self.most:
                if size > self.most * PATIENCE or not message.get("more_body"):
                    sentence = f"The body may have {self.most:,} bytes at most."
                    raise Refused(413, "body-too-large", sentence)
                message = await receive()
                size += len(message.get("body", b""))
            return message

        await self.app(scope, counted, send)


class WriteLimit:
    """A bucket of tokens per client: each write takes one, and they come back with time."""

    def __init__(
        self,
        app: ASGIApp,
        *,
        limits: Limits,
        answer: Answer,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self.app, self.limits, self.answer, self.clock = app, limits, answer, clock
        self.buckets: OrderedDict[str, tuple[float, float]] = OrderedDict()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass the request on, or answer 429 with the seconds to wait."""
        app, wait = self.app, 0
        if scope.get("method") in ("POST", "PUT", "PATCH", "DELETE"):
            # uvicorn has put the client of a gateway on this machine in the place of the gateway.
            wait = self._take((scope.get("client") or ("",))[0])
        if wait:
            sentence = f"Too many writes from one client; try again in {wait} s."
            again = {"Retry-After": str(wait)}
            refused = Refused(429, "too-many-writes", sentence, headers=again)
            app = self.answer(scope["path"], refused)
        await app(scope, receive, send)

    def _take(self, client: str) -> int:
        """Take a token; the seconds to wait when there is none, else 0."""
        now, full = self.clock(), float(self.limits.writes_per_minute)
        left, since = self.buckets.pop(client, (full, now))
        left = min(full, left + (now - since) * full / 60)
        wait = ceil((1 - left) * 60 / full) if left < 1 else 0
        self.buckets[client] = (left if wait else left - 1, now)
        if len(self.buckets) > self.limits.clients:
            self.buckets.popitem(last=False)
        return wait
