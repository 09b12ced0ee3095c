"""The topics as declared in deploy/kafka/topics.yaml, and the job that creates them."""

from dataclasses import dataclass
from pathlib import Path
from typing import cast

import yaml
from aiokafka.admin import AIOKafkaAdminClient, NewTopic
from aiokafka.errors import KafkaError

from local.program import listens
from local.settings import ROOT
from local.trouble import OtherPartitions

DECLARED = ROOT / "deploy" / "kafka" / "topics.yaml"


@dataclass(frozen=True, slots=True, kw_only=True)
class Topic:
    """One declared topic."""

    name: str
    partitions: int
    replication: int
    config: dict[str, str]


def declared(path: Path = DECLARED) -> list[Topic]:
    """All topics of the file."""
    document = cast("dict[str, list[dict[str, object]]]", yaml.safe_load(path.read_text()))
    return [_topic(each) for each in document["topics"]]


async def ensure(bootstrap: str, topics: list[Topic]) -> None:
    """Create the topics that are missing; refuse one that has another number of partitions."""
    admin = AIOKafkaAdminClient(bootstrap_servers=bootstrap)
    await admin.start()
    try:
        present = await admin.list_topics()
        missing = [topic for topic in topics if topic.name not in present]
        await admin.create_topics([_new(topic) for topic in missing])
        await _check(admin, [topic for topic in topics if topic not in missing])
    finally:
        await admin.close()


async def ready(bootstrap: str) -> bool:
    """Whether the broker answers a request for its metadata."""
    host, port = bootstrap.rsplit(":", 1)
    if not await listens(host, int(port)):
        return False
    admin = AIOKafkaAdminClient(bootstrap_servers=bootstrap, request_timeout_ms=5000)
    try:
        await admin.start()
        cluster = await admin.describe_cluster()
    except (OSError, KafkaError, TimeoutError):
        return False
    finally:
        await admin.close()
    return bool(cluster["brokers"])


async def _check(admin: AIOKafkaAdminClient, topics: list[Topic]) -> None:
    described = await admin.describe_topics([topic.name for topic in topics]) if topics else []
    found = {str(each["topic"]): len(each["partitions"]) for each in described}
    for topic in topics:
        if found[topic.name] != topic.partitions:
            raise OtherPartitions(topic.name, found[topic.name], topic.partitions)


def _new(topic: Topic) -> NewTopic:
    return NewTopic(
        name=topic.name,
        num_partitions=topic.partitions,
        replication_factor=topic.replication,
        topic_configs=topic.config,
    )


def _topic(declaration: dict[str, object]) -> Topic:
    config = cast("dict[str, object]", declaration["config"])
    return Topic(
        name=str(declaration["name"]),
        partitions=int(str(declaration["partitions"])),
        replication=int(str(declaration["replication"])),
        config={key: str(value) for key, value in config.items()},
    )
