"""PostgreSQL 18 from its wheel: made once, started, given a database for each service."""

import contextlib
import os
import secrets
import shutil
import signal
import subprocess
from collections.abc import Iterable
from dataclasses import dataclass
from functools import partial
from pathlib import Path

import asyncpg

from local import running
from local.place import Place
from local.program import Program
from local.settings import LOOPBACK
from local.trouble import DidNotStart

SUPERUSER = "postgres"
# The same in both ways of running, so that the same text sorts the same everywhere.
LOCALE = ("--encoding=UTF8", "--locale-provider=builtin", "--locale=C.UTF-8")
# For tests, whose data nobody wants back after a crash of the machine.
CARELESS = ("fsync=off", "synchronous_commit=off", "full_page_writes=off")


@dataclass(frozen=True, slots=True, kw_only=True)
class Server:
    """A server that is to run: where, on which port, and its superuser's password."""

    place: Place
    port: int
    password: str

    @property
    def superuser(self) -> str:
        """The address for whoever may do everything."""
        return address(self.port, SUPERUSER, self.password)


def address(port: int, role: str, password: str) -> str:
    """The address of a role's database; an owner's database has the name without `_owner`."""
    database = role.removesuffix("_owner")
    return f"postgresql://{role}:{password}@{LOOPBACK}:{port}/{database}"


def initialise(place: Place, password: str) -> None:
    """Make the cluster when there is none; half a cluster of a broken start is made anew."""
    done = place.data / ".complete"
    if done.exists():
        return
    place.data.parent.mkdir(parents=True, exist_ok=True)
    if place.data.exists():
        _empty(place.data)
    key = place.data.parent / "first-password"
    try:
        _write_for(place, key, password)
        _run(place, "initdb", "-D", str(place.data), f"--username={SUPERUSER}", f"--pwfile={key}",
             "--auth=scram-sha-256", *LOCALE)  # fmt: skip
        _write_for(place, done, "")
    finally:
        key.unlink(missing_ok=True)


def program(server: Server, options: Iterable[str] = ()) -> Program:
    """The server, on loopback and by password alone."""
    place = server.place
    settings = (
        f"listen_addresses={LOOPBACK}",
        f"port={server.port}",
        "unix_socket_directories=",
        "log_checkpoints=off",
        *options,
    )
    flags = [part for setting in settings for part in ("-c", setting)]
    return Program(
        name="postgres",
        command=(str(place.binaries / "postgres"), "-D", str(place.data), *flags),
        environment=_environment(),
        account=place.account,
        directory=place.data,
        before=partial(_forget_dead, place.data),
        ready=partial(_ready, server),
        stop=signal.SIGINT,
    )


async def ensure_service(superuser: str, service: str, passwords: dict[str, str]) -> None:
    """Give a service its two roles and its database; a second time changes nothing."""
    connection = await asyncpg.connect(superuser)
    try:
        for role in (f"{service}_owner", service):
            await _ensure_role(connection, role, passwords[role])
        if not await connection.fetchval("select 1 from pg_database where datname = $1", service):
            await connection.execute(f'create database "{service}" owner "{service}_owner"')
        await connection.execute(f'revoke all on database "{service}" from public')
        await connection.execute(f'grant connect on database "{service}" to "{service}"')
    finally:
        await connection.close()


def password_file(path: Path) -> str:
    """The password kept in this file, made at the first time and readable by us alone."""
    if not path.exists():
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        path.touch(mode=0o600)
        path.write_text(secrets.token_urlsafe(24))
    return path.read_text().strip()


async def _ensure_role(
    connection: "asyncpg.Connection[asyncpg.Record]", role: str, password: str
) -> None:
    found = await connection.fetchval("select 1 from pg_roles where rolname = $1", role)
    verb = "alter" if found else "create"
    # A statement about a role takes no parameters; the password is ours and url-safe.
    await connection.execute(f"{verb} role \"{role}\" login password '{password}'")


async def _ready(server: Server) -> bool:
    # Its own word comes first: a connection while it recovers is a line in the log.
    if not _says_ready(server.place.data / "postmaster.pid"):
        return False
    try:
        connection = await asyncpg.connect(server.superuser, timeout=5)
    except (OSError, TimeoutError, asyncpg.PostgresError):
        return False
    await connection.close()
    return True


async def _forget_dead(data: Path) -> None:
    """Clear away the pid file of a killed server, whose number may belong to another program now."""
    path = data / "postmaster.pid"
    with contextlib.suppress(OSError, ValueError, IndexError):
        pid = int(path.read_text().split()[0])
        if running.started(pid) is None or not _is_postgres(pid):
            path.unlink()


def _says_ready(pid_file: Path) -> bool:
    try:
        return pid_file.read_text().splitlines()[-1].strip() == "ready"
    except (OSError, IndexError):
        return False


def _is_postgres(pid: int) -> bool:
    try:
        return "postgres" in Path(f"/proc/{pid}/comm").read_text()
    except OSError:
        return True


def _run(place: Place, name: str, *arguments: str) -> None:
    account = place.account
    done = subprocess.run(
        [str(place.binaries / name), *arguments],
        user=account.user if account else None,
        group=account.group if account else None,
        extra_groups=[] if account else None,
        cwd="/",
        env=_environment(),
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        check=False,
    )
    if done.returncode:
        raise DidNotStart(name=name, why=done.stdout.strip().replace("\n", " / "))


def _environment() -> dict[str, str]:
    """Ours without PG* variables, which belong to another database of this person."""
    return {name: value for name, value in os.environ.items() if not name.startswith("PG")}


def _write_for(place: Place, path: Path, text: str) -> None:
    path.unlink(missing_ok=True)
    path.touch(mode=0o600)
    path.write_text(text)
    if place.account:
        os.chown(path, place.account.user, place.account.group)


def _empty(folder: Path) -> None:
    for each in folder.iterdir():
        if each.is_dir():
            shutil.rmtree(each)
        else:
            each.unlink()
