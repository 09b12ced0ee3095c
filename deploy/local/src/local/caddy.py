"""Caddy, the gateway: the same Caddyfile as in containers, with its settings from here."""

import os
import sysconfig
from functools import partial
from pathlib import Path

from local.program import Program, listens
from local.settings import LOOPBACK, ROOT, SERVICES, Settings

CADDYFILE = ROOT / "deploy" / "Caddyfile"


def program(settings: Settings, log: Path | None) -> Program:
    """The gateway before the services; without a file it keeps no access log."""
    home, host, port = settings.home, settings.gateway_host, settings.ports["gateway"]
    (home / "caddy").mkdir(parents=True, exist_ok=True)
    return Program(
        name="caddy",
        command=(_binary(), "run", "--adapter", "caddyfile", "--config", str(CADDYFILE)),
        environment={
            **os.environ,
            # Else it writes into the home of the person who starts it.
            "XDG_DATA_HOME": str(home / "caddy"),
            "XDG_CONFIG_HOME": str(home / "caddy"),
            "MACHI_GATEWAY_HOST": host,
            "MACHI_GATEWAY_PORT": str(port),
            "MACHI_ACCESS_LOG": f'file "{log}"' if log else "discard",
            **{upstream(name): f"{LOOPBACK}:{settings.ports[name]}" for name in SERVICES},
        },
        directory=home / "caddy",
        ready=partial(listens, _reachable(host), port),
    )


def upstream(service: str) -> str:
    """The variable that tells the gateway where a service listens."""
    return f"MACHI_{service.upper()}_UPSTREAM"


def _binary() -> str:
    return str(Path(sysconfig.get_path("scripts")) / "caddy")


def _reachable(host: str) -> str:
    return LOOPBACK if host in ("0.0.0.0", "::") else host  # noqa: S104 - compared, not bound
