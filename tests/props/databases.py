"""Databases for tests: one of its own for each, cloned from a template that is migrated once."""

from dataclasses import dataclass
from uuid import uuid4

import asyncpg

from process.migrating import migrate

PASSWORD = "tests-only"  # noqa: S105 a server that lives as long as the tests, on loopback


@dataclass(frozen=True, slots=True)
class Database:
    """One service's database, as it sees it at run time and as its owner sees it."""

    url: str
    owner: str


def _as(server: str, role: str, database: str) -> str:
    place = server.rpartition("@")[2].partition("/")[0]
    return f"postgresql://{role}:{PASSWORD}@{place}/{database}"


class Databases:
    """All databases of one test session, on one server."""

    def __init__(self, superuser: str) -> None:
        self._superuser = superuser
        self._templates: dict[str, str] = {}

    async def fresh(self, service: str) -> Database:
        """A new database with the tables of a service and nothing in them."""
        if service not in self._templates:
            self._templates[service] = await self._template(service)
        name = f"test_{service}_{uuid4().hex[:12]}"
        template = self._templates[service]
        await self._run(f'create database "{name}" template "{template}" owner "{service}_owner"')
        return self._database(service, name)

    async def _template(self, service: str) -> str:
        name = f"template_{service}_{uuid4().hex[:12]}"
        for role in (f"{service}_owner", service):
            found = await self._value("select 1 from pg_roles where rolname = $1", role)
            verb = "alter" if found else "create"
            await self._run(f"{verb} role \"{role}\" login password '{PASSWORD}'")
        await self._run(f'create database "{name}" owner "{service}_owner"')
        await migrate(self._database(service, name).owner, service)
        return name

    def _database(self, service: str, name: str) -> Database:
        return Database(
            url=_as(self._superuser, service, name),
            owner=_as(self._superuser, f"{service}_owner", name),
        )

    async def _run(self, sql: str) -> None:
        connection = await asyncpg.connect(self._superuser)
        await connection.execute(sql)
        await connection.close()

    async def _value(self, sql: str, *arguments: object) -> object:
        connection = await asyncpg.connect(self._superuser)
        try:
            return await connection.fetchval(sql, *arguments)
        finally:
            await connection.close()
