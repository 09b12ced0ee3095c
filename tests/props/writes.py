"""The doors of a service that change something, and who is let through: as header and as cookie."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from fastapi import FastAPI
from fastapi.routing import iter_route_contexts
from httpx2 import AsyncClient, Response
from tokens import Issuer, unsigned

ROLES = ("editor", "approver", "operator")
READS = {"GET", "HEAD", "OPTIONS"}
OPEN = ("/staff/sign-in", "/staff/sign-out")  # whoever comes in has no token yet


@dataclass(frozen=True, kw_only=True)
class Write:
    """A request that is in order, but for who sends it."""

    path: str
    """With its ids filled in."""
    roles: tuple[str, ...]
    """Each of them is enough; none: anybody may, and no token is asked."""
    done: int
    """The status when it is done."""
    sent: dict[str, Any] = field(default_factory=dict[str, Any])
    """What goes with it: `json`, `data`."""
    headers: dict[str, str] = field(default_factory=dict[str, str])


def doors(app: FastAPI) -> set[tuple[str, str]]:
    """Every door that changes something: its method, and its path as the code has it."""
    return {
        (method, route.path)
        for route in iter_route_contexts(app.routes)
        for method in (route.methods or set[str]()) - READS
        if route.path and not route.path.endswith(OPEN)
    }


async def wrongly_answered(
    client: AsyncClient, door: tuple[str, str], write: Write, issuer: Issuer
) -> dict[str, int]:
    """Every way of sending it that must be refused and was not, or not so: with its status."""
    by_program = {f"program, {why}": each for why, each in _strangers(write, issuer).items()}
    found: dict[str, int] = {}
    for why, (token, status) in by_program.items():
        answer = await send(client, door, write, token)
        found |= {} if answer.status_code == status else {why: answer.status_code}
    for why, (token, origin, status) in _browsers(client, write, issuer).items():
        answer = await send_by_browser(client, door, write, token, origin=origin)
        found |= {} if answer.status_code == status else {why: answer.status_code}
    return found


def here(client: AsyncClient) -> str:
    """The origin of the site before which this client stands."""
    return str(client.base_url).rstrip("/")


def _strangers(write: Write, issuer: Issuer) -> dict[str, tuple[str | None, int]]:
    """Tokens with which nobody may do it, each with the status that it gets."""
    if not write.roles:
        return {}
    other = [role for role in ROLES if role not in write.roles]
    return {
        "no token": (None, 401),
        "no role": (issuer.token(), 403),
        "other roles": (issuer.token(*other), 403),
        "an expired token": (issuer.expired(*write.roles), 401),
        "an unsigned token": (unsigned(*write.roles), 401),
        "a token of another issuer": (issuer.token(*write.roles, iss="elsewhere"), 401),
        "a token for another audience": (issuer.token(*write.roles, aud="elsewhere"), 401),
        "a broken token": ("x.y.z", 401),
    }


def _browsers(
    client: AsyncClient, write: Write, issuer: Issuer
) -> Mapping[str, tuple[str | None, str | None, int]]:
    """The same from a page of ours, and the right token from pages of others."""
    if not write.roles:
        return {}
    strangers = _strangers(write, issuer).items()
    ours = {f"browser, {why}": (token, here(client), status) for why, (token, status) in strangers}
    right = issuer.token(*write.roles)
    others = (None, "null", "https://elsewhere.example", f"{here(client)}.elsewhere.example")
    return ours | {f"browser, a page of {other}": (right, other, 403) for other in others}


async def send(
    client: AsyncClient, door: tuple[str, str], write: Write, token: str | None, **headers: str
) -> Response:
    """Send it with the token in the header, as a program does."""
    authorization = {} if token is None else {"Authorization": f"Bearer {token}"}
    named = {**write.headers, **authorization, **headers}
    return await client.request(door[0], write.path, headers=named, **write.sent)


async def send_by_browser(
    client: AsyncClient,
    door: tuple[str, str],
    write: Write,
    token: str | None,
    *,
    origin: str | None,
) -> Response:
    """Send it with the token in the cookie, as a browser does that shows a page of this origin."""
    kept = {} if token is None else {"Cookie": f"machi_staff={token}"}
    came = {} if origin is None else {"Origin": origin}
    return await send(client, door, write, None, **kept, **came)
