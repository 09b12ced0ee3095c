"""Kafka's jars: pinned by coordinate and SHA-256, fetched once, checked at every start."""

import fcntl
import hashlib
import os
import ssl
from collections.abc import Callable, Iterable
from concurrent.futures import ThreadPoolExecutor, as_completed
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Self

from local.settings import ROOT
from local.trouble import CannotFetch, WrongJar

if TYPE_CHECKING:
    from jgo.maven import MavenContext

LOCK = ROOT / "deploy" / "local" / "kafka-jars.lock"
TIMEOUT = 60  # seconds; a mirror that fetches a jar for the first time is slow
# The second is resolved by itself, or it drags kafka-clients to an older release.
WANTED = (
    "org.apache.kafka:kafka_2.13:4.3.0",
    "org.apache.logging.log4j:log4j-slf4j-impl:2.25.4",
)


@dataclass(frozen=True, slots=True, order=True)
class Jar:
    """One line of the lock file."""

    group: str
    artifact: str
    version: str
    sha256: str = ""

    @classmethod
    def read(cls, line: str) -> Self:
        """Understand `group:artifact:version sha256`."""
        coordinate, sha256 = line.split()
        group, artifact, version = coordinate.split(":")
        return cls(group, artifact, version, sha256)

    @property
    def coordinate(self) -> str:
        """How Maven names it."""
        return f"{self.group}:{self.artifact}:{self.version}"

    def __str__(self) -> str:
        return f"{self.coordinate} {self.sha256}"


@dataclass(frozen=True, slots=True)
class Library:
    """Where the jars lie, and from where they come when that is not Maven Central."""

    folder: Path
    mirror: str | None = None

    def path(self, jar: Jar) -> Path:
        """Where a jar lies: the layout of every Maven repository."""
        folder = self.folder.joinpath(*jar.group.split("."), jar.artifact, jar.version)
        return folder / f"{jar.artifact}-{jar.version}.jar"

    @property
    def archive(self) -> Path:
        """What Java keeps of the loaded classes, so that the broker starts in half the time."""
        return self.folder / "kafka.aot"

    def has(self, jar: Jar) -> bool:
        """Whether the jar lies there and is the one that was pinned."""
        path = self.path(jar)
        return path.exists() and _sha256(path) == jar.sha256

    def maven(self) -> "MavenContext":
        """How they are asked for."""
        from jgo.maven import MavenContext  # noqa: PLC0415 - a second, and only to fetch

        _trust_what_the_machine_trusts()
        return MavenContext(
            repo_cache=self.folder,
            remote_repos={"mirror": self.mirror.rstrip("/")} if self.mirror else None,
            timeout=TIMEOUT,
        )


def pinned(lock: Path = LOCK) -> list[Jar]:
    """All jars of the lock file."""
    lines = lock.read_text().splitlines()
    return [Jar.read(line) for line in lines if line and not line.startswith("#")]


def ensure(library: Library, jars: Iterable[Jar], say: Callable[[str], None] = print) -> list[Path]:
    """Give the path of every jar, fetching those that are missing; a wrong one is refused."""
    library.folder.mkdir(parents=True, exist_ok=True)
    wanted = list(jars)
    with (library.folder / ".lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        missing = [jar for jar in wanted if not library.has(jar)]
        if missing:
            _fetch(library, missing, say)
    return [library.path(jar) for jar in wanted]


def write(library: Library, lock: Path = LOCK) -> int:
    """Resolve the wanted releases anew and pin what they consist of; gives the number of jars."""
    context = library.maven()
    found = {jar for name in WANTED for jar in _resolved(context, name)}
    lines = [
        str(Jar(jar.group, jar.artifact, jar.version, _sha256(_fetch_one(library, context, jar))))
        for jar in sorted(found)
    ]
    head = "# Written by `python -m local jars --write`: Maven coordinate, SHA-256."
    lock.write_text("\n".join([head, *lines]) + "\n")
    return len(lines)


def _trust_what_the_machine_trusts() -> None:
    """The library below asks a list of its own, unless it is told of another one."""
    told = os.environ.get("REQUESTS_CA_BUNDLE") or os.environ.get("CURL_CA_BUNDLE")
    paths = ssl.get_default_verify_paths()  # it knows SSL_CERT_FILE and SSL_CERT_DIR
    folder = paths.capath if paths.capath and any(Path(paths.capath).iterdir()) else None
    if not told and (paths.cafile or folder):
        os.environ["REQUESTS_CA_BUNDLE"] = str(paths.cafile or folder)


def _resolved(context: "MavenContext", coordinate: str) -> set[Jar]:
    inputs, others = context.resolver.resolve([context.create_dependency(coordinate)])
    return {Jar(each.groupId, each.artifactId, each.version) for each in (*inputs, *others)}


def _fetch(library: Library, jars: list[Jar], say: Callable[[str], None]) -> None:
    say(f"fetching {len(jars)} jars of Apache Kafka (45 MB in all)")
    context, pool = library.maven(), ThreadPoolExecutor(max_workers=8)
    try:
        done = [pool.submit(_fetch_right, library, context, jar) for jar in jars]
        for count, future in enumerate(as_completed(done), start=1):
            future.result()
            if count % 10 == 0 or count == len(jars):
                say(f"fetched {count} of {len(jars)} jars")
    finally:
        pool.shutdown(wait=True, cancel_futures=True)


def _fetch_right(library: Library, context: "MavenContext", jar: Jar) -> None:
    path = _fetch_one(library, context, jar)
    if _sha256(path) != jar.sha256:
        path.unlink()
        raise WrongJar(path.name)


def _fetch_one(library: Library, context: "MavenContext", jar: Jar) -> Path:
    # What lies there is half a file of a broken download, or not what was pinned.
    library.path(jar).unlink(missing_ok=True)
    try:
        return context.create_dependency(jar.coordinate).artifact.resolve()
    except (OSError, RuntimeError) as error:
        library.path(jar).unlink(missing_ok=True)
        raise CannotFetch(name=library.path(jar).name, why=type(error).__name__) from error


def _sha256(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
