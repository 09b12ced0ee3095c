"""Event streams end by themselves when the process is told to stop: nobody has to cut them."""

import asyncio

from starlette.datastructures import Headers
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from patience.waiting import first_of

LAST: Message = {"type": "http.response.body", "body": b"", "more_body": False}


def ending(app: ASGIApp, stopping: asyncio.Event) -> ASGIApp:
    """The same application, whose event streams end when told to stop; their readers come back.

    Any other answer is finished: a file that ends too early would look whole.
    """

    async def until_stopping(scope: Scope, receive: Receive, send: Send) -> None:
        answer = _Answer(send)
        await first_of(app(scope, receive, answer.send), answer.flows_until(stopping))
        if answer.flows.is_set() and stopping.is_set():
            await send(LAST)

    return until_stopping


class _Answer:
    """What is sent to one who asked; it knows whether that is an event stream, and still open."""

    def __init__(self, send: Send) -> None:
        self._send, self.flows = send, asyncio.Event()

    async def send(self, message: Message) -> None:
        """Pass it on."""
        await self._send(message)
        if message["type"] == "http.response.start":
            kind = Headers(raw=message["headers"]).get("content-type", "")
            if kind.startswith("text/event-stream"):
                self.flows.set()
        elif not message.get("more_body"):
            self.flows.clear()

    async def flows_until(self, stopping: asyncio.Event) -> None:
        """Ends when it is a stream and is to stop."""
        await self.flows.wait()
        await stopping.wait()
