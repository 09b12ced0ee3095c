"""Asking a server on this machine by HTTP, as a browser or a program of a clerk would."""

import asyncio
import json
import re
import urllib.error
import urllib.request
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode


@dataclass(frozen=True, slots=True)
class Answer:
    """What came back, from wherever a redirect had led."""

    status: int
    body: str
    url: str

    @property
    def json(self) -> dict[str, Any]:
        """The body as an object."""
        return json.loads(self.body)

    @property
    def words(self) -> str:
        """What a person reads of a page."""
        return " ".join(re.sub(r"<[^>]+>", " ", self.body).split())


async def ask(
    url: str,
    *,
    given: Mapping[str, object] | None = None,
    form: Mapping[str, str] | None = None,
    headers: Mapping[str, str] | None = None,
) -> Answer:
    """GET it; with `given` POST that as JSON, with `form` as a browser does. 0: nobody answers."""
    named = dict(headers or {})
    body = None
    if given is not None:
        body, named["Content-Type"] = json.dumps(given).encode(), "application/json"
    if form is not None:
        body, named["Content-Type"] = (
            urlencode(form).encode(),
            "application/x-www-form-urlencoded",
        )
    return await asyncio.to_thread(_answer, urllib.request.Request(url, body, named))  # noqa: S310 - our own addresses


def _answer(request: urllib.request.Request) -> Answer:
    # Loopback is asked directly, whatever proxy the environment names.
    opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
    try:
        with opener.open(request, timeout=10) as answer:
            return Answer(answer.status, answer.read().decode(errors="replace"), answer.url)
    except urllib.error.HTTPError as refusal:
        return Answer(refusal.code, refusal.read().decode(errors="replace"), request.full_url)
    except OSError as error:
        return Answer(0, str(error), request.full_url)
