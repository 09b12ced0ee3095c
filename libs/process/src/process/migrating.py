"""Migrations: numbered .sql files, of the spine and of the service, run once each by the owner."""

import hashlib
from collections.abc import Iterator
from importlib.resources import files

import asyncpg

from chassis.database import SQL, Connection

LOCK = 7_032_000


class Changed(Exception):
    """A migration file was edited after it had run; write a new one instead."""


def migrations(service: str) -> Iterator[tuple[str, str]]:
    """Name and text of each numbered .sql file: those of the chassis, then the service's own."""
    for package in dict.fromkeys(("chassis", service)):
        found = {file.name: file for file in (files(package) / "migrations").iterdir()}
        for name in sorted(name for name in found if name.endswith(".sql")):
            yield f"{package}/{name}", found[name].read_text(encoding="utf-8")


async def migrate(owner_url: str, service: str) -> list[str]:
    """Run, as the owner, what has not run yet; returns the names. All of it or nothing."""
    connection = await asyncpg.connect(owner_url)
    try:
        async with connection.transaction():
            await connection.execute("select pg_advisory_xact_lock($1)", LOCK)
            await connection.execute("select set_config('machi.service', $1, true)", service)
            await connection.execute(SQL["migration"])
            todo = await pending(connection, service)
            for name, sql in migrations(service):
                if name in todo:
                    await connection.execute(sql)
                    ran = "insert into migration (name, sha256) values ($1, $2)"
                    await connection.execute(ran, name, _digest(sql))
            return todo
    finally:
        await connection.close()


async def pending(connection: Connection, service: str) -> list[str]:
    """Names of the migrations that have still to run; Changed when one that ran is another now."""
    rows = await connection.fetch("select name, sha256 from migration")
    ran: dict[str, str] = {row["name"]: row["sha256"] for row in rows}
    for name, sql in migrations(service):
        if ran.get(name, _digest(sql)) != _digest(sql):
            raise Changed(name)
    return [name for name, _ in migrations(service) if name not in ran]


def _digest(sql: str) -> str:
    return hashlib.sha256(sql.encode()).hexdigest()
