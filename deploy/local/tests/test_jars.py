"""Kafka's jars are what was pinned, or they are refused."""

import hashlib
import re
from pathlib import Path

import pytest

from local import jars
from local.trouble import CannotFetch, WrongJar

RIGHT = b"a jar"
JAR = jars.Jar("org.apache.kafka", "kafka-clients", "4.3.0", hashlib.sha256(RIGHT).hexdigest())
PLACE = "org/apache/kafka/kafka-clients/4.3.0/kafka-clients-4.3.0.jar"


@pytest.fixture
def repository(tmp_path: Path, httpd: str) -> Path:
    """A Maven repository on this machine, which the settings name as the mirror."""
    del httpd
    return tmp_path / "repository"


def put(folder: Path, content: bytes) -> None:
    path = folder / PLACE
    path.parent.mkdir(parents=True)
    path.write_bytes(content)


def test_a_jar_is_fetched_once(repository: Path, tmp_path: Path):
    put(repository, RIGHT)

    (path,) = jars.ensure(tmp_path / "libs", [JAR], lambda _: None)

    assert path.read_bytes() == RIGHT
    assert jars.ensure(tmp_path / "libs", [JAR], offline=True) == [path]


def test_a_jar_with_another_hash_is_refused_by_name(repository: Path, tmp_path: Path):
    put(repository, b"another jar")

    with pytest.raises(WrongJar, match=r"kafka-clients-4\.3\.0\.jar"):
        jars.ensure(tmp_path / "libs", [JAR], lambda _: None)

    assert not list((tmp_path / "libs").rglob("*.jar"))


def test_half_a_jar_of_a_broken_download_is_fetched_again(repository: Path, tmp_path: Path):
    put(repository, RIGHT)
    put(tmp_path / "libs", RIGHT[:2])

    (path,) = jars.ensure(tmp_path / "libs", [JAR], lambda _: None)

    assert path.read_bytes() == RIGHT


def test_without_a_network_one_sentence_names_the_jar(tmp_path: Path):
    with pytest.raises(CannotFetch, match=r"kafka-clients-4\.3\.0\.jar could not be fetched"):
        jars.ensure(tmp_path / "libs", [JAR], lambda _: None, offline=True)


def test_the_lock_pins_every_jar_and_names_no_host():
    text = jars.LOCK.read_text()

    assert all(re.fullmatch(r"[0-9a-f]{64}", jar.sha256) for jar in jars.pinned())
    assert {jar.version for jar in jars.pinned() if jar.artifact == "kafka-clients"} == {"4.3.0"}
    assert "://" not in text
