"""The same parts from images, by testcontainers, where a docker daemon answers."""

import secrets
from collections.abc import Generator
from contextlib import contextmanager
from functools import cache

import docker
from docker.errors import DockerException, ImageNotFound
from testcontainers.core.container import DockerContainer
from testcontainers.core.wait_strategies import LogMessageWaitStrategy

from local.kafka import SESSION

POSTGRES = "postgres:18"
KAFKA = "apache/kafka:4.3.0"
PORT = 9092
INITDB = "--locale-provider=builtin --locale=C.UTF-8"

# The mapped port is known only when the container runs, so its start waits for this script.
WAIT = "while [ ! -f /tmp/start.sh ]; do sleep 0.05; done; exec bash /tmp/start.sh"
START = """\
export KAFKA_NODE_ID=1
export KAFKA_PROCESS_ROLES=broker,controller
export KAFKA_CONTROLLER_QUORUM_VOTERS=1@localhost:9093
export KAFKA_CONTROLLER_LISTENER_NAMES=CONTROLLER
export KAFKA_LISTENERS=PLAINTEXT://:9092,CONTROLLER://:9093
export KAFKA_ADVERTISED_LISTENERS=PLAINTEXT://{host}:{port}
export KAFKA_LISTENER_SECURITY_PROTOCOL_MAP=PLAINTEXT:PLAINTEXT,CONTROLLER:PLAINTEXT
export KAFKA_AUTO_CREATE_TOPICS_ENABLE=false
export KAFKA_OFFSETS_TOPIC_REPLICATION_FACTOR=1
export KAFKA_OFFSETS_TOPIC_NUM_PARTITIONS=6
export KAFKA_TRANSACTION_STATE_LOG_REPLICATION_FACTOR=1
export KAFKA_TRANSACTION_STATE_LOG_MIN_ISR=1
export KAFKA_GROUP_INITIAL_REBALANCE_DELAY_MS=0
export KAFKA_JVM_PERFORMANCE_OPTS="-XX:+UseSerialGC -XX:TieredStopAtLevel=1"
{session}
exec /etc/kafka/docker/run
"""


@cache
def can_run() -> bool:
    """Whether a daemon answers and has the images, or can pull them."""
    try:
        client = docker.from_env(timeout=60)
        for image in (POSTGRES, KAFKA):
            _here(client, image)
    except (DockerException, OSError):
        return False
    return True


@contextmanager
def containers() -> Generator[tuple[str, str]]:
    """Start both; gives the superuser's address and the bootstrap servers."""
    password = secrets.token_urlsafe(24)
    with _postgres(password) as database, _kafka() as broker:
        yield (
            f"postgresql://postgres:{password}@{_address(database, 5432)}/postgres",
            _started(broker),
        )


def _postgres(password: str) -> DockerContainer:
    # The first message is of the server that only the image's own start sees.
    ready = LogMessageWaitStrategy("PostgreSQL init process complete").with_startup_timeout(60)
    return (
        DockerContainer(POSTGRES)
        .with_env("POSTGRES_PASSWORD", password)
        .with_env("POSTGRES_INITDB_ARGS", INITDB)
        .with_command("postgres -c fsync=off -c max_connections=300")
        .with_exposed_ports(5432)
        .waiting_for(ready)
    )


def _kafka() -> DockerContainer:
    return DockerContainer(KAFKA).with_command(["sh", "-c", WAIT]).with_exposed_ports(PORT)


def _started(broker: DockerContainer) -> str:
    address = _address(broker, PORT)
    host, port = address.rsplit(":", 1)
    session = "\n".join(
        "export KAFKA_" + line.replace(".", "_").upper() for line in SESSION.split()
    )
    script = START.format(host=host, port=port, session=session)
    broker.copy_into_container(script.encode(), "/tmp/start.sh")  # noqa: S108 - in the container
    LogMessageWaitStrategy("Kafka Server started").with_startup_timeout(60).wait_until_ready(broker)
    return address


def _address(container: DockerContainer, port: int) -> str:
    return f"{container.get_container_host_ip()}:{container.get_exposed_port(port)}"


def _here(client: docker.DockerClient, image: str) -> None:
    try:
        client.images.get(image)
    except ImageNotFound:
        client.images.pull(image)
