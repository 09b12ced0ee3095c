"""The database of one service: connections to it, and the spine's statements."""

import re
from importlib.resources import files
from typing import TypeAlias

import asyncpg
from asyncpg.pool import PoolConnectionProxy

from patience.waiting import connected

# asyncpg's stubs are generic, its classes at run time are not: hence text.
Connection: TypeAlias = "PoolConnectionProxy[asyncpg.Record] | asyncpg.Connection[asyncpg.Record]"
Pool: TypeAlias = "asyncpg.Pool[asyncpg.Record]"

# Neither a host that died with its connection half open nor a process that is asleep may hold a
# lock for long: after 3 s without an answer, or without a word, the server lets go.
SHORT_LIVED = {
    "tcp_keepalives_idle": "1",
    "tcp_keepalives_interval": "1",
    "tcp_keepalives_count": "2",
    "tcp_user_timeout": "3000",
    "idle_in_transaction_session_timeout": "3000",
}

_SPINE = (files("chassis") / "spine.sql").read_text(encoding="utf-8")
SQL = dict(re.findall(r"^-- (\w+)\n(.+?;)$", _SPINE, re.MULTILINE | re.DOTALL))
"""The statements of `spine.sql` by name."""


async def open_pool(url: str, application: str) -> Pool:
    """Connections for the time that the service runs; whatever is set in one ends with its transaction."""
    named = SHORT_LIVED | {"application_name": application}
    return await asyncpg.create_pool(
        url, min_size=0, command_timeout=60, server_settings=named,
        connect=connected, reset=_nothing_to_reset,
    )  # fmt: skip


async def _nothing_to_reset(_: object) -> None:
    """One question less to the server for each transaction."""
