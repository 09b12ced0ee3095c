"""The parts that all tests share: a real PostgreSQL and a real Kafka, started once a session."""

import os
from collections.abc import AsyncIterator, Awaitable, Callable

import pytest
import topics_for_tests
from databases import Database, Databases
from hypothesis import HealthCheck, settings

from local import testing

# A busy machine is slow, not wrong.
settings.register_profile("patient", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("patient")

SERVICES = ("machi.catalog.v1", "machi.roadmap.v1", "machi.opendata.v1", "machi.notify.v1")


def pytest_report_header() -> str:
    """Tell which parts the tests use."""
    return f"parts: {testing.best(os.environ)}"


@pytest.fixture(scope="session")
async def parts(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[testing.Parts]:
    """PostgreSQL and Kafka: as given by the environment, else in containers, else embedded."""
    async with testing.resolve(tmp_path_factory.mktemp("parts")) as parts:
        yield parts


@pytest.fixture(scope="session")
def databases(parts: testing.Parts) -> Databases:
    """The databases of this session."""
    return Databases(parts.postgres)


@pytest.fixture
def fresh_database(databases: Databases) -> Callable[[str], Awaitable[Database]]:
    """Gives a database of its own, with the tables of the named service."""
    return databases.fresh


@pytest.fixture(scope="session")
def kafka(parts: testing.Parts) -> str:
    """The bootstrap servers."""
    return parts.kafka


@pytest.fixture
async def fresh_topics(kafka: str) -> None:
    """The topics of all services, empty."""
    await topics_for_tests.make(kafka, *SERVICES)


@pytest.fixture
async def odd_topic(kafka: str) -> str:
    """A topic with another number of partitions than agreed."""
    await topics_for_tests.make(kafka, "machi.odd.v1", partitions=3)
    return "machi.odd.v1"
