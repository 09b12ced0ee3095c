"""The services that run here, and what each is told through its environment."""

import asyncio
import os
import sys
from dataclasses import dataclass
from functools import partial
from urllib.parse import urlencode

from local import keys, postgres
from local.program import Program, answers
from local.settings import LOOPBACK, ROOT, Settings

OK = 200


@dataclass(frozen=True, slots=True, kw_only=True)
class Service:
    """One service, a page of its own behind the gateway, and its jobs before the start."""

    name: str
    front: str
    jobs: tuple[str, ...] = ("migrate", "load")


SERVICES = (
    Service(name="roadmap", front="/plan"),
    Service(name="catalog", front="/procedures"),
    Service(name="opendata", front="/data", jobs=("migrate",)),
    Service(name="notify", front="/notices", jobs=("keys", "migrate")),
)


def passwords(settings: Settings, service: str) -> dict[str, str]:
    """The passwords of a service's two roles, made at the first time."""
    secrets = settings.home / "secrets"
    return {role: postgres.password_file(secrets / role) for role in (f"{service}_owner", service)}


def database(settings: Settings, service: str, role: str) -> str:
    """The address of a service's database for one of its roles."""
    password = passwords(settings, service)[role]
    return postgres.address(settings.ports["postgres"], role, password)


def told(settings: Settings, service: str) -> dict[str, str]:
    """The settings of a service as environment variables."""
    return {
        **settings.every,
        "MACHI_DATABASE": database(settings, service, service),
        "MACHI_KAFKA": settings.kafka,
        "MACHI_HOST": LOOPBACK,
        "MACHI_PORT": str(settings.ports[service]),
        "MACHI_MUNICIPALITY": settings.municipality,
        "MACHI_DEV": "1",
        "MACHI_ISSUER": keys.ISSUER,
        "MACHI_AUDIENCE": keys.AUDIENCE,
        "MACHI_KEYS": str(keys.public_keys(settings.home)),
        "MACHI_TICKET_KEY": str(keys.ticket_key(settings.home)),
        "MACHI_PUBLIC_URL": settings.gateway,
        **(_for_notify(settings) if service == "notify" else {}),
    }


def _for_notify(settings: Settings) -> dict[str, str]:
    """Its keys, made by its own job at the first start, and who takes its mails."""
    keys_of_notify = settings.home / "keys" / "notify.json"
    return {
        "MACHI_NOTIFY_KEYS": str(keys_of_notify),
        "MACHI_SMTP_HOST": LOOPBACK,
        "MACHI_SMTP_PORT": str(settings.ports["mailbox_smtp"]),
    }


def told_as_owner(settings: Settings, service: str) -> dict[str, str]:
    """The same for a job that may change the tables."""
    owner = database(settings, service, f"{service}_owner")
    return {**told(settings, service), "MACHI_DATABASE_OWNER": owner}


def command(service: str, *arguments: str) -> tuple[str, ...]:
    """How a service, or one of its commands, is started."""
    return (sys.executable, "-m", service, *arguments)


def program(settings: Settings, service: str) -> Program:
    """A service as the supervisor keeps it up."""
    port = settings.ports[service]
    return Program(
        name=service,
        command=command(service),
        environment={**os.environ, "PYTHONUNBUFFERED": "1", **told(settings, service)},
        directory=ROOT,
        ready=partial(_ready, f"http://{LOOPBACK}:{port}/readyz"),
    )


def sign_in(gateway: str, ticket: str, to: str) -> str:
    """The address at which a ticket is taken: a door of the service whose page is wanted."""
    fronts = [each.front for each in SERVICES]
    front = next((each for each in fronts if f"{to}/".startswith(f"{each}/")), fronts[0])
    return f"{gateway}{front}/staff/sign-in?{urlencode({'to': to, 'ticket': ticket})}"


async def reached(gateway: str, service: Service) -> None:
    """Wait until the gateway reaches this service."""
    while not 0 < await answers(gateway + service.front) < 500:  # noqa: ASYNC110, PLR2004 - it cannot wake us; our own mistakes begin at 500
        await asyncio.sleep(0.1)


async def _ready(url: str) -> bool:
    return await answers(url) == OK
