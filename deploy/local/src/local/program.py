"""What a program is to the supervisor: how it is started, when it is ready, how it is stopped."""

import asyncio
import signal
import urllib.error
import urllib.request
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path


async def nothing() -> None:
    """There is nothing to do before the start."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Account:
    """Under whom a program runs, when not under us."""

    user: int
    group: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Program:
    """One program that is kept up."""

    name: str
    command: tuple[str, ...]
    environment: Mapping[str, str]
    ready: Callable[[], Awaitable[bool]]
    before: Callable[[], Awaitable[None]] = nothing
    account: Account | None = None
    directory: Path = field(default_factory=Path.cwd)
    stop: signal.Signals = signal.SIGTERM


async def answers(url: str) -> int:
    """The status that a GET of this address gives; 0 when nobody answers."""
    return await asyncio.to_thread(_status, url)


def _status(url: str) -> int:
    try:
        # Loopback is asked directly, whatever proxy the environment names.
        opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
        with opener.open(url, timeout=5) as answer:
            answer.read()  # Whoever hangs up early is a warning in the log of the gateway.
            return int(answer.status)
    except urllib.error.HTTPError as refusal:
        return refusal.code
    except OSError:
        return 0


async def listens(host: str, port: int) -> bool:
    """Whether somebody takes connections there."""
    try:
        _, writer = await asyncio.open_connection(host, port)
    except OSError:
        return False
    writer.close()
    return True
