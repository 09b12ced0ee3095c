"""Kafka's jars are what was pinned, or they are refused."""

import hashlib
import re
from collections.abc import Generator
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread

import pytest

from local import jars
from local.jars import Library
from local.ports import free
from local.settings import LOOPBACK
from local.trouble import CannotFetch, WrongJar

RIGHT = b"a jar"
JAR = jars.Jar("org.apache.kafka", "kafka-clients", "4.3.0", hashlib.sha256(RIGHT).hexdigest())
PLACE = "org/apache/kafka/kafka-clients/4.3.0/kafka-clients-4.3.0.jar"


@pytest.fixture
def repository(tmp_path: Path) -> Path:
    """The folder that the mirror serves."""
    return tmp_path / "repository"


@pytest.fixture
def library(repository: Path, tmp_path: Path) -> Generator[Library]:
    """An empty library, whose jars come from a Maven repository on this machine."""
    handler = partial(SimpleHTTPRequestHandler, directory=str(repository))
    with ThreadingHTTPServer((LOOPBACK, 0), handler) as server:
        Thread(target=server.serve_forever, daemon=True).start()
        yield Library(tmp_path / "libs", f"http://{LOOPBACK}:{server.server_port}")
        server.shutdown()


def quiet(line: str) -> None:
    """Nobody looks on."""


def put(folder: Path, content: bytes) -> None:
    path = folder / PLACE
    path.parent.mkdir(parents=True)
    path.write_bytes(content)


def test_a_jar_is_fetched_once(repository: Path, library: Library):
    put(repository, RIGHT)

    (path,) = jars.ensure(library, [JAR], quiet)

    assert path.read_bytes() == RIGHT
    (repository / PLACE).unlink()
    assert jars.ensure(library, [JAR], quiet) == [path]


def test_a_jar_with_another_hash_is_refused_by_name(repository: Path, library: Library):
    put(repository, b"another jar")

    with pytest.raises(WrongJar, match=r"kafka-clients-4\.3\.0\.jar"):
        jars.ensure(library, [JAR], quiet)

    assert not list(library.folder.rglob("*.jar"))


def test_half_a_jar_of_a_broken_download_is_fetched_again(repository: Path, library: Library):
    put(repository, RIGHT)
    put(library.folder, RIGHT[:2])

    (path,) = jars.ensure(library, [JAR], quiet)

    assert path.read_bytes() == RIGHT


def test_without_a_network_one_sentence_names_the_jar(tmp_path: Path):
    nobody = Library(tmp_path / "libs", f"http://{LOOPBACK}:{free(1)[0]}")

    with pytest.raises(CannotFetch, match=r"kafka-clients-4\.3\.0\.jar could not be fetched"):
        jars.ensure(nobody, [JAR], quiet)


def test_the_lock_pins_every_jar_and_names_no_host():
    text = jars.LOCK.read_text()

    assert all(re.fullmatch(r"[0-9a-f]{64}", jar.sha256) for jar in jars.pinned())
    assert {jar.version for jar in jars.pinned() if jar.artifact == "kafka-clients"} == {"4.3.0"}
    assert "://" not in text
