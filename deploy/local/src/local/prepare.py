"""What has to be there before the services start, where others run the parts: topics, databases, keys."""

import asyncio
import re
from collections.abc import Mapping
from pathlib import Path

from local import keys, postgres, topics
from local.settings import SERVICES
from local.trouble import BadPassword, DidNotStart, NotSet

PATIENCE = 60.0  # seconds in which the broker answers
PLAIN = re.compile(r"[A-Za-z0-9_-]+")


async def make_topics(file: Path, environ: Mapping[str, str]) -> list[str]:
    """Wait for the broker, then create the topics that are missing; gives their names."""
    bootstrap, wanted = _set(environ, "MACHI_KAFKA"), topics.declared(file)
    try:
        async with asyncio.timeout(PATIENCE):
            while not await topics.ready(bootstrap):  # noqa: ASYNC110 - the broker cannot wake us
                await asyncio.sleep(0.2)
    except TimeoutError:
        raise DidNotStart(name="kafka", why=f"{bootstrap} does not answer") from None
    await topics.ensure(bootstrap, wanted)
    return [topic.name for topic in wanted]


async def make_databases(environ: Mapping[str, str]) -> list[str]:
    """Give each service its database and its two roles, with the passwords of today."""
    superuser = _set(environ, "MACHI_POSTGRES")
    passwords = {role: _password(environ, role) for role in _roles()}
    for service in SERVICES:
        await postgres.ensure_service(superuser, service, passwords)
    return list(SERVICES)


def publish_keys(home: Path, public: Path) -> Path:
    """Put the public keys where the services read them; the private key stays in the home."""
    fresh = public.with_suffix(".new")
    fresh.write_bytes(keys.public_keys(home).read_bytes())
    return fresh.replace(public)


def _roles() -> list[str]:
    return [role for service in SERVICES for role in (f"{service}_owner", service)]


def _password(environ: Mapping[str, str], role: str) -> str:
    """It stands in an address and in a statement, which take no other characters."""
    variable = f"MACHI_{role.upper()}_PASSWORD"
    password = _set(environ, variable)
    if not PLAIN.fullmatch(password):
        raise BadPassword(variable)
    return password


def _set(environ: Mapping[str, str], variable: str) -> str:
    if not environ.get(variable):
        raise NotSet(variable)
    return environ[variable]
