"""What can be set from outside the local system, and where its files lie."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Self

from local.trouble import BadSetting

# In an image there is no checkout around us, and its jobs need nothing of it.
ROOT = next(iter(Path(__file__).resolve().parents[4:5]), Path.cwd())
LOOPBACK = "127.0.0.1"
SHIPPED = "042111"
"""The city whose plan and procedures come with the code."""
SERVICES = ("roadmap", "catalog", "opendata", "notify")
PORTS = {
    "gateway": 8080,
    "postgres": 54329,
    "kafka": 9092,
    "kafka_controller": 9093,
    "mailbox": 8025,
    "mailbox_smtp": 1025,
    "roadmap": 8081,
    "catalog": 8082,
    "opendata": 8083,
    "notify": 8084,
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings:
    """Ports, addresses and the folder in which everything local lives."""

    home: Path
    gateway_host: str
    ports: Mapping[str, int]
    municipality: str
    maven_mirror: str | None
    every: Mapping[str, str] = field(default_factory=dict[str, str])
    """Variables that each service is told beside those of its own."""

    @classmethod
    def read(cls, environ: Mapping[str, str]) -> Self:
        """Take them from MACHI_* variables; a port that is no port is refused."""
        return cls(
            home=Path(environ.get("MACHI_HOME") or ROOT / ".machi").resolve(),
            gateway_host=environ.get("MACHI_GATEWAY_HOST") or LOOPBACK,
            ports={part: _port(environ, part) for part in PORTS},
            municipality=environ.get("MACHI_MUNICIPALITY") or SHIPPED,
            maven_mirror=environ.get("MACHI_MAVEN_MIRROR"),
        )

    @property
    def gateway(self) -> str:
        """The address a person opens."""
        host = LOOPBACK if self.gateway_host in ("0.0.0.0", "::") else self.gateway_host  # noqa: S104 - compared, not bound
        return f"http://{host}:{self.ports['gateway']}"

    @property
    def mailbox(self) -> str:
        """The address at which mails can be read."""
        return f"http://{LOOPBACK}:{self.ports['mailbox']}"

    @property
    def kafka(self) -> str:
        """Kafka's bootstrap servers."""
        return f"{LOOPBACK}:{self.ports['kafka']}"


def variable(part: str) -> str:
    """The environment variable that moves a part to another port."""
    return f"MACHI_{part.upper()}_PORT"


def _port(environ: Mapping[str, str], part: str) -> int:
    value = environ.get(variable(part)) or str(PORTS[part])
    if not value.isdecimal() or not 0 < int(value) < 65536:  # noqa: PLR2004 - the size of a port number
        raise BadSetting(variable(part), value)
    return int(value)
