"""The parts on which all contenders of a run meet: one Postgres, one Kafka, and what is in them."""

import asyncio
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from tempfile import TemporaryDirectory
from uuid import uuid4

import asyncpg
from aiokafka.admin import AIOKafkaAdminClient, NewTopic

from contracts.topics import PARTITIONS
from local import postgres, testing
from process.migrating import migrate

ROLE = "chassis"  # whose migrations are those of the spine alone
# Commits are timed by the server itself; everything else is as `make up` runs it, fsync included.
TIMED = ("track_commit_timestamp=on", "max_connections=300")


@dataclass(frozen=True)
class Stage:
    """A Postgres and a Kafka that nobody else uses, and how they were started."""

    superuser: str
    kafka: str
    durable: bool

    @cached_property
    def name(self) -> str:
        """For the report: which parts, and whether commits wait for the disk."""
        waits = "commits wait for the disk" if self.durable else "fsync off"
        return f"embedded PostgreSQL 18 ({waits}), Apache Kafka 4.3, one broker"

    def address(self, database: str) -> str:
        """The address of one database."""
        return f"{self.superuser.rpartition('/')[0]}/{database}"

    async def empty(self, tables: str = "", *, spine: bool = False) -> str:
        """A new database with these tables, and with those of the spine when they are wanted."""
        name = f"bench_{uuid4().hex[:12]}"
        await self.run(f"create database {name}")
        if spine:
            await migrate(self.address(name), ROLE)
        if tables:
            await self.run(tables, name)
        return name

    async def copy(self, template: str) -> str:
        """A database that is the same as another, written to disk before anybody is timed."""
        name = f"bench_{uuid4().hex[:12]}"
        await self.run(f"create database {name} template {template}")
        await self.run("vacuum analyze", name)
        await self.run("checkpoint")
        return name

    async def drop(self, database: str) -> None:
        """Remove it, whoever is still connected."""
        await self.run(f"drop database if exists {database} with (force)")

    async def run(self, sql: str, database: str = "postgres") -> None:
        """Run statements as the superuser."""
        connection = await asyncpg.connect(self.address(database))
        await connection.execute(sql)
        await connection.close()

    async def value(self, sql: str, database: str) -> int:
        """One number."""
        connection = await asyncpg.connect(self.address(database))
        try:
            return int(await connection.fetchval(sql) or 0)
        finally:
            await connection.close()

    async def topic(self, name: str) -> None:
        """The topic, new and empty."""
        admin = AIOKafkaAdminClient(bootstrap_servers=self.kafka)
        await admin.start()
        try:
            if name in await admin.list_topics():
                await admin.delete_topics([name])
            fresh = NewTopic(name, num_partitions=PARTITIONS, replication_factor=1)
            async with asyncio.timeout(30):
                while any(e[1] for e in (await admin.create_topics([fresh])).topic_errors):  # noqa: ASYNC110 it cannot wake us
                    await asyncio.sleep(0.1)  # the one just deleted may still be in the way
        finally:
            await admin.close()


@asynccontextmanager
async def stage(*, durable: bool = True) -> AsyncGenerator[Stage]:
    """Parts for one run, in a folder that is removed afterwards."""
    options = TIMED if durable else (*TIMED, *postgres.CARELESS)
    with TemporaryDirectory(prefix="machi-bench-") as folder:
        async with testing.embedded(Path(folder), options) as parts:
            found = Stage(parts.postgres, parts.kafka, durable)
            await found.run(f"create role {ROLE} login")
            yield found
